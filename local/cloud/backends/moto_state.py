"""moto's state, which is the process's."""

from __future__ import annotations

from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data


def reset_backends() -> None:
    """Empty every backend of moto, so that the next cloud of this process begins with nothing."""
    # BackendDict.reset would also drop the backends themselves, which threads that are about to end still use.
    instances: Any = BackendDict._instances  # type: ignore[misc]  # noqa: SLF001 - moto's own reset reads it, too
    for backends in list(instances):
        for account in list(backends.values()):
            account.reset()
    reset_model_data()
