"""The gate before every API: who calls, may they, and AWS's refusal if they may not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

from embedded_cloud.backends.protocol import AwsResponse, error_response, query_response
from embedded_cloud.errors import AccessDeniedError, UnknownKeyError
from embedded_cloud.rights.calls import calls_of
from embedded_cloud.rights.policies import Call
from embedded_cloud.rights.principals import session_of

if TYPE_CHECKING:
    from embedded_cloud.backends.protocol import AwsRequest
    from embedded_cloud.rights.principals import Principal
    from embedded_cloud.rights.rights import Rights

NOT_FOUND = 404
SESSIONS_END = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


class _Codes(NamedTuple):
    """What a refusal is called by S3, by services of the query protocol, by SNS among them, and by those of JSON."""

    of_s3: str
    of_query: str
    of_sns: str
    of_json: str


DENIED = _Codes("AccessDenied", "AccessDenied", "AuthorizationError", "AccessDeniedException")
UNKNOWN = _Codes("InvalidAccessKeyId", "InvalidClientTokenId", "InvalidClientTokenId", "UnrecognizedClientException")


class Gate:
    """Stands before all of the dispatcher's interceptors."""

    def __init__(self, rights: Rights) -> None:
        self._rights = rights

    def __call__(self, request: AwsRequest) -> AwsResponse | None:
        """Return a refusal, or what STS says of roles and callers; None lets the request go on."""
        try:
            principal = self._rights.principal_of(request.access_key)
            if request.operation == "sts:AssumeRole":
                return self._assume_role(principal, request)
            if request.operation == "sts:GetCallerIdentity":
                return _identity(principal, request.access_key)
            for call in calls_of(request, self._rights.account):
                self._rights.require(principal, call)
        except UnknownKeyError:
            return _refusal(request, UNKNOWN, "The security token included in the request is invalid.")
        except AccessDeniedError as error:
            return _refusal(request, DENIED, str(error))
        return None

    def after(self, request: AwsRequest, response: AwsResponse) -> AwsResponse:
        """Let S3 say that an object isn't there only to those who may list its bucket; others are refused.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        """
        if request.service != "s3" or request.method not in {"GET", "HEAD"} or response.status != NOT_FOUND:
            return response
        bucket, _, key = unquote(urlsplit(request.path).path).lstrip("/").partition("/")
        if not key:
            return response
        try:
            self._rights.require(
                self._rights.principal_of(request.access_key), Call("s3:ListBucket", f"arn:aws:s3:::{bucket}")
            )
        except AccessDeniedError as error:
            return _refusal(request, DENIED, str(error))
        return response

    def _assume_role(self, principal: Principal, request: AwsRequest) -> AwsResponse:
        fields = request.parameters
        role_arn, name = fields["RoleArn"], fields["RoleSessionName"]
        with_second_factor = "SerialNumber" in fields and "TokenCode" in fields
        self._rights.require(
            principal,
            Call.of("sts:AssumeRole", role_arn, {"aws:MultiFactorAuthPresent": str(with_second_factor).lower()}),
        )
        session = session_of(role_arn, name, has_second_factor=with_second_factor)
        key = self._rights.issue(session)
        assumed = {
            "AssumedRoleUser": {"Arn": session.arn, "AssumedRoleId": f"{key}:{name}"},
            "Credentials": {
                "AccessKeyId": key,
                "SecretAccessKey": "testing",
                "SessionToken": "testing",
                "Expiration": SESSIONS_END,
            },
        }
        return query_response("sts", "AssumeRole", assumed)


def _identity(principal: Principal, access_key: str) -> AwsResponse:
    """Say who calls, which nobody is refused: moto knows none of the keys that are issued here."""
    session = principal.arn.rpartition("/")[2]
    user_id = f"{access_key}:{session}" if principal.role_arn else access_key
    identity = {"Arn": principal.arn, "UserId": user_id, "Account": principal.account}
    return query_response("sts", "GetCallerIdentity", identity)


def _refusal(request: AwsRequest, codes: _Codes, message: str) -> AwsResponse:
    """Give AWS's refusal in the form of the service's protocol."""
    if request.service == "s3":
        body = f"<Error><Code>{codes.of_s3}</Code><Message>{escape(message)}</Message></Error>"
        return AwsResponse(403, {"Content-Type": "application/xml"}, body.encode())
    if not request.action and b"Action=" in request.body:
        code = codes.of_sns if request.service == "sns" else codes.of_query
        error = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
        body = f"<ErrorResponse><Error>{error}</Error><RequestId>{uuid4()}</RequestId></ErrorResponse>"
        return AwsResponse(403, {"Content-Type": "text/xml"}, body.encode())
    response = error_response(400 if request.action else 403, codes.of_json, message)
    if request.service == "sqs":
        # SQS spoke the query protocol before, and its clients still know errors by their old codes.
        response.headers["x-amzn-query-error"] = f"{codes.of_query};Sender"
    return response
