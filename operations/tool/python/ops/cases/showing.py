"""``ops case``: everything about one customer on one line of time, and the sentence that an advisor can say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from ops.screen import Screen, moment
from ops.tools import Showing
from record.cases.dossier import Dossier, DossierReader
from record.cases.register import Named
from record.cases.timeline import TEXTS, Line, case_at_enedis, said, timeline
from record.codes import in_words
from record.words import Language, Words


def show_case(
    tools: Showing, key: Annotated[str, typer.Argument(help="A limitation, contract, point, customer or execution.")]
) -> None:
    """Show everything about one customer on one line of time, and what an advisor can say to them."""
    screen = tools.screen
    named, dossiers = DossierReader(tools.account).named(key)
    now = tools.clock()
    screen.json({"kind": named.kind, "key": named.key, "limitations": [_content(each, now) for each in dossiers]})
    if len(dossiers) > 1:
        screen.say(f"{named.kind.capitalize()} {named.key} has {len(dossiers)} limitations.", style="bold")
    for number, dossier in enumerate(dossiers):
        if number:
            screen.say()
        _show(screen, dossier, now)
    _show_next(screen, named, dossiers)


def _content(dossier: Dossier, now: datetime) -> Mapping[str, Any]:
    item, holder = dossier.item, dossier.holder
    return {
        "limitationId": dossier.limitation_id,
        "contractId": item.get("contractId"),
        "pointId": item.get("pointId"),
        "customerId": item.get("customerId"),
        "status": item.get("status"),
        "mode": item.get("claimMode"),
        "outcome": item.get("settlement", {}).get("outcome"),
        "holder": holder.name if holder else None,
        "state": holder.state if holder else None,
        "waitsFor": dossier.waits_for,
        "error": holder.end.error if holder else "",
        "cause": holder.end.cause if holder else "",
        "caseAtEnedis": case_at_enedis(dossier),
        "say": said(dossier, now),
        "timeline": timeline(dossier),
    }


def _show(screen: Screen, dossier: Dossier, now: datetime) -> None:
    item = dossier.item
    names = [("contract", "contractId"), ("point", "pointId"), ("customer", "customerId")]
    screen.say(dossier.limitation_id, style="bold")
    screen.say("  " + ", ".join(f"{name} {item[key]}" for name, key in names if item.get(key)))
    screen.say(f"  {_standing(dossier)}")
    screen.say(f"  À dire : « {said(dossier, now)} »", style="bold")
    screen.say()
    _show_lines(screen, timeline(dossier), now)


def _standing(dossier: Dossier) -> str:
    item, holder = dossier.item, dossier.holder
    parts = [str(item.get("status", "?"))]
    if "debt" in item:
        parts.append(f"debt {item['debt']:.2f} €")
    if mode := item.get("claimMode"):
        parts.append(Words(Language.ENGLISH, TEXTS).either(f"mode_{mode}", mode))
    if case := case_at_enedis(dossier):
        parts.append(f"Enedis' case {case}")
    if holder:
        party = dossier.waits_for
        why = ": ".join(each for each in (holder.end.error, holder.end.cause) if each)
        does = "is in" if holder.runs else f"failed ({why}) in"
        parts.append(f"execution …{holder.name[-8:]} {does} {holder.state}, waits for {party.value if party else '?'}")
    elif "holder" in item:
        parts.append("its execution is not known to Step Functions any more")
    elif outcome := item.get("settlement", {}).get("outcome"):
        parts.append(f"nobody acts now; the last look ended: {in_words(outcome, Language.ENGLISH)}")
    else:
        parts.append("nobody has acted yet")
    return ", ".join(parts)


def _show_lines(screen: Screen, lines: Sequence[Line], now: datetime) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row(Text(moment(line.at, now=now)), Text(line.kind), Text(line.said))
    screen.print(table)


def _show_next(screen: Screen, named: Named, dossiers: Sequence[Dossier]) -> None:
    failed = (each.limitation_id for each in dossiers if each.holder and not each.holder.runs)
    steps = [f"After the mend: ops redrive case {each}" for each in failed]
    if dossiers:
        steps.append(f"The rules, table by table: ops explain {named.key}")
    screen.next(*dict.fromkeys(steps))
