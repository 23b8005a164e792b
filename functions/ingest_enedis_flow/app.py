"""Reconciles the register with Enedis' daily flows: limitations lifted without us, and limitations unknown to us."""

from restoration import settings
from restoration.adapters.dynamodb.flow_snapshots import FlowSnapshots
from restoration.adapters.dynamodb.whole_register import WholeRegisterReader
from restoration.adapters.enedis.flows.bucket import FlowBucket, parse_dropped_file
from restoration.adapters.sqs.batch import LastTry, handler_of
from restoration.bootstrap import aws, clients
from restoration.clock import utc_now
from restoration.domain.flow import FlowReport
from restoration.domain.limitation import LimitedPoint, Started, Trigger
from restoration.observability import count, logger
from restoration.tracing import note_case
from restoration.use_cases.ingest_enedis_flow import FlowDesk

flows = FlowBucket(clients.client("s3"), settings.text("FLOWS_BUCKET"))
whole = WholeRegisterReader(clients.client("dynamodb"), settings.text("LIMITED_CONTRACTS_TABLE"))
desk = FlowDesk(
    snapshots=FlowSnapshots(clients.dynamodb(), settings.text("FLOW_SNAPSHOTS_TABLE"), aws.kept_after_closing()),
    open_limitations=whole.open_limitations,
    claims=aws.claims(),
    register=aws.register(),
    now=utc_now,
)
start = aws.restoration_start()

GIVE_UP_AT = 4
"""The try of a record after which it is put aside with its error."""


def receive(body: str) -> None:
    def check(limited: LimitedPoint, trigger: Trigger) -> Started:
        started = start.hear(limited, trigger)
        logger.info("fact of a limitation", correlation_id=limited.limitation_id, start=started.name)
        note_case(limited.limitation_id, started.name)
        return started

    file = parse_dropped_file(body)
    with flows.opened(file) as content:
        report(file.name, desk.ingest(file.name, content, check, file.event_id))


def report(file: str, of: FlowReport) -> None:
    """Log and count the content of a file and its effects, and warn of differences that people should look at."""
    snapshot = of.snapshot.name
    for problem in of.problems:
        logger.warning("row skipped", file=problem.file, line=problem.line, reason=problem.reason)
    for limitation_ids, shows in (
        (of.contradicted, "still shows a limitation that was closed after its point was read"),
        (of.still_shown, "still shows a limitation days after it was settled"),
        (of.lower, "shows less power than the register"),
    ):
        for limitation_id in limitation_ids:
            logger.warning(f"Enedis' flow {shows}", correlation_id=limitation_id, snapshot=snapshot)
    if of.deferred:
        logger.warning("more differences than are checked for one file", snapshot=snapshot, deferred=of.deferred)
    counts = {
        "FlowRows": of.rows,
        "FlowRowsSkipped": of.skipped_rows,
        "FlowPoints": of.points,
        "FlowLimitationsLifted": len(of.lifted),
        "FlowPointsLower": len(of.lower),
        "FlowLimitationsUnknown": len(of.unknown),
        "FlowLimitationsSuperseded": len(of.superseded),
        "FlowLimitationsStillShown": len(of.still_shown),
        "FlowLimitationsContradicted": len(of.contradicted),
        "FlowCasesEnded": of.ended_cases,
        "FlowOrdersWoken": len(of.woken),
        "FlowLagging": of.lagging,
        "FlowChecksDeferred": of.deferred,
    }
    logger.info(
        "flow worked through", extra={"file": file, "snapshot": snapshot, "outcome": of.outcome.value, **counts}
    )
    count(f"Flow{of.outcome.title()}")
    for name, value in counts.items():
        count(name, value)


handler = handler_of(receive, aws.dead_letters, LastTry(GIVE_UP_AT))
