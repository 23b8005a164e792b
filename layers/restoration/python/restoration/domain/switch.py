"""The switch that operators turn, and the mode that it gives each limitation."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

_ROLLOUT_BUCKETS = 100


class Mode(StrEnum):
    """The positions of the switch: ``off`` claims nothing, ``shadow`` decides and orders nothing, ``on`` restores."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Switch:
    """The switch that operators turn, with the share of limitations (in percent) that is live when it is on."""

    mode: Mode
    rollout_percent: int

    def mode_of(self, limitation_id: str) -> Mode:
        """The mode for one limitation: with ``on``, those whose hash falls beyond the share run in shadow."""
        if self.mode is Mode.ON and rollout_bucket(limitation_id) >= self.rollout_percent:
            return Mode.SHADOW
        return self.mode


def rollout_bucket(limitation_id: str) -> int:
    """The bucket of a limitation, from 0 to 99; always the same."""
    return int(sha256(limitation_id.encode()).hexdigest()[:6], 16) % _ROLLOUT_BUCKETS
