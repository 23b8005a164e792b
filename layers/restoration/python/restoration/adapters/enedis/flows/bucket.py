"""Enedis' flows as they come: dropped in an S3 bucket, announced by EventBridge."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import copyfileobj
from typing import IO, TYPE_CHECKING, Annotated, Literal

from pydantic import AliasPath, BaseModel, ConfigDict, Field, ValidationError

from restoration.adapters.enedis.flows.archive import MOST_BYTES, members_of
from restoration.adapters.enedis.flows.parser import read_flow
from restoration.domain.flow import CaseRow, RowProblem, Snapshot
from restoration.errors import InvalidEvent, InvalidFlow

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

IN_MEMORY_BYTES = 8 * 1024**2
"""An ordinary day's file stays in memory; a larger one goes to the function's own disk."""

_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


class DroppedFile(BaseModel):
    """S3's event of a new object, on EventBridge's default bus."""

    model_config = ConfigDict(frozen=True)

    event_id: Annotated[str, Field(alias="id", min_length=1)]
    source: Literal["aws.s3"]
    detail_type: Annotated[Literal["Object Created"], Field(alias="detail-type")]
    bucket: Annotated[str, Field(validation_alias=AliasPath("detail", "bucket", "name"))]
    name: Annotated[str, Field(validation_alias=AliasPath("detail", "object", "key"), min_length=1, max_length=1024)]
    version_id: Annotated[str | None, Field(validation_alias=AliasPath("detail", "object", "version-id"))] = None


def parse_dropped_file(body: str) -> DroppedFile:
    """Read a queued record's body.

    Raises
    ------
    InvalidEvent
        When it is not S3's ``Object Created`` event.
    """
    try:
        return DroppedFile.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(step) for step in problem["loc"]) or "event"
        raise InvalidEvent(f"not S3's event of a new object: {where}: {problem['msg']}") from error


class FlowBucket:
    """The bucket that Enedis' flows are dropped in."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    @contextmanager
    def opened(self, file: DroppedFile) -> Iterator[Iterator[Snapshot | CaseRow | RowProblem]]:
        """Give the content of a file: the very version that the event names, downloaded, then read as a stream.

        Raises
        ------
        InvalidFlow
            When the file is in another bucket, too large or gone; and while reading, when it is broken.
        """
        if file.bucket != self._bucket:
            raise InvalidFlow(f"{file.name}: is in bucket {file.bucket}, flows are taken from {self._bucket}")
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as content:
            self._download(file, content)
            content.seek(0)
            yield read_flow(members_of(content, file.name))

    def _download(self, file: DroppedFile, content: IO[bytes]) -> None:
        version = {"VersionId": file.version_id} if file.version_id else {}
        try:
            response = self._s3.get_object(Bucket=self._bucket, Key=file.name, **version)  # type: ignore[arg-type]
        except self._s3.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE:
                raise InvalidFlow(f"{file.name}: is not in the bucket any more") from error
            raise
        if response["ContentLength"] > MOST_BYTES:
            raise InvalidFlow(f"{file.name}: has {response['ContentLength']} bytes, at most {MOST_BYTES} are taken")
        copyfileobj(response["Body"], content)
