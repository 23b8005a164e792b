"""moto's interpreter as the cloud runs it, as one context manager."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.utils import TMP_THREADS

from embedded_cloud.patching import mending
from embedded_cloud.states import lifecycle, redrive, waiting
from embedded_cloud.states.waits import TOKENS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embedded_cloud.backends.clients import Clients
    from embedded_cloud.patching import Mend
    from embedded_cloud.rights.rights import Rights
    from embedded_cloud.states.executions import Executions
    from embedded_cloud.states.strikes import Strikes

LOGGER = logging.getLogger("moto.stepfunctions")


@contextmanager
def patched(clients: Clients, rights: Rights, executions: Executions, strikes: Strikes, pace: float) -> Iterator[None]:
    """Run state machines for real, with every patch of this package in place."""
    level = LOGGER.level
    # Each failed state would be printed with the whole machine; histories have it all.
    LOGGER.setLevel(logging.CRITICAL)
    in_parser = (each for name, each in sorted(sys.modules.items()) if name.startswith("moto.stepfunctions.parser."))
    client_for = partial(_client_for, clients, rights)
    mends: tuple[Mend, ...] = (
        *strikes.mends,
        *waiting.mends_of(strikes, pace),
        lifecycle.mend_of(executions),
        *redrive.MENDS,
        # moto parses the definition for each execution, with a grammar in Python: seconds for a long machine.
        (AmazonStateLanguageParser, "parse", lambda _: staticmethod(_parse)),
        # Executions share a parsed machine, so the first of them must not make a component's key for all.
        (EvalComponent, "heap_key", lambda _: property(lambda component: str(id(component)))),
        # moto builds a client for each call (20-50 ms) and sends it to the port of its own server.
        *((each, "boto_client_for", lambda _: client_for) for each in in_parser if hasattr(each, "boto_client_for")),
        # Last, so that an event that the patches above leave out is not recorded.
        *executions.mends,
    )
    try:
        with patch.dict(default_user_config, stepfunctions={"execute_state_machine": True}), mending(*mends):
            yield
    finally:
        LOGGER.setLevel(level)
        TOKENS.clear()
        TMP_THREADS.clear()


_parse = lru_cache(maxsize=64)(AmazonStateLanguageParser.parse)
"""One for all clouds of a process, which mostly deploy the same machines."""


def _client_for(clients: Clients, rights: Rights, region: str, service: str, state_credentials: Any = None) -> Any:  # noqa: ARG001 - moto's signature
    """Give a client that calls the embedded cloud in the role of the execution."""
    role = state_credentials.role_arn if state_credentials is not None else ""
    key = rights.key_of_role(role, "states.amazonaws.com", "execution") if role in rights.roles else ""
    return clients.get(service, validate=False, access_key=key)
