"""moto's state, which is the process's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BackendDict
from moto.core.common_models import BaseModel
from moto.core.model_instances import reset_model_data

from embedded_cloud.patching import replaced

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def reset_backends() -> None:
    """Empty every backend of moto, so that the next cloud of this process begins with nothing."""
    # BackendDict.reset would also drop the backends themselves, which threads that are about to end still use.
    instances: Any = BackendDict._instances  # type: ignore[misc]  # noqa: SLF001 - moto's own reset reads it, too
    for backends in list(instances):
        for account in list(backends.values()):
            account.reset()
    reset_model_data()


def forgetting() -> AbstractContextManager[object]:
    """Let what nobody holds any more go.

    moto keeps every model that it has ever made, for its dashboard: each image of an item before an update, each
    message that was read and deleted.
    """
    return replaced(BaseModel, "__new__", staticmethod(_new))


def _new(kind: type[Any], *_: Any, **__: Any) -> Any:
    return super(BaseModel, kind).__new__(kind)
