"""Operations at the desk: what they see, how a redrive is confirmed, and what nobody else can do."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from channels.operations import Operations as OperationsDesk
from record.adapters.s3.journal import OperationJournal
from record.adapters.s3.redrives import RedriveStore
from record.domain.journal import Operation
from record.domain.redrive import Item, Manifest
from record.domain.redrive_choice import Choice
from record.domain.redrive_run import Run, run_name
from tests.fakes.channels import NOW, Channels
from tests.fakes.redrives import failure, holding
from tests.unit.channels.visitors import DESK, Reply, SignedIn, Visitor, fill
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import SIGNATURE, open_case

BUCKET, PATH = "operations", "/conseil/incidents"
FAILED = [failure(number, since=NOW - timedelta(minutes=60 - number)) for number in range(1, 4)]
ITEMS = (*(Item.of(each, holding(each)) for each in FAILED[:2]), Item.of(FAILED[2], None))
MINE = replace(SIGNATURE, error=FAILED[0].error)


@dataclass
class Operations:
    """The operations' stack: the machine freezes at once, and a run goes on as a test says. One case is closed."""

    s3: Any
    found: dict[str, Run] = field(default_factory=dict)
    are_down: bool = False

    def __post_init__(self) -> None:
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        self.store, self.journal = RedriveStore(self.s3, BUCKET), OperationJournal(self.s3, BUCKET)
        held = {"status": "FAILED", "error": MINE.error, "signature": MINE.id}
        cases = [open_case(limitation_id=each.limitation_id, since=each.since, **held) for each in FAILED]
        self.record = MemoryRecord(kept_open=cases, kept_signatures={MINE.id: MINE})

    def freeze(self, name: str, choice: Choice, _rate: int) -> None:
        assert name not in self.found
        manifest = Manifest(NOW, choice, ITEMS)
        self.store.put_manifest(manifest)
        frozen = {"outcome": "FROZEN", "redriveId": manifest.redrive_id, "hash": manifest.hash}
        self.found[name] = Run("SUCCEEDED", {}, frozen)

    def run(self, manifest: Manifest, number: int, rate: int) -> str:
        name = run_name(manifest.redrive_id, number)
        assert name not in self.found
        self.found[name] = Run("RUNNING", {"rate": rate}, {})
        return name

    def find(self, name: str) -> Run | None:
        if self.are_down:
            raise ClientError({"Error": {"Code": "StateMachineDoesNotExist"}}, "DescribeExecution")
        return self.found.get(name)

    @property
    def runs(self) -> list[str]:
        return [name for name in self.found if "-run-" in name]

    def kept(self) -> list[Operation]:
        return list(self.journal.between(NOW.date(), NOW.date()))

    def did_nothing(self) -> bool:
        return not self.runs and not self.kept()


@pytest.fixture
def operations(world: Channels) -> Operations:
    made = Operations(boto3.client("s3"))
    runbook = "https://runbook.example/runbook"
    world.incidents = OperationsDesk(made.record, made, made.store, made.journal.changing, world.now, runbook)
    return made


@dataclass
class Frozen:
    """A dry run that Olga made, on its page."""

    browser: Visitor
    path: str
    page: Reply
    manifest: Manifest

    def confirm(self, **changes: str) -> Reply:
        form = fill(self.page, reason="facturation réparée", hash=self.manifest.hash[:12]) | changes
        return self.browser.post(self.path, form)


@pytest.fixture
def frozen(signed_in: SignedIn, operations: Operations) -> Frozen:
    browser, page = signed_in("olga", PATH)
    sent = browser.post(PATH, fill(page, signature=SIGNATURE.id))
    path = sent.headers["location"]
    output = operations.found[path.rpartition("/")[2]].output
    return Frozen(browser, path, browser.get(path), operations.store.manifest(output["redriveId"], output["hash"]))


@pytest.mark.usefixtures("operations")
def test_incident_is_shown_with_those_it_holds_its_mend_and_its_page(signed_in: SignedIn) -> None:
    browser, sent = signed_in("olga")
    body = browser.follow(sent).body
    for text in (
        "3 clients, le plus ancien depuis le 24/11 09:01",
        "La réponse d&#39;un partenaire rompt son contrat",
        'href="https://runbook.example/runbook#a-restoration-failed"',
    ):
        assert text in body
    assert browser.get(DESK).status == 403, "they see no case"


def test_dry_run_shows_the_set_as_the_tool_does_and_redrives_nothing(frozen: Frozen, operations: Operations) -> None:
    for text in (
        f"2 exécutions sur 3 seront relancées : l&#39;ensemble {frozen.manifest.redrive_id}.",
        "reprendrait là",
        "the register does not know the limitation any more",
        frozen.manifest.hash,
    ):
        assert text in frozen.page.body
    assert operations.did_nothing()


def test_form_that_is_sent_twice_begins_one_dry_run_and_one_redrive(frozen: Frozen, operations: Operations) -> None:
    form = fill(frozen.browser.get(PATH), signature=SIGNATURE.id)
    sent = {frozen.browser.post(PATH, form).headers["location"] for _ in range(2)}
    assert (len(sent), len(operations.found)) == (1, 2), "the fixture made the other"
    key = frozen.page.value("key")
    typed = frozen.manifest.hash[:12].upper()
    assert [frozen.confirm(key=key, hash=typed).status for _ in range(2)] == [303, 303]
    assert "La relance est en cours." in frozen.browser.get(f"{frozen.path}?vivant=1").body
    operations.found[operations.runs[0]] = Run("SUCCEEDED", {}, {})
    assert frozen.confirm().status == 303
    assert (len(operations.runs), len(operations.kept())) == (1, 2)
    begun = {"set": frozen.manifest.hash, "items": "3", "rate": "10"}
    assert begun in [each.parameters for each in operations.kept()]


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"hash": "0123456789ab"}, 409, "un autre SHA-256"),
        ({"reason": " "}, 422, "à remplir"),
        ({"key": "no-uuid"}, 422, "rechargez la page"),
        ({"form": "guessed"}, 403, "trop ancienne"),
    ],
)
def test_form_that_is_forged_or_not_filled_in_redrives_nothing(
    frozen: Frozen, operations: Operations, changes: dict[str, str], status: int, told: str
) -> None:
    refused = frozen.confirm(**changes)
    assert (refused.status, told in refused.body) == (status, True)
    assert frozen.confirm(hash=frozen.manifest.hash[:11]).status == 409, "too short"
    assert operations.did_nothing()


def test_set_that_is_not_what_was_frozen_any_more_is_refused(frozen: Frozen, operations: Operations) -> None:
    key = f"redrives/{frozen.manifest.redrive_id}/manifest.jsonl"
    operations.s3.put_object(Bucket=BUCKET, Key=key, Body=replace(frozen.manifest, left_out=1).to_bytes())
    refused = frozen.confirm()
    assert (refused.status, "plus celui qui a été figé" in refused.body) == (409, True)
    assert operations.did_nothing()


def test_incident_that_holds_nobody_any_more_is_not_frozen(frozen: Frozen, operations: Operations) -> None:
    assert frozen.browser.post(PATH, fill(frozen.page, signature="bbbb")).status == 409
    operations.record.kept_open = ()
    refused = frozen.browser.post(PATH, fill(frozen.page, signature=SIGNATURE.id))
    assert (refused.status, "ne retient plus personne" in refused.body, len(operations.found)) == (409, True, 1)


@pytest.mark.parametrize("who", ["alix", "lu", "none"])
def test_for_everybody_else_there_is_no_such_page(
    signed_in: SignedIn, frozen: Frozen, operations: Operations, who: str
) -> None:
    browser, page = signed_in(who)
    assert PATH not in page.body
    form = {"form": "x", "key": "y", "signature": SIGNATURE.id, "reason": "oui", "hash": frozen.manifest.hash}
    replies = [browser.get(path) for path in (PATH, frozen.path, f"{frozen.path}?vivant=1")]
    replies += [browser.post(path, form) for path in (PATH, frozen.path)]
    absent = browser.get("/conseil/nothing")
    assert {(each.status, each.body) for each in replies} == {(404, absent.body)}
    assert operations.did_nothing()
    operations.found["another"] = Run("SUCCEEDED", {}, {})
    assert frozen.browser.get(f"{PATH}/another").status == 404, "it was not begun at the desk"


def test_desk_works_where_operations_are_not_there(frozen: Frozen, signed_in: SignedIn, operations: Operations) -> None:
    operations.are_down = True
    for told in (frozen.browser.get(frozen.path), frozen.confirm()):
        assert (told.status, "Le reste du bureau fonctionne" in told.body) == (503, True)
    assert operations.did_nothing()
    assert signed_in("alix")[1].status == 200
