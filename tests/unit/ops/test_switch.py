"""ops switch, and ops stop without a case: what is written, in which order, and what is said next."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.tools import Tools
from tests.unit.ops.accounts import NOW, OwnAccount
from tests.unit.ops.printing import are_as_kept, printed


class SwitchOfAnAccount(OwnAccount):
    """An account with a switch; the template says shadow and 0 %."""

    services = frozenset({"dynamodb", "sqs", "ssm", "stepfunctions"})

    def __init__(self, **values: str) -> None:
        super().__init__()
        self.values = {f"/restoration/{name.replace('_', '-')}": value for name, value in values.items()}
        self.put: list[tuple[str, str]] = []

    def parameter(self, name: str) -> str:
        return f"/restoration/{name}"

    def setting(self, name: str) -> str:
        return {"Mode": "shadow", "RolloutPercent": "0"}[name]

    def machine(self) -> str:
        return "arn:restoration"

    def get_parameters(self, Names: list[str]) -> dict[str, Any]:  # noqa: N803 - boto3's
        there = [name for name in Names if name in self.values]
        found = [{"Name": name, "Value": self.values[name], "LastModifiedDate": NOW} for name in there]
        return {"Parameters": found, "InvalidParameters": [name for name in Names if name not in there]}

    def put_parameter(self, Name: str, Value: str, **how: object) -> None:  # noqa: N803 - boto3's
        assert how == {"Type": "String", "Overwrite": True}
        self.put.append((Name, Value))
        self.values[Name] = Value

    def get_queue_attributes(self, QueueUrl: str, **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's
        counts = {"enedis-orders": ("3", "900", "2"), "enedis-orders-urgent": ("300", "0", "4")}[QueueUrl]
        names = (f"ApproximateNumberOfMessages{kind}" for kind in ("", "Delayed", "NotVisible"))
        return {"Attributes": dict(zip(names, counts, strict=True))}

    def list_executions(self, **_: object) -> dict[str, Any]:
        return {"executions": [{}]}


COMMANDS: Mapping[str, Sequence[str]] = {
    "": ("switch", "switch --json", "switch shadow --percent 0", "switch shadow", "switch on --percent 10"),
    "off 100": ("switch on", "switch on --yes --reason x --json", "switch off --percent 100"),
    "off 40": ("stop",),
    "shadow 100": ("switch on --percent 10",),
    "on 10": ("switch --percent 50", "switch shadow", "switch", "switch --percent 10"),
    "on 50": ("switch --percent 10", "switch --percent 10", "switch off --percent 100"),
    "on 40": ("stop", "stop"),
}


def test_commands_print_what_they_printed() -> None:
    """The share is written before the mode; the first turn writes both, so that no deployment turns it."""
    said = []
    for position, commands in COMMANDS.items():
        mode, _, share = position.partition(" ")
        account = SwitchOfAnAccount(**({"mode": mode, "rollout_percent": share} if mode else {}))
        tools: Any = Tools(account, lambda: NOW)  # type: ignore[arg-type]
        said += [f"{position} {printed(tools, each, account.put, account.entries)}".lstrip() for each in commands]
    are_as_kept("switch.txt", said)
