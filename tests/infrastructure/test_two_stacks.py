"""Two stacks in one account share nothing, nor do their companions: dev's certificate must not alarm production."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from restoration.observability import metrics
from tests.infrastructure.templates import EVERY, ROOT, TEMPLATE

THE_STACK = {"Ref": "AWS::StackName"}


def own_metrics() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each metric of ours that an alarm looks at."""
    for alarm in (one for each in EVERY for one in each.of_type("AWS::CloudWatch::Alarm")):
        looked_at = [alarm.properties] if "Namespace" in alarm.properties else []
        looked_at += [one["MetricStat"]["Metric"] for one in alarm.properties.get("Metrics", []) if "MetricStat" in one]
        for metric in looked_at:
            if not str(metric["Namespace"]).startswith("AWS/"):
                yield alarm.logical_id, metric


def test_alarms_look_at_metrics_of_their_own_stack_and_at_its_resources() -> None:
    for alarm, metric in own_metrics():
        assert metric["Namespace"] == THE_STACK, alarm
        assert metric["Dimensions"] == [{"Name": "service", "Value": THE_STACK}], alarm
    for template, resource in ((each, one) for each in EVERY for one in each.of_type("AWS::CloudWatch::Alarm")):
        for dimension in resource.properties.get("Dimensions", []):
            named = dimension["Value"]
            referred = named["Fn::GetAtt"][0] if "Fn::GetAtt" in named else named["Ref"]
            assert referred == "AWS::StackName" or referred in template.resources, resource.logical_id


def test_functions_count_log_and_trace_under_the_stack_s_name() -> None:
    for template, function in ((each, one) for each in EVERY for one in each.functions):
        variables = template.environment(function)
        assert variables["POWERTOOLS_SERVICE_NAME"] == variables["POWERTOOLS_METRICS_NAMESPACE"] == THE_STACK


def test_code_leaves_both_names_to_the_environment() -> None:
    """A name given in the code would win over the environment's."""
    made = [
        (path.name, call)
        for folder in (
            "layers/restoration",
            "functions",
            "operations/functions",
            "operations/record",
            "operations/screens",
            "channels/functions",
            "channels/layer",
        )
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
