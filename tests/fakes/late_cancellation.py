"""The desk of late cancellations, over claims and a bus in memory."""

from restoration.domain.switch import Mode, Switch
from restoration.use_cases.report_late_cancellation import LateCancellationDesk
from tests.fakes.claims import InMemoryBus, InMemoryClaims


def late_cancellations() -> LateCancellationDesk:
    """One that has nobody to tell, since no limitation was ever claimed."""
    return LateCancellationDesk(InMemoryClaims(), InMemoryBus(), lambda: Switch(Mode.ON, 100))
