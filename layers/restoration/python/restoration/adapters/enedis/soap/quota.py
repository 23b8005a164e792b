"""A quota of calls per second shared by all workers: one DynamoDB item that says when the next call may leave.

Each call books the next free moment with one conditional write and waits for it. Calls are spread evenly instead of
in bursts, so no window of a second holds more than the quota; a margin absorbs late departures and different travel
times. A worker that misses its turn, since DynamoDB took longer than the tolerance, books the next one as far ahead as
it was late: a slow machine finds its turn at the second attempt.

Turns are moments of the workers' own clocks. No worker books further ahead than it would wait, and each booking states
that reach. So a turn beyond it was booked by a wrong clock, and is overruled instead of keeping every worker out until
it comes.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from restoration.errors import EnedisQuotaExhausted, InvalidConfiguration
from restoration.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TOLERANCE = timedelta(milliseconds=30)
"""A turn that is later than this when it can be used is given up: its call would run into those booked after it."""
_TRAVEL = timedelta(milliseconds=60)
"""Calls may differ by this much in how long they travel to Enedis."""
_CLOCKS_DIFFER_MS = 5000
"""Two workers' clocks that differ by no more are taken for right."""
_ATTEMPTS = 5


def margin_of(tolerance: timedelta) -> float:
    """How much wider than the quota asks calls are spaced: what they may leave late, and differ in travelling.

    With the usual 30 ms it is 1.09: 92 % of the quota is used.
    """
    return 1 + (tolerance + _TRAVEL) / timedelta(seconds=1)


class SharedQuota:
    """One quota of calls for all workers, with its state in DynamoDB.

    Parameters
    ----------
    client
        Bound to the region of the table.
    table
        Its partition key is ``name`` (S). ``next_at`` (N, milliseconds since 1970) is the next free moment. ``reach``
        (N, milliseconds) is how far ahead of its clock the last worker that booked may have moved it.
    calls_per_second
        Enedis' quota, whatever the number of workers and functions.
    longest_wait
        How long a call waits for its turn before it gives up. A turn further away is not booked.
    clock
        The current moment. Workers' clocks differ by milliseconds on AWS, which the margin absorbs. A clock that is
        wrong by more than seconds keeps no other worker out, but its calls are not under the quota.
    wait
        Waits a number of seconds.
    tolerance
        How late a turn may be used. The spacing grows with it, so that it never costs more than a part of the quota.
    on_exhausted
        Called when no turn is found.
    name
        Key of the item; one for each quota.

    Example
    -------
    >>> quota = SharedQuota(dynamodb, "restoration-enedis-gate", 5, longest_wait=timedelta(seconds=10), clock=now)
    >>> client = EnedisClient(..., pacers=[quota])
    """

    def __init__(  # noqa: PLR0913 - keyword settings of one object
        self,
        client: "DynamoDBClient",
        table: str,
        calls_per_second: float,
        *,
        longest_wait: timedelta,
        clock: Callable[[], datetime],
        wait: Callable[[float], None] = time.sleep,
        tolerance: timedelta = TOLERANCE,
        on_exhausted: Callable[[], None] = lambda: None,
        name: str = "quota",
    ) -> None:
        if calls_per_second <= 0:
            raise InvalidConfiguration(f"quota: {calls_per_second} calls per second; expected more than 0.")
        self._client = client
        self._table = table
        self._name = name
        self._spacing_ms = round(1000 * margin_of(tolerance) / calls_per_second)
        self._tolerance_ms = round(tolerance.total_seconds() * 1000)
        self._longest_wait_ms = round(longest_wait.total_seconds() * 1000)
        self._reach_ms = self._longest_wait_ms + self._spacing_ms
        self._clock = clock
        self._wait = wait
        self._on_exhausted = on_exhausted
        self._in_line, self._free_from_ms = False, 0
        """Of this worker's last booking: whether it was behind others, and the moment after it."""

    def take_turn(self) -> None:
        """Book a turn and wait for it. Raises ``EnedisQuotaExhausted`` when it would come too late.

        So it does when DynamoDB fails: without the shared state no worker knows how many calls are made.
        """
        try:
            self._take_turn()
        except EnedisQuotaExhausted:
            self._on_exhausted()
            raise

    def _take_turn(self) -> None:
        lead_ms = 0
        for _ in range(_ATTEMPTS):
            try:
                turn_ms = self._book(lead_ms)
            except (ClientError, BotoCoreError) as error:
                raise EnedisQuotaExhausted(f"quota: its state in DynamoDB cannot be reached: {error}") from error
            wait_ms = turn_ms - self._now_ms()
            if wait_ms > 0:
                self._wait(wait_ms / 1000)
            late_ms = self._now_ms() - turn_ms
            if late_ms <= self._tolerance_ms:
                return
            lead_ms = min(lead_ms + late_ms, self._longest_wait_ms)
        raise EnedisQuotaExhausted(f"quota: {_ATTEMPTS} turns were missed; this worker or DynamoDB is too slow.")

    def _book(self, lead_ms: int) -> int:
        """Book the next free turn that is at least ``lead_ms`` ahead, and return its moment."""
        for _ in range(_ATTEMPTS):
            now_ms = self._now_ms()
            earliest_ms, latest_ms = now_ms + lead_ms, now_ms + self._longest_wait_ms
            # Others wait or have just called, or nobody has. What is likely is tried first: one write, as a rule.
            likely = self._in_line or self._free_from_ms >= earliest_ms
            for in_line in (likely, not likely):
                turn_ms = (
                    self._advance("next_at", "next_at BETWEEN :earliest AND :other", earliest_ms, latest_ms)
                    if in_line
                    else self._advance(":earliest", "attribute_not_exists(next_at) OR next_at < :earliest", earliest_ms)
                )
                if turn_ms is not None:
                    self._in_line, self._free_from_ms = in_line, turn_ms + self._spacing_ms
                    return turn_ms
            booked_ms, reach_ms = self._booked()
            if booked_ms > now_ms + reach_ms + _CLOCKS_DIFFER_MS:
                turn_ms = self._advance(":earliest", "next_at = :other", earliest_ms, booked_ms)
                if turn_ms is not None:
                    logger.warning(
                        "quota: a turn of a wrong clock overruled", ahead_seconds=(booked_ms - now_ms) / 1000
                    )
                    return turn_ms
            elif booked_ms > latest_ms:
                raise EnedisQuotaExhausted(
                    f"quota: no turn within {self._longest_wait_ms / 1000} s; too many calls to Enedis are waiting."
                )
        raise EnedisQuotaExhausted(f"quota: no turn booked in {_ATTEMPTS} attempts; too many workers ask at once.")

    def _advance(self, turn: str, condition: str, earliest_ms: int, other_ms: int | None = None) -> int | None:
        """Book a turn (``next_at`` or ``:earliest``) if the condition holds, and return its moment."""
        moments = {":earliest": earliest_ms, ":spacing": self._spacing_ms, ":reach": self._reach_ms}
        if other_ms is not None:
            moments[":other"] = other_ms
        values = {name: {"N": str(moment)} for name, moment in moments.items()}
        try:
            response = self._client.update_item(
                TableName=self._table,
                Key={"name": {"S": self._name}},
                UpdateExpression=f"SET next_at = {turn} + :spacing, reach = :reach",
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValues="UPDATED_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return int(response["Attributes"]["next_at"]["N"]) - self._spacing_ms

    def _booked(self) -> tuple[int, int]:
        """The moment up to which turns are booked, and the reach of the last booking."""
        response = self._client.get_item(TableName=self._table, Key={"name": {"S": self._name}}, ConsistentRead=True)
        item = response.get("Item", {})
        if "next_at" not in item:
            return 0, self._reach_ms
        return int(item["next_at"]["N"]), int(item["reach"]["N"])

    def _now_ms(self) -> int:
        return round(self._clock().timestamp() * 1000)
