"""ops letters: which letters a command takes, in what calls, and what it says of those that are left."""

import io
import json
from typing import Any

from ops.letters.commands import handle, look
from ops.tools import Tools
from record.domain.dead_letter import Action, Family
from record.domain.journal import Change
from tests.unit.ops.accounts import NOW, OwnAws
from tests.unit.ops.printing import are_as_kept, printed


class Letters(OwnAws):
    """The function for dead letters, which knows some letters, and their queues; ``error`` is what it raises."""

    def __init__(self, *letters: dict[str, Any], error: str = "", is_all: bool = True) -> None:
        super().__init__()
        self.letters = list(letters)
        self.error, self.is_all = error, is_all
        self.gone: set[str] = set()
        self.requests: list[dict[str, Any]] = []

    def get_queue_attributes(self, QueueUrl: str, **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's
        count = len(self.letters) if QueueUrl.endswith("-payments-dead-letters") else 0
        return {
            "Attributes": {
                "ApproximateNumberOfMessages": str(count),
                "ApproximateNumberOfMessagesNotVisible": "3" if QueueUrl.endswith("unrecognised-events") else "0",
            }
        }

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert FunctionName == "restoration-handle-dead-letters"
        request = json.loads(Payload)
        self.requests.append(request)
        if self.error:
            return {
                "FunctionError": "Unhandled",
                "Payload": io.BytesIO(json.dumps({"errorMessage": self.error}).encode()),
            }
        if request["action"] == "LOOK":
            left_out = set() if request["whole"] else {"body", "attributes"}
            asked = [each for each in self.letters if each["id"] in (request["only"] or each["id"])]
            found = [{name: each[name] for name in each if name not in left_out} for each in asked]
            answer: dict[str, Any] = {"letters": found, "isAll": self.is_all}
        else:
            fate = "REPLAYED" if request["action"] == "REPLAY" else "DISCARDED"
            fates = {
                each["id"]: ("NOT_FOUND", "somebody else took it") if each["id"] in self.gone else (fate, "")
                for each in request["letters"]
            }
            answer = {"letters": [{"id": name, "fate": each, "words": words} for name, (each, words) in fates.items()]}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


def letter(letter_id: str, error: str = "InvalidEvent", to: str | None = "payments", **changes: Any) -> dict[str, Any]:
    return {
        "id": letter_id,
        "sha256": f"{len(letter_id):064}",
        "what": f"PaymentReceived {letter_id}",
        "sentAt": "2026-11-26T10:00:00.000Z",
        "keptUntil": "2026-12-10T10:00:00.000Z",
        "error": error,
        "reason": "detail.amount: too small",
        "to": to,
        "today": "it would be taken" if to else "it would come back: detail.amount",
        **changes,
    }


TWO = (letter("aaaa-1"), letter("aabb-2", "ConflictingEvent", None))
OLD = "it would be taken, but it was decided 10 days ago: ask the advisor whether it still holds"
BODY = json.dumps({"taskToken": "SECRET", "place": "Évry"})
COMMANDS = (
    *("", "--json", "list payments", "list payments --error Nothing", "list payments --error ConflictingEvent --json"),
    *("list bills-dead-letters", "show payments dddd", "show payments aabb", "show payments aaaa --json"),
    *(
        f"list {each} --error x"
        for each in ("orders", "enedis-orders-dead-letters", "restoration-enedis-orders-dead-letters")
    ),
    *(f"replay payments {each}".strip() for each in ("", "aaaa --all", "--all --error x", "aaaa --error x")),
    *("replay payments --all", "replay payments --error ConflictingEvent"),
    *("replay payments dddd dddd cccc-4 --json --yes --reason x", "discard payments aa", "discard payments zz"),
    *("discard payments --all", "discard payments aabb"),
)


def test_commands_print_what_they_printed() -> None:
    stays = letter("aabb-2", "ConflictingEvent", None, body="no JSON")
    sent = {"ErrorReason": "hidden", "From": "the bus"}
    old = letter("dddd-3-is-longer", to="limitations", today=OLD, body=BODY, attributes=sent)
    known = {
        "": Letters(letter("aaaa-1"), stays, old, letter("cccc-4")),
        "none: ": Letters(),
        "more than are listed: ": Letters(*TWO, is_all=False),
        "a function that fails: ": Letters(error="S3 cannot be reached"),
    }
    known[""].gone = {"cccc-4"}
    said = []
    for name, aws in known.items():
        tools = Tools(aws.account, lambda: NOW)
        some = "", "list payments", "replay payments zz --yes --reason x", "replay payments --all"
        commands = some if name else COMMANDS
        noted = aws.requests, aws.entries
        said += [name + printed(tools, f"letters {command}", *noted) for command in commands]
    are_as_kept("letters.txt", said)


def test_many_letters_go_in_calls_that_each_end_in_time() -> None:
    aws = Letters(*(letter(f"letter-{number}") for number in range(201)))
    letters, _ = look(aws.account, Family.PAYMENTS)
    outcomes = handle(aws.account, Action.REPLAY, Family.PAYMENTS, letters, Change("o", "b", "r"))
    assert (len(outcomes), [len(each["letters"]) for each in aws.requests[1:]]) == (201, [200, 1])
