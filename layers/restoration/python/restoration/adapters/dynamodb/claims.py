"""Claims in the ``limitations`` table: every write is conditional on what was read.

The waits for the bank, for an advisor and for Enedis store their task token directly from the state machine, with
conditions on the same attributes; see ``statemachine/restoration.asl.yaml``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.batch_reads import items_of
from restoration.adapters.dynamodb.claim_items import NOTE, claim_of, note_values, order_item
from restoration.adapters.dynamodb.items import as_read, item_of
from restoration.adapters.dynamodb.pages import items_found
from restoration.adapters.dynamodb.transactions import write_together
from restoration.adapters.dynamodb.writes import item_at, on_condition, update_if
from restoration.clock import from_text, to_text, utc_now
from restoration.domain.claim import WITH_ADVISORS, Claim, Settlement
from restoration.domain.limitation import KEPT_AFTER_CLOSING, LimitationStatus, Trigger
from restoration.domain.order import OpenOrder, PointOrder
from restoration.domain.switch import Mode

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

POINT_KEY = "point/{}"
"""The key in the ``orders`` table of the item that says which order is at work on a point."""

UNSEEN_INDEX = "by-unseen-since"
"""The index of the ``limitations`` table that holds those with a fact that nobody has looked at."""

_HELD = "holder = :holder AND generation = :generation"
_IS_NEW = "attribute_exists(#status) AND attribute_not_exists(facts.#fact)"
_IS_LATEST = "(attribute_not_exists(advisorWord) OR advisorWord.#at < :at)"
_AS_LOOKED_AT = f"{_HELD} AND triggerCount = :seen AND #status = :known"


class ClaimTable:
    """Reads and writes the claims of limitations.

    Parameters
    ----------
    orders_table
        Where the order at work on a point is kept; only ``open_order`` needs it.
    kept_for
        How long a limitation is kept after it was closed.
    now
        The clock: a fact that nobody has looked at is known with the moment when it was noted.
    """

    def __init__(
        self,
        dynamodb: "DynamoDBServiceResource",
        limitations_table: str,
        orders_table: str = "",
        kept_for: timedelta = KEPT_AFTER_CLOSING,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._kept_for = kept_for
        self._now = now
        self._table = dynamodb.Table(limitations_table)
        self._dynamodb = dynamodb
        self._limitations_table = limitations_table
        self._orders_table = orders_table

    def get(self, limitation_id: str) -> Claim | None:
        """The limitation's item, read consistently; ``None`` when the register does not hold the limitation."""
        item = item_at(self._table, limitationId=limitation_id)
        return claim_of(item) if "status" in item else None

    def many(self, limitation_ids: Iterable[str]) -> Mapping[str, Claim]:
        """The items of many limitations, a hundred a call; those that the register does not hold are left out.

        Raises
        ------
        RegisterBusy
            When DynamoDB leaves keys unread again and again.
        """
        keys = [{"limitationId": each} for each in dict.fromkeys(limitation_ids)]
        found = items_of(self._dynamodb, self._limitations_table, keys, ConsistentRead=True)
        return {str(item["limitationId"]): claim_of(item) for item in found if "status" in item}

    def take(self, known: Claim, claim: Claim) -> Claim | None:
        """Make ``claim``'s holder the holder, if ``known`` is still what is stored; the claim as it is then."""
        dead = claim.taken_over_from
        values: dict[str, Any] = {
            ":me": claim.holder,
            ":generation": claim.generation,
            ":mode": claim.mode,
            ":at": claim.claimed_at and to_text(claim.claimed_at),
            ":from": item_of(dead) if dead else {},
        }
        # Nothing is known of a generation before the first claim.
        as_claimed = as_read(values, generation=known.generation or None, holder=known.holder)
        condition = f"{_order_as_read(known, values)} AND {as_claimed}"
        update = (
            "SET holder = :me, generation = :generation, claimMode = :mode, claimedAt = :at, takenOverFrom = :from "
            "REMOVE waitingToken, waitingSince, unseenSince"
        )
        return self._update(claim.limitation_id, update, condition, values)

    def note(
        self, limitation_id: str, trigger: Trigger, decision: str | None = None, question: int | None = None
    ) -> Claim | None:
        """Note a trigger's fact with the moment and its content's digest, and give it the next number.

        One that is noted already keeps all three: an advisor's refusal that was counted again would hold beyond the
        facts that came after it.

        Parameters
        ----------
        decision
            Where an advisor decided: the decision is kept, and closes the open question, unless a later one is kept.
        question
            The number of the question on which they decided: another one that is open stays, and nothing is noted.

        Returns
        -------
        Claim | None
            The claim after that; None when the limitation is not registered.
        """
        values = note_values(trigger, self._now())
        update, condition = f"SET {NOTE}", _IS_NEW
        if decision:
            word = {"id": trigger.id, "decision": decision, "at": to_text(trigger.at)}
            values |= {":word": word, ":at": word["at"]}
            update, condition = f"{update}, advisorWord = :word", f"{_IS_NEW} AND {_IS_LATEST}"
            if question is not None:
                values[":question"], condition = question, f"{condition} AND question.#number = :question"
                update += ", decidedQuestion = question"  # for who looks back at the case
            update += " REMOVE question"
        return self._update(limitation_id, update, condition, values, fact=trigger.fact) or self.get(limitation_id)

    def unseen(self) -> Iterator[tuple[str, datetime]]:
        """The limitations with facts that nobody has looked at, each with the moment when its first was noted.

        What was noted in the last second may be missing: the index follows its table.
        """
        for item in items_found(self._table.scan, IndexName=UNSEEN_INDEX):
            yield str(item["limitationId"]), from_text(str(item["unseenSince"]))

    def mark_looked(self, known: Claim, told_since: datetime | None = None) -> bool:
        """Mark a look that claimed nothing, unless another fact was noted since the limitation was read.

        Nobody else has to look; or, with ``told_since``, its reduction since then was told to the social services.
        """
        values: dict[str, Any] = {":seen": known.trigger_count}
        update = "REMOVE unseenSince"
        if told_since:
            values[":since"], update = to_text(told_since), "SET toldSince = :since"
        return self._update(known.limitation_id, update, "triggerCount = :seen", values) is not None

    def open_order(self, known: Claim, order: OpenOrder, instead_of: PointOrder | None) -> bool:
        """Make an order the limitation's open one, and the one at work on its point, both or neither."""
        values = {**_holder(known), ":order": order_item(order), ":ordinal": order.reference.ordinal}
        update = "SET openOrder = :order, orderOrdinal = :ordinal"
        condition = f"{_HELD} AND {_order_as_read(known, values)}"
        claim = {"TableName": self._limitations_table, "Key": {"limitationId": known.limitation_id}}
        claim |= on_condition(condition, values, update)
        on_point = POINT_KEY.format(known.point_id)
        at_work = {"reference": on_point, "limitationId": known.limitation_id, "order": str(order.reference)}
        point = {"TableName": self._orders_table, "Item": at_work}
        as_known = {":known": instead_of.reference} if instead_of else {}
        point |= on_condition("#order = :known" if as_known else "attribute_not_exists(#reference)", as_known)
        return write_together(self._dynamodb.meta.client, [{"Update": claim}, {"Put": point}])

    def end_order(self, known: Claim, floor_kva: Decimal | None = None, at: datetime | None = None) -> bool:
        """Take the open order off, if there is one: it was refused, withdrawn or has ended.

        Where the limit was raised to a floor, in kVA, ``at`` a moment, that is recorded with it.
        """
        values = _holder(known)
        update = "REMOVE openOrder"
        if floor_kva is not None and at is not None:
            values |= {":status": LimitationStatus.FLOOR_RAISED.value, ":floor": floor_kva, ":at": to_text(at)}
            update = f"SET #status = :status, limitedPowerKva = :floor, floorRaisedAt = :at {update}"
        condition = f"{_HELD} AND {_order_as_read(known, values)}"
        return self._update(known.limitation_id, update, condition, values) is not None

    def settle(
        self,
        known: Claim,
        settlement: Settlement,
        *,
        take_off_order: bool,
        closes: tuple[LimitationStatus, datetime] | None = None,
    ) -> bool:
        """Let go of a limitation with the settlement of its claim, unless something came since it was read.

        Parameters
        ----------
        closes
            The status and moment with which it is closed; None where it stays open.
        """
        values: dict[str, Any] = {
            **_holder(known),
            ":seen": known.trigger_count,
            ":known": known.status.value,
            ":settlement": item_of(settlement),
            ":outcome": settlement.outcome,
            ":reason": settlement.reason,
            # What was looked at in shadow has not been acted on: it counts once the switch is on.
            ":settled": known.seen if settlement.mode is Mode.SHADOW else known.trigger_count,
        }
        assign = "settlement = :settlement, #outcome = :outcome, outcomeReason = :reason, seen = :settled"
        if closes:
            status, at = closes
            expires_at = int((at + self._kept_for).timestamp())
            values |= {":status": status.value, ":at": to_text(at), ":expiresAt": expires_at}
            assign += ", #status = :status, closedAt = :at, expiresAt = :expiresAt"
        remove = "holder, waitingToken, waitingSince, unseenSince, question" + (", openOrder" if take_off_order else "")
        if settlement.outcome in WITH_ADVISORS and known.waits_for_advisors_since:
            values[":left"] = to_text(known.waits_for_advisors_since)
            assign += ", leftSince = :left"
        else:
            remove += ", leftSince"
        if settlement.mode is Mode.SHADOW:
            remove += ", askedFor"  # nobody has it now: once the switch is on, the advisors are asked again
        update = f"SET {assign} REMOVE {remove}"
        return self._update(known.limitation_id, update, _AS_LOOKED_AT, values) is not None

    def mark_published(self, limitation_id: str, settlement: Settlement) -> None:
        """Note that a settlement's events were published; do nothing when another settlement took its place."""
        self._update(
            limitation_id,
            "SET settlement.published = :yes",
            "settlement.execution = :me AND settlement.generation = :generation",
            {":yes": True, ":me": settlement.execution, ":generation": settlement.generation},
        )

    def _update(
        self, limitation_id: str, update: str, condition: str, values: Mapping[str, Any], **names: str
    ) -> Claim | None:
        """Make one conditional update; the claim after it, ``None`` when the condition did not hold."""
        item = update_if(self._table, {"limitationId": limitation_id}, update, condition, values, **names)
        return claim_of(item) if item else None


def _holder(known: Claim) -> dict[str, Any]:
    return {":holder": known.holder, ":generation": known.generation}


def _order_as_read(known: Claim, values: dict[str, Any]) -> str:
    """The condition that the status, the open order and the number of orders are those that were read."""
    reference, ordinal = known.open_order and str(known.open_order.reference), known.order_ordinal or None
    return as_read(values, status=known.status, openOrder=reference, orderOrdinal=ordinal)
