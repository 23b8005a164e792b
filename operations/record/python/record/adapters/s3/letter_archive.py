"""What was done with dead letters: one S3 object for each, in the bucket with Object Lock.

The key begins with the day: ``letters/2026/11/26/101500.123-<letter>-discard.json``. The function that handles letters
writes it before it acts, so nobody gets around it, whatever tool they use.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from record.adapters.s3.operations_bucket import OperationsBucket, dated
from record.domain.dead_letter import Action, DeadLetter, Family, Instruction
from restoration.clock import to_text

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "letters/"


class LetterArchive:
    """Keeps one entry for each letter that is replayed or discarded."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._entries = OperationsBucket(s3, bucket, PREFIX)

    def keep(self, family: Family, letter: DeadLetter, instruction: Instruction, at: datetime) -> None:
        """Write an entry. A discarded letter is kept whole; of a replayed one, whose record lives on, the hash."""
        content: dict[str, Any] = {
            "letter": letter.id,
            "sha256": letter.digest,
            "family": family.value,
            "action": instruction.action.value,
            "operation": instruction.operation,
            "by": instruction.by,
            "reason": instruction.reason,
            "at": to_text(at),
            "sentAt": to_text(letter.sent_at),
            "error": letter.error,
            "why": letter.reason,
        }
        if instruction.action is Action.DISCARD:
            content |= {"body": letter.body, "attributes": dict(letter.attributes)}
        self._entries.put_entry(dated(at, f"{letter.id}-{instruction.action.lower()}"), content)
