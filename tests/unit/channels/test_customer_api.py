"""The customers' API, asked as API Gateway asks: what each operation gives, notes and refuses, in which words."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.channels import LIMITATION, Channels, of_kind
from tests.unit.channels.applications import ADVISORS, ALIX, AWA, CASE, CLOSED, FOREIGN, PAID, Client, is_problem
from tests.unit.channels.sites import Reply


def test_customer_lists_their_cases_page_by_page_and_nobody_else_s(awa: Client) -> None:
    first = awa.get("/api/v1/cases", limit="1").body
    second = awa.get("/api/v1/cases", limit="1", cursor=first["next"]).body
    assert [each["limitationId"] for each in (*first["cases"], *second["cases"])] == [LIMITATION, CLOSED]
    assert (second["next"], second["cases"][0]["isOpen"]) == (None, False)
    assert is_problem(awa.get("/api/v1/cases", limit="51"), 422, "invalid")


def test_case_has_its_amounts_while_billing_replies_and_its_acts(awa: Client, world: Channels) -> None:
    awa.post(f"{CASE}/payment-declarations", PAID)
    case = awa.get(CASE).body
    assert (case["amounts"]["debt"], case["amounts"]["payments"][0]["amount"]) == ("100.00", "12.40")
    [act] = case["acts"]
    assert (act["kind"], act["channel"], act["role"]) == ("PaymentDeclared", "API", "CUSTOMER")
    world.billing_is_down = True
    assert awa.get(CASE).body["amounts"] is None, "a case without billing is better than none"


def test_foreign_case_is_as_unknown_as_none(awa: Client, world: Channels) -> None:
    asks: list[Callable[[str], Reply]] = [awa.get, lambda case: awa.post(f"{case}/review-requests", {})]
    asks.append(lambda case: awa.get(f"{case}/visit-slots"))
    for ask in asks:
        foreign, unknown = (ask(f"/api/v1/cases/{name}") for name in (FOREIGN, "LIM-9"))
        assert is_problem(foreign, 404, "not-found")
        assert foreign == unknown
    assert world.said == []


def test_same_key_is_one_act_with_one_reply_and_no_other_content(awa: Client, world: Channels) -> None:
    key, path = str(uuid.uuid4()), f"{CASE}/payment-declarations"
    first = awa.post(path, PAID, key)
    world.pass_time(timedelta(days=9))
    assert awa.post(path, PAID | {"amount": 70}, key).body == first.body, "it is the same amount"
    assert len(world.said) == 1
    assert is_problem(awa.post(path, PAID | {"amount": "7.00"}, key), 422, "said-key-used")
    assert is_problem(awa.post(f"{CASE}/review-requests", {}, key), 422, "said-key-used")
    another = awa.of(ALIX).post(f"{ADVISORS}/cases/{LIMITATION}/payment-declarations", PAID, key)
    assert is_problem(another, 422, "said-key-used"), "of a case, it is one act of one person"
    assert len(world.said) == 1


def test_act_that_broke_off_is_done_when_its_key_comes_again(awa: Client, world: Channels) -> None:
    key, world.bus_is_down = str(uuid.uuid4()), True
    assert is_problem(awa.post(f"{CASE}/review-requests", {"words": "?"}, key), 503, "busy")
    world.bus_is_down = False
    assert awa.post(f"{CASE}/review-requests", {"words": "?"}, key).status == 200
    assert len(of_kind(world.said, "ReviewAsked")) == len(awa.get(CASE).body["acts"]) == 1


def test_act_that_is_too_soon_is_told_when_it_can_be_said_again(awa: Client) -> None:
    assert awa.post(f"{CASE}/power-missing-reports").status == 200
    again = awa.post(f"{CASE}/power-missing-reports")
    assert is_problem(again, 429, "said-again")
    assert again.headers["retry-after"] == "600"


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (PAID | {"amount": {}}, {"amount": "un montant tel que 123.45"}),
        (PAID | {"paidOn": "2027-01-01"}, {"paidOn": "cette date est trop ancienne, ou trop lointaine"}),
        (
            PAID | {"means": "GOLD", "iban": "FR76"},
            {"means": "choisissez dans la liste", "iban": "ce champ n'existe pas"},
        ),
        ([], {"body": "cette valeur est refusée"}),
        ("{", {"body": "le JSON n'est pas lisible"}),
        (None, {"body": "à remplir"}),
    ],
)
def test_bad_content_is_told_field_by_field_and_its_key_stays_free(
    awa: Client, world: Channels, content: Any, faults: Mapping[str, str]
) -> None:
    key = str(uuid.uuid4())
    reply = awa.post(f"{CASE}/payment-declarations", content, key)
    assert is_problem(reply, 422, "invalid")
    assert {each["field"]: each["detail"] for each in reply.body["errors"]} == faults
    assert world.said == []
    assert awa.post(f"{CASE}/payment-declarations", PAID, key).status == 200


@pytest.mark.parametrize(
    ("given", "status", "name"),
    [
        ({"key": "1"}, 422, "invalid"),
        ({"content-type": "application/x-www-form-urlencoded"}, 415, "no-json"),
        ({"content": json.dumps({"words": "a" * 20_000})}, 413, "too-large"),
        ({"content": "[" * 16_000}, 400, "unreadable"),
        ({"content": '{"words": "\\ud800"}'}, 422, "invalid"),
    ],
)
def test_odd_request_is_a_problem_and_changes_nothing(
    awa: Client, world: Channels, given: Mapping[str, str], status: int, name: str
) -> None:
    reply = awa.post(f"{CASE}/review-requests", **{"content": "{}", **given})
    assert is_problem(reply, status, name)
    assert world.said == []


def test_problem_and_sentence_are_in_the_reader_s_language(awa: Client) -> None:
    assert awa.get("/api/v1/cases/LIM-9").body["title"] == "Rien ne porte ce nom."
    english = awa.of(AWA, **{"accept-language": "en-GB,fr"})
    problem = english.get("/api/v1/cases/LIM-9")
    assert (problem.body["title"], problem.headers["content-language"]) == ("Nothing has that name.", "en")
    assert english.get(CASE).body["said"].startswith("Your power is limited")


def test_token_of_the_one_opens_nothing_of_the_other(nobody: Client, alix: Client) -> None:
    for path in ("/work-items", f"/cases/{LIMITATION}", "/cases"):
        assert is_problem(nobody.of(AWA).get(f"{ADVISORS}{path}", q="x"), 403, "not-allowed")
    for path in ("/api/v1/cases", CASE):
        assert is_problem(alix.get(path), 403, "not-allowed")


def test_address_or_method_that_is_none_of_ours_is_not_found(awa: Client) -> None:
    assert is_problem(awa.get("/api/v1/nothing"), 404, "not-found")
    assert is_problem(awa.post("/api/v1/cases", {}), 404, "not-found")
