"""``ops stop``: stop what does harm.

Without an argument it turns the switch off, which is the safe way: nothing new is claimed, and nothing is cut in the
middle. With one it stops one execution. There is no way to stop many executions at once, since each stopped one leaves
a customer without power until something takes the limitation over.
"""

from typing import Annotated

import typer

from ops.cases.holding import held
from ops.failures import WrongRequest
from ops.outage import QUEUE, URGENT_QUEUE, line_of
from ops.screen import counted
from ops.switch import position, turn
from ops.tools import Changing, Tools
from record.adapters.stepfunctions.history import listed
from restoration.domain.switch import Mode, Switch

ERROR = "StoppedByOperations"


def stop(
    tools: Changing,
    case: Annotated[
        str | None,
        typer.Argument(help="One case, whose execution is stopped. Without it, the switch is turned off."),
    ] = None,
) -> None:
    """Stop the system (the switch is turned off), or the execution of one case."""
    if case is None:
        _stop_all(tools)
    else:
        _stop_one(tools, case)


def _stop_all(tools: Tools) -> None:
    now = position(tools.account)
    if now.mode is Mode.OFF:
        raise WrongRequest("Nothing was done: the switch is off already. ops stop CASE stops one execution.")
    orders = sum(line_of(tools.account, queue).orders for queue in (URGENT_QUEUE, QUEUE))
    running = sum(1 for _ in listed(tools.account.client("stepfunctions"), tools.account.machine(), "RUNNING"))
    saying = [
        f"This turns the switch off. {counted(running, 'execution')} will go on as begun, with what is ordered there.",
        f"Orders in the queues leave for Enedis all the same: {orders}.",
        "If an order that is under way does harm, stop its execution as well: ops stop CASE",
    ]
    wanted = Switch(Mode.OFF, now.percent)
    turn(tools, now, wanted, command="stop", saying=saying)


def _stop_one(tools: Tools, key: str) -> None:
    dossier, holder = held(tools.account, key, is_running=True, otherwise="there is nothing to stop.")
    limitation_id, name, state = dossier.limitation_id, holder.name, holder.state
    plan = [
        f"This stops the execution {name}, in {state}.",
        "The customer's power does not come back by it. The alarm ExecutionsAborted goes off.",
        "The next trigger takes the limitation over, or the next nightly check does, and goes on.",
    ]
    if order := dossier.item.get("openOrder"):
        plan.append(
            f"Its order {order['reference']} is open. Stopping does not call it back: the next execution finishes it"
            " first."
        )
    parameters = {"limitation": limitation_id, "execution": name, "state": state or "?"}
    with tools.changing("stop", parameters, saying=plan, confirm_with=limitation_id) as change:
        tools.account.client("stepfunctions").stop_execution(
            executionArn=tools.account.execution(name), error=ERROR, cause=f"journal {change.id}"
        )
        change.outcome = f"execution {name} is stopped"
    tools.screen.next(f"Let it go on: ops redrive case {limitation_id}", f"See it: ops case {limitation_id}")
