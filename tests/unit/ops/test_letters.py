"""ops letters: which letters a command takes, in what calls, and what it says of those that are left."""

import io
import json
from typing import Any

import pytest

from ops.failures import OpsError, WrongRequest
from ops.letters.function import PER_CALL, LetterFunction
from record.domain.dead_letter import Action, Family
from tests.unit.ops import accounts
from tests.unit.ops.accounts import OwnAccount, words


class LettersOfAnAccount(OwnAccount):
    """An account whose function for dead letters knows some letters; ``error`` is what the function raises."""

    services = frozenset({"lambda", "sqs"})

    def __init__(self, *letters: dict[str, Any], error: str = "") -> None:
        super().__init__()
        self.letters = list(letters)
        self.error = error
        self.gone: set[str] = set()
        self.requests: list[dict[str, Any]] = []

    def get_queue_attributes(self, QueueUrl: str, **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's
        count = len(self.letters) if QueueUrl == "payments-dead-letters" else 0
        return {
            "Attributes": {
                "ApproximateNumberOfMessages": str(count),
                "ApproximateNumberOfMessagesNotVisible": "3" if QueueUrl == "unrecognised-events" else "0",
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
            answer: dict[str, Any] = {"letters": found, "isAll": True}
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
        "today": "today it would be taken" if to else "today it would come back: detail.amount",
        **changes,
    }


def run(account: OwnAccount, *arguments: str, **how: Any) -> Any:
    return accounts.run(account, "letters", *arguments, **how)


TWO = (letter("aaaa-1"), letter("aabb-2", "ConflictingEvent", None))


def test_overview_counts_by_error_and_says_what_is_hidden() -> None:
    shown = words(run(LettersOfAnAccount(*TWO, letter("cccc-3"))))
    assert "3 of unrecognised are hidden for two minutes" in shown
    assert shown.count("payments InvalidEvent 2 would be taken") == 1
    assert "payments ConflictingEvent 1 must stay" in shown
    assert "ops letters list payments" in shown


def test_list_shows_reason_and_judgement_of_each() -> None:
    shown = words(run(LettersOfAnAccount(*TWO), "list", "payments"))
    assert "detail.amount: too small" in shown
    assert "Today: today it would come back" in shown
    assert shown.endswith(
        "→ Look at one: ops letters show payments aaaa-1"
        " → After the mend: ops letters replay payments ID… (or --error InvalidEvent, or --all)"
        ' → What will never be right: ops letters discard payments ID… --reason "…"'
    )


@pytest.mark.parametrize("name", ["orders", "enedis-orders-dead-letters", "restoration-enedis-orders-dead-letters"])
def test_family_is_taken_by_its_queue_s_name_too(name: str) -> None:
    account = LettersOfAnAccount()
    run(account, "list", name)
    assert account.requests[0]["family"] == "orders"


def test_unknown_family_is_answered_with_those_that_there_are() -> None:
    ran = run(LettersOfAnAccount(), "list", "bills-dead-letters")
    assert ran.exit_code == 2
    assert "payments, limitations," in " ".join(ran.output.replace("│", " ").split())


def test_list_of_one_error_leaves_out_the_others() -> None:
    content = json.loads(run(LettersOfAnAccount(*TWO), "list", "payments", "--error", "InvalidEvent", "--json").output)
    assert [each["id"] for each in content["letters"]] == ["aaaa-1"]


@pytest.mark.parametrize("choice", [(), ("aaaa", "--all"), ("--all", "--error", "x"), ("aaaa", "--error", "x")])
def test_letters_are_chosen_in_one_way(choice: tuple[str, ...]) -> None:
    account = LettersOfAnAccount(*TWO)
    ran = run(account, "replay", "payments", *choice, "--reason", "x", "--yes")
    assert isinstance(ran.exception, WrongRequest)
    assert account.requests == []


def test_beginning_of_an_id_names_one_letter_or_none() -> None:
    account = LettersOfAnAccount(*TWO)
    assert "2 letters begin with aa" in str(run(account, "discard", "payments", "aa", "--yes").exception)
    assert "no dead letter zz of payments" in str(run(account, "discard", "payments", "zz", "--yes").exception)
    assert account.entries == []


def test_replay_takes_what_would_be_taken_and_says_what_stays() -> None:
    account = LettersOfAnAccount(*TWO)
    ran = run(account, "replay", "payments", "--all", typed=["mended", "yes"])
    assert ran.exception is None
    assert "1 letter of payments will be sent to the queue of payments" in words(ran)
    assert "aabb-2 stays" in ran.output
    request = account.requests[-1]
    assert request["letters"] == [{"id": "aaaa-1", "sha256": f"{6:064}"}]
    assert (request["by"], request["reason"]) == (account.who, "mended")
    begun, ended = account.entries
    assert (begun["command"], begun["reason"], ended["outcome"]) == ("letters replay", "mended", "1 replayed")
    assert request["operation"] == begun["id"]


def test_letter_that_stayed_is_an_error_which_says_why_and_the_journal_has_both() -> None:
    account = LettersOfAnAccount(letter("aaaa-1"), letter("cccc-3"))
    account.gone = {"cccc-3"}
    ran = run(account, "replay", "payments", "--all", typed=["mended", "yes"])
    assert str(ran.exception) == "Not done: 1 of 2. ops letters list payments"
    assert "cccc-3: somebody else took it" in ran.output
    assert account.entries[-1]["outcome"] == "1 replayed, 1 not found"


def test_replay_that_is_not_confirmed_does_nothing() -> None:
    account = LettersOfAnAccount(*TWO)
    assert isinstance(run(account, "replay", "payments", "--all", typed=["mended", "no"]).exception, OpsError)
    assert [each["action"] for each in account.requests] == ["LOOK"]
    assert account.entries == []


def test_warning_about_an_old_decision_is_said_before_it_is_replayed() -> None:
    old = "today it would be taken, but it was decided 10 days ago: ask the advisor whether it still holds"
    account = LettersOfAnAccount(letter("aaaa-1", to="resumptions", today=old))
    assert "decided 10 days ago" in run(account, "replay", "resumptions", "--all", typed=["mended", "no"]).output


def test_discard_warns_of_letters_that_would_be_taken() -> None:
    ran = run(LettersOfAnAccount(*TWO), "discard", "payments", "--all", typed=["a test", "yes"])
    assert "1 of them would be taken today" in words(ran)
    assert "2 discarded." in ran.output


def test_token_of_an_order_is_not_shown() -> None:
    body = json.dumps({"taskToken": "SECRET", "intent": "REMOTE"})
    shown = run(LettersOfAnAccount(letter("aaaa-1", to="orders", body=body, attributes={})), "show", "orders", "aaaa")
    assert '"intent": "REMOTE"' in shown.output
    assert "SECRET" not in shown.output


def test_many_letters_go_in_calls_that_each_end_in_time() -> None:
    account: Any = LettersOfAnAccount(*(letter(f"letter-{number}") for number in range(PER_CALL + 1)))
    function = LetterFunction(account)
    letters, _ = function.look(Family.PAYMENTS)
    outcomes = function.handle(Action.REPLAY, Family.PAYMENTS, letters, operation="o", by="b", reason="r")
    assert len(outcomes) == PER_CALL + 1
    assert [len(each["letters"]) for each in account.requests[1:]] == [PER_CALL, 1]


def test_function_s_failure_is_a_sentence_that_says_where_the_letters_are() -> None:
    ran = run(LettersOfAnAccount(error="S3 cannot be reached"), "list", "payments")
    assert "handle-dead-letters failed: S3 cannot be reached" in str(ran.exception)
    assert "are where they were" in str(ran.exception)
