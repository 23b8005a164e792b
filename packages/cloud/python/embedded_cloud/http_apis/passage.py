"""What is known of a request on its way through an API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embedded_cloud.http_apis.messages import HttpRequest


@dataclass
class Passage:
    """A request on its way through an API.

    Attributes
    ----------
    stage
        Moto's; None where there is none.
    found
        Its route, once that is known.
    """

    request: HttpRequest
    stage: Any
    found: Any = None
    integration_seconds: float | None = None

    @property
    def route_key(self) -> str:
        """The key of its route; empty where it has none."""
        return str(self.found.route.route_key) if self.found else ""
