"""The stage: the deployable artefacts on the embedded cloud, billing and Enedis beside it, and what happens there.

The demo, the end-to-end tests, the reliability tests and the benchmarks all deploy, configure, gate and watch here.
"""

from local.customers import Customer, Entry
from local.stage.deployment import PACE, ROOT, deployed_stage
from local.stage.gates import Gate
from local.stage.stage import MACHINE, Sent, Stage
from local.stage.watch import Situation, Watch, outcome_of

__all__ = [
    "MACHINE",
    "PACE",
    "ROOT",
    "Customer",
    "Entry",
    "Gate",
    "Sent",
    "Situation",
    "Stage",
    "Watch",
    "deployed_stage",
    "outcome_of",
]
