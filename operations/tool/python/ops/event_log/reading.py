"""Reads what the event log is made of: the record of executions, and what our tables say of their limitations."""

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from ops.account import Account
from ops.event_log.pseudonyms import Pseudonyms
from ops.event_log.versions import Versions
from ops.failures import OpsError
from record.adapters.dynamodb.counted_facts import references_of
from record.adapters.dynamodb.courses import recorded_of
from record.adapters.dynamodb.plain import plain
from record.adapters.dynamodb.record_table import RecordTable
from record.cases.dossier import Dossier
from record.cases.kept_decisions import read_table
from record.cases.register import RegisterReader
from record.domain.course import Course
from record.domain.record import Completeness
from restoration.adapters.dynamodb.pages import items_found
from restoration.clock import moment_of, to_text

AT_ONCE = 8
KEY = "EventLogSecretArn"
"""The output that names the secret with the key."""


class AccountSource:
    """What the event log is made of, in an account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._dynamodb = account.client("dynamodb")
        self._register = RegisterReader(account)
        self.versions = Versions(account.client("stepfunctions"))

    def courses(self, since: datetime, until: datetime) -> Iterator[Course]:
        """The executions that began at or after ``since`` and before ``until``, in no order: a scan of all."""
        found = items_found(
            self._dynamodb.scan,
            TableName=self._account.name("courses"),
            FilterExpression="startedAt >= :since AND startedAt < :until",
            ExpressionAttributeValues={
                ":since": {"N": str(int(since.timestamp() * 1000))},
                ":until": {"N": str(int(until.timestamp() * 1000))},
            },
        )
        return (recorded_of(plain(item)).course for item in found)

    def facts(self, limitation_ids: Iterable[str]) -> Mapping[str, Dossier]:
        """What our tables say of limitations, by id, all of them; no execution is read."""
        wanted = sorted(set(limitation_ids))
        items = self._register.limitations(wanted)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(wanted, pool.map(lambda each: self._read(each, items.get(each, {})), wanted), strict=True))

    def _read(self, limitation_id: str, item: Mapping[str, Any]) -> Dossier:
        orders = [each for each in self._register.orders(references_of(limitation_id, item)) if "status" in each]
        messages = [each for each in self._register.messages(limitation_id) if "state" in each]
        decisions = read_table(self._dynamodb, self._account.name("decisions"), limitation_id)
        return Dossier(limitation_id, item, [], decisions, orders, messages)

    def completeness(self) -> Completeness | None:
        """Up to when all executions are recorded, but for how many; None before the first reconciliation."""
        return RecordTable(self._dynamodb, self._account.name("courses"), self._account.name("counters")).completeness()


def pseudonyms_of(account: Account) -> Pseudonyms:
    """The pseudonyms of a stack, by its key.

    Raises
    ------
    OpsError
        When the stack has no key, or one that is too short.
    """
    name = account.output(KEY)
    try:
        content = json.loads(account.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
        return Pseudonyms(content["key"])
    except (KeyError, TypeError, ValueError) as error:
        raise OpsError(
            f'The secret {name} is to have {{"key": "…"}}, with a key of 32 letters or more ({error}).'
            " docs/operations.md says how it is made."
        ) from error


def text_of(milliseconds: int | None) -> str:
    """A moment (milliseconds since 1970) as ISO 8601 in UTC; empty where there is none."""
    return "" if milliseconds is None else to_text(moment_of(milliseconds))
