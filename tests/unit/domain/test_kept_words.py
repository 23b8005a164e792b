"""What tables, events and the state machine keep of a choice is its name, but for what partners or people say."""

import importlib
import pkgutil
from enum import StrEnum

from restoration import domain

OTHERS = """
Intent REMOTE TECHNICIAN  Mode off shadow on  Result raised restored gone running failed open
CaseState DMTR DMREC INPL CPRE CPNR CNRE INRP  CaseStatus COURS TERMN ANNUL  SupplyState ALIM COUP LIMI NRAC NALI
"""


def test_each_choice_is_kept_as_its_name_or_as_a_partner_calls_it() -> None:
    for module in pkgutil.iter_modules(domain.__path__):
        importlib.import_module(f"restoration.domain.{module.name}")
    kinds = [kind for kind in StrEnum.__subclasses__() if kind.__module__.startswith("restoration.domain.")]
    others = {kind.__name__: [each.value for each in kind if each.value != each.name] for kind in kinds}
    listed = [line.split() for line in OTHERS.replace("\n", "  ").strip().split("  ")]
    assert {kind: words for kind, words in others.items() if words} == {kind: words for kind, *words in listed}
