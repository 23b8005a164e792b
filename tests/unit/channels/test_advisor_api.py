"""The advisors' API, asked as API Gateway asks: what is found, taken, decided and refused."""

from datetime import timedelta

from tests.fakes.channels import KEYS, LIMITATION, NOW, Channels, item
from tests.unit.channels.applications import ADVISORS, AWA, CASE, PAID, WORK, Client, is_problem


def test_list_of_work_has_pages_filters_and_what_may_be_decided(alix: Client, world: Channels) -> None:
    for number in (4, 5):
        world.items[f"LIM-{number}"] = item(limitationId=f"LIM-{number}")
        world.receive("ReviewAsked", "channels", limitationId=f"LIM-{number}", at=NOW.isoformat(), id=f"k-{number}")

    def found(**query: str) -> list[str]:
        return [each["limitationId"] for each in alix.get(f"{ADVISORS}/work-items", **query).body["work"]]

    first = alix.get(f"{ADVISORS}/work-items", limit="2").body
    question, _ = first["work"]
    assert [each["decision"] for each in question["replies"]] == ["RESTORE", "REFUSE"]
    assert not question["needsProof"]
    assert found(limit="2") + found(cursor=first["next"]) == found() == [LIMITATION, "LIM-4", "LIM-5"]
    assert is_problem(alix.post(f"{WORK}/give-back"), 409, "refused"), "it is not theirs"
    alix.post(f"{WORK}/take")
    assert found(kind="QUESTION") == found(whose="MINE") == [LIMITATION]
    assert found(whose="NOBODY") == found(kind="REVIEW") == ["LIM-4", "LIM-5"]
    alix.post(f"{WORK}/give-back")
    assert found(whose="MINE") == []


def test_work_is_set_aside_taken_up_and_ended(alix: Client, world: Channels) -> None:
    case = f"{ADVISORS}/cases/{LIMITATION}"
    world.receive("ReviewAsked", "channels", at=NOW.isoformat(), id="k-1")
    for act, content in (
        ("set-aside", {"until": "2026-11-25T09:00:00+01:00"}), ("take-up", None), ("end", {"words": "rappelé"}),
    ):  # fmt: skip
        assert alix.post(f"{case}/work-items/k-1/{act}", content).status == 200
        world.pass_time(timedelta(minutes=1))
    assert is_problem(alix.post(f"{WORK}/set-aside", {"until": "2026-11-25T00:00:00"}), 422, "invalid")
    assert is_problem(alix.post(f"{WORK}/end", {"words": "rappelé"}), 409, "refused")
    assert is_problem(alix.post(f"{case}/work-items/k-9/take"), 404, "not-found")
    acts = [(each["kind"], each["words"]) for each in alix.get(case).body["acts"]]
    assert acts == [("QuestionSetAside", None), ("QuestionTakenUp", None), ("WorkDone", "rappelé")]


def test_case_is_found_by_its_code_and_says_what_would_restore_now(alix: Client, world: Channels) -> None:
    [name] = alix.get(f"{ADVISORS}/cases", q=KEYS.code(LIMITATION)).body["limitationIds"]
    assert alix.get(f"{ADVISORS}/cases/{name}").body["restores"] is None
    world.look(outcome="BALANCE_DUE", asks="DEBT", balance=12.4)
    assert alix.get(f"{ADVISORS}/cases/{name}").body["restores"].startswith("12,40 € de plus")


def test_advisor_alone_notes_a_proof_and_on_a_case_that_is_there(alix: Client) -> None:
    case, proof = f"{ADVISORS}/cases/{LIMITATION}", {"proof": "relevé de banque"}
    assert is_problem(alix.of(AWA).post(f"{CASE}/payment-declarations", PAID | proof), 422, "invalid")
    alix.post(f"{case}/payment-declarations", PAID | proof)
    assert [each["words"] for each in alix.get(case).body["acts"]] == ["relevé de banque"]
    assert is_problem(alix.post(f"{ADVISORS}/cases/LIM-9/payment-declarations", PAID), 404, "not-found")
