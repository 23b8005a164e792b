"""What tables, events and the state machine keep of a choice is its name, but for what partners or people say."""

import importlib
import pkgutil
from enum import StrEnum

import record
import restoration

OTHERS = """
Intent REMOTE TECHNICIAN  Mode off shadow on  Result raised restored gone running failed open
CaseState DMTR DMREC INPL CPRE CPNR CNRE INRP  CaseStatus COURS TERMN ANNUL  SupplyState ALIM COUP LIMI NRAC NALI
Sheet F200B F1020  InterventionType RETABLISSEMENT RELEVEMENT ANNULATION  Realisation TELEOPERATION DEPLACEMENT
Report Email Bounced Email Complaint Received Email Rejected Email Delivery Delayed Text Message Delivery Status Updated
FailureKind connection connect-timeout tls read-timeout connection-lost http-refused http-error empty html malformed \
forbidden-xml oversized plain-fault unexpected
Kind started entered exited attempted rests failed redriven ended other  Party billing bank enedis advisor us
Promised check bank advisor remote technician review power_missing plan dispute protection declaration
Stage concerned certain ordered restored
Ending balance_due left failed  CaseKind Early Remote Technician  Stage begun ended  Language fr en
Family payments limitations resumptions orders flows notifications unrecognised
"""


def test_each_choice_is_kept_as_its_name_or_as_a_partner_calls_it() -> None:
    for package in (restoration, record):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    kinds = [kind for kind in StrEnum.__subclasses__() if kind.__module__.startswith(("restoration.", "record."))]
    others = [[kind.__name__, *(each.value for each in kind if each.value != each.name)] for kind in kinds]
    listed = OTHERS.replace("\n", "  ").strip().split("  ")
    assert sorted(" ".join(each) for each in others if each[1:]) == sorted(listed)
