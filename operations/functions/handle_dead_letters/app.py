"""Dead letters, for operations: shows them with their reasons, replays chosen ones after a mend, discards others."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from record.adapters.s3.letter_archive import LetterArchive
from record.adapters.sqs.letter_boxes import LetterBoxes
from record.bootstrap import read_claims
from record.contracts.letter_request import LetterRequest, LookRequest, SeenLetter
from record.use_cases.handle_dead_letters import LetterDesk
from record.use_cases.judge_dead_letters import LetterJudge
from restoration import settings
from restoration.bootstrap import aws, clients
from restoration.clock import utc_now
from restoration.observability import count, logger, observed

ONE_LETTER_MILLISECONDS = 20_000
"""More than one letter takes, and giving back all that are held: a call ends before the function does."""

requests: TypeAdapter[LetterRequest] = TypeAdapter(LetterRequest)
archive = LetterArchive(clients.client("s3"), settings.text("OPERATIONS_BUCKET"), settings.text("RECORD_BUCKET"))
boxes = LetterBoxes(clients.client("sqs"), settings.text("QUEUES_URL"))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    request = requests.validate_python(event)
    desk = LetterDesk(
        boxes, judge(), archive, utc_now, lambda: context.get_remaining_time_in_millis() > ONE_LETTER_MILLISECONDS
    )
    if isinstance(request, LookRequest):
        seen, is_all = desk.seen(request.family, request.limit, request.only)
        letters = [SeenLetter.of(*each, whole=request.whole).to_json() for each in seen]
        return {"letters": letters, "isAll": is_all}
    handled = desk.handle(request)
    for each in handled:
        logger.info("dead letter handled", letter=each.id, family=request.family, fate=each.fate, by=request.by)
        count(f"Letters{each.fate.title().replace('_', '')}")
    return {"letters": [each.to_json() for each in handled]}


def judge() -> LetterJudge:
    """What judges letters; what runs is listed once for each request."""
    holders, find = aws.executions().as_they_run(), aws.sending_log().find
    return LetterJudge(claims=read_claims(), holders=holders, sending=find, read_dropped_file=file_of, now=utc_now)


def file_of(body: str) -> str:
    from restoration.adapters.enedis.flows.bucket import parse_dropped_file  # noqa: PLC0415 - most letters are no files

    return parse_dropped_file(body).name
