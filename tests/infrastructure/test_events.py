"""Schemas in step with the models; sample events that models and schemas accept; sample payloads for each function."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel, TypeAdapter
from pydantic.alias_generators import to_camel

from channels.contracts import published as channels
from record.contracts.reminders import BILLINGS_WORD
from restoration.adapters.enedis.flows.bucket import parse_dropped_file
from restoration.contracts.business_event import SOURCE, BusinessEvent, event_id
from restoration.contracts.envelope import parse_event, sources_of
from restoration.contracts.notifications import DeliveryReport, MessageRecord, Report, parse_record, tag_of
from restoration.contracts.published import PUBLISHED, SocialServicesNoticeDue
from restoration.contracts.received import PAYMENT_EVENTS, RESUMING_EVENTS
from restoration.contracts.received_limitations import LIMITATION_EVENTS
from restoration.domain.message import Channel
from restoration.errors import InvalidEvent
from scripts.event_schemas import FOLDER, event_models, incoming_models, published_models
from scripts.schemas import files
from tests.fakes.samples import NOON
from tests.infrastructure.templates import ROOT, as_list, template

EVENTS = ROOT / "events"
PAYLOADS = EVENTS / "functions"
SENT = EVENTS / "published"
"""Samples of the events that leave us."""
MODELS = incoming_models()
PUBLISHED_MODELS = published_models()
CONTRACTS: dict[str, TypeAdapter[Any]] = {
    "receive_payments": PAYMENT_EVENTS,
    "register_limitations": LIMITATION_EVENTS,
    "resume_restoration": RESUMING_EVENTS,
}
"""The models that each function reads from its queue."""


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def validator(detail_type: str) -> Draft202012Validator:
    return Draft202012Validator(read(FOLDER / f"{detail_type}.json"), format_checker=FormatChecker())


def parse(event: Any) -> BaseModel:
    """Read an event by the one contract that knows its type."""
    body = json.dumps(event)
    accepted: list[BaseModel] = []
    for contract in (*CONTRACTS.values(), BILLINGS_WORD):
        try:
            accepted.append(parse_event(body, contract, NOON))
        except InvalidEvent:
            continue
    assert len(accepted) == 1
    return accepted[0]


def test_schemas_and_documents_are_in_step_with_models_and_handlers() -> None:
    texts = files()
    old = [path.name for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
    assert old == [], "run make schemas"
    assert set(FOLDER.glob("*.json")) <= texts.keys(), "run make schemas"


def listed_types(*, known: bool) -> set[tuple[str, str]]:
    """What comes in by the rules of our bus, source and detail type: what they know, or let pass as unrecognised."""
    patterns = [
        pattern
        for rule in template().of_type("AWS::Events::Rule")
        if rule.properties.get("EventBusName") == {"Ref": "EventBus"}
        for pattern in rule.properties["EventPattern"].get("$or", [rule.properties["EventPattern"]])
    ]
    patterns += [  # the companion's, by the core's name
        event["Properties"]["Pattern"]
        for function in template().of_type("AWS::Serverless::Function")
        for event in function.properties.get("Events", {}).values()
        if "EventBusName" in event["Properties"]
    ]
    found: set[tuple[str, str]] = set()
    for pattern in patterns:
        for entry in pattern.get("detail-type", []):
            types = [entry] if isinstance(entry, str) else as_list(entry.get("anything-but", []))
            if isinstance(entry, str) == known:
                sources = [
                    source for source in pattern.get("source", []) if isinstance(source, str) and source != SOURCE
                ]
                found |= {(source, one) for source in sources for one in types}
    return found


def test_rules_of_the_bus_know_exactly_these_types_from_their_own_source() -> None:
    ours = ("channels", "RequestOverdue")
    """Of the channels for the customer, whom the core tells."""
    assert listed_types(known=True) - {ours} == {(source, each) for each in MODELS for source in sources_of(each)}
    for detail_type in MODELS:
        assert read(EVENTS / f"{detail_type}.json")["source"] in sources_of(detail_type)


def test_whatever_no_rule_knows_is_kept_as_unrecognised() -> None:
    """What the channels ask of billing is for billing alone."""
    assert listed_types(known=False) == listed_types(known=True) | {("channels", each) for each in channels.PUBLISHED}


def test_every_event_has_a_schema_that_explains_it_and_a_sample() -> None:
    """A partner reads the schema alone."""
    for detail_type in event_models():
        schema = read(FOLDER / f"{detail_type}.json")
        Draft202012Validator.check_schema(schema)
        assert schema["description"], detail_type
    assert {path.stem for path in EVENTS.glob("*.json")} == set(MODELS)
    assert {path.stem for path in SENT.glob("*.json")} == set(PUBLISHED_MODELS)


@pytest.mark.parametrize("detail_type", MODELS)
def test_sample_is_accepted_by_model_and_schema_which_miss_the_same_fields(detail_type: str) -> None:
    """Each field of a sample left out in turn: both refuse the event, or neither; then its digest is another one.

    A fact that comes again with other content is a contradiction.
    """
    sample, valid = read(EVENTS / f"{detail_type}.json"), validator(detail_type).is_valid
    whole: Any = parse(sample)
    assert (sample["detail-type"], type(whole)) == (detail_type, MODELS[detail_type])
    assert valid(sample)
    assert not valid(sample | {"detail-type": "SomethingElse"})
    for field in sample["detail"]:
        event = without(sample, field)
        try:
            parsed: Any = parse_event(json.dumps(event), TypeAdapter(MODELS[detail_type]), NOON)
        except InvalidEvent:
            parsed = None
        assert valid(event) == (parsed is not None), field
        assert parsed is None or field in {"at", "paidAt"} or parsed.digest != whole.digest, field


def without(sample: Any, field: str) -> Any:
    return {**sample, "detail": {name: value for name, value in sample["detail"].items() if name != field}}


@pytest.mark.parametrize("detail_type", PUBLISHED)
def test_sample_of_an_event_that_leaves_us_is_written_as_we_write_it_with_every_field_always(detail_type: str) -> None:
    """A consumer need not ask whether a field is there: one that says nothing is null."""
    sample, valid = read(SENT / f"{detail_type}.json"), validator(detail_type).is_valid
    assert sample["detail-type"] == detail_type
    PUBLISHED_MODELS[detail_type].model_validate_json(json.dumps(sample))
    assert valid(sample)
    assert not valid(sample | {"source": "billing"})
    assert [field for field in sample["detail"] if valid(without(sample, field))] == []
    event: BusinessEvent = PUBLISHED[detail_type].model_validate_json(json.dumps(sample["detail"]))
    assert json.loads(event.model_dump_json(by_alias=True)) == sample["detail"]
    key = "/".join(str(sample["detail"][to_camel(name)]) for name in event.keyed_by)
    of = event.limited_since if isinstance(event, SocialServicesNoticeDue) else event.generation
    assert event.id == event_id(event.limitation_id, of, detail_type, key)


@pytest.mark.parametrize("detail_type", channels.PUBLISHED)
def test_sample_of_what_the_channels_ask_is_written_as_its_model_writes_it(detail_type: str) -> None:
    sample = read(SENT / f"{detail_type}.json")
    assert validator(detail_type).is_valid(sample)
    detail = channels.PUBLISHED[detail_type].model_validate(sample["detail"])
    assert json.loads(detail.model_dump_json(by_alias=True, exclude_none=True)) == sample["detail"]


def test_every_function_has_a_sample_payload() -> None:
    folders = {str(function.properties["CodeUri"]).rpartition("/")[2] for function in template().functions}
    assert {path.stem for path in PAYLOADS.glob("*.json")} == folders


@pytest.mark.parametrize("function", CONTRACTS)
def test_sample_batch_is_read_by_its_consumer(function: str) -> None:
    bodies = [record["body"] for record in read(PAYLOADS / f"{function}.json")["Records"]]
    read_types = {parse_event(body, CONTRACTS[function], NOON).detail_type for body in bodies}
    assert len(read_types) == len(bodies)


def test_sample_of_messages_has_each_event_that_customers_are_told_and_reports_of_both_carriers() -> None:
    records = [parse_record(record["body"]) for record in read(PAYLOADS / "notify_customer.json")["Records"]]
    told = [json.loads(record.body)["detail-type"] for record in records if isinstance(record, MessageRecord)]
    patterns = [template().resources[name].properties["EventPattern"] for name in ("NotificationEvents", "Incidents")]
    assert told == [each for rule in (*patterns[0]["$or"], patterns[1]) for each in rule["detail-type"]]
    reported = [record.report for record in records if isinstance(record, DeliveryReport)]
    assert {report.channel for report in reported} == {Channel.SMS, Channel.EMAIL}


def test_the_rules_for_reports_bring_the_words_that_the_contract_knows_and_no_address() -> None:
    rules = [template().resources[name].properties for name in ("MailReports", "SmsReports")]
    words = {word for rule in rules for word in rule["EventPattern"]["detail-type"]}
    assert words == {report.value for report in Report}
    for rule in rules:
        (target,) = rule["Targets"]
        paths = target["InputTransformer"]["InputPathsMap"]
        assert not [path for path in paths.values() if "destination" in path.lower()]
        body = target["InputTransformer"]["InputTemplate"]
        sample = {"report": "Email Bounced", "at": "2026-05-04T09:05:00Z", "status": "", "tag": tag_of("LIM-1#X")}
        for name in paths:
            body = body.replace(f"<{name}>", sample[name])
        delivered = parse_record(body)
        assert isinstance(delivered, DeliveryReport)
        assert delivered.attempt_id == "LIM-1#X"


def test_sample_of_a_dropped_flow_is_read_by_its_consumer() -> None:
    (record,) = read(PAYLOADS / "ingest_enedis_flow.json")["Records"]
    assert parse_dropped_file(record["body"]).name == "X12_20260505.zip"
