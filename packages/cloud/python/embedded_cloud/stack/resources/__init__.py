"""One creator for each resource type that the embedded cloud deploys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_cloud.stack.resources import compute, http_apis, messaging, operations, storage, without_effect

if TYPE_CHECKING:
    from embedded_cloud.stack.creation import Creator

CREATORS: dict[str, Creator] = {
    **messaging.CREATORS,
    **storage.CREATORS,
    **operations.CREATORS,
    **compute.CREATORS,
    **http_apis.CREATORS,
    **without_effect.CREATORS,
}
