"""What the record says of executions: many with one call."""

from collections.abc import Collection, Mapping
from itertools import batched

from botocore.exceptions import ClientError

from ops.account import Account
from record.adapters.dynamodb.courses import recorded_of
from record.adapters.dynamodb.plain import plain
from record.domain.course import Course
from restoration.adapters.dynamodb.batch_reads import AT_ONCE, items_of

_NOT_THERE = frozenset({"ResourceNotFoundException", "AccessDeniedException"})
"""A stack, or a role, that is older than the record."""


class RecordedCourses:
    """Reads the table ``courses``."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def many(self, executions: Collection[str]) -> Mapping[str, Course]:
        """What is recorded of executions (their ARNs); those of which nothing is are left out."""
        found: dict[str, Course] = {}
        table = self._account.name("courses")
        for some in batched(dict.fromkeys(executions), AT_ONCE, strict=False):
            keys = ({"execution": {"S": each}} for each in some)
            try:
                for item in items_of(self._account.client("dynamodb"), table, keys):
                    course = recorded_of(plain(item)).course
                    found[course.execution] = course
            except ClientError as error:
                if error.response["Error"]["Code"] not in _NOT_THERE:
                    raise
                return {}
        return found


def knows_all(course: Course, status: str, redrives: int) -> bool:
    """Whether the record knows all of an execution, and not less than the list of executions.

    Parameters
    ----------
    status, redrives
        As the list has them.
    """
    progress = course.progress()
    is_known = course.is_complete or (not course.has_ended and not course.missing and course.rests)
    return is_known and (progress.status, progress.redrives) == (status, redrives)
