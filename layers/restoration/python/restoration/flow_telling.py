"""What is said of a file that was worked through: one log line, its bad rows, and its counts as metrics."""

from restoration.observability import count, logger
from restoration.reconciling import FlowReport


def tell(file: str, report: FlowReport) -> None:
    """Log what a file held and led to, warn of what people should look at, and count it."""
    snapshot = report.snapshot.name
    for problem in report.problems:
        logger.warning("row skipped", file=problem.file, line=problem.line, reason=problem.reason)
    for limitation_id in report.contradicted:
        logger.warning(
            "Enedis' flow still shows a limitation that was closed after its point was read",
            correlation_id=limitation_id,
            snapshot=snapshot,
        )
    if report.deferred:
        logger.warning("more differences than are checked for one file", snapshot=snapshot, deferred=report.deferred)
    counts = {
        "FlowRows": report.rows,
        "FlowRowsSkipped": report.skipped_rows,
        "FlowPoints": report.points,
        "FlowLimitationsLifted": len(report.lifted),
        "FlowLimitationsUnknown": len(report.unknown),
        "FlowLimitationsSuperseded": len(report.superseded),
        "FlowLimitationsContradicted": len(report.contradicted),
        "FlowCasesEnded": report.ended_cases,
        "FlowLagging": report.lagging,
        "FlowChecksDeferred": report.deferred,
    }
    logger.info(
        "flow worked through", extra={"file": file, "snapshot": snapshot, "outcome": report.outcome.value, **counts}
    )
    count(f"Flow{report.outcome.title()}")
    for name, value in counts.items():
        count(name, value)
