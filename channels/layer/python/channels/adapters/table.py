"""The table of the channels: doors, sessions, one-time codes, acts and the list of work, each forgotten in its time.

It holds no name and no address. What somebody wrote in a form's free text lies with the act, for as long as the case.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from channels.domain.of_case import KEPT_FOR, Act, OfCase, Offer, Work, if_kept
from channels.domain.session import LOCKED_FOR, LOCKS_AFTER, NOBODY, REVOKES_AFTER
from record.adapters.dynamodb.desk_figures import ENDED, OPEN, PARTITION
from record.domain.kept import Kept
from restoration.adapters.dynamodb.items import as_read
from restoration.adapters.dynamodb.pages import items_found
from restoration.adapters.dynamodb.writes import item_at, put_if, set_if, update_if
from restoration.clock import paris_date, to_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

_WAITS = "attribute_exists(askedAt) AND attribute_not_exists(done)"
"""Whether work is on the list."""
_OPEN = (
    "attribute_not_exists(wrong) OR wrong < :locks OR (wrong > :locks AND wrong < :revokes)"
    " OR (wrong = :locks AND (attribute_not_exists(lockedUntil) OR lockedUntil <= :now))"
)
"""Whether a case is open to a try: a number of tries that locks it counts for as long as it does."""


class ChannelsTable:
    """Reads and writes it, on condition where two may write at once."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str) -> None:
        self._table = dynamodb.Table(table)

    # ── Doors ──

    def open_doors(self, limitation_id: str, names: tuple[str, ...], now: datetime) -> None:
        """Let a case be found by its code and its link; a door that is there stays as it is."""
        for name in names:
            self._put_new({**_key(f"DOOR#{name}"), "limitationId": limitation_id, **_expiry(now)})

    def behind(self, name: str) -> str:
        """The limitation that a code or a link leads to; of nobody, where it leads nowhere."""
        return str(self._get(f"DOOR#{name}").get("limitationId", NOBODY))

    def may_enter(self, limitation_id: str, now: datetime) -> bool:
        """Whether wrong tries have not closed a case."""
        closed = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"WRONG#{limitation_id}"),
            FilterExpression=f"NOT ({_OPEN})",
            ExpressionAttributeValues=_limits(now),
            ConsistentRead=True,
        )
        return not closed["Count"]

    def count_wrong(self, limitation_id: str, now: datetime) -> bool:
        """Count a wrong try at a case, by whichever door; False where earlier ones have closed it."""
        values = {":one": 1, ":until": to_text(now + LOCKED_FOR), **_expiry(now, ":expires"), **_limits(now)}
        change = "SET lockedUntil = :until, expiresAt = :expires ADD wrong :one"
        return update_if(self._table, _key(f"WRONG#{limitation_id}"), change, _OPEN, values) is not None

    def take_back_wrong(self, limitation_id: str) -> None:
        """Take a try back that was counted, and the lock that it may have led to."""
        change = "SET wrong = wrong - :one REMOVE lockedUntil"
        update_if(self._table, _key(f"WRONG#{limitation_id}"), change, "wrong > :none", {":one": 1, ":none": 0})

    def forget_wrong(self, limitation_id: str) -> None:
        self._table.delete_item(Key=_key(f"WRONG#{limitation_id}"))

    def count(self, what: str, now: datetime, lasts: timedelta) -> int:
        """Count something within a span of time, such as the refused tries of an address; gives how often now."""
        key, values = _key(_counter(what, now, lasts)), {":one": 1, ":at": int((now + 2 * lasts).timestamp())}
        found = update_if(self._table, key, "ADD #count :one SET expiresAt = :at", "", values) or {}
        return int(found["count"])

    def counted(self, what: str, now: datetime, lasts: timedelta) -> int:
        """How often it was counted within the present span."""
        return int(self._get(_counter(what, now, lasts)).get("count", 0))

    # ── Sessions, one-time codes, half-filled forms, the API's replies: what is kept under a name, or a case's ──

    def keep(self, name: str, content: Mapping[str, Any], until: datetime, case: str | None = None) -> None:
        item = {**_key(name, case), **content, "until": to_text(until), "expiresAt": int(until.timestamp())}
        self._table.put_item(Item=item)

    def kept(self, name: str, now: datetime) -> Mapping[str, Any] | None:
        """What is kept under a name; None once its time is over: DynamoDB deletes it later."""
        return if_kept(self._get(name), now)

    def take(self, name: str, now: datetime, case: str | None = None) -> Mapping[str, Any] | None:
        """What is kept under a name, and forget it: it is used once."""
        found = self._table.delete_item(Key=_key(name, case), ReturnValues="ALL_OLD").get("Attributes")
        return if_kept(found, now)

    # ── Acts ──

    def note_act(self, limitation_id: str, act: Act) -> bool:
        """Note what somebody did; False where the same form was sent before."""
        key = _key(f"ACT#{act.key}", limitation_id)
        return self._put_new({**key, **_filled(act), **_expiry(act.at)})

    def note_shown(self, limitation_id: str, key: str, shown: Mapping[str, Any]) -> None:
        """Note what Enedis showed with an act that was noted."""
        set_if(self._table, _key(f"ACT#{key}", limitation_id), "attribute_not_exists(shown)", shown=shown)

    def of_case(self, limitation_id: str) -> OfCase:
        """All that is kept of a case, by one read. Work that was done before it came has nothing but its end."""
        condition = Key("pk").eq(f"CASE#{limitation_id}")
        found = list(items_found(self._table.query, KeyConditionExpression=condition, ConsistentRead=True))
        acts = (Act.of_json(it) for it in found if it["sk"].startswith("ACT#"))
        work = [Work.of_json(it) for it in found if it["sk"].startswith("WORK#") and "askedAt" in it]
        return OfCase(sorted(acts, key=lambda each: each.at), work, {it["sk"]: it for it in found if "until" in it})

    # ── Work ──

    def ask(self, work: Work) -> bool:
        """Put something on the list; False where it was there, or was done before it came."""
        return self._put_new({**_work_key(work), "list": OPEN, **_filled(work), **_expiry(work.asked_at)})

    def offer(self, work: Work, offer: Offer) -> bool:
        """Say what may be decided on a question that is there; False where it is done."""
        return set_if(self._table, _work_key(work), _WAITS, offer=offer.to_json())

    def open_work(self) -> list[Work]:
        """What is on the list, by when it is due."""
        found = items_found(self._table.query, IndexName="by-list", KeyConditionExpression=Key("list").eq(OPEN))
        return [Work.of_json(item) for item in found]

    def take_work(self, work: Work, subject: str | None, name: str, now: datetime) -> bool:
        """Let an advisor have it, or give it back (None); False where somebody else has it, or it is done."""
        who = {"takenBy": subject, "takenName": name or None}
        since = to_text(work.taken_at or now) if subject else None
        values: dict[str, Any] = {}
        condition = f"{_WAITS} AND {as_read(values, takenBy=work.taken_by)}"
        return set_if(self._table, _work_key(work), condition, values, **who, takenAt=since)

    def set_aside(self, work: Work, until: datetime | None) -> bool:
        """Set it aside until a moment, or take it up again (None)."""
        return set_if(self._table, _work_key(work), _WAITS, setAsideUntil=to_text(until) if until else None)

    def finish(self, limitation_id: str, work_id: str, how: str, now: datetime) -> bool:
        """Take it off the list; False where it was done already. One that comes later than its end stays off."""
        key, ended = _key(f"WORK#{work_id}", limitation_id), ENDED.format(now.astimezone(UTC))
        is_new = "attribute_not_exists(done)"
        return set_if(self._table, key, is_new, done=how, doneAt=to_text(now), list=ended, **_expiry(now))

    def note_decision(self, reason: str, took: timedelta | None, now: datetime) -> None:
        """Count a question that was decided, and how long after somebody had taken it: in the month, in Paris."""
        key = {"pk": PARTITION.format(paris_date(now)), "sk": reason or "-"}
        sums = {":one": 1, ":timed": int(took is not None), ":took": int((took or timedelta()).total_seconds())}
        change = "SET expiresAt = :until ADD decided :one, timed :timed, seconds :took"
        update_if(self._table, key, change, "", {**sums, **_expiry(now, ":until")})

    # ── ──

    def _get(self, name: str) -> dict[str, Any]:
        return item_at(self._table, **_key(name))

    def _put_new(self, item: Mapping[str, Any]) -> bool:
        return put_if(self._table, item, "attribute_not_exists(pk)")


def _key(name: str, case: str | None = None) -> dict[str, str]:
    return {"pk": f"CASE#{case}", "sk": name} if case else {"pk": name, "sk": "-"}


def _limits(now: datetime) -> dict[str, Any]:
    """The values of :data:`_OPEN`."""
    return {":locks": LOCKS_AFTER, ":revokes": REVOKES_AFTER, ":now": to_text(now)}


def _counter(what: str, now: datetime, lasts: timedelta) -> str:
    return f"COUNT#{what}#{int(now.timestamp() // lasts.total_seconds())}"


def _work_key(work: Work) -> dict[str, str]:
    return _key(f"WORK#{work.id}", work.limitation_id)


def _expiry(now: datetime, name: str = "expiresAt") -> dict[str, Any]:
    return {name: int((now + KEPT_FOR).timestamp())}


def _filled(kept: Kept) -> dict[str, Any]:
    """The attributes of an item that say something: conditions ask for what is not there."""
    return {name: value for name, value in kept.to_json().items() if value}
