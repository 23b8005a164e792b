"""The advisors' API, asked as API Gateway asks: what is found, taken, decided and refused."""

from datetime import timedelta

from tests.fakes.channels import CUSTOMER, KEYS, LIMITATION, NOW, Channels, item
from tests.unit.channels.applications import ADVISORS, AWA, BO, CASE, LU, PAID, WORK, Client, is_problem


def test_case_says_what_would_restore_now(alix: Client, world: Channels) -> None:
    assert alix.get(f"{ADVISORS}/cases/{LIMITATION}").body["restores"] is None
    world.look(outcome="BALANCE_DUE", asks="DEBT", balance=12.4)
    assert alix.get(f"{ADVISORS}/cases/{LIMITATION}").body["restores"].startswith("12,40 € de plus")


def test_work_says_what_may_be_decided_and_the_rest_is_refused(alix: Client, world: Channels) -> None:
    assert alix.get(f"{ADVISORS}/cases", q=KEYS.code(LIMITATION)).body == {"limitationIds": [LIMITATION]}
    [work] = alix.get(f"{ADVISORS}/work-items").body["work"]
    assert ([each["decision"] for each in work["replies"]], work["needsProof"]) == (["RESTORE", "REFUSE"], False)
    refused = alix.post(f"{WORK}/decide", {"decision": "SEND_TECHNICIAN", "reason": "oui"})
    assert is_problem(refused, 409, "refused")
    assert "les règles n'offrent pas" in refused.body["detail"]
    assert world.said == []


def test_list_of_work_has_pages_and_filters(alix: Client, world: Channels) -> None:
    for number in (4, 5, 6):
        world.items[f"LIM-{number}"] = item(limitationId=f"LIM-{number}")
        world.receive("ReviewAsked", "channels", limitationId=f"LIM-{number}", at=NOW.isoformat(), id=f"k-{number}")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = alix.get(f"{ADVISORS}/work-items", limit="1", **cursor).body
        seen += [each["limitationId"] for each in page["work"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert sorted(seen) == [LIMITATION, "LIM-4", "LIM-5", "LIM-6"]

    def found(**query: str) -> list[str]:
        return [each["limitationId"] for each in alix.get(f"{ADVISORS}/work-items", **query).body["work"]]

    assert is_problem(alix.post(f"{WORK}/give-back"), 409, "refused"), "it is not theirs"
    alix.post(f"{WORK}/take")
    assert found(kind="QUESTION") == found(whose="MINE") == [LIMITATION]
    assert found(whose="NOBODY") == found(kind="REVIEW") == ["LIM-4", "LIM-5", "LIM-6"]
    assert is_problem(alix.get(f"{ADVISORS}/work-items", kind="LUNCH"), 422, "invalid")
    alix.post(f"{WORK}/give-back")
    assert found(whose="MINE") == []
    alix.post(f"{WORK}/set-aside", {"until": (NOW + timedelta(hours=8)).isoformat()})
    assert (found(whose="ASIDE"), found()) == ([LIMITATION], ["LIM-4", "LIM-5", "LIM-6"])


def test_work_is_set_aside_taken_up_and_ended(alix: Client, world: Channels) -> None:
    world.receive("ReviewAsked", "channels", at=NOW.isoformat(), id="k-1")
    review = f"{ADVISORS}/cases/{LIMITATION}/work-items/k-1"
    assert is_problem(alix.post(f"{review}/set-aside", {"until": "2027-01-01T00:00:00Z"}), 409, "refused")
    assert is_problem(alix.post(f"{review}/set-aside", {"until": "2026-11-25T00:00:00"}), 422, "invalid")
    assert alix.post(f"{review}/set-aside", {"until": "2026-11-25T09:00:00+01:00"}).status == 200
    assert [each["id"] for each in alix.get(f"{ADVISORS}/work-items").body["work"]] == ["question-1-1"]
    world.pass_time(timedelta(minutes=1))
    assert alix.post(f"{review}/take-up").status == 200
    world.pass_time(timedelta(minutes=1))
    assert is_problem(alix.post(f"{review}/end", {"words": " "}), 422, "invalid")
    assert alix.post(f"{review}/end", {"words": "rappelé"}).status == 200
    assert is_problem(alix.post(f"{WORK}/end", {"words": "rappelé"}), 409, "refused")
    assert is_problem(alix.post(f"{ADVISORS}/cases/{LIMITATION}/work-items/k-9/take"), 404, "not-found")
    acts = [(each["kind"], each["words"]) for each in alix.get(f"{ADVISORS}/cases/{LIMITATION}").body["acts"]]
    assert acts == [("QuestionSetAside", None), ("QuestionTakenUp", None), ("WorkDone", "rappelé")]


def test_reader_and_owner_decide_nothing(alix: Client, world: Channels) -> None:
    owner = alix.of(BO | {"customer_id": CUSTOMER})
    for client in (alix.of(LU), owner):
        assert is_problem(client.post(f"{WORK}/decide", {"decision": "RESTORE", "reason": "oui"}), 409, "refused")
        assert is_problem(client.post(f"{ADVISORS}/cases/{LIMITATION}/payment-declarations", PAID), 409, "refused")
    assert world.said == []


def test_advisor_alone_notes_a_proof_and_on_a_case_that_is_there(alix: Client) -> None:
    case, proof = f"{ADVISORS}/cases/{LIMITATION}", {"proof": "relevé de banque"}
    assert is_problem(alix.of(AWA).post(f"{CASE}/payment-declarations", PAID | proof), 422, "invalid")
    alix.post(f"{case}/payment-declarations", PAID | proof)
    assert [each["words"] for each in alix.get(case).body["acts"]] == ["relevé de banque"]
    assert is_problem(alix.post(f"{ADVISORS}/cases/LIM-9/payment-declarations", PAID), 404, "not-found")
