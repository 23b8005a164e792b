"""``ops replay``: events that were lost are put on the bus again, for one rule."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from ops.account import Account
from ops.failures import OpsError, WrongRequest
from ops.moments import moment_before
from ops.screen import Screen, counted, moment
from ops.tools import ChangingOrShowing
from record.adapters.cloudwatch import CloudWatchMeasures
from record.cases.failures import NothingFound
from record.domain.measures import Wanted

ARCHIVED_AFTER = timedelta(minutes=10)
"""AWS's advice: an event may take so long into the archive.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
"""

BETWEEN_LOOKS_SECONDS = 2.0
MANAGED = "Events-Archive-"
"""The rule that EventBridge makes for an archive; nothing is replayed to it."""

NOT_REPEATED = (
    "Events that were handled before do no harm: each is recognised, and nothing is ordered or sent twice.",
    "It does not repeat what ended as OFF, SHADOW or BALANCE_DUE: have all limitations checked (ops check --all).",
    "It mends no failed execution: redrive it (ops redrive).",
)


@dataclass(frozen=True, slots=True)
class DryRun:
    """What is known before a replay.

    Parameters
    ----------
    matched
        How many events the rule matched in the window, by CloudWatch. None when CloudWatch has no figure.
    archived
        How many events the whole archive has; AWS brings it up to date within a day.
    kept_from
        The oldest moment that the archive may have.
    """

    rule: str
    start: datetime
    end: datetime
    matched: int | None
    archived: int
    kept_from: datetime | None


def replay(
    tools: ChangingOrShowing,
    start: Annotated[str, typer.Argument(help="From: 2026-11-25T08:00, 08:30 (Paris), 2h; or with a zone.")],
    end: Annotated[str, typer.Argument(help="Until, written like the first.")],
    rule: Annotated[str | None, typer.Option("--rule", help="The one rule, such as PaymentEvents.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many events it may concern.")] = False,
) -> None:
    """Put the archived events of a window on the bus again, for one rule, and follow it until it is done."""
    screen, account = tools.screen, tools.account
    now = tools.clock()
    first, last = moment_before(start, now), moment_before(end, now)
    if first >= last:
        raise WrongRequest(f"Nothing was done: the window ({moment(first)} to {moment(last)}) ends before it begins.")
    chosen = _choose(account, rule)
    known = look(account, chosen["Name"], first, last, now)
    if known.kept_from and last <= known.kept_from:
        raise WrongRequest(
            f"Nothing was done: the archive begins at {moment(known.kept_from)}, after the window ({moment(first)} to"
            f" {moment(last)}). What is older is gone. Have all limitations checked: ops check --all"
        )
    saying = _in_words(known, now)
    if dry_run:
        screen.json(known)
        for sentence in saying:
            screen.say(sentence)
        screen.next(f"Without --dry-run it is done: ops replay {start} {end} --rule {rule}")
        return
    asked = {"rule": chosen["Name"], "from": first.isoformat(), "until": last.isoformat()}
    with tools.changing("replay", asked, saying=saying) as change:
        name = f"ops-{change.id}"
        account.client("events").start_replay(
            ReplayName=name,
            Description=change.reason[:512],
            EventSourceArn=account.arn("events", f"archive/{account.name('events')}"),
            EventStartTime=first,
            EventEndTime=last,
            Destination={"Arn": account.arn("events", f"event-bus/{account.stack}"), "FilterArns": [chosen["Arn"]]},
        )
        change.outcome = f"replay {name} was started"
        state, reason = follow(account.client("events"), name, screen, first, last)
        change.outcome = f"replay {name}: {state.lower()} {reason}".strip()
    screen.json({"dryRun": known, "replay": {"name": name, "state": state, "reason": reason}})
    if state != "COMPLETED":
        raise OpsError(f"The replay ended as {state}: {reason or 'EventBridge gives no reason'}")
    screen.say(f"All events of the window are on the bus again, for {chosen['Name']}.", style="bold")
    screen.next("Did they get through? ops letters, and ops cases")


def _choose(account: Account, wanted: str | None) -> Any:
    """The one rule that is named, by its name or the template's. CloudFormation's has the template's in its middle."""
    pages = account.client("events").get_paginator("list_rules").paginate(EventBusName=account.stack)
    rules = [each for page in pages for each in page["Rules"] if not each["Name"].startswith(MANAGED)]
    known = "\n".join(f"  {each['Name']}: {each.get('Description', '')}" for each in rules)
    if wanted is None:
        raise WrongRequest(
            "Nothing was done: name one rule with --rule. The archive also has our own events, whose listeners must not"
            f" get them again.\n{known}"
        )
    fitting = [each for each in rules if each["Name"] == wanted or wanted.lower() in each["Name"].lower().split("-")]
    if len(fitting) != 1:
        raise NothingFound(f"Nothing was done: {len(fitting)} rules are called {wanted}. These are there:\n{known}")
    return fitting[0]


def look(account: Account, rule: str, start: datetime, end: datetime, now: datetime) -> DryRun:
    """What is known before a replay. AWS counts neither a window of an archive nor its types of events."""
    archive = account.client("events").describe_archive(ArchiveName=account.name("events"))
    days = archive.get("RetentionDays") or 0
    # The metrics of EventBridge are best effort.
    dimensions = {"EventBusName": account.stack, "RuleName": rule}
    wanted = Wanted("AWS/Events", "MatchedEvents", dimensions, "Sum", timedelta(minutes=1))
    [found] = CloudWatchMeasures(account.client("cloudwatch"), lambda: now).several([wanted], start, end)
    matched = int(sum(value for _, value in found)) if found else None
    return DryRun(rule, start, end, matched, archive["EventCount"], now - timedelta(days=days) if days else None)


def _in_words(known: DryRun, now: datetime) -> list[str]:
    window = f"from {moment(known.start)} until {moment(known.end)}, Paris time"
    sentences = [f"The archived events {window}, will be put on the bus again, for the rule {known.rule} alone."]
    if known.matched is None:
        sentences.append("How many these are is not known: CloudWatch has no figure of this rule for the window.")
    else:
        sentences.append(
            f"The rule matched {counted(known.matched, 'event')} then, by CloudWatch, which may miss some. Events that"
            " came while the rule was missing or disabled are not among them."
        )
    sentences.append(f"The whole archive has {known.archived} events, of all types. AWS updates this within a day.")
    if known.kept_from and known.start < known.kept_from:
        sentences.append(f"The archive begins at {moment(known.kept_from)}: what is older is gone.")
    if known.end > now - ARCHIVED_AFTER:
        sentences.append("The window ends less than ten minutes ago: its last events may not be archived yet. Wait.")
    return [*sentences, *NOT_REPEATED]


def follow(
    events: Any,
    name: str,
    screen: Screen,
    start: datetime,
    end: datetime,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[str, str]:
    """Follow a replay to its end, and say how far it has come; gives its state and why.

    To stop following does not stop the replay.
    """
    said = ""
    while True:
        found = events.describe_replay(ReplayName=name)
        state, reached = found["State"], found.get("EventLastReplayedTime")
        if state not in {"STARTING", "RUNNING", "CANCELLING"}:
            return state, found.get("StateReason", "")
        share = (reached - start) / (end - start) if reached else 0.0
        words = f"{state.capitalize()}: {min(max(share, 0.0), 1.0):.0%} of the window"
        if words != said:
            screen.say(words)
            said = words
        sleep(BETWEEN_LOOKS_SECONDS)
