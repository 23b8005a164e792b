"""The event log as a table: one row for each stay in a state, for each end that is no state, and for each redrive."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ops.event_log.case import Case
from ops.event_log.names import ENDED, PARTIES, REDRIVEN, activity_of
from ops.event_log.reading import text_of
from record.domain.course_event import Kind
from record.domain.states import Party

COLUMNS = (
    "case_id",
    "limitation_id",
    "payment_id",
    "event_id",
    "activity",
    "state",
    "start_timestamp",
    "complete_timestamp",
    "resource",
    "lifecycle",
    "order_id",
    "attempts",
    "retries",
    "errors",
    "redrive",
    "trigger",
    "case_status",
    "case_outcome",
    "version",
    "conforms",
)
"""docs/operations.md says what each is; a test compares."""


Row = Mapping[str, str]


def with_pseudonyms(case: Case, rows: Sequence[Row], of: Callable[[str, str], str]) -> Iterator[Row]:
    """The rows of a case with what each of them says, as they are written."""
    execution, payment = of("execution", case.course.name), case.payment
    always = {
        "case_id": execution,
        "limitation_id": of("limitation", case.limitation_id),
        "payment_id": of("payment", payment[0]) if payment else "",
        "trigger": case.trigger,
        "case_status": case.course.end.status,
        "case_outcome": case.course.end.outcome,
        "version": case.version,
        "conforms": case.conforms,
    }
    for number, row in enumerate(rows, start=1):
        own = {name: value for name, value in row.items() if name != "order"}
        order = of("order", row["order"]) if row.get("order") else ""
        yield {**always, **own, "event_id": f"{execution}.{number}", "order_id": order}


def rows_of(case: Case) -> Sequence[Row]:
    """The rows of a case, in order, without what each of them says; ``order`` is a reference."""
    stays = zip(case.course.visits, case.orders, strict=True)
    rows: list[tuple[int, int, Row]] = []
    ends = {redrives: end.ended_at for redrives, end in case.course.ends.items()}
    for place, (visit, order) in enumerate(stays):
        left_at = visit.left_at
        if left_at is None:  # a state in which the execution ended was never left: it was over with the execution
            is_last = place == len(case.orders) - 1
            left_at = case.course.ended_at if is_last else ends.get(visit.entered_in)
        row = {
            "activity": activity_of(visit.state),
            "state": visit.state,
            "start_timestamp": text_of(visit.entered_at),
            "complete_timestamp": text_of(left_at),
            "resource": PARTIES[visit.party],
            "lifecycle": "complete" if visit.left_at is not None else "start" if left_at is None else "ate_abort",
            "order": order,
            "attempts": str(visit.attempts),
            "retries": str(visit.retries),
            "errors": " ".join(visit.failures),
            "redrive": str(visit.entered_in),
        }
        rows.append((visit.entered_at, place, row))
    rows += [(at, len(rows) + place, row) for place, (at, row) in enumerate(marks_of(case))]
    return [row for _, _, row in sorted(rows, key=lambda each: each[:2])]


def marks_of(case: Case) -> Iterator[tuple[int, Row]]:
    """What happened to the execution as a whole: it ended without success, it was redriven."""
    redrive = 0
    for event in case.course.in_order:
        if event.kind is Kind.REDRIVEN:
            redrive += 1
            yield event.at, _mark(event.at, REDRIVEN, redrive)
        elif event.kind is Kind.ENDED and event.name in ENDED:
            end = case.course.ends.get(redrive)
            yield event.at, _mark(event.at, ENDED[event.name], redrive, end.error if end else "")


def _mark(at: int, activity: str, redrive: int, error: str = "") -> Row:
    moment = text_of(at)
    return {
        "activity": activity,
        "attempts": "0",
        "retries": "0",
        "resource": PARTIES[Party.US],
        "lifecycle": "complete",
        "redrive": str(redrive),
        "errors": error,
        "start_timestamp": moment,
        "complete_timestamp": moment,
    }
