"""What was called with which rights, and what was refused."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embedded_cloud.errors import AccessDeniedError
from embedded_cloud.rights.policies import Call

if TYPE_CHECKING:
    from embedded_cloud.rights.principals import Principal


@dataclass(frozen=True)
class MadeCall(Call):
    """A kind of call that was made, and by whom."""

    role: str = field(kw_only=True)


@dataclass
class Record:
    """All that was judged since the cloud started; what its administrator did is left out."""

    denials: list[AccessDeniedError] = field(default_factory=list)
    calls: dict[MadeCall, str] = field(default_factory=dict)
    """Each with the occasion on which it was made first: the test, where pytest runs one."""
    judged: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def raise_first(self) -> None:
        """Raise the first refusal, if there was one.

        Raises
        ------
        AccessDeniedError
            With AWS's words.
        """
        if self.denials:
            raise self.denials[0]

    def note(self, principal: Principal, call: Call, refusal: str, *, is_kept: bool) -> None:
        """Note a judged call: why it was refused, or else that it was made, if such calls are kept."""
        with self._lock:
            self.judged += 1
            if refusal:
                self.denials.append(AccessDeniedError(refusal, principal.role_name, call.action, call.resource))
            elif is_kept:
                # Somebody of another account is known by their whole ARN.
                who = principal.role_arn or principal.arn if principal.is_trusted else principal.role_name
                made = MadeCall(call.action, call.resource, call.context, role=who)
                if made not in self.calls:
                    self.calls[made] = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
