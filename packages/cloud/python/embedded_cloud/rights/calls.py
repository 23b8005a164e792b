"""Which actions on which resources a request needs.

Most operations need the action of their own name, on the resource that they name. The exceptions are below, from
the Service Authorization Reference: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from moto.secretsmanager.models import secretsmanager_backends

from embedded_cloud.rights.policies import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from embedded_cloud.backends.protocol import AwsRequest

PREFIXES = {"monitoring": "cloudwatch", "email": "ses"}
"""Services whose actions do not begin with the name that signs their requests; all others do."""

ACTION_OF_OPERATION = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "lambda:Invoke": "lambda:InvokeFunction",
}
"""Operations that need the action of another name."""

PARTS_OF_TRANSACTION = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
"""A transaction needs the rights of its parts, and no other.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

ON_EVERY_RESOURCE = frozenset(
    {"events:ListEventBuses", "events:ListRules", "lambda:ListEventSourceMappings", "ssm:DescribeParameters"}
)
"""Actions without a type of resource, whatever they name: a policy has to allow them on `*`."""

S3_OPERATIONS = {
    ("GET", True): "s3:GetObject",
    ("HEAD", True): "s3:GetObject",
    ("PUT", True): "s3:PutObject",
    ("DELETE", True): "s3:DeleteObject",
    ("GET", False): "s3:ListBucket",
    ("HEAD", False): "s3:ListBucket",
    ("PUT", False): "s3:CreateBucket",
    ("DELETE", False): "s3:DeleteBucket",
    ("POST", True): "s3:PutObject",
    ("POST", False): "s3:DeleteObject",
}
"""By method, and by whether a key is named. Sub-resources (`?policy`, `?versioning`…) are not told apart."""


class Place(NamedTuple):
    """The region and the account of a resource that is named without its ARN."""

    region: str
    account: str

    def arn(self, service: str, name: object, prefix: str = "") -> str:
        """Give a resource's ARN, which ends with a prefix and its name; what is one already stays as it is."""
        text = str(name)
        return text if text.startswith("arn:") else f"arn:aws:{service}:{self.region}:{self.account}:{prefix}{text}"


def calls_of(request: AwsRequest, account: str) -> list[Call]:
    """Give what a request needs to be allowed."""
    place = Place(request.region, account)
    prefix = PREFIXES.get(request.service, request.service)
    if prefix == "s3":
        return _of_s3(request)
    action, parameters = f"{prefix}:{request.operation.partition(':')[2]}", request.parameters
    special = SPECIAL.get(action)
    if special is not None:
        return special(parameters, place)
    action = ACTION_OF_OPERATION.get(action, action)
    if action in ON_EVERY_RESOURCE:
        return [Call(action, "*")]
    find = RESOURCES.get(prefix)
    resources = list(find(parameters, place)) if find else []
    return [Call(action, resource) for resource in resources or ["*"]]


# ── By service: the resource that a request names ──


def _tables(parameters: Mapping[str, Any], place: Place) -> Iterable[str]:
    names = [parameters["TableName"]] if "TableName" in parameters else list(parameters.get("RequestItems", ()))
    index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
    return [place.arn("dynamodb", name, "table/") + index for name in names]


def _queues(parameters: Mapping[str, Any], place: Place) -> Iterable[str]:
    name = parameters.get("QueueUrl") or parameters.get("QueueName") or parameters.get("SourceArn")
    return [place.arn("sqs", name if ":sqs:" in str(name) else str(name).rpartition("/")[2])] if name else []


def _arns(*keys: str) -> Callable[[Mapping[str, Any], Place], Iterable[str]]:
    return lambda parameters, _: [parameters[key] for key in keys if key in parameters]


def _events(parameters: Mapping[str, Any], place: Place) -> Iterable[str]:
    if "ReplayName" in parameters:
        return [place.arn("events", parameters["ReplayName"], "replay/")]
    if "ArchiveName" in parameters:
        return [place.arn("events", parameters["ArchiveName"], "archive/")]
    bus = str(parameters.get("EventBusName") or "default").rpartition("/")[2]
    rule = parameters.get("Rule") or parameters.get("Name")
    if rule:
        return [place.arn("events", f"rule/{rule}" if bus == "default" else f"rule/{bus}/{rule}")]
    return [place.arn("events", f"rule/{bus}/*")]


def _functions(parameters: Mapping[str, Any], place: Place) -> Iterable[str]:
    if "UUID" in parameters:
        return [place.arn("lambda", f"event-source-mapping:{parameters['UUID']}")]
    name = parameters.get("FunctionName")
    return [place.arn("lambda", name, "function:")] if name else []


def _parameters(parameters: Mapping[str, Any], place: Place) -> Iterable[str]:
    names = parameters.get("Names") or [parameters.get("Name") or parameters.get("Path") or "*"]
    return [place.arn("ssm", str(name).lstrip("/"), "parameter/") for name in names]


def _secrets(parameters: Mapping[str, Any], place: Place) -> Iterable[str]:
    """By a secret's whole ARN: it ends with six characters, which a name leaves out and a policy has to cover."""
    if not (name := parameters.get("SecretId")):
        return []
    secret = secretsmanager_backends[place.account][place.region].secrets.get(name)
    return [secret.arn if secret else place.arn("secretsmanager", name, "secret:")]


def _log_groups(parameters: Mapping[str, Any], place: Place) -> Iterable[str]:
    if "logGroupIdentifier" in parameters:
        return [f"{place.arn('logs', parameters['logGroupIdentifier'], 'log-group:').removesuffix(':*')}:*"]
    return [place.arn("logs", f"log-group:{parameters['logGroupName']}:*")] if "logGroupName" in parameters else []


def _stacks(parameters: Mapping[str, Any], place: Place) -> Iterable[str]:
    stack = parameters.get("StackName")
    return (
        [f"{place.arn('cloudformation', stack, 'stack/')}/local" if ":" not in str(stack) else stack] if stack else []
    )


RESOURCES: Mapping[str, Callable[[Mapping[str, Any], Place], Iterable[str]]] = {
    "dynamodb": _tables,
    "sqs": _queues,
    "states": _arns("executionArn", "stateMachineArn"),
    "events": _events,
    "lambda": _functions,
    "ssm": _parameters,
    "secretsmanager": _secrets,
    "sns": _arns("TopicArn", "TargetArn"),
    "logs": _log_groups,
    "cloudformation": _stacks,
}


# ── Requests that need more than one right, or keys for conditions ──


def _item(action: str) -> Callable[[Mapping[str, Any], Place], list[Call]]:
    """An action on one item, whose partition key is seen if the table has no other key."""

    def of_item(parameters: Mapping[str, Any], place: Place) -> list[Call]:
        [table] = _tables(parameters, place)
        values = [value for typed in parameters.get("Key", {}).values() for value in typed.values()]
        keys = {"dynamodb:LeadingKeys": str(values[0])} if len(values) == 1 else None
        return [Call.of(action, table, keys)]

    return of_item


def _transaction(parameters: Mapping[str, Any], place: Place) -> list[Call]:
    calls = []
    for item in parameters.get("TransactItems", ()):
        for part, body in item.items():
            calls.append(Call(PARTS_OF_TRANSACTION[part], place.arn("dynamodb", body["TableName"], "table/")))
    return list(dict.fromkeys(calls))


def _put_events(parameters: Mapping[str, Any], place: Place) -> list[Call]:
    calls = []
    for entry in parameters.get("Entries", ()):
        bus = place.arn("events", entry.get("EventBusName") or "default", "event-bus/")
        keys = {"events:source": entry.get("Source", ""), "events:detail-type": entry.get("DetailType", "")}
        calls.append(Call.of("events:PutEvents", bus, keys))
    return list(dict.fromkeys(calls))


def _start_replay(parameters: Mapping[str, Any], place: Place) -> list[Call]:
    replay = place.arn("events", parameters["ReplayName"], "replay/")
    resources = (replay, parameters["EventSourceArn"], parameters["Destination"]["Arn"])
    return [Call("events:StartReplay", resource) for resource in resources]


def _send_mail(parameters: Mapping[str, Any], place: Place) -> list[Call]:
    sender = str(parameters.get("FromEmailAddress", ""))
    address = sender.partition("<")[2].rstrip(">") or sender
    recipients = tuple(parameters.get("Destination", {}).get("ToAddresses", ()))
    keys: dict[str, str | tuple[str, ...]] = {"ses:FromAddress": address, "ses:Recipients": recipients}
    resources = [place.arn("ses", f"identity/{address}")]
    if parameters.get("ConfigurationSetName"):
        resources.append(place.arn("ses", f"configuration-set/{parameters['ConfigurationSetName']}"))
    return [Call.of("ses:SendEmail", resource, keys) for resource in resources]


def _send_text(parameters: Mapping[str, Any], place: Place) -> list[Call]:
    origin = str(parameters.get("OriginationIdentity", ""))
    # A sender id belongs to a country, the recipient's: +33 is France. Others are not told apart here.
    country = "FR" if str(parameters.get("DestinationPhoneNumber", "")).startswith("+33") else "*"
    return [Call("sms-voice:SendTextMessage", place.arn("sms-voice", f"{origin}/{country}", "sender-id/"))]


SPECIAL: Mapping[str, Callable[[Mapping[str, Any], Place], list[Call]]] = {
    "dynamodb:GetItem": _item("dynamodb:GetItem"),
    "dynamodb:DeleteItem": _item("dynamodb:DeleteItem"),
    "dynamodb:TransactWriteItems": _transaction,
    "events:PutEvents": _put_events,
    "events:StartReplay": _start_replay,
    "ses:SendEmail": _send_mail,
    "sms-voice:SendTextMessage": _send_text,
}


def _of_s3(request: AwsRequest) -> list[Call]:
    parts = urlsplit(request.path)
    bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
    if not bucket:
        return [Call("s3:ListAllMyBuckets", "*")]
    action = S3_OPERATIONS[request.method, bool(key)]
    if action == "s3:GetObject" and "versionId" in parse_qs(parts.query):
        action = "s3:GetObjectVersion"
    if action == "s3:ListBucket":
        prefix = parse_qs(parts.query).get("prefix", [""])[0]
        return [Call.of(action, f"arn:aws:s3:::{bucket}", {"s3:prefix": prefix} if prefix else None)]
    return [Call(action, f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}")]
