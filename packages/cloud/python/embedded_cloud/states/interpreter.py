"""moto's interpreter with everything mended, as one context manager."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.utils import TMP_THREADS

from embedded_cloud.patching import replaced
from embedded_cloud.states import jsonata, lifecycle, limits, redrive, service_tasks, waiting
from embedded_cloud.states.tokens import TOKENS
from embedded_cloud.states.traces import TRACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embedded_cloud.states.runtime import InterpreterRuntime

PATHS_KEPT = 1024
LOGGER = logging.getLogger("moto.stepfunctions")


@contextmanager
def patched(runtime: InterpreterRuntime) -> Iterator[None]:
    """Run state machines for real, with every patch of this package in place."""
    level = LOGGER.level
    # Each failed state would be printed with the whole machine; histories have it all.
    LOGGER.setLevel(logging.CRITICAL)
    config = dict(default_user_config.get("stepfunctions", {}))
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    try:
        with ExitStack() as stack:
            enter = stack.enter_context
            enter(jsonata.patched())
            enter(service_tasks.patched(runtime.clients, runtime.rights))
            enter(limits.patched())
            enter(runtime.strikes.patched())
            enter(waiting.patched(runtime))
            enter(lifecycle.patched(runtime.executions))
            enter(redrive.patched())
            # moto parses the definition for each execution, with a grammar in Python: seconds for a long machine.
            enter(replaced(AmazonStateLanguageParser, "parse", staticmethod(_parse)))
            # Nor is a path parsed for each state: a parser is made for that each time.
            for module in (result_path, json_path):
                enter(replaced(module, "parse", lru_cache(PATHS_KEPT)(module.parse)))
            # Executions share a parsed machine, so the first of them must not make a component's key for all.
            enter(replaced(EvalComponent, "heap_key", property(lambda component: str(id(component)))))
            # moto writes out the failed component, the whole machine at worst, whether it is logged or not.
            enter(replaced(EvalComponent, "_log_failure_event_exception", _log_nothing))
            enter(replaced(EvalComponent, "_log_exception", _log_nothing))
            # Last, so that an event that the patches above leave out is not recorded.
            enter(runtime.executions.recording())
            yield
    finally:
        default_user_config["stepfunctions"] = config  # type: ignore[typeddict-item, unused-ignore]
        LOGGER.setLevel(level)
        TOKENS.clear()
        TRACES.clear()
        TMP_THREADS.clear()


_parse = lru_cache(maxsize=64)(AmazonStateLanguageParser.parse)
"""One for all clouds of a process, which mostly deploy the same machines."""


def _log_nothing(*_: Any, **__: Any) -> None:
    """Stand in for a log line that costs more than the state."""
