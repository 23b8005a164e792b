"""The register of limitations in DynamoDB: two tables, ``limited_contracts`` and ``limitations``.

Intake needs one keyed read for each contract (an index cannot be read in batches), so ``limited_contracts`` holds,
for each contract, a map of its open limitations to their points. ``limitations`` holds the rest and the claim.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.batch_reads import items_of
from restoration.adapters.dynamodb.claim_items import NOTE, UNKNOWN, first_facts, note_values
from restoration.adapters.dynamodb.items import as_read, item_of, record_of
from restoration.adapters.dynamodb.writes import item_at, update_if
from restoration.clock import from_text, to_text, utc_now
from restoration.domain.limitation import (
    KEPT_AFTER_CLOSING,
    OPEN_STATUSES,
    Limitation,
    LimitationStatus,
    LimitedPoint,
    RegisterPage,
    Trigger,
)
from restoration.errors import RetryableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

_OPTIONAL = ("pointId", "customerId", "limitedSince", "floorRaisedAt", "closedAt", "expiresAt")
"""What a limitation may have lost since it was written last."""
SCANS_A_PAGE = 40
"""A page ends after so many scans, in time, however many contracts without a limitation lie between."""


class RegisterConflict(RetryableError):
    """Raised when a limitation changed between reading and writing it."""


class LimitationRegister:
    """Reads and writes limitations. Times are stored as UTC text that sorts as the moments do.

    What is closed is forgotten after ``kept_for`` (docs/decisions/0062-how-long-closed-cases-are-kept.md). A read by
    contracts raises ``RegisterBusy`` when DynamoDB leaves keys unread again and again.
    """

    def __init__(
        self,
        dynamodb: "DynamoDBServiceResource",
        contracts_table: str,
        limitations_table: str,
        kept_for: timedelta = KEPT_AFTER_CLOSING,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._kept_for = kept_for
        self._now = now
        self._dynamodb = dynamodb
        self._contracts_table = contracts_table
        self._contracts = dynamodb.Table(contracts_table)
        self._limitations = dynamodb.Table(limitations_table)

    def open_limitations(self, contract_ids: Iterable[str]) -> list[LimitedPoint]:
        """The open limitations of many contracts."""
        return [each for item in self._contracts_of(contract_ids) for each in _listed(item)]

    def known_limitations(self, contract_ids: Iterable[str]) -> list[str]:
        """The ids of all limitations of some contracts, open ones and those that we closed."""
        items, listed = self._contracts_of(contract_ids), ("limitations", "closedLimitations")
        return sorted({each for item in items for name in listed for each in item.get(name, ())})

    def last_closed_at(self, contract_id: str) -> datetime | None:
        """When we last closed a limitation of a contract; None when we never did."""
        closed_at = next((item.get("lastClosedAt") for item in self._contracts_of((contract_id,))), None)
        return from_text(closed_at) if closed_at else None

    def _contracts_of(self, contract_ids: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        keys = [{"contractId": each} for each in dict.fromkeys(contract_ids)]
        return items_of(self._dynamodb, self._contracts_table, keys, ConsistentRead=True)

    def page(self, after: str | None, size: int) -> RegisterPage:
        """A page of all open limitations, in no order. Contracts without one outnumber them: it takes several calls.

        Parameters
        ----------
        after
            The ``after`` of the page before; None for the first.
        size
            How many open limitations make a page. It may hold up to as many contracts' more; or fewer, even none, where
            there are too few among all the contracts that were looked through.
        """
        found: list[LimitedPoint] = []
        for _ in range(SCANS_A_PAGE):
            request: Any = {
                "ProjectionExpression": "contractId, limitations",
                "FilterExpression": "size(limitations) > :none",
                "ExpressionAttributeValues": {":none": 0},
                "Limit": size,
            }
            if after is not None:
                request["ExclusiveStartKey"] = {"contractId": after}
            response = self._contracts.scan(**request)
            for item in response["Items"]:
                found += _listed(item)
            after = str(response["LastEvaluatedKey"]["contractId"]) if "LastEvaluatedKey" in response else None
            if after is None or len(found) >= size:
                break
        return RegisterPage(tuple(found), after)

    def page_of(self, limitation_ids: Iterable[str]) -> RegisterPage:
        """Chosen limitations as a page; those that are not registered are left out."""
        found = [known for each in limitation_ids if (known := self.get(each))]
        return RegisterPage(tuple(known.limited_point for known in found), None)

    def get(self, limitation_id: str) -> Limitation | None:
        item = self._item(limitation_id)
        return _limitation(item) if item else None

    def _item(self, limitation_id: str) -> dict[str, Any]:
        return item_at(self._limitations, limitationId=limitation_id)

    def save(self, limitation: Limitation, *, known: Limitation | None, because: Trigger | None = None) -> None:
        """Write a limitation's own attributes (never its claim), and list it on its contract if it is open.

        Safe to repeat after a crash in between.

        Parameters
        ----------
        known
            The limitation as it was read; its status must not have changed since.
        because
            The fact that changes it, which is noted with the change: an execution that reads the limitation in between
            would close it although a report is not looked at.

        Raises
        ------
        RegisterConflict
            When it has changed: read again.
        """
        if limitation != known:
            self._write(limitation, known, because)
        if limitation.is_open:
            self._list_on_contract(limitation)

    def _list_on_contract(self, limitation: Limitation) -> None:
        key = {"contractId": limitation.contract_id}
        self._contracts.update_item(
            Key=key,
            UpdateExpression="SET limitations = if_not_exists(limitations, :none), "
            "closedLimitations = if_not_exists(closedLimitations, :none) REMOVE expiresAt",
            ExpressionAttributeValues={":none": {}},
        )
        self._contracts.update_item(
            Key=key,
            UpdateExpression="SET limitations.#id = :point REMOVE expiresAt",
            ExpressionAttributeNames={"#id": limitation.limitation_id},
            ExpressionAttributeValues={":point": limitation.point_id},
        )

    def take_off_contract(self, limitation: Limitation) -> None:
        """Take a limitation off its contract's list, so that later payments start nothing for it.

        One that is held, or whose settlement is not published yet, stays: the execution that settles it takes it off.
        Should that execution die, the nightly check finds the limitation there: also where its own report broke off
        before it was listed.
        """
        contract_id, limitation_id = limitation.contract_id, limitation.limitation_id
        if self._is_unsettled(limitation_id):
            # Its settler may take it off at any moment, and listed again it would stay: only what is not listed is.
            listed, point = "attribute_exists(limitations.#id)", {":point": limitation.point_id}
            if not self._change_contract(contract_id, "SET limitations.#id = :point", listed, point, id=limitation_id):
                self.list_if_needed(limitation_id)
            # It may have been settled, and taken off, before it was listed.
            if self._is_unsettled(limitation_id):
                return
        self.take_off_list(contract_id, limitation_id, None)

    def _is_unsettled(self, limitation_id: str) -> bool:
        item = self._item(limitation_id)
        return "holder" in item or not item.get("settlement", {}).get("published", True)

    def take_off_list(self, contract_id: str, limitation_id: str, closed_at: datetime | None) -> list[LimitedPoint]:
        """Take a settled limitation off its contract's list; return those that stay on it.

        Parameters
        ----------
        closed_at
            The moment when we closed it, which is noted: Enedis' daily flow lags behind it. The limitation is found by
            its contract afterwards, too: a payment may come back. None when billing ended it.
        """
        update, values = "REMOVE limitations.#id", {}
        if closed_at:
            update = f"SET lastClosedAt = :at, closedLimitations.#id = :at {update}"
            values = {":at": to_text(closed_at)}
        item = self._change_contract(contract_id, update, "attribute_exists(limitations)", values, id=limitation_id)
        if item is None:
            return []  # the contract was never listed: nothing to take off
        self._forget_old(contract_id, item, closed_at)
        self.list_if_needed(limitation_id)
        return _listed(item)

    def _forget_old(self, contract_id: str, item: Mapping[str, Any], now: datetime | None) -> None:
        """Take limitations off that are not kept any more, and let the contract expire unless one is open."""
        if now:
            outdated = to_text(now - self._kept_for)
            for limitation_id, closed_at in item.get("closedLimitations", {}).items():
                if closed_at < outdated:
                    is_it, at = "closedLimitations.#id = :at", {":at": closed_at}
                    self._change_contract(contract_id, "REMOVE closedLimitations.#id", is_it, at, id=limitation_id)
        if not item["limitations"]:
            expires_at = int(((now or self._now()) + self._kept_for).timestamp())
            values = {":expiresAt": expires_at, ":none": {}}
            self._change_contract(contract_id, "SET expiresAt = :expiresAt", "limitations = :none", values)

    def _change_contract(
        self, contract_id: str, update: str, condition: str, values: Mapping[str, Any], **names: str
    ) -> Mapping[str, Any] | None:
        """Change a contract's item, unless another has changed it first; the item after it."""
        return update_if(self._contracts, {"contractId": contract_id}, update, condition, values, **names)

    def list_if_needed(self, limitation_id: str) -> None:
        """List a limitation that was opened again while it was taken off, or that is held: the last to settle it does.

        Else its payments would be lost, or nobody would find it once its holder is dead.
        """
        item = self._item(limitation_id)
        if item and (LimitationStatus(item["status"]) in OPEN_STATUSES or "holder" in item):
            self._list_on_contract(_limitation(item))

    def _write(self, limitation: Limitation, known: Limitation | None, because: Trigger | None) -> None:
        kept = {name: value for name, value in item_of(limitation).items() if value != ""}
        status, _ = kept.pop("status"), kept.pop("limitationId")
        if not limitation.is_open:
            kept["expiresAt"] = int((self._now() + self._kept_for).timestamp())
        values: dict[str, Any] = {}
        condition = "attribute_not_exists(#status)"
        if known:
            # A floor may have been raised since it was read: a report is judged by the moment of the raise.
            raised_at = known.floor_raised_at and to_text(known.floor_raised_at)
            at = to_text(known.last_event_at)
            condition = as_read(values, status=known.status, lastEventAt=at, floorRaisedAt=raised_at)
        noting: tuple[str, ...] = ()
        if known is None:
            kept |= first_facts(because, self._now())
        elif because:
            noting = (NOTE,)
            values |= note_values(because, self._now())
        update = f"SET {', '.join(('#status = :status', *(f'{name} = :{name}' for name in kept), *noting))}"
        if gone := [name for name in _OPTIONAL if name not in kept]:
            update = f"{update} REMOVE {', '.join(gone)}"
        values |= {":status": status, **{f":{name}": value for name, value in kept.items()}}
        key = {"limitationId": limitation.limitation_id}
        if update_if(self._limitations, key, update, condition, values, fact=because.fact if because else "") is None:
            raise RegisterConflict(
                f"limitation {limitation.limitation_id} changed while it was being registered: read it again"
            )


def _listed(item: Mapping[str, Any]) -> list[LimitedPoint]:
    limitations: Mapping[str, str] = item["limitations"]
    return [LimitedPoint(each, point_id, str(item["contractId"])) for each, point_id in limitations.items()]


def _limitation(item: dict[str, Any]) -> Limitation:
    return record_of(Limitation, UNKNOWN | item)
