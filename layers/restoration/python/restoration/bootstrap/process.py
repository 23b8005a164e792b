"""What starts a restoration, and the desks of its steps."""

from datetime import timedelta
from functools import cache, partial
from random import random
from typing import TYPE_CHECKING

from restoration import settings
from restoration.bootstrap import aws, clients, messages, partners
from restoration.clock import utc_now

if TYPE_CHECKING:
    from restoration.adapters.dynamodb.campaigns import CampaignTable
    from restoration.domain.order import Priority
    from restoration.use_cases.agree_visit import VisitDesk
    from restoration.use_cases.check_open_limitations import NightlyCheck
    from restoration.use_cases.check_payment import PaymentCheck
    from restoration.use_cases.claim_limitation import ClaimDesk
    from restoration.use_cases.ingest_enedis_flow import FlowDesk
    from restoration.use_cases.place_order import OrderDesk
    from restoration.use_cases.prepare_order import OrderPreparation
    from restoration.use_cases.protection_campaign import CampaignDesk
    from restoration.use_cases.register_limitations import FactsOfLimitations, RegisterDesk
    from restoration.use_cases.report_lost_ground import LostGroundDesk
    from restoration.use_cases.resume_restoration import ResumptionDesk
    from restoration.use_cases.settle_limitation import SettlementDesk
    from restoration.use_cases.start_restoration import RestorationStart
    from restoration.use_cases.sweep_unseen import Sweep


@cache
def restoration_start() -> "RestorationStart":
    from restoration.adapters.stepfunctions.executions import Executions, start_in_given_trace
    from restoration.use_cases.start_restoration import RestorationStart

    machine = settings.text("STATE_MACHINE_ARN")
    executions = Executions(start_in_given_trace(clients.client("stepfunctions")), machine)
    return RestorationStart(executions, aws.claims())


@cache
def claim_desk() -> "ClaimDesk":
    from restoration.use_cases.claim_limitation import ClaimDesk

    return ClaimDesk(aws.claims(), aws.executions(), aws.event_bus(), aws.switch, utc_now)


def payment_check() -> "PaymentCheck":
    from restoration.use_cases.check_payment import PaymentCheck

    return PaymentCheck(partners.billing(), aws.situations(), utc_now, _billing_lag())


def _billing_lag() -> timedelta:
    return timedelta(seconds=partners.billing_settings().lag_seconds)


@cache
def visit_desk() -> "VisitDesk":
    from restoration.use_cases.agree_visit import VisitDesk

    longest_wait = partners.enedis_settings().read_longest_wait_seconds
    return VisitDesk(aws.claims(), lambda: partners.enedis(longest_wait, "PEOPLE"))


@cache
def order_preparation() -> "OrderPreparation":
    from restoration.use_cases.prepare_order import OrderPreparation

    return OrderPreparation(aws.claims(), aws.orders(), aws.event_bus())


def order_desk(priority: "Priority") -> "OrderDesk":
    from restoration.domain.deadlines import due_at
    from restoration.use_cases.place_order import OrderDesk

    given, remote = partners.enedis_settings(), settings.seconds("REMOTE_SLA_SECONDS")
    technician_days = settings.whole_number("TECHNICIAN_SLA_WORKING_DAYS")
    return OrderDesk(
        claims=aws.claims(),
        orders=aws.orders(),
        enedis=partners.enedis(given.order_longest_wait_seconds, priority),
        now=utc_now,
        settle=timedelta(seconds=given.settle_seconds),
        lease=timedelta(seconds=given.lease_seconds),
        retry=timedelta(seconds=given.retry_seconds),
        due=partial(due_at, remote=remote, technician_days=technician_days),
        chance=random,
    )


@cache
def settlement_desk() -> "SettlementDesk":
    from restoration.use_cases.settle_limitation import SettlementDesk

    hear = restoration_start().hear
    return SettlementDesk(aws.claims(), aws.orders(), aws.register(), aws.event_bus(), hear, utc_now)


@cache
def lost_ground_desk() -> "LostGroundDesk":
    from restoration.use_cases.report_lost_ground import LostGroundDesk

    return LostGroundDesk(aws.register(), aws.claims(), aws.orders(), aws.event_bus())


def register_desk(facts: "FactsOfLimitations") -> "RegisterDesk":
    from restoration.use_cases.register_limitations import RegisterDesk

    return RegisterDesk(aws.register(), facts, aws.claims(), aws.event_bus(), aws.switch)


@cache
def resumption_desk() -> "ResumptionDesk":
    from restoration.use_cases.resume_restoration import ResumptionDesk

    return ResumptionDesk(aws.register(), restoration_start(), lost_ground_desk())


def sweep() -> "Sweep":
    from restoration.use_cases.sweep_unseen import Sweep

    return Sweep(aws.claims(), nightly_check(), restoration_start(), _billing_lag(), utc_now)


def nightly_check() -> "NightlyCheck":
    from restoration.use_cases.check_open_limitations import NightlyCheck

    return NightlyCheck(
        aws.claims(),
        partners.billing(),
        aws.decision_function(),
        aws.executions().as_they_run(),
        restoration_start(),
        messages.notice_desk(),
        timedelta(days=settings.whole_number("ANSWER_TERM_DAYS")),
    )


def campaigns() -> "CampaignTable":
    from restoration.adapters.dynamodb.campaigns import CampaignTable

    return CampaignTable(clients.dynamodb(), settings.text("CAMPAIGNS_TABLE"))


def campaign_desk() -> "CampaignDesk":
    from restoration.use_cases.protection_campaign import CampaignDesk

    return CampaignDesk(
        claims=aws.claims(),
        billing=partners.billing(),
        rules=aws.decision_function(),
        holders=aws.executions().as_they_run(),
        start=restoration_start(),
        list=campaigns(),
        switch=aws.switch,
    )


@cache
def flow_desk() -> "FlowDesk":
    from restoration.adapters.dynamodb.flow_snapshots import FlowSnapshots
    from restoration.adapters.dynamodb.whole_register import WholeRegisterReader
    from restoration.use_cases.ingest_enedis_flow import FlowDesk

    return FlowDesk(
        snapshots=FlowSnapshots(clients.dynamodb(), settings.text("FLOW_SNAPSHOTS_TABLE"), aws.kept_after_closing()),
        whole=WholeRegisterReader(clients.client("dynamodb"), settings.text("LIMITED_CONTRACTS_TABLE")),
        claims=aws.claims(),
        register=aws.register(),
        now=utc_now,
    )
