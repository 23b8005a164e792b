"""What a story, a test or a benchmark acts on: the cloud with the stack on it, billing and Enedis."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from embedded_cloud import EmbeddedCloud
from embedded_cloud.backends.protocol import AwsRequest
from embedded_cloud.messaging.event_rules import MAX_ENTRIES_BYTES, size_of
from embedded_cloud.rights.principals import Principal, session_of
from embedded_cloud.states.strikes import Moment, TaskCall
from local.customers import Customer, Entry, entry, fields_of
from local.kept_file import keep_decisions
from local.partners.billing.simulator import BillingSimulator
from local.partners.enedis import PointSetup
from local.partners.enedis.simulator import EnedisSimulator
from local.partners.identity import Client, IdentityProvider
from local.stage.following import Follower
from local.stage.gates import Fits, Gate
from local.stage.watch import Watch
from ops.account import Account
from restoration.domain.case_keys import CaseKeys

MACHINE = "RestorationStateMachine"
ENTRIES_PER_PUT = 10  # EventBridge takes no more
BILLING_ACCOUNT = "222222222222"
"""`BillingAccountId` of the stack: billing is in an account of its own."""
BILLING_ROLE = f"arn:aws:iam::{BILLING_ACCOUNT}:role/billing"
OWN_BILLING_ROLE = "arn:aws:iam::123456789012:role/billing-in-tests"
"""A second role of `BillingRoleArns`: of the stack's account, from which the bus takes events of any type."""
OWN_CHANNELS_ROLE = "arn:aws:iam::123456789012:role/restoration-channels/in-tests"
"""A role by whose name the bus takes it for one of the channels, where their stack is not deployed."""
ADVISORS_ROLE = "arn:aws:iam::333333333333:role/advisors-tool"
ADVISORS = session_of(ADVISORS_ROLE, "advisors", is_trusted=True)
"""The advisors' tool, in an account of its own."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One entry that was put: its event id and when; or why the bus refused it."""

    event_id: str | None
    at: datetime
    refusal: str = ""


def own_sender(cloud: EmbeddedCloud, role: str) -> Principal:
    """The session of a role in the stack's account that may put any event, which no template declares."""
    statement = {"Effect": "Allow", "Action": ["events:*"], "Resource": "*"}
    cloud.rights.put_role(role, {"Statement": []}, {"events": {"Statement": [statement]}})
    return session_of(role, role.rpartition("/")[2])


class Stage:
    """The embedded cloud with the stack on it, the two partners, and the watch over all of it."""

    identity: IdentityProvider
    """Where pages and API are deployed: it signs people in, and gives tokens."""

    def __init__(self, cloud: EmbeddedCloud, billing: BillingSimulator, enedis: EnedisSimulator) -> None:
        self.cloud = cloud
        self.billing = billing
        self.enedis = enedis
        self.bus = cloud.outputs["EventBusName"]
        self.watch = Watch(cloud, cloud.physical_id(MACHINE), self.bus, self.limitation)
        self.follower = Follower(cloud, enedis.network)
        cloud.subscriptions.events.append(lambda event: billing.hear(event.content) if event.bus == self.bus else None)
        self._gates: list[Gate] = []
        self._of_operations: dict[str, Any] = {}
        self._lock = Lock()

    def open_desk(self, identity: IdentityProvider) -> None:
        """Let advisors sign in at the desk: it is a client of the identity provider."""
        self.identity = identity
        client = identity.register(Client("channels", "channels-api", (f"{self.site}/conseil/retour",)))
        secret = {"clientId": client.id, "clientSecret": client.secret}
        self.cloud.client("secretsmanager").put_secret_value(
            SecretId="restoration-channels/identity", SecretString=json.dumps(secret)
        )

    @property
    def site(self) -> str:
        """The address of the customers' pages, where they are deployed; the desk is below ``/conseil``."""
        return self.cloud.http_url("Site")

    @property
    def case_keys(self) -> CaseKeys:
        """What the codes and links of cases are made with."""
        kept = self.cloud.client("secretsmanager").get_secret_value(SecretId="restoration/cases")["SecretString"]
        return CaseKeys(json.loads(kept)["key"].encode())

    def limit(
        self, customer: Customer, at: datetime, on: date | None = None, *, booked: bool = True, **point: Any
    ) -> None:
        """Let Enedis limit a customer, and billing report it; `on` is billing's date, and `point` what is special."""
        self.enedis.network.add_point(PointSetup(customer.point_id, contract_id=customer.contract_id, **point))
        if booked and on is not None:
            self.billing.set_business_date(on, customer.contract_id)
        self.put([entry("PowerLimited", fields_of("PowerLimited", (customer,), at, ""))], booked=booked)

    def book_what_others_put(self) -> None:
        """Let billing book what others than the stage put on the bus, too: somebody with a command line is billing."""

        def book(request: AwsRequest) -> None:
            if request.service == "events" and request.action == "PutEvents":
                for item in json.loads(request.body or b"{}").get("Entries", ()):
                    self.billing.record(item)

        self.cloud.dispatcher.interceptors.append(book)

    def put(self, entries: Sequence[Entry], *, booked: bool = True) -> list[Sent]:
        """Let billing book what it reports, and put it on the bus. The moment is taken before anybody can react.

        Billing books nothing that is too large for any bus.
        """
        sent: list[Sent] = []
        for start in range(0, len(entries), ENTRIES_PER_PUT):
            batch = entries[start : start + ENTRIES_PER_PUT]
            for item in batch if booked else ():
                if size_of(item) < MAX_ENTRIES_BYTES:
                    self.billing.record(item)
            at = datetime.now(UTC)
            for source, items in groupby(batch, lambda item: str(item["Source"])):
                sent += self._put(self._client_of(source), [{**item, "EventBusName": self.bus} for item in items], at)
        return sent

    def _put(self, events: Any, entries: Sequence[Entry], at: datetime) -> list[Sent]:
        """Put entries of one source; where the bus refuses them all for one that is too large, each by itself."""
        try:
            results = events.put_events(Entries=list(entries))["Entries"]
        except ClientError as error:
            refused = error.response["Error"]
            if refused["Code"] != "ValidationException":
                raise
            if len(entries) == 1:
                return [Sent(None, at, f"{refused['Code']}: {refused['Message']}")]
            return [each for one in entries for each in self._put(events, [one], at)]
        return [
            Sent(
                result.get("EventId"),
                at,
                "" if "EventId" in result else f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}",
            )
            for result in results
        ]

    def _client_of(self, source: str) -> Any:
        """The client of those who put a source's events on the bus: the account's administrator stands for others."""
        if source == "billing":
            return self.cloud.client("events", self.cloud.rights.key_of(self.own_billing))
        if source == "advisors":
            return self.cloud.client("events", self.cloud.rights.key_of(ADVISORS))
        if source == "channels":
            return self.cloud.client("events", self.cloud.rights.key_of(self.own_channels))
        if source == "restoration":
            return self.cloud.client("events", self.cloud.key_of_service(f"{MACHINE}Role", "states.amazonaws.com"))
        return self.cloud.client("events")

    @cached_property
    def own_billing(self) -> Principal:
        """The session of the role that puts billing's events in this account."""
        return own_sender(self.cloud, OWN_BILLING_ROLE)

    @cached_property
    def own_channels(self) -> Principal:
        """The session of a role of the channels."""
        return own_sender(self.cloud, OWN_CHANNELS_ROLE)

    def operations(self, service: str) -> Any:
        """The client of a service for operations, who have assumed their role with a second factor."""
        with self._lock:
            if service not in self._of_operations:
                self._of_operations[service] = self.cloud.client(service, self.cloud.key_in_role("OperationsRole"))
            return self._of_operations[service]

    @property
    def account(self) -> Account:
        """The account by which the operations' tool acts, in the operations role; it has no quotas that others need."""
        return Account(lambda service, _: self.operations(service), self.cloud.region)

    def night_of_dunning(self) -> list[Entry]:
        """Let billing confirm the reminders that do not leave tonight, since we asked; gives its events."""
        confirmed = [entry("RemindersSuppressed", each) for each in self.billing.night_of_dunning(datetime.now(UTC))]
        self.put(confirmed)
        return confirmed

    def limitation(self, limitation_id: str) -> dict[str, Any]:
        """A limitation's item in the register, its attributes as plain values; empty where there is none."""
        found = self.cloud.client("dynamodb").get_item(
            TableName=self.cloud.physical_id("LimitationsTable"), Key={"limitationId": {"S": limitation_id}}
        )
        return _plain(found.get("Item", {}))

    def items(self, table: str, having: str | None = None) -> Iterator[dict[str, Any]]:
        """All items of a table (logical id), or those that have an attribute; the attributes as plain values."""
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=self.cloud.physical_id(table))
        for page in pages:
            for item in page["Items"]:
                if having is None or having in item:
                    yield _plain(item)

    def sweep(self, *limitation_ids: str) -> None:
        """Let the sweep begin, as its schedule does every minute; or look at some limitations alone, to the end."""
        if limitation_ids:
            request = {"unseen": True, "limitationIds": list(limitation_ids)}
            self.cloud.invoke("CheckOpenLimitationsFunction", request)
        else:
            self.cloud.fire_rule("CheckOpenLimitationsFunctionEveryMinute")

    def switch(self, mode: str) -> None:
        """Turn the switch in Parameter Store, as operations do; the percentage stays as it is."""
        name = self.cloud.outputs["ModeParameterName"]
        self.operations("ssm").put_parameter(Name=name, Value=mode, Type="String", Overwrite=True)

    def pause_orders(self, *, paused: bool = True) -> None:
        """Leave the orders to Enedis in their queue, or take them from there again."""
        for poller in (*self.cloud.pollers_of("OrdersQueue"), *self.cloud.pollers_of("UrgentOrdersQueue")):
            poller.enabled = not paused

    def hold(self, function: str, fits: Fits) -> Gate:
        """Hold the invocations of a function (logical id) whose payload fits, until the gate is opened."""
        gate = Gate(self.cloud, fits)
        self._gates.append(gate)
        self.cloud.functions.named(function).wrappers.append(gate.stand_around)
        return gate

    def strike_each_state_once(self, limitation_id: str) -> None:
        """Let the first attempt at each state's call fail, in all executions of a limitation."""
        struck: set[tuple[str, str]] = set()

        def strike(call: TaskCall) -> str | None:
            is_first = call[:2] not in struck and f":{limitation_id}-" in call.execution
            if call.moment is not Moment.BEFORE or not is_first:
                return None
            struck.add((call.execution, call.state))
            return "Lambda.SdkClientException"

        self.cloud.strikes.append(strike)

    def open_gates(self) -> None:
        """Let everything go that is still held."""
        for gate in self._gates:
            gate.open()

    def dead_letters(self, queue: str) -> list[Mapping[str, Any]]:
        """Take the records of a dead-letter queue (logical id) out of it, as the account's administrator may."""
        sqs, url = self.cloud.client("sqs"), self.cloud.physical_id(queue)
        found: list[Mapping[str, Any]] = []
        while letters := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
            "Messages"
        ):
            for letter in letters:
                found.append(letter)
                sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
        return found

    def keep_decisions(self, path: Path) -> int:
        """Write what the rules decided to a file that outlives the cloud, for make explain and make replay."""
        dynamodb = self.cloud.client("dynamodb")
        items = self.items("LimitationsTable")
        places = {it["limitationId"]: (it.get("contractId", ""), it.get("pointId", "")) for it in items}
        return keep_decisions(dynamodb, self.cloud.physical_id("DecisionsTable"), path, places)


def _plain(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: next(iter(value.values())) for name, value in item.items()}
