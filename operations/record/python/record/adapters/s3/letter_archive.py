"""What was done with dead letters: one S3 object for each, in the bucket with Object Lock.

The key begins with the day: ``letters/2026/11/26/101500.123-<letter>-discard.json``. The function that handles letters
writes it before it acts, so nobody gets around it, whatever tool they use.

What a discarded letter contained lies under the same key in another bucket, which forgets it: nobody could erase a
customer's data under Object Lock.
"""

from datetime import datetime
from typing import Any

from record.adapters.s3.operations_bucket import OperationsBucket, dated
from record.contracts.letter_request import HandleRequest
from record.domain.dead_letter import Action, DeadLetter
from restoration.clock import to_text


class Letters(OperationsBucket):
    """What is kept of letters in one bucket."""

    prefix = "letters/"


class LetterArchive:
    """Keeps one entry for each letter that is replayed or discarded.

    Parameters
    ----------
    journal
        The bucket of the entries, from which nobody deletes.
    bodies
        The bucket of what discarded letters contained; it has a lifecycle.
    """

    def __init__(self, client: Any, journal: str, bodies: str) -> None:
        self._client = client
        self._journal = journal
        self._bodies = bodies

    def keep(self, letter: DeadLetter, request: HandleRequest, at: datetime) -> None:
        """Write an entry with the letter's hash. What a discarded letter contained is kept first, and not for good."""
        key = dated(at, f"{letter.id}-{request.action.lower()}")
        if request.action is Action.DISCARD:
            content = {"body": letter.body, "attributes": dict(letter.attributes)}
            Letters(self._client, self._bodies).put_entry(key, content)
        entry = {
            "letter": letter.id,
            "sha256": letter.digest,
            "family": request.family.value,
            "action": request.action.value,
            "operation": request.operation,
            "by": request.by,
            "reason": request.reason,
            "at": to_text(at),
            "sentAt": to_text(letter.sent_at),
            "error": letter.error,
            "why": letter.reason,
        }
        Letters(self._client, self._journal).put_entry(key, entry)
