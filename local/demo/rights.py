"""The rights of each role, beside what it called: ``make rights``.

Plays the day of payments, then what no payment starts: measurements, the nightly check, the campaign, a daily flow, and
what operations do by the runbook. ``FROM=folder`` adds the calls that a run of the tests left there.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.cloud import CloudError
from local.cloud.errors import AccessDeniedError, TemplateError
from local.cloud.rights.record import MadeCall
from local.cloud.rights.usage import Grant, grants_of, read_calls, unused
from local.demo.day import play_sample
from local.demo.screen import Screen
from local.partners.enedis.flows import zipped_flow
from local.stage import ROOT, Stage
from local.typed import run_typed
from restoration.adapters.dynamodb.record_table import RecordTable
from restoration.clock import paris_date, to_text, utc_now

CROWD = 60
KEPT = ROOT / "build" / "rights"
SCHEDULES = (
    "MeasureExecutionsFunctionEveryFiveMinutes",
    "MeasureEnedisFunctionEveryMinute",
    "ReconcileExecutionsFunctionEveryFiveMinutes",
    "NightlyCheckStateMachineEveryNight",
)
QUEUES = (
    *("PaymentsQueue", "LimitationsQueue", "ResumptionsQueue", "OrdersQueue", "FlowsQueue", "NotificationsQueue"),
    *("PaymentsDeadLetters", "LimitationsDeadLetters", "ResumptionsDeadLetters", "OrdersDeadLetters"),
    *("FlowsDeadLetters", "NotificationsDeadLetters", "UnrecognisedEventsQueue"),
)
FAMILIES = ("payments", "limitations", "resumptions", "orders", "flows", "notifications", "unrecognised")
"""The families of dead letters, as handle_dead_letters calls them."""
CASE = "CTR-000001"
SCREENS = ("overview", "branches", "running", "durations", "incidents", "rules", "enedis", "case")


def play_the_rest(stage: Stage) -> None:
    """Let happen what no payment starts."""
    cloud = stage.cloud
    end_long_ago(stage)
    deploy_again(stage)
    for rule in SCHEDULES:
        cloud.fire_rule(rule)
    for dry_run, schedule in ((True, "DryRun"), (False, "BeforeTheTruce")):
        machine = "ProtectionCampaignStateMachine"
        scheduler = cloud.client_of_service(f"{machine}{schedule}Role", "scheduler.amazonaws.com", "stepfunctions")
        scheduler.start_execution(
            stateMachineArn=cloud.physical_id(machine), input=json.dumps({"dryRun": dry_run, "until": "2026-10-31"})
        )
    report = "ReportDailyFunction"
    for schedule, kind in (("EachDay", "day"), ("EachMonth", "month")):
        scheduler = cloud.client_of_service(f"{report}{schedule}Role", "scheduler.amazonaws.com", "lambda")
        asked = {"report": kind, "on": paris_date(utc_now()).isoformat()}
        scheduler.invoke(FunctionName=cloud.physical_id(report), Payload=json.dumps(asked))
    flow = zipped_flow([], datetime(2026, 5, 10, 2, tzinfo=UTC), flow="C15")
    cloud.client("s3").put_object(Bucket=cloud.outputs["FlowsBucketName"], Key="c15/empty.zip", Body=flow)
    try:
        operate(stage)
    finally:
        cloud.rights.record.raise_first()
    cloud.wait_until(lambda: not cloud.going_on(waiting=False), 60, "the end of what no payment starts")
    cloud.rights.record.raise_first()


def end_long_ago(stage: Stage) -> None:
    """Let an execution have ended in an hour that is over, so that the hour is archived."""
    cloud, ended = stage.cloud, int((datetime.now(UTC) - timedelta(hours=3)).timestamp() * 1000)
    executions = cloud.physical_id("RestorationStateMachine").replace(":stateMachine:", ":execution:")
    detail = {
        "executionArn": f"{executions}:LIM-PAST-{'0' * 32}",
        "status": "SUCCEEDED",
        "output": '{"outcome": "JOINED"}',
    }
    cloud.invoke("RecordExecutionFunction", {"detail": {**detail, "startDate": ended - 500, "stopDate": ended}})


def deploy_again(stage: Stage) -> None:
    """Update the machine, and let an execution begin on what was deployed."""
    cloud, states = stage.cloud, stage.cloud.client("stepfunctions")
    machine = cloud.physical_id("RestorationStateMachine")
    definition = states.describe_state_machine(stateMachineArn=machine)["definition"]
    states.update_state_machine(stateMachineArn=machine, definition=definition)
    states.start_execution(
        stateMachineArn=machine,
        name=f"LIM-PAST-{'1' * 32}",
        input=json.dumps(
            {
                "limitationId": "LIM-PAST",
                "pointId": "30000000000000",
                "contractId": "CTR-PAST",
                "trigger": {"type": "PaymentReceived", "id": "PAST", "eventId": "PAST", "at": to_text(utc_now())},
            }
        ),
    )


def operate(stage: Stage) -> None:
    """Do what the runbook has operations do, in their role. What moto does not have is judged all the same."""
    cloud = stage.cloud
    states, sqs, events = (stage.operations(name) for name in ("stepfunctions", "sqs", "events"))
    for name in ("RestorationStateMachine", "NightlyCheckStateMachine", "ProtectionCampaignStateMachine"):
        machine = cloud.physical_id(name)
        states.describe_state_machine(stateMachineArn=machine)
        (execution, *_) = states.list_executions(stateMachineArn=machine, maxResults=1)["executions"]
        arn = execution["executionArn"]
        states.describe_execution(executionArn=arn)
        states.get_execution_history(executionArn=arn, maxResults=10, reverseOrder=True)
        for look in (states.describe_state_machine_for_execution, states.redrive_execution, states.stop_execution):
            with suppress(ClientError):  # it has succeeded
                look(executionArn=arn)
        if name != "RestorationStateMachine":
            states.start_execution(stateMachineArn=machine, input='{"dryRun": true}')
    for queue in QUEUES:
        url = sqs.get_queue_url(QueueName=cloud.arn(queue).rpartition(":")[2])["QueueUrl"]
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    for family in FAMILIES:
        stage.operations("lambda").invoke(
            FunctionName=cloud.physical_id("HandleDeadLettersFunction"),
            Payload=json.dumps({"action": "LOOK", "family": family}),
        )
    for screen in SCREENS:
        stage.operations("lambda").invoke(
            FunctionName=cloud.physical_id("SuperviseFunction"), Payload=json.dumps({"screen": screen, "key": CASE})
        )
    again = {"report": "day", "on": paris_date(utc_now()).isoformat()}
    stage.operations("lambda").invoke(FunctionName=cloud.physical_id("ReportDailyFunction"), Payload=json.dumps(again))
    parameters = stage.operations("ssm")
    mode, percent = (cloud.outputs[f"{name}ParameterName"] for name in ("Mode", "RolloutPercent"))
    parameters.get_parameters(Names=[mode, percent])
    for name, value in ((mode, "on"), (percent, "100")):
        parameters.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
    dynamodb = stage.operations("dynamodb")
    for item in ("enedis", "outage"):
        place: Any = {"TableName": cloud.physical_id("EnedisAccessTable"), "Key": {"name": {"S": item}}}
        dynamodb.get_item(**place)
        dynamodb.delete_item(**place)
    campaigns = cloud.physical_id("CampaignsTable")
    dynamodb.query(
        TableName=campaigns,
        KeyConditionExpression="campaignId = :id",
        ExpressionAttributeValues={":id": {"S": "TRUCE-2026"}},
    )
    dynamodb.get_item(TableName=campaigns, Key={"campaignId": {"S": "TRUCE-2026"}, "limitationId": {"S": "LIM-1"}})
    courses = cloud.physical_id("CoursesTable")
    dynamodb.scan(TableName=courses, Limit=1)
    dynamodb.batch_get_item(RequestItems={courses: {"Keys": [{"execution": {"S": "none"}}]}})
    RecordTable(dynamodb, cloud.physical_id("CoursesTable"), cloud.physical_id("CountersTable")).completeness()
    stage.operations("secretsmanager").get_secret_value(SecretId=cloud.physical_id("EventLogSecret"))
    check = {"checkId": "by-hand", "limitationIds": ["LIM-000001"]}
    stage.operations("lambda").invoke(
        FunctionName=cloud.physical_id("CheckOpenLimitationsFunction"), Payload=json.dumps(check)
    )
    (rule, *_) = events.list_rules(EventBusName=stage.bus)["Rules"]
    archive, bus = cloud.arn("EventArchive"), cloud.arn("EventBus")
    moment = datetime.now(UTC)
    events.describe_archive(ArchiveName=archive.rpartition("/")[2])
    metric = {"Namespace": "AWS/Events", "MetricName": "MatchedEvents"}
    query = {"Id": "matched", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
    stage.operations("cloudwatch").get_metric_data(
        MetricDataQueries=[query], StartTime=moment - timedelta(hours=1), EndTime=moment
    )
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=moment - timedelta(days=2),
        EventEndTime=moment - timedelta(days=1),
        Destination={"Arn": bus, "FilterArns": [rule["Arn"]]},
    )
    events.describe_replay(ReplayName="again")


def report(grants: Sequence[Grant], calls: Iterable[MadeCall]) -> list[str]:
    """Say for each role what it may do beside what it called; then what nothing needed, and what only AWS uses."""
    lines = ["May do and does, by role", ""]
    called = defaultdict(set)
    for call in calls:
        called[call.role].add(call.action)
    for holder in dict.fromkeys(grant.holder for grant in grants if not grant.holder.startswith("arn:")):
        own = [grant for grant in grants if grant.holder == holder]
        lines.append(holder)
        for action in sorted({grant.action for grant in own}):
            resources = sorted({_short(grant.resource) for grant in own if grant.action == action})
            mark = _mark([grant for grant in own if grant.action == action])
            lines.append(f"  {mark} {action:32} {', '.join(resources)}")
        others = sorted(called[holder] - {grant.action for grant in own})
        lines += [f"  ! {action:32} called, and in no statement of its own" for action in others]
    lines += ["", "Policies of resources: what they let others do", ""]
    lines += [
        f"  {_mark([grant])} {_short(grant.holder)}: {grant.action} ({grant.policy})"
        for grant in grants
        if grant.holder.startswith("arn:")
    ]
    lines += ["", "Unused or untested: nothing called it", ""]
    lines += [f"  {grant.holder}: {grant.action} on {_short(grant.resource)}" for grant in unused(grants)] or ["  none"]
    lines += ["", "Used by AWS alone", ""]
    by_source = defaultdict(set)
    for grant in grants:
        if grant.source_of_use and not grant.used_by:
            by_source[grant.source_of_use].add(grant.action)
    for source, actions in by_source.items():
        lines += [f"  {source}", f"    {', '.join(sorted(actions))}"]
    return lines


def _mark(grants: Sequence[Grant]) -> str:
    if all(grant.used_by for grant in grants):
        return "+"
    return "a" if all(grant.used_by or grant.source_of_use for grant in grants) else "-"


def _short(arn: str) -> str:
    return arn.split(":", 5)[-1] if arn.startswith("arn:") else arn


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and report; 0 when every right was used, 1 when a call was refused or a right is unused."""
    parser = argparse.ArgumentParser(
        prog="make rights", description="Shows the rights of each role, beside what it called."
    )
    parser.add_argument("--without", action="append", default=[], help="role:service:Action[@part of the resource]")
    parser.add_argument("--calls", type=Path, help="a folder with the calls of other runs, which count, too")
    parser.add_argument("--report", type=Path, default=KEPT / "report.txt", help="where the report is written")
    chosen = parser.parse_args(arguments)
    for removal in chosen.without:
        if not re.fullmatch(r"[\w-]+:[a-z0-9-]+:[A-Za-z]+(@.+)?", removal):
            parser.error(f"{removal} is no right: role:service:Action, such as WITHOUT=place-order:dynamodb:GetItem")
    if chosen.calls and not chosen.calls.is_dir():
        parser.error(f"{chosen.calls} is no folder: RIGHTS_CALLS=folder make test makes one, FROM=folder reads it")
    lines: list[str] = []
    left: list[Grant] = []

    def judge(stage: Stage) -> None:
        play_the_rest(stage)
        calls = read_calls(chosen.calls) if chosen.calls else {}
        calls = {**calls, **stage.cloud.rights.record.calls}
        put_aside = {stage.cloud.arn(queue) for queue in QUEUES if queue.endswith("DeadLetters")}
        grants = grants_of(stage.cloud.rights, calls, put_aside)
        left.extend(unused(grants))
        lines.extend(report(grants, calls))
        used = sum(bool(grant.used_by) for grant in grants)
        by_aws = sum(bool(grant.source_of_use) and not grant.used_by for grant in grants)
        lines.append(
            f"\n{stage.cloud.rights.record.judged} calls judged, {len(calls)} kinds. {len(grants)} rights (action and "
            f"resource): {used} used, {by_aws} used by AWS alone, {len(left)} unused or untested."
        )

    with Screen() as screen:
        try:
            summary = play_sample(
                screen,
                mode="on",
                crowd_size=CROWD,
                decisions=KEPT / "decisions.jsonl",
                without=chosen.without,
                afterwards=judge,
            )
        except (AccessDeniedError, TemplateError) as error:
            cause = error.__cause__ if isinstance(error.__cause__, AccessDeniedError) else error
            if not isinstance(cause, AccessDeniedError):
                raise
            screen.say(f"AccessDenied: role {cause.role}, action {cause.action}, resource {cause.resource}")
            screen.say(str(cause))
            return 1
        except CloudError as error:
            screen.say(str(error))
            return 1
    chosen.report.parent.mkdir(parents=True, exist_ok=True)
    chosen.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + f"\nReport: {chosen.report}\n")
    return 1 if left or summary.all_problems else 0


if __name__ == "__main__":
    sys.exit(run_typed(main))
