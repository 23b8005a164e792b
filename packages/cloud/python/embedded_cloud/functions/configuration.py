"""What the template says of a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from embedded_cloud.functions.layers import Layer


@dataclass(frozen=True)
class FunctionConfiguration:
    """A function as the template describes it."""

    logical_id: str
    name: str
    arn: str
    handler: str
    code: Path
    layers: tuple[Layer, ...]
    environment: dict[str, str]
    timeout_seconds: float
    memory_mb: int
    runtime: str
    role_arn: str
    reserved_concurrency: int | None
    log_group: str
    may_recurse: bool
