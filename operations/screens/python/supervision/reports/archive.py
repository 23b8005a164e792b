"""Reports in S3: a CSV for each day and month, and the page that was mailed. What came of it is the CSV's metadata."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from supervision.periods import Reported

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "reports/"
_YES, _NO = "yes", "no"
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report that was kept before.

    Parameters
    ----------
    version
        Which state of the kept report this is: who replaces it names the version that they saw.
    is_mailed
        Whether its mail is known to have left, or nobody is to get one.
    """

    version: str
    kept_at: datetime
    is_complete: bool
    is_mailed: bool


class ReportArchive:
    """Keeps reports in a bucket, one for each period.

    A report is written on a condition: that there is none yet, or that it is still the one that was seen. So of two
    workers, one makes it. One that is complete differs from the one before in its column ``complete``.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def find(self, about: Reported) -> KeptReport | None:
        """What is kept of a period; None where nothing is."""
        try:
            found = self._client.head_object(Bucket=self._bucket, Key=_key(about, "csv"))
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
                return None
            raise
        said = found["Metadata"]
        return KeptReport(found["ETag"], found["LastModified"], said["complete"] == _YES, said["mailed"] == _YES)

    def keep(
        self, about: Reported, table: str, page: str, *, is_complete: bool, is_mailed: bool, instead_of: str | None
    ) -> str | None:
        """Keep a report, and return its version; None where another was kept in the meantime.

        Parameters
        ----------
        instead_of
            The version that it replaces; None where there was none.
        """
        metadata = {"complete": _YES if is_complete else _NO, "mailed": _YES if is_mailed else _NO}
        how: Any = {"IfNoneMatch": "*"} if instead_of is None else {"IfMatch": instead_of}
        how |= {"ContentType": "text/csv; charset=utf-8", "Metadata": metadata}
        try:
            kept = self._client.put_object(Bucket=self._bucket, Key=_key(about, "csv"), Body=table.encode(), **how)
        except ClientError as error:
            if error.response["Error"]["Code"] in _TAKEN:
                return None
            raise
        self._client.put_object(
            Bucket=self._bucket, Key=_key(about, "html"), Body=page.encode(), ContentType="text/html; charset=utf-8"
        )
        return kept["ETag"]


def _key(about: Reported, ending: str) -> str:
    return f"{PREFIX}{about.kind}/{about.name}.{ending}"
