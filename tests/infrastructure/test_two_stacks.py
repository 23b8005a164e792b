"""Two stacks in one account share nothing: dev's missing certificate must not alarm production."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from restoration.observability import metrics
from tests.infrastructure.templates import ROOT, Resource, template
from tests.infrastructure.test_samconfig import MODES, overrides

TEMPLATE = template()
THE_STACK = {"Ref": "AWS::StackName"}


def own_metrics() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each metric of ours that an alarm looks at."""
    for alarm in TEMPLATE.of_type("AWS::CloudWatch::Alarm"):
        looked_at = [alarm.properties] if "Namespace" in alarm.properties else []
        looked_at += [one["MetricStat"]["Metric"] for one in alarm.properties.get("Metrics", []) if "MetricStat" in one]
        for metric in looked_at:
            if not str(metric["Namespace"]).startswith("AWS/"):
                yield alarm.logical_id, metric


@pytest.mark.parametrize(("alarm", "metric"), list(own_metrics()))
def test_alarm_looks_at_the_metrics_of_its_own_stack(alarm: str, metric: Mapping[str, Any]) -> None:
    assert metric["Namespace"] == THE_STACK, alarm
    assert metric["Dimensions"] == [{"Name": "service", "Value": THE_STACK}], alarm


@pytest.mark.parametrize("alarm", TEMPLATE.of_type("AWS::CloudWatch::Alarm"), ids=lambda alarm: alarm.logical_id)
def test_alarm_on_a_metric_of_aws_looks_at_a_resource_of_its_own_stack(alarm: Resource) -> None:
    for dimension in alarm.properties.get("Dimensions", []):
        named = dimension["Value"]
        referred = named["Fn::GetAtt"][0] if "Fn::GetAtt" in named else named["Ref"]
        assert referred == "AWS::StackName" or referred in TEMPLATE.resources


@pytest.mark.parametrize("function", TEMPLATE.functions, ids=lambda function: function.logical_id)
def test_function_counts_logs_and_traces_under_the_stack_s_name(function: Resource) -> None:
    variables = TEMPLATE.environment(function)
    assert variables["POWERTOOLS_SERVICE_NAME"] == THE_STACK
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == THE_STACK


def test_code_leaves_both_names_to_the_environment() -> None:
    """A name given in the code would win over the environment's."""
    made = [
        (path.name, call)
        for folder in ("layers/restoration", "functions")
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"Logger", "Metrics", "CaseTracer"}
    ]
    assert sorted(str(getattr(call.func, "id", "")) for _, call in made) == ["CaseTracer", "Logger", "Metrics"]
    assert {name for name, _ in made} == {"observability.py", "tracing.py"}
    assert not [call for _, call in made if call.args or call.keywords]
    assert metrics.provider.dimension_set == {}, "a metric has one dimension, the service"


def test_reports_on_the_default_bus_go_to_the_stack_that_sent_the_message() -> None:
    mail = TEMPLATE.resources["MailReports"].properties["EventPattern"]["detail"]["mail"]["tags"]
    assert mail["ses:configuration-set"] == [{"Ref": "MailConfiguration"}]
    assert TEMPLATE.resources["SmsReports"].properties["EventPattern"]["detail"]["context"]["stack"] == [THE_STACK]
    assert TEMPLATE.resources["DroppedFlows"].properties["EventPattern"]["detail"]["bucket"]["name"]


def test_each_environment_has_an_sms_sender_of_its_own() -> None:
    """An account has a sender ID once; a second stack with the same could not create it."""
    senders = [overrides(environment)["SmsSenderId"] for environment in MODES]
    assert len(set(senders)) == len(senders)
