"""All checks, in the order in which one puts things right."""

from collections.abc import Callable, Iterable, Iterator

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from ops.preflight import account, partners, stack
from ops.preflight.look import Look, Row, to_do
from restoration.errors import InvalidConfiguration

CHECKS: tuple[tuple[str, Callable[[Look], Row | Iterable[Row]]], ...] = (
    ("Account and region", account.place),
    ("Lambda concurrency", account.lambda_concurrency),
    ("Step Functions", account.step_functions),
    ("EventBridge", account.event_bridge),
    ("Parameter Store", account.parameter_store),
    ("E-mail (SES)", account.mail),
    ("SMS", account.text_messages),
    ("Protection", stack.protection),
    ("Stack", stack.status),
    ("Billing's secret", stack.billing_secret),
    ("Enedis' secret", stack.enedis_secret),
    ("Billing's API", partners.billing),
    ("Enedis' TLS", partners.enedis),
    ("Identity provider", partners.identity),
    ("Billing on the bus", stack.bus),
    ("Alarms", stack.alarms),
)
FORBIDDEN = "Take credentials that may read it: ReadOnlyAccess, and secretsmanager:GetSecretValue of the two secrets"
FAILED = "Run it again. An emulator may not know this call at all"


def rows(look: Look) -> Iterator[Row]:
    """Run all checks. One that AWS does not let us make is a row, too."""
    for what, check in CHECKS:
        try:
            found = check(look)
            yield from [found] if isinstance(found, Row) else found
        except ClientError as error:
            code = error.response["Error"]["Code"]
            advice = FORBIDDEN if "Denied" in code or "Unauthorized" in code else FAILED
            yield to_do(what, f"{error.operation_name}: {code}", advice)
        except InvalidConfiguration as error:
            yield to_do(what, str(error), "Put it right in samconfig.toml")
        except NoCredentialsError:
            raise  # every other row would say the same
        except BotoCoreError as error:
            yield to_do(what, str(error), "aws sts get-caller-identity --region " + look.region)
