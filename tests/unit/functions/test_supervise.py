"""supervise: what a dashboard asks, and the page or the description that it gets."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.unit.functions.conftest import Load

SAMPLE = Path(__file__).parents[3] / "events" / "functions" / "supervise.json"


@pytest.fixture
def event() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return loaded


def test_widget_gets_html_in_its_language_whose_actions_call_the_function(
    load: Load, context: Any, event: dict[str, Any]
) -> None:
    page = load("supervise").handler(event, context)
    assert page.startswith("<style>")
    assert '<div class="ra" lang="fr">' in page
    assert f'endpoint="{context.invoked_function_arn}"' in page
    event["widgetContext"]["locale"] = "en"
    assert '<div class="ra" lang="en">' in load("supervise").handler(event, context)


def test_zoom_of_the_dashboard_is_the_range(load: Load, context: Any, event: dict[str, Any]) -> None:
    assert "04/05 07:00" in load("supervise").handler(event, context)


def test_screen_that_cannot_be_read_says_so_and_the_log_says_why(
    load: Load, context: Any, event: dict[str, Any], logs: Any
) -> None:
    app = load("supervise")
    boto3.client("dynamodb").delete_table(TableName="counters")
    page = app.handler(event, context)
    assert "Cet écran n&#39;a pas pu être lu" in page
    (line,) = logs()
    assert (line["message"], line["exception_name"]) == ("a screen could not be read", "ResourceNotFoundException")
