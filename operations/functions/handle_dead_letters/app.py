"""Dead letters, for operations: shows them with their reasons, replays chosen ones after a mend, discards others."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from record import bootstrap
from record.contracts.letter_request import LetterRequest, LookRequest, SeenLetter
from restoration.observability import count, logger, observed

ONE_LETTER_MILLISECONDS = 20_000
"""More than one letter takes, and giving back all that are held: a call ends before the function does."""

requests: TypeAdapter[LetterRequest] = TypeAdapter(LetterRequest)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    request = requests.validate_python(event)
    desk = bootstrap.letter_desk(lambda: context.get_remaining_time_in_millis() > ONE_LETTER_MILLISECONDS)
    if isinstance(request, LookRequest):
        seen, is_all = desk.seen(request.family, request.limit, request.only)
        letters = [SeenLetter.of(*each, whole=request.whole).to_json() for each in seen]
        return {"letters": letters, "isAll": is_all}
    handled = desk.handle(request)
    for each in handled:
        logger.info("dead letter handled", letter=each.id, family=request.family, fate=each.fate, by=request.by)
        count(f"Letters{each.fate.title().replace('_', '')}")
    return {"letters": [each.to_json() for each in handled]}
