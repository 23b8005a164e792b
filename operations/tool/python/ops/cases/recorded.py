"""What the record says of executions: many with one call."""

from collections.abc import Collection, Mapping

from botocore.exceptions import ClientError

from ops.account import Account
from record.adapters.dynamodb.courses import recorded_of
from record.adapters.dynamodb.plain import plain
from record.domain.course import Course
from restoration.adapters.dynamodb.batch_reads import items_of

_NOT_THERE = frozenset({"ResourceNotFoundException", "AccessDeniedException"})
"""A stack, or a role, that is older than the record."""


def recorded_courses(account: Account, executions: Collection[str]) -> Mapping[str, Course]:
    """What is recorded of executions (their ARNs); those of which nothing is are left out."""
    keys = ({"execution": {"S": each}} for each in dict.fromkeys(executions))
    try:
        found = list(items_of(account.client("dynamodb"), account.name("courses"), keys))
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOT_THERE:
            raise
        return {}
    courses = (recorded_of(plain(item)).course for item in found)
    return {course.execution: course for course in courses}


def knows_all(course: Course, status: str, redrives: int) -> bool:
    """Whether the record knows all of an execution, and not less than the list of executions.

    Parameters
    ----------
    status, redrives
        As the list has them.
    """
    is_known = course.is_complete or (not course.has_ended and not course.missing and course.rests)
    return is_known and (course.end.status, course.redrives) == (status, redrives)
