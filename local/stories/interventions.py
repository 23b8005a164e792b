"""What others do to a case while a story runs: operations, the night, Enedis' flow, another supplier's system."""

from datetime import datetime
from typing import Any

import boto3

from embedded_cloud import EmbeddedCloud
from embedded_cloud.backends.clients import SECRET_KEY
from local.customers import Customer
from local.partners.enedis.requests import OrderRequest
from local.stage import MACHINE, Stage
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
from restoration.adapters.stepfunctions.executions import Executions
from restoration.clock import to_text
from restoration.domain.limitation import LimitedPoint, Trigger
from restoration.use_cases.start_restoration import RestorationStart


def abort_holder(stage: Stage, customer: Customer) -> None:
    """Stop the execution that holds the limitation, as an operator would."""
    stage.operations("stepfunctions").stop_execution(
        executionArn=stage.limitation(customer.limitation_id)["holder"], error="Aborted", cause="Stopped by hand"
    )


def redrive(stage: Stage, customer: Customer) -> None:
    """Redrive the newest execution that failed or was stopped."""
    ended = stage.watch.of(customer.limitation_id).executions
    stopped = [execution for execution in ended if execution.status in {"FAILED", "ABORTED"}]
    stage.operations("stepfunctions").redrive_execution(executionArn=stopped[-1].arn)


def tables_of(cloud: EmbeddedCloud) -> Any:
    """The tables, as the product's adapters take them, with the administrator's rights."""
    session: Any = boto3.Session(cloud.rights.key_of(cloud.rights.administrator), SECRET_KEY, region_name="eu-west-3")
    return session.resource("dynamodb", endpoint_url=cloud.endpoint_url)


def note_difference(stage: Stage, customer: Customer, name: str, at: datetime) -> None:
    """Note that Enedis' daily flow differs from the register, as ``ingest_enedis_flow`` does."""
    cloud = stage.cloud
    executions = Executions(cloud.client("stepfunctions"), cloud.physical_id(MACHINE))
    start = RestorationStart(executions, ClaimTable(tables_of(cloud), cloud.physical_id("LimitationsTable")))
    limited = LimitedPoint(customer.limitation_id, customer.point_id, customer.contract_id)
    start.hear(limited, Trigger("EnedisFlow", name, at, name))


def look_at_night(stage: Stage, customer: Customer, name: str, at: datetime) -> None:
    """Have the limitation looked at by the function that looks at all of them at night."""
    request = {"checkId": name, "at": at.isoformat(), "limitationIds": [customer.limitation_id]}
    stage.cloud.invoke("CheckOpenLimitationsFunction", request)


def lose_claim(stage: Stage, customer: Customer, *, since: datetime) -> None:
    """Give the claim to an execution that nobody knows any more."""
    ghost = stage.cloud.physical_id(MACHINE).replace(":stateMachine:", ":execution:")
    stage.cloud.client("dynamodb").update_item(
        TableName=stage.cloud.physical_id("LimitationsTable"),
        Key={"limitationId": {"S": customer.limitation_id}},
        UpdateExpression="SET holder = :ghost, generation = generation + :one, claimedAt = :then",
        ExpressionAttributeValues={
            ":ghost": {"S": f"{ghost}:of-long-ago"},
            ":one": {"N": "1"},
            ":then": {"S": to_text(since)},
        },
    )


def order_of_somebody_else(customer: Customer) -> OrderRequest:
    """Order a remote restoration of the customer's point without a reference of ours."""
    return OrderRequest(
        customer.point_id,
        customer.contract_id,
        reference=None,
        sheet=Sheet.UNPAID_BILL,
        kind=InterventionType.RESTORATION,
        mode=Realisation.REMOTE,
    )
