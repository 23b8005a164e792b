"""What can go wrong at billing, on demand."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from local.partners.billing.serving import Answer, problem


class FaultKind(StrEnum):
    """How billing misbehaves."""

    UNAVAILABLE = "503"
    NOT_FOUND = "404"
    MALFORMED_JSON = "malformed JSON"
    TRUNCATED = "truncated"
    DROPPED = "connection dropped"
    HANGING = "no answer"
    ALTERED = "altered answer"


@dataclass(slots=True)
class Fault:
    """A misbehaviour of the next ``times`` requests; of those about ``subject`` (contract or customer id) if given.

    ``changes`` are merged into the right response by :attr:`FaultKind.ALTERED` (``...`` as value leaves the field out).
    """

    kind: FaultKind
    times: int = 1
    subject: str | None = None
    changes: Mapping[str, object] = field(default_factory=dict)

    def spoil(self, right: Callable[[], Answer]) -> Answer:
        """Return the response that is sent in place of the right one."""
        match self.kind:
            case FaultKind.TRUNCATED:
                whole = right()
                return replace(whole, sent_bytes=len(whole.body) // 2)
            case FaultKind.ALTERED:
                altered = json.loads(right().body) | dict(self.changes)
                return Answer.of_json({name: value for name, value in altered.items() if value is not ...})
            case kind:
                return _ALWAYS_THE_SAME[kind]


_ALWAYS_THE_SAME = {
    FaultKind.UNAVAILABLE: problem(503, "Unavailable", "billing is down for maintenance"),
    FaultKind.NOT_FOUND: problem(404, "Not found", "billing knows nothing of it"),
    FaultKind.MALFORMED_JSON: Answer(200, b'{"contractId": "C'),
    FaultKind.DROPPED: Answer(0),
    FaultKind.HANGING: Answer(0, hang=True),
}
