"""What is known of a request on its way through an API."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    failure, refusal
        What the function and the authorizer said against it.
    """

    request: HttpRequest
    stage: Any
    found: Any = None
    claims: dict[str, str] = field(default_factory=dict)
    failure: str = ""
    refusal: str = ""
    integration_seconds: float | None = None

    @property
    def route_key(self) -> str:
        """The key of its route; empty where it has none."""
        return str(self.found.route.route_key) if self.found else ""
