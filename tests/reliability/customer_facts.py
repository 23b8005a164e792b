"""What there is to see of one customer in the end, without what differs between any two: to compare two.

Ids, moments, days, hashes and names of executions are replaced; how often Enedis was *read* is left out, as are the
audit records of decisions: a state that runs twice reads and decides twice. An event that was published twice under one
id with one content counts once, since each listener knows its id.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.partners.enedis import Operation
from local.stage import Customer
from tests.end_to_end.world import World

type Facts = Mapping[str, tuple[str, ...]]
"""By area: register, orders, Enedis, messages, events, executions; each fact a line."""

VOLATILE = frozenset({"carrierId", "notBefore", "waitingToken", "waitingSince", "taskToken", "tokenAt", "expiresAt"})
"""Attributes that hold a token, or when it was made or something may be deleted."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)?")
_DAY = re.compile(r"\b(\d{4}-\d\d-\d\d|\w+ \d\d/\d\d/\d{4})\b")
_NUMBERED_MOMENT = re.compile(r"\b1[789]\d{8}(\d{3})?(\.\d+)?\b")
_HASH = re.compile(r"\b[0-9a-f]{16,64}\b")
_UUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_HIDDEN = (_MOMENT, "MOMENT"), (_DAY, "DAY"), (_UUID, "UUID"), (_HASH, "HASH"), (_NUMBERED_MOMENT, "MOMENT")
"""In this order: a moment begins with its day."""


def facts_of(world: World, customer: Customer) -> Facts:
    """All facts about a customer."""
    journal = world.enedis.network.journal
    view = world.enedis.network.view(customer.point_id)
    orders = journal.orders(customer.point_id)
    calls = [call for call in journal.calls(point_id=customer.point_id) if call.operation is not Operation.READ]
    hidden = _hiding(customer, [str(order.case_id) for order in orders])
    seen: dict[str, list[object]] = {
        "register": [world.limitation(customer), *_of(world, "LimitedContractsTable", customer)],
        "orders": list(_of(world, "OrdersTable", customer)),
        "Enedis": [
            *((order.reference, order.intent, order.case_id) for order in orders),
            *((call.operation, call.reference, call.outcome) for call in calls),
            (view.supply_state, view.limited_power_kva),
        ],
        "messages": [*_of(world, "MessagesTable", customer), *_carried(world, customer)],
        "events": [
            it for it in world.stage.watch.published() if it["detail"].get("limitationId") == customer.limitation_id
        ],
        "executions": [(one.status, one.output) for one in world.executions(customer)],
    }
    told = {
        area: [hidden(json.dumps(_stable(it), sort_keys=True, default=str)) for it in found]
        for area, found in seen.items()
    }
    return {area: tuple(sorted(set(its) if area == "events" else its)) for area, its in told.items()}


def differences(these: Facts, those: Facts) -> list[str]:
    """What the first have and the second lack, and the other way round; empty where they are equal."""
    found = []
    for area in these:
        found += [f"{area}: only here {line}" for line in these[area] if line not in those[area]]
        found += [f"{area}: missing {line}" for line in those[area] if line not in these[area]]
        if not found and these[area] != those[area]:
            found.append(f"{area}: {len(these[area])} facts, not {len(those[area])}")
    return found


def _of(world: World, table: str, customer: Customer) -> Iterator[Mapping[str, Any]]:
    names = (customer.limitation_id, customer.contract_id)
    for item in world.stage.items(table):
        if any(name in str(value) for value in item.values() for name in names):
            yield item


def _carried(world: World, customer: Customer) -> Iterator[tuple[str, str]]:
    carriers = world.cloud.carriers
    for channel, sent in (("e-mail", carriers.emails), ("SMS", carriers.text_messages)):
        yield from ((channel, each.body) for each in sent if customer.contract_id in each.body)


def _stable(value: object) -> object:
    if isinstance(value, Mapping):
        return {
            name: _stable(json.loads(item) if name == "record" else item)
            for name, item in value.items()
            if name not in VOLATILE and name not in {"time", "account", "region", "resources", "version"}
        }
    if isinstance(value, list | tuple):
        return [_stable(item) for item in value]
    return value


def _hiding(customer: Customer, cases: list[str]) -> Any:
    # All ids of a customer end with one number, and so do those of what they did.
    names = {customer.limitation_id.removeprefix("LIM-"): "NUMBER"}
    names |= {case: f"CASE-{number}" for number, case in enumerate(cases, 1)}

    def hide(text: str) -> str:
        for pattern, instead in _HIDDEN:
            text = pattern.sub(instead, text)
        for name, instead in names.items():
            text = text.replace(name, instead)
        return text

    return hide
