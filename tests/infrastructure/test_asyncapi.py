"""The AsyncAPI document is read by the official parser without a complaint; test_events holds it to the models."""

from scripts.asyncapi import FILE
from scripts.event_schemas import incoming_models, published_models
from tests.npm import read


def test_official_parser_has_no_complaint_and_finds_each_event_that_comes_in_or_leaves() -> None:
    report = read("@asyncapi/parser", "read_asyncapi.mjs", FILE)[str(FILE)]
    assert report["complaints"] == []
    found = {(each["action"], name) for each in report["operations"].values() for name in each["messages"]}
    assert found == {("receive", name) for name in incoming_models()} | {("send", name) for name in published_models()}
