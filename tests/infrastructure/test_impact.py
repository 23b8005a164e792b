"""``make impact`` names the systems that a change touches, and no other."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from local.asl import RESTORATION, ROOT, Machine
from scripts.impact.__main__ import main
from scripts.impact.finding import Impact, find_impact
from scripts.impact.house import ADVISORS, BANK, BILLING, CONTACT, CUSTOMERS, ENEDIS, SUPERVISION, SYSTEMS, Level
from scripts.impact.payloads import differences
from scripts.impact.trees import TABLES, Tree
from scripts.impact.walking import what_follows

LAYER = "layers/restoration/python/restoration"
MACHINE = "statemachine/restoration.asl.yaml"


@pytest.fixture(scope="module")
def today() -> Tree:
    return Tree.of_checkout(ROOT)


def impact_of(today: Tree, changes: Mapping[str, tuple[str, str]]) -> Impact:
    """The impact of texts that are replaced, by file; each is there."""
    files = dict(today.files)
    for path, (old, new) in changes.items():
        text = files[path].decode()
        assert old in text, f"{path} does not have {old!r} any more: choose another text to replace"
        files[path] = text.replace(old, new).encode()
    found = find_impact(today, Tree("changed", files))
    assert found is not None
    return found


def levels(impact: Impact) -> dict[str, Level]:
    return {system: impact.of(system)[0].level for system in SYSTEMS if impact.of(system)}


BRINGS_EVENTS = (CUSTOMERS, ADVISORS, BILLING, SUPERVISION)
"""The same rule brings what is asked of the advisors and of billing, and the delays that operations hear of."""


@pytest.mark.parametrize(
    ("path", "old", "new", "touched"),
    [
        ("functions/notify_customer/messages/fr/BALANCE_DUE.sms.txt", "{", "  {", {CUSTOMERS: Level.CONTRACT}),
        ("events/schemas/AdvisorDecided.json", '"advisor"', '"advisorId"', {ADVISORS: Level.CONTRACT}),
        (f"{LAYER}/contracts/contact.py", "max_length=254", "max_length=255", {CONTACT: Level.CONTRACT}),
        (
            f"{LAYER}/contracts/billing.py",
            "customer_id: Identifier",
            "customer_id: Identifier | None",
            {BILLING: Level.CONTRACT},
        ),
        ("template.yaml", "-type: [PaymentPending, ", "-type: [", dict.fromkeys(BRINGS_EVENTS, Level.CONTRACT)),
        ("template.yaml", "      Timeout: 110\n", "      Timeout: 111\n", {ENEDIS: Level.POSSIBLE}),
        (MACHINE, "${ClearingTimeoutSeconds}", "${AdvisorTimeoutSeconds}", {BANK: Level.BEHAVIOUR}),
    ],
    ids=["a text", "an event", "a contact", "billing's reply", "a rule", "a function's time", "a wait for the bank"],
)
def test_change_touches_the_systems_that_see_it_and_no_others(
    today: Tree, path: str, old: str, new: str, touched: Mapping[str, Level]
) -> None:
    assert levels(impact_of(today, {path: (old, new)})) == touched


def test_tests_docstrings_and_comments_touch_nothing(today: Tree) -> None:
    impact = impact_of(today, {
        "tests/infrastructure/test_bundles.py": ("import ast", "import ast  # the syntax"),
        f"{LAYER}/adapters/billing/client.py": ('"""Billing\'s REST API', '"""The REST API of billing'),
        f"{LAYER}/use_cases/settle_limitation.py": ("class SettlementDesk", "# It settles.\nclass SettlementDesk"),
    })  # fmt: skip
    assert levels(impact) == {}
    assert len(impact.quiet) == 3


def test_field_of_a_published_event_touches_its_readers_and_says_that_it_breaks(today: Tree) -> None:
    impact = impact_of(today, {
        f"{LAYER}/contracts/published.py": ("    balance: Euros\n", "    rest: Euros\n"),
        "events/schemas/BalanceDue.json": ('"balance"', '"rest"'),
    })  # fmt: skip
    assert levels(impact) == {CUSTOMERS: Level.CONTRACT}
    assert any(it.is_breaking for it in impact.payloads["BalanceDue"])


def test_key_of_an_event_that_comes_in_touches_its_sender(today: Tree) -> None:
    impact = impact_of(today, {f"{LAYER}/contracts/received.py": ("payment_id}@{to_text", "payment_id}#{to_text")})
    assert levels(impact) == {BILLING: Level.CONTRACT}
    assert {it.name for it in impact.of(BILLING)} == {"PaymentCleared", "PaymentRejected"}


def test_adapter_of_enedis_touches_enedis_by_the_calls_that_reach_it(today: Tree) -> None:
    impact = impact_of(today, {f"{LAYER}/adapters/enedis/soap/point_response.py": ("return ", "return None or ")})
    assert levels(impact) == {ENEDIS: Level.CONTRACT}
    assert "EnedisClient.read_point" in {it.name for it in impact.of(ENEDIS)}


def test_row_of_a_table_touches_who_gets_what_it_decides(today: Tree) -> None:
    impact = impact_of(today, {f"{TABLES}/notification.dmn": ('"PAYMENT_PENDING"</text>', '"FLOOR_RAISED"</text>')})
    assert levels(impact) == {BILLING: Level.BEHAVIOUR, CUSTOMERS: Level.BEHAVIOUR}
    assert impact.tables[0].table == "notification"
    assert {it.name for it in impact.of(BILLING)} == {"LetterRequested"}


def test_figure_of_a_table_touches_where_its_scenarios_end_otherwise(today: Tree) -> None:
    """With another tolerance a customer is restored who owed a balance; no bank is waited for."""
    impact = impact_of(today, {f"{TABLES}/coverage.dmn": ("min(2.00, ", "min(15.00, ")})
    assert levels(impact) == dict.fromkeys((BILLING, ENEDIS, ADVISORS, CUSTOMERS, SUPERVISION), Level.BEHAVIOUR)
    assert impact.tables[0].scenarios == ["La tolérance ne dépasse jamais deux euros"]


def test_description_in_a_table_touches_nothing(today: Tree) -> None:
    impact = impact_of(today, {f"{TABLES}/refusal.dmn": ("</description>", " </description>")})
    assert levels(impact) == {}
    assert [(it.table, it.changes) for it in impact.tables] == [("refusal", [])]


@pytest.mark.parametrize(
    ("outcome", "follow"),
    [
        ("AWAIT_CLEARING", {"AnnouncePending", "WaitForBank"}),
        ("BALANCE_DUE", {"CloseOrLetGo"}),
        ("MANUAL", {"MayWeAsk", "SendQuestion", "WaitForAdvisor"}),
        ("RESTORE", {"ReadPoint", "DecideAction"}),
    ],
)
def test_what_a_row_decides_is_followed_through_the_choices(outcome: str, follow: set[str]) -> None:
    machine = Machine.read(RESTORATION)
    state = next(it for it in machine.states() if it.name == "DecideCoverage")
    found = what_follows(machine, state, {"outcome": outcome, "reason": "X"})
    sure = {it.name for it, is_sure in found if is_sure}
    assert follow <= sure
    assert not sure & ({"ReadPoint", "WaitForBank", "SendQuestion", "OrderAtEnedis"} - follow)


def test_state_touches_its_event_and_what_may_follow(today: Tree) -> None:
    impact = impact_of(today, {MACHINE: ('            dueAt: "{% $order.dueAt %}"', "")})
    assert levels(impact)[SUPERVISION] is Level.CONTRACT  # RestorationDelayed has lost a field
    assert levels(impact)[ENEDIS] is Level.POSSIBLE


@pytest.mark.parametrize("path", [f"{LAYER}/use_cases/prepare_order.py", "functions/prepare_order/app.py"])
def test_code_touches_what_it_leads_to_and_what_leads_to_it(today: Tree, path: str) -> None:
    impact = impact_of(today, {path: ("return ", "return None or ")})
    assert ("événement", "LimitationBeingLifted") in {(it.kind, it.name) for it in impact.of(BILLING)}
    assert levels(impact)[BILLING] is Level.BEHAVIOUR
    assert impact.of(BILLING)[0].why[-1] == "prepare_order"


def test_screen_touches_supervision_alone(today: Tree) -> None:
    impact = impact_of(
        today, {"operations/screens/python/supervision/screens/running.py": ("return ", "return None or ")}
    )
    assert levels(impact) == {SUPERVISION: Level.BEHAVIOUR}
    assert ("écran", "running") in {(it.kind, it.name) for it in impact.of(SUPERVISION)}


FIELDS: Mapping[str, object] = {"kind": {"enum": ["A", "B"], "type": "string"}, "id": {"type": "string"}}
SCHEMA = {"properties": FIELDS, "required": ["id"]}


@pytest.mark.parametrize(
    ("changed", "breaking_for"),
    [
        ({"properties": {"id": {"type": "string"}}}, {"sender", "reader"}),
        ({"properties": {**FIELDS, "more": {"type": "string"}}}, set()),
        ({"properties": {**FIELDS, "more": {"type": "string"}}, "required": ["id", "more"]}, {"sender"}),
        ({"required": ["id", "kind"]}, {"sender"}),
        ({"required": []}, {"reader"}),
        ({"properties": {**FIELDS, "kind": {"enum": ["A"], "type": "string"}}}, {"sender", "reader"}),
        ({"properties": {**FIELDS, "kind": {"enum": ["A", "B", "C"], "type": "string"}}}, {"reader"}),
        ({"properties": {**FIELDS, "id": {"type": "number"}}}, {"sender", "reader"}),
        ({"properties": {**FIELDS, "id": {"maxLength": 3, "type": "string"}}}, {"sender"}),
        ({"description": "More words"}, set()),
    ],
)
def test_schema_breaks_for_who_has_to_follow(changed: Mapping[str, object], breaking_for: set[str]) -> None:
    before, after = (json.dumps(it).encode() for it in (SCHEMA, {**SCHEMA, **changed}))
    for incoming, other in ((True, "sender"), (False, "reader")):
        assert any(it.is_breaking for it in differences(before, after, incoming=incoming)) == (other in breaking_for)


@pytest.fixture
def small_repository(tmp_path: Path) -> Path:
    """A repository of two commits, in a path with a space, with files of the real one."""
    root = tmp_path / "un dossier"
    today = Tree.of_checkout(ROOT)
    for path, content in today.files.items():
        if path.startswith(("events/", "statemachine/", TABLES, "functions/notify_customer/", f"{LAYER}/contracts/")):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    _git(root, "init", "-q")
    for number in range(2):
        (root / "read me.md").write_text(f"{number}\n", encoding="utf-8")
        _git(root, "add", ".")
        _git(root, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", f"{number}")
    return root


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True)  # noqa: S603, S607 - a repository of the test's own


def test_two_commits_or_a_dirty_tree_are_compared(small_repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--to", "HEAD"], small_repository) == 0
    assert "Fichiers sans effet sur un système : read me.md (1)" in capsys.readouterr().out
    (small_repository / "events/schemas/PowerRestored.json").unlink()
    assert main(["--from", "HEAD"], small_repository) == 0
    assert "Contenu de PowerRestored : RUPTURE (événement retiré)" in capsys.readouterr().out


def test_what_cannot_be_compared_is_said(small_repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = small_repository / "mon brouillon.dmn"
    broken.write_text("<definitions", encoding="utf-8")
    other = ROOT / TABLES / "refusal.dmn"
    for arguments, says in (
        (["--from", "nothing"], "Git ne connaît pas le commit « nothing »"),
        (["--decision", "coverage"], "nommer la table et son brouillon"),
        (
            ["--decision", "covrage", "--draft", str(broken)],
            "aucune table « covrage » ; on trouve : action, att",
        ),
        (["--decision", "coverage", "--draft", "absent.dmn"], "le brouillon absent.dmn ne se lit pas"),
        (["--decision", "coverage", "--draft", str(broken)], "coverage.dmn"),
        (["--decision", "coverage", "--draft", str(other)], "n'a plus la décision « coverage »"),
    ):
        assert main(arguments, small_repository) == 2
        assert says in capsys.readouterr().err
    assert main(["--from", "HEAD", "--to", "HEAD"], small_repository) == 0
    assert "Rien n'a changé." in capsys.readouterr().out
