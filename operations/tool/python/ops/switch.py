"""``ops switch``: what the switch is, and turning it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer

from ops.account import Account
from ops.failures import WrongRequest
from ops.screen import Screen, moment
from ops.tools import ChangingOrShowing, Tools
from restoration.adapters.ssm.switch import SwitchReader
from restoration.domain.switch import Mode, Switch

_ORDER = {Mode.OFF: 0, Mode.SHADOW: 1, Mode.ON: 2}
_MEANINGS = {
    Mode.OFF: "nothing new is claimed: a trigger ends at once, as OFF. What runs goes on.",
    Mode.SHADOW: "triggers are decided and recorded. Nothing is ordered, and no customer is told anything.",
    Mode.ON: "power is restored.",
}


@dataclass(frozen=True, slots=True)
class Position:
    """The switch as it counts now; when each parameter was set, or that the template's value counts."""

    mode: Mode
    percent: int
    mode_set_at: datetime | None
    percent_set_at: datetime | None


def position(account: Account) -> Position:
    """Read the switch as the functions do; the template's values count while a parameter is absent."""
    ssm = account.client("ssm")
    mode_name, percent_name = account.parameter("mode"), account.parameter("rollout-percent")
    default = Switch(Mode(account.setting("Mode")), int(account.setting("RolloutPercent")))
    now = SwitchReader(ssm, mode_name, percent_name, default, timedelta(0))()
    found = {
        each["Name"]: each["LastModifiedDate"]
        for each in ssm.get_parameters(Names=[mode_name, percent_name])["Parameters"]
    }
    return Position(now.mode, now.rollout_percent, found.get(mode_name), found.get(percent_name))


def switch(
    tools: ChangingOrShowing,
    mode: Annotated[Mode | None, typer.Argument(help="off, shadow or on; without it, show the switch.")] = None,
    percent: Annotated[
        int | None, typer.Option("--percent", min=0, max=100, help="The share of limitations that is live.")
    ] = None,
) -> None:
    """Show the switch, or turn it."""
    now = position(tools.account)
    if mode is None and percent is None:
        _show(tools.screen, now)
        return
    wanted = Switch(mode or now.mode, now.percent if percent is None else percent)
    if (wanted.mode, wanted.rollout_percent) == (now.mode, now.percent) and now.mode_set_at and now.percent_set_at:
        raise WrongRequest(f"Nothing was done: the switch is {now.mode.value} with {now.percent} % already.")
    turn(tools, now, wanted, command="switch")


def turn(tools: Tools, now: Position, wanted: Switch, *, command: str, saying: Sequence[str] = ()) -> None:
    """Turn the switch, after asking, and show it.

    Parameters
    ----------
    command
        What the journal calls it.
    saying
        What else is to be said before.
    """
    asked = {"from": _words(now.mode, now.percent), "to": _words(wanted.mode, wanted.rollout_percent)}
    if wanted.mode is not Mode.ON and wanted.rollout_percent != now.percent:
        asked["to"] += f", and for {wanted.rollout_percent} % once it is on"
    plan = [*saying, *_plan(now, wanted)]
    with tools.changing(command, asked, saying=plan, confirm_with=wanted.mode.value) as change:
        put = tools.account.client("ssm").put_parameter
        mode, share = tools.account.parameter("mode"), tools.account.parameter("rollout-percent")
        # The share first: with the mode first, more limitations than wanted could be live for a moment.
        if wanted.rollout_percent != now.percent or not now.percent_set_at:
            put(Name=share, Value=str(wanted.rollout_percent), Type="String", Overwrite=True)
        if wanted.mode is not now.mode or not now.mode_set_at:
            put(Name=mode, Value=wanted.mode.value, Type="String", Overwrite=True)
        change.outcome = f"the switch is {asked['to']}"
    is_up = (_ORDER[wanted.mode], wanted.rollout_percent) > (_ORDER[now.mode], now.percent)
    _show(tools.screen, position(tools.account), turned_up=is_up)


def _words(mode: Mode, percent: int) -> str:
    """The switch in words; the share matters only when it is on."""
    return f"on for {percent} % of the limitations" if mode is Mode.ON else mode.value


def _plan(now: Position, wanted: Switch) -> list[str]:
    plan = [
        f"The switch is {_words(now.mode, now.percent)}.",
        f"It will be {_words(wanted.mode, wanted.rollout_percent)}: {_MEANINGS[wanted.mode]}",
        "It counts within seconds, for each limitation that is claimed from then on. What runs goes on as it began.",
    ]
    if wanted.mode is Mode.ON and wanted.rollout_percent < 100:  # noqa: PLR2004 - per cent
        plan.append(f"{100 - wanted.rollout_percent} % of the limitations will run in shadow.")
    if wanted.mode is not Mode.ON and wanted.rollout_percent != now.percent:
        plan.append(f"Once it is on, it is so for {wanted.rollout_percent} % of the limitations, not {now.percent} %.")
    if wanted.mode is Mode.OFF:
        plan.append("Customers who pay meanwhile stay limited until it is turned up and all limitations are checked.")
    return plan


def _show(screen: Screen, now: Position, *, turned_up: bool = False) -> None:
    screen.json(now)
    screen.say(f"The switch is {_words(now.mode, now.percent)}: {_MEANINGS[now.mode]}", style="bold")
    if now.mode is Mode.ON and now.percent < 100:  # noqa: PLR2004 - per cent
        screen.say(f"  {100 - now.percent} % of the limitations run in shadow.")
    elif now.mode is not Mode.ON:
        screen.say(f"  Once it is on, it is so for {now.percent} % of the limitations.")
    for what, set_at in (("mode", now.mode_set_at), ("share", now.percent_set_at)):
        if set_at:
            screen.say(f"  Its {what} was set {moment(set_at)}.")
        else:
            screen.say(f"  Its {what} has never been set here: the template's value counts.")
    if turned_up:
        screen.next("Have all open limitations checked, or who paid meanwhile waits for the night: ops check --all")
    else:
        screen.next("Turn it: ops switch off|shadow|on [--percent 10]")
