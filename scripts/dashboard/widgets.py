"""Widgets as CloudWatch's dashboards have them, placed from the top down on their grid of 24 columns.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scripts.dashboard.stack import Alarm

COLUMNS = 24
MOST_WIDGETS, MOST_METRICS, MOST_METRICS_IN_ALL, MOST_ALARMS, MOST_LOG_GROUPS = 500, 500, 2500, 100, 50
"""What CloudWatch takes: widgets of a dashboard; metrics of a widget, and of a dashboard; alarms of a widget; log
groups of a query."""
REGION = "${AWS::Region}"
STACK = "${Core}"
TITLE_HEIGHT = 2

type Widget = dict[str, Any]
type Line = list[Any]


def text(markdown: str) -> Widget:
    """Words, and links."""
    return {"type": "text", "properties": {"markdown": markdown, "background": "transparent"}}


def screen(title: str, name: str, endpoint: str) -> Widget:
    """A screen of the function ``supervise``: it is asked again when the range, the size or the time changes."""
    return {
        "type": "custom",
        "properties": {
            "title": title,
            "endpoint": endpoint,
            "params": {"screen": name, "lang": "fr"},
            "updateOn": {"refresh": True, "resize": True, "timeRange": True},
        },
    }


def alarms(title: str, shown: Iterable[Alarm]) -> Widget:
    """The states of some alarms."""
    return {"type": "alarm", "properties": {"title": title, "alarms": [_arn_of(alarm) for alarm in shown]}}


def _arn_of(alarm: Alarm) -> str:
    """An alarm's name is made of the core's and its logical id."""
    return f"arn:${{AWS::Partition}}:cloudwatch:{REGION}:${{AWS::AccountId}}:alarm:{STACK}-{alarm.name}"


def query(title: str, groups: Iterable[str], *steps: str) -> Widget:
    """A query of Logs Insights over some log groups."""
    sources = " | ".join(f"SOURCE '{group}'" for group in groups)
    whole = " | ".join([sources, *steps])
    return {"type": "log", "properties": {"title": title, "region": REGION, "view": "table", "query": whole}}


def graph(title: str, lines: Sequence[Line], stat: str = "Sum", period: int = 300, **more: Any) -> Widget:
    """Metrics over time."""
    properties = {"title": title, "region": REGION, "view": "timeSeries", "stat": stat, "period": period, **more}
    return {"type": "metric", "properties": {**properties, "metrics": list(lines)}}


def numbers(title: str, lines: Sequence[Line], stat: str = "Sum", **more: Any) -> Widget:
    """One number for each metric, over the whole range of the dashboard."""
    properties = {"title": title, "region": REGION, "view": "singleValue", "stat": stat}
    return {
        "type": "metric",
        "properties": {**properties, "setPeriodToTimeRange": True, **more, "metrics": list(lines)},
    }


def own(name: str, label: str, **options: Any) -> Line:
    """A metric of ours, as Powertools writes it."""
    return [STACK, name, "service", STACK, {"label": label, **options}]


def of_function(name: str, function: str, label: str, **options: Any) -> Line:
    """A metric of Lambda, of the function with a name."""
    return ["AWS/Lambda", name, "FunctionName", f"{STACK}-{function}", {"label": label, **options}]


def of_queue(name: str, queue: str, label: str, **options: Any) -> Line:
    """A metric of SQS, of the queue with a name."""
    return ["AWS/SQS", name, "QueueName", f"{STACK}-{queue}", {"label": label, **options}]


def of_machine(name: str, machine: str, label: str, **options: Any) -> Line:
    """A metric of Step Functions, of the machine with an ARN."""
    return ["AWS/States", name, "StateMachineArn", machine, {"label": label, **options}]


def computed(expression: str, label: str, **options: Any) -> Line:
    """Metric math."""
    return [{"expression": expression, "label": label, **options}]


@dataclass
class Grid:
    """Widgets, placed row by row."""

    widgets: list[Widget] = field(default_factory=list)
    bottom: int = 0

    def row(self, height: int, *widgets: Widget) -> None:
        """Place widgets of one height beside each other, each as wide as the others."""
        width = COLUMNS // len(widgets)
        for place, widget in enumerate(widgets):
            self.widgets.append(_placed(widget, place * width, self.bottom, width, height))
        self.bottom += height

    def title(self, markdown: str) -> None:
        """Begin a section."""
        self.row(TITLE_HEIGHT, text(markdown))

    @property
    def body(self) -> dict[str, Any]:
        """The dashboard: a day, each graph with its own period."""
        return {"start": "-P1D", "periodOverride": "inherit", "widgets": self.widgets}


def _placed(widget: Widget, x: int, y: int, width: int, height: int) -> Widget:
    place: Mapping[str, int] = {"x": x, "y": y, "width": width, "height": height}
    return {"type": widget["type"], **place, "properties": widget["properties"]}
