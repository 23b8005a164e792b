"""What the channels keep of one case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.domain.act import Act
from channels.domain.work import Work


@dataclass(frozen=True, slots=True)
class OfCase:
    """The acts, oldest first, the work, and by name what is kept for a while: half-filled forms, a visit's slots."""

    acts: Sequence[Act]
    work: Sequence[Work]
    for_a_while: Mapping[str, Mapping[str, Any]]
