"""Waiting in the interpreter: attempts with a timeout, retries, nested executions."""

from __future__ import annotations

import copy
import threading
from contextlib import nullcontext
from functools import partial, partialmethod
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import MaxAttemptsOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from embedded_cloud.observability.tracing import child_header, trace_from_now_on
from embedded_cloud.patching import around
from embedded_cloud.states.traces import id_at
from embedded_cloud.states.waits import TOKENS, WAITS
from embedded_cloud.subscriptions import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.patching import Mend
    from embedded_cloud.states.strikes import Strikes

BEGINNINGS = frozenset({"TaskStarted", "LambdaFunctionStarted", "ActivityScheduled"})
"""With one of these events a task has begun its call."""

LONGEST_UNTIL_BEGUN_SECONDS = 30.0
"""A task's time passes from its call on. Until then it evaluates arguments, which takes milliseconds."""


def mends_of(strikes: Strikes, pace: float) -> tuple[Mend, ...]:
    """Make waits end when the execution does, wait for what AWS waits for, and burn nothing meanwhile."""
    return (
        (ExecutionState, "_evaluate_with_timeout", lambda _: partialmethod(_evaluate_with_timeout, strikes=strikes)),
        (RetrierDecl, "_eval_body", around(partial(_retry, pace))),
        (EventManager, "add_event", around(_add_event)),
        # moto counts whole seconds only, so that what is left of a second never passes.
        (WaitFunction, "_wait_interval", lambda _: lambda _, env, wait_seconds: _rest(env, wait_seconds)),
        *((Environment, name, around(_end)) for name in ("set_stop", "set_error", "set_timed_out")),
    )


def _rest(env: Any, seconds: float) -> None:
    """Wait, but no longer than the execution lives, nor than somebody says that the time has passed."""
    # This has an event of its own: moto's is set and cleared at once, and a thread that is about to wait misses that.
    ended = threading.Event()
    with _at_the_end_of(env).also(ended.set):
        if env.is_running() and seconds > 0:
            with WAITS.listed(_arn_of(env), ended.set, seconds):
                ended.wait(seconds)


def _at_the_end_of(env: Any) -> Hooks[Callable[[], None]]:
    """Give what is called when an execution ends."""
    hooks: Hooks[Callable[[], None]] = env.__dict__.setdefault("end_listeners", Hooks())
    return hooks


def _end(original: Any, env: Any, *args: Any, **kwargs: Any) -> None:
    """Tell those who wait in a state that the execution has ended: moto pulses an event that most do not wait for."""
    original(env, *args, **kwargs)
    for listener in list(_at_the_end_of(env)):
        listener()


def _evaluate_with_timeout(self: Any, env: Any, strikes: Strikes) -> None:
    """Run one attempt of a state.

    Differs from moto's own in three things: the wait ends when the execution is stopped (moto waits for the task's
    timeout), a wait for a token also times out when somebody lets its time pass, and each attempt of a callback has a
    token of its own (moto gives a retry the used one, so that it ends at once with the first attempt's outcome).
    """
    self.timeout.eval(env=env)
    timeout_seconds: float = env.stack.pop()
    token = _new_token(self, env)
    frame = _begin_frame(env)
    outputs: list[Any] = []
    errors: list[Exception] = []
    ended = threading.Event()
    execution_arn = _arn_of(env)

    def attempt() -> None:
        strikes.begin_attempt(execution_arn, self.name, frame)
        try:
            self._eval_execution(frame)
            outputs.extend(frame.stack)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the state's error, raised below
            errors.append(error)
        ended.set()
        frame.__dict__["has_begun"].set()

    timed_out = threading.Event()

    def time_out() -> None:
        """Give the attempt up, once it has begun its call; one whose token got its outcome in time goes on."""
        frame.__dict__["has_begun"].wait(LONGEST_UNTIL_BEGUN_SECONDS)
        endpoint = TOKENS.withdraw(token) if token else None
        if token and endpoint is None:
            return
        timed_out.set()
        ended.set()
        if endpoint is not None:
            endpoint.interrupt_all()

    try:
        # Listed before it begins: a caller that sees the token stored may let the time pass at once.
        listed = WAITS.listed(execution_arn, time_out, timeout_seconds) if token else nullcontext()
        with _at_the_end_of(env).also(ended.set), listed:
            threading.Thread(target=attempt, name=f"state-{self.name}", daemon=True).start()
            if not ended.wait(timeout_seconds):
                time_out()
            ended.wait()
    finally:
        TOKENS.close(token)
        _end_frame(env, frame)
    if not env.is_running():
        return
    if timed_out.is_set():
        raise EvalTimeoutError
    if errors:
        raise errors[0]
    _take_output(self, env, outputs[-1])


def _begin_frame(env: Any) -> Any:
    """Give an attempt a frame of its own, in which it says when it has begun its call."""
    frame = env.open_frame()
    frame.states.reset(input_value=env.states.get_input())
    frame.stack = copy.deepcopy(env.stack)
    frame.__dict__["has_begun"] = threading.Event()
    return frame


def _end_frame(env: Any, frame: Any) -> None:
    """End the frame of an attempt, which writes no event from now on."""
    frame.set_ended()
    with _writing(env.event_manager):
        frame.__dict__["is_over"] = True
    env.close_frame(frame)


def _arn_of(env: Any) -> str:
    return str(env.states.context_object.context_object_data["Execution"]["Id"])


def _take_output(state: Any, env: Any, output: Any) -> None:
    env.stack.append(output)
    if not state._is_language_query_jsonpath():  # noqa: SLF001
        env.states.set_result(output)
    if state.assign_decl:
        state.assign_decl.eval(env=env)
    if state.result_selector:
        state.result_selector.eval(env=env)
    if state.result_path:
        state.result_path.eval(env)
    else:
        env.states.reset(input_value=env.stack.pop())


def _new_token(state: Any, env: Any) -> str | None:
    if not isinstance(state, StateTaskServiceCallback) or state.resource.condition is None:
        return None
    token: str = env.states.context_object.update_task_token()
    TOKENS.open(token, env.callback_pool_manager.add(token))
    return token


def _retry(pace: float, _: Any, retrier: Any, env: Any) -> None:
    """Wait for a retry at the cloud's pace, and no longer than the execution lives (moto sleeps)."""
    retrier.error_equals.eval(env)
    if not env.stack.pop():
        env.stack.append(RetrierOutcome.Skipped)
        return
    retrier.max_attempts.eval(env=env)
    if env.stack.pop() == MaxAttemptsOutcome.EXHAUSTED:
        env.stack.append(RetrierOutcome.Failed)
        return
    for part in (retrier.interval_seconds, retrier.backoff_rate, retrier.max_delay_seconds, retrier.jitter_strategy):
        part.eval(env=env)
    _rest(env, env.stack.pop() * pace)
    env.stack.append(RetrierOutcome.Executed)


def _add_event(original: Any, manager: Any, context: Any, event_type: Any, *args: Any, **named: Any) -> Any:
    """Leave out of the history what an attempt does after it timed out or its execution was stopped, as AWS does.

    Its thread goes on until its call returns. What it would write then came after the end of the execution, or in the
    middle of a redrive. The call that an attempt has begun is made in the execution's trace.
    """
    link = context.__dict__.get("frame")
    own = frame = link() if link else None  # an execution's own events have no frame
    with _writing(manager):
        while frame is not None:
            if "is_over" in frame.__dict__:
                return context.last_published_event_id
            frame = frame.__dict__.get("parent")
        written = original(manager, context, event_type, *args, **named)
    if own is not None and event_type in BEGINNINGS:
        record = manager.__dict__["record"]
        trace_from_now_on(child_header(record.trace_header, id_at(record, written)))
        own.__dict__.get("has_begun", threading.Event()).set()
    return written


def _writing(manager: Any) -> threading.Lock:
    """Held while an event is written, so that none is half written when its attempt is given up."""
    lock: threading.Lock = manager.__dict__.setdefault("writing", threading.Lock())
    return lock
