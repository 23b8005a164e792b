"""The rules for every ``.asl.yaml`` (docs/architecture.md, State machines): each yields its findings, in words."""

from collections.abc import Callable
from typing import Any

import yaml

from local.asl import CALLBACK, SUBSTITUTION, Machine, State, expressions, function_named
from tests.statemachine.aws_errors import LAMBDA_ERRORS, STATES_ERRORS, aws_error_of
from tests.statemachine.raised_errors import error_classes, failed_with, raised_by
from tests.statemachine.retry_rules import Findings, retriers_stand_on_one_line, tasks_are_retried

type Rule = Callable[[Machine], Findings]

ALSO_BOOLEAN = frozenset({"on", "off", "yes", "no"})
"""Words that YAML 1.1, which CloudFormation reads, takes for true or false, be they keys or values."""
CONSUMERS = {"OrdersQueueUrl": "place_order"}
"""The consumer that completes the token in a queue's records."""
MESSENGER = "NotifyCustomerFunction"


def file_is_plain_yaml(machine: Machine) -> Findings:
    """Step Functions reads the file with its own reader: anchors, aliases and merges may not be known to it."""
    for token in yaml.scan(machine.text):
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            kind = "alias *" if isinstance(token, yaml.AliasToken) else "anchor &"
            yield f"line {token.start_mark.line + 1}: {kind}{token.value}"
    yield from (
        f"line {token.start_mark.line + 1}: {token.value} is read as true or false: quote it"
        for token in yaml.scan(machine.text)
        if isinstance(token, yaml.ScalarToken) and token.plain and token.value.lower() in ALSO_BOOLEAN
    )


def everything_is_explained(machine: Machine) -> Findings:
    if not machine.document.get("Comment"):
        yield "the machine has no Comment"
    for state in machine.states():
        if not state.body.get("Comment"):
            yield f"{state.name} has no Comment"
        for kind, ways in (("choice", state.rules), ("catcher", state.catchers)):
            yield from (
                f"{state.name}: {kind} {way.get('Next')} has no Comment" for way in ways if not way.get("Comment")
            )


def choices_have_a_default(machine: Machine) -> Findings:
    """Where ways lead, AWS's own language service looks (test_language_service.py)."""
    for state in machine.states():
        if state.type == "Choice" and "Default" not in state.body:
            yield f"{state.name} is a Choice without Default"


def waits_are_bounded(machine: Machine) -> Findings:
    """A plain call's timeout is a figure; how long business waits (callbacks, Wait) comes from the template.

    A callback may reckon with a parameter: one that asks again waits only for what is left of the time.
    """
    for state in machine.states():
        timeout = state.body.get("TimeoutSeconds")
        if state.type == "Task" and timeout is None:
            yield f"{state.name} has no TimeoutSeconds"
        if state.type == "Task" and CALLBACK in state.resource:
            yield from _parameter(f"{state.name}: TimeoutSeconds of a callback", timeout, alone=False)
        elif timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int)):
            yield from _parameter(f"{state.name}: TimeoutSeconds", timeout, alone=True)
        if state.type == "Wait" and "Seconds" in state.body:
            yield from _parameter(f"{state.name}: Seconds", state.body["Seconds"], alone=False)
        for text in expressions(state.body.get("HeartbeatSeconds", [])):
            yield from _parameter(f"{state.name}: HeartbeatSeconds", text, alone=True)


def _parameter(what: str, value: Any, *, alone: bool) -> Findings:
    text = str(value)
    inner = text.removeprefix("{%").removesuffix("%}").strip()
    written = text.startswith("{%") and text.endswith("%}")
    if not written or not (SUBSTITUTION.fullmatch(inner) if alone else SUBSTITUTION.search(inner)):
        yield f'{what} is {value!r}, not a parameter of the template written "{{% ${{Name}} %}}"'


def error_names_exist(machine: Machine) -> Findings:
    for state in machine.states():
        for way in (*state.retriers, *state.catchers):
            for name in way["ErrorEquals"]:
                yield from _unknown(state, name, way["ErrorEquals"])


def _unknown(state: State, name: str, beside: list[str]) -> Findings:
    if "." not in name:
        if name not in error_classes():
            yield f"{state.name}: {name} is no exception class of the code"
    elif name.startswith(("States.", "Lambda.", "Sandbox.")):
        if name not in STATES_ERRORS | LAMBDA_ERRORS:
            yield f"{state.name}: {name} is no error of the Amazon States Language or of Lambda"
    elif (called := aws_error_of(state.resource, name)) is None:
        yield f"{state.name}: {name} is no error of {state.resource}"
    elif other := _other_spelling(name):
        if other not in beside:
            yield f"{state.name}: {name} without its other spelling, {other}"
    elif called not in beside:
        yield f"{state.name}: {name} reaches this state as {called}"


def _other_spelling(name: str) -> str:
    """The other name of an error of DynamoDB, whose spelling depends on the kind of the integration.

    Nobody is to find out in production which of them a callback gets, so both are named wherever one is.
    """
    prefix, _, exception = name.partition(".")
    other = {"DynamoDB": "DynamoDb", "DynamoDb": "DynamoDB"}.get(prefix)
    return f"{other}.{exception}" if other else ""


def no_error_is_named_twice(machine: Machine) -> Findings:
    """So States.ALL is in its own retrier alone, with which each task's end; no catcher may have it."""
    for state in machine.states():
        for kind, ways in (("Retry", state.retriers), ("Catch", state.catchers)):
            names = [name for way in ways for name in way.get("ErrorEquals") or []]
            yield from (f"{state.name}: {name} twice in {kind}" for name in sorted(set(names)) if names.count(name) > 1)


def raised_errors_are_named(machine: Machine) -> Findings:
    for state in machine.states():
        folder, raised = _raised_to(state)
        if not folder:
            continue
        named = {name for way in (*state.retriers, *state.catchers) for name in way.get("ErrorEquals", [])}
        yield from (f"{state.name}: {name}, which {folder} raises, is not named" for name in sorted(raised - named))
        foreign = sorted((named & error_classes()) - raised)
        yield from (f"{state.name}: {name} is named, and {folder} never raises it" for name in foreign)


def _raised_to(state: State) -> tuple[str, frozenset[str]]:
    """The function that completes a state, with its errors: the one it calls, or the consumer of its queue."""
    if state.function:
        folder = function_named(state.function)
        return folder, raised_by(folder)
    consumer = CONSUMERS.get(state.queue, "")
    return consumer, failed_with(consumer) if consumer else frozenset()


def failures_stay_where_they_happened(machine: Machine) -> Findings:
    """A redrive resumes at the state that failed: no Fail state, no catch-all.

    One failing branch stops the others, so no Parallel either.
    """
    for state in machine.states():
        if state.type in {"Fail", "Parallel"}:
            yield f"{state.name} is a {state.type} state"
        for catcher in state.catchers:
            if {"States.ALL", "States.TaskFailed"} & set(catcher.get("ErrorEquals", [])):
                yield f"{state.name} catches everything: a technical error must fail where it happened"


def messages_are_no_step(machine: Machine) -> Findings:
    """A message must not hold power back: the function that sends messages listens to events."""
    for state in machine.states():
        if state.function == MESSENGER:
            yield f"{state.name} sends a message to the customer"


RULES: tuple[Rule, ...] = (
    file_is_plain_yaml,
    retriers_stand_on_one_line,
    everything_is_explained,
    choices_have_a_default,
    tasks_are_retried,
    waits_are_bounded,
    error_names_exist,
    no_error_is_named_twice,
    raised_errors_are_named,
    failures_stay_where_they_happened,
    messages_are_no_step,
)
