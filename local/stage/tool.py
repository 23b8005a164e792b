"""The session by which the operations' tool acts on a stage: somebody who has assumed the operations role."""

from typing import Any

from local.stage.stage import Stage
from ops.account import DEFAULT_STACK, Account


class StageSession:
    """Stands for the boto3 session of the operations role on the embedded cloud."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.region_name = stage.cloud.region

    def client(self, service: str, **_: object) -> Any:
        return self._stage.operations(service)

    def get_partition_for_region(self, _: str) -> str:
        return "aws"


def unpaced_account(stage: Stage) -> Account:
    """The account of a stage, as the operations role reads it; it has no quotas that others need."""
    session: Any = StageSession(stage)
    return Account(session, DEFAULT_STACK, wait=lambda _: None)
