"""The account and the stack that the tool acts on: clients, names, ARNs, and who acts."""

import json
from collections.abc import Callable, Mapping
from functools import cached_property, partialmethod
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from ops.environments import COMPANION
from ops.failures import OpsError
from record.pacing import paced, pacer

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

DEFAULT_STACK = "restoration"
_PATIENT = Config(retries={"mode": "standard", "max_attempts": 6}, connect_timeout=5, read_timeout=70)


class Account:
    """One core of one account, with its companion. All their resources have names that begin with the core's.

    Parameters
    ----------
    made
        Makes the client of a service (boto3's name) in a region.
    region
        None where nobody has named one.
    stack
        The name of the core's stack.
    """

    def __init__(self, made: Callable[[str, str], Any], region: str | None, stack: str = DEFAULT_STACK) -> None:
        self._made = made
        self._region = region
        self.stack = stack
        self._clients: dict[str, Any] = {}

    @classmethod
    def of_profile(cls, profile: str | None, region: str | None, stack: str) -> "Account":
        """The account of a profile; by default that of the environment (AWS_PROFILE, AWS_REGION).

        Credentials, and the endpoints of another cloud, come with it. Clients keep to the tool's share of the quotas.
        """
        session, wait = boto3.Session(profile_name=profile, region_name=region), pacer("tool")

        def made(service: str, region: str) -> Any:
            return paced(session.client(service, region_name=region, config=_PATIENT), wait)  # type: ignore[call-overload]

        return cls(made, session.region_name, stack)

    def elsewhere(self, stack: str, region: str) -> "Account":
        """Another stack, with the same credentials."""
        return Account(self._made, region, stack)

    @property
    def region(self) -> str:
        """The region.

        Raises
        ------
        OpsError
            When neither the profile nor the environment names one.
        """
        if self._region is None:
            raise OpsError(
                "No region is set. In an account: export AWS_REGION=eu-west-3."
                " On this machine: make cloud prints what to export."
            )
        return self._region

    def client(self, service: str) -> Any:
        """The client of a service (boto3's name), made once."""
        if service not in self._clients:
            self._clients[service] = self._made(service, self.region)
        return self._clients[service]

    @cached_property
    def _identity(self) -> tuple[str, str]:
        identity = self.client("sts").get_caller_identity()
        return str(identity["Account"]), str(identity["Arn"])

    @property
    def id(self) -> str:
        """The account's number."""
        return self._identity[0]

    @property
    def who(self) -> str:
        """The ARN of the identity that acts, as STS reports it."""
        return self._identity[1]

    # ── Names and ARNs: each is the one of a template ──

    def name(self, suffix: str) -> str:
        """The name of a table, function, queue or rule, such as ``limitations``."""
        return f"{self.stack}-{suffix}"

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.who.split(':')[1]}:{service}:{self.region}:{self.id}:{resource}"

    def machine(self, suffix: str = "restoration") -> str:
        """The ARN of a state machine: ``restoration``, ``nightly-check``, ``protection-campaign``."""
        return self.arn("states", f"stateMachine:{self.name(suffix)}")

    def execution(self, name: str) -> str:
        """The ARN of an execution of ``restoration``."""
        return self.arn("states", f"execution:{self.name('restoration')}:{name}")

    def queue_url(self, suffix: str) -> str:
        """The address of a queue, such as ``enedis-orders``; SQS is not asked for it."""
        return f"{self.client('sqs').meta.endpoint_url.rstrip('/')}/{self.id}/{self.name(suffix)}"

    def parameter(self, name: str) -> str:
        """The name of a parameter in Parameter Store: ``mode``, ``rollout-percent``."""
        return f"/{self.stack}/{name}"

    @property
    def operations_bucket(self) -> str:
        """The bucket of the journal and of redrives."""
        return self.name(f"operations-{self.id}")

    @property
    def companion(self) -> str:
        """The name of the companion's stack."""
        return self.name(COMPANION)

    # ── What only CloudFormation knows ──

    def described(self, stack: str) -> "StackTypeDef | None":
        """A stack as CloudFormation describes it; None where there is none of that name."""
        try:
            found: list[StackTypeDef] = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return found[0]

    @cached_property
    def description(self) -> "StackTypeDef | None":
        """The core's stack."""
        return self.described(self.stack)

    @cached_property
    def companion_description(self) -> "StackTypeDef | None":
        return self.described(self.companion)

    def _value(self, kind: str, name: str) -> str:
        """The value of a parameter or of an output of the core, or else of the companion, as it was deployed.

        Raises
        ------
        OpsError
            When there is no such stack, or neither has such a parameter or output.
        """
        if self.description is None:
            raise OpsError(
                f"There is no stack {self.stack} in account {self.id}, {self.region}."
                " Name it with --stack, or export RESTORATION_STACK=…"
            )
        for stack in filter(None, (self.description, self.companion_description)):
            listed: Any = stack.get(f"{kind}s", [])
            for each in listed:
                if each[f"{kind}Key"] == name:
                    return str(each[f"{kind}Value"])
        why = "is older than this tool" if self.companion_description else "is not there"
        raise OpsError(
            f"The stack {self.stack} has no {kind.lower()} {name}, and its companion {self.companion} {why}."
        )

    setting = partialmethod(_value, "Parameter")
    output = partialmethod(_value, "Output")


def invoke(account: Account, suffix: str, request: Mapping[str, Any], otherwise: str = "") -> Any:
    """Invoke a function of the stack, such as ``report-daily``, and give what it returns.

    Parameters
    ----------
    otherwise
        What to say where it fails.

    Raises
    ------
    OpsError
        When it fails.
    """
    name = account.name(suffix)
    response = account.client("lambda").invoke(FunctionName=name, Payload=json.dumps(request).encode())
    content = json.loads(response["Payload"].read())
    if "FunctionError" in response:
        why = ": ".join(str(content[each]) for each in ("errorType", "errorMessage") if each in content)
        raise OpsError(f"{name} failed with {why}\n{otherwise}Its log: /aws/lambda/{name}")
    return content
