"""The rights of each role, beside what it called: ``make rights``.

Plays the day of payments. ``FROM=folder`` adds the calls that a run of the tests left there: those that no payment
starts, what people do on the pages, and what operations do by the runbook.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from embedded_cloud import CloudError
from embedded_cloud.errors import AccessDeniedError, TemplateError
from embedded_cloud.rights.record import MadeCall
from embedded_cloud.rights.usage import Grant, grants_of, read_calls, unused
from local.demo.day import play_sample
from local.demo.screen import Screen
from local.stage import ROOT, Stage
from local.stories.reading import read_stories
from local.typed import run_typed

CROWD = 60
KEPT = ROOT / "build" / "rights"
EXCUSED = Path(__file__).with_name("excused_rights.yaml")


def excused_rights() -> dict[str, str]:
    """The rights that stay though nothing calls them, as the report writes them: each with the day and the reason."""
    groups = yaml.safe_load(EXCUSED.read_text(encoding="utf-8"))
    return {right: f"{group['since']}: {group['why']}" for group in groups for right in group["rights"]}


def in_own_names(calls: Mapping[MadeCall, str], secrets: Iterable[str], api: str) -> dict[MadeCall, str]:
    """Calls of other clouds by this one's names: each draws the ends of its secrets' ARNs, and its API's id."""
    own = {secret[:-6]: secret for secret in secrets}

    def named(call: MadeCall) -> MadeCall:
        context = tuple(
            (key, tuple(re.sub(r"(:execute-api:.*?:)\w+/", rf"\1{api}/", value) for value in values))
            for key, values in call.context
        )
        return replace(call, resource=own.get(call.resource[:-6], call.resource), context=context)

    return {named(call): seen for call, seen in calls.items()}


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
    left, excused = [_right(grant) for grant in unused(grants)], excused_rights()
    lines += ["", "Unused or untested: nothing called it", ""]
    lines += [f"  {right}" for right in left if right not in excused] or ["  none"]
    lines += ["", "Excused: nothing called it, and it stays", ""]
    lines += [f"  {right} ({excused[right]})" for right in left if right in excused] or ["  none"]
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


def _right(grant: Grant) -> str:
    return f"{grant.holder}: {grant.action} on {_short(grant.resource)}"


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
    left: set[str] = set()

    def judge(stage: Stage) -> None:
        stage.cloud.wait_idle(waiting=True)
        secrets = stage.cloud.client("secretsmanager").list_secrets()["SecretList"]
        others = read_calls(chosen.calls) if chosen.calls else {}
        calls = in_own_names(others, (secret["ARN"] for secret in secrets), stage.cloud.physical_id("Site"))
        calls |= stage.cloud.rights.record.calls
        put_aside = {arn for arn in stage.cloud.rights.resource_statements() if arn.endswith("-dead-letters")}
        grants = grants_of(stage.cloud.rights, calls, put_aside)
        excused, nobody_calls = excused_rights(), {_right(grant) for grant in unused(grants)}
        left.update(nobody_calls - excused.keys())
        lines.extend(report(grants, calls))
        used = sum(bool(grant.used_by) for grant in grants)
        by_aws = sum(bool(grant.source_of_use) and not grant.used_by for grant in grants)
        lines.append(
            f"\n{stage.cloud.rights.record.judged} calls judged, {len(calls)} kinds. {len(grants)} rights (action and "
            f"resource): {used} used, {by_aws} used by AWS alone, {len(nobody_calls) - len(left)} excused, "
            f"{len(left)} unused or untested."
        )
        if needless := sorted(excused.keys() - nobody_calls):
            left.update(needless)
            lines.extend([f"Used or gone, and yet in {EXCUSED.name}:", *(f"  {right}" for right in needless)])

    with Screen() as screen:
        try:
            summary = play_sample(
                screen,
                read_stories(),
                mode="on",
                crowd_size=CROWD,
                decisions=KEPT / "decisions.jsonl",
                without=chosen.without,
                channels=True,
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
