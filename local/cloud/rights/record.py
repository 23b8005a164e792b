"""What was called with which rights, and what was refused."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.cloud.errors import AccessDeniedError

if TYPE_CHECKING:
    from local.cloud.rights.judging import Verdict
    from local.cloud.rights.policies import Call
    from local.cloud.rights.principals import Principal


@dataclass(frozen=True)
class Denial:
    """A call that was refused.

    Attributes
    ----------
    role
        The name of the caller's role, or of the service or the person that called.
    message
        AWS's words.
    """

    role: str
    action: str
    resource: str
    message: str


@dataclass(frozen=True)
class MadeCall:
    """A kind of call that was made: by whom, what, on what, with which values of the conditions' keys."""

    role: str
    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass
class Record:
    """All that was judged since the cloud started; what its administrator did is left out."""

    denials: list[Denial] = field(default_factory=list)
    calls: Counter[MadeCall] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def raise_first(self) -> None:
        """Raise the first refusal, if there was one.

        Raises
        ------
        AccessDeniedError
            With AWS's words.
        """
        if self.denials:
            first = self.denials[0]
            raise AccessDeniedError(first.message, first.role, first.action, first.resource)

    def note(self, principal: Principal, call: Call, verdict: Verdict, message: str) -> None:
        """Note a judged call."""
        with self._lock:
            if not verdict.is_allowed:
                self.denials.append(Denial(principal.role_name, call.action, call.resource, message))
            elif not principal.is_trusted:
                self.calls[MadeCall(principal.role_name, call.action, call.resource, call.context)] += 1
