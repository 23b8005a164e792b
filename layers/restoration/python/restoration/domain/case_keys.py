"""What a customer names their case by: a code that a message says, and a link that an e-mail may hold.

Both are made of the limitation's id with a secret, so that a function that writes a message reads nothing, and nobody
guesses one from another. Neither opens a case alone (channels/README.md).
"""

import base64
import hmac
from dataclasses import dataclass, field

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O and U, which are read as others. https://www.crockford.com/base32.html"""
CODE_LENGTH = 10
_LINK_BYTES, _SEAL_BYTES = 16, 4
_READ_AS = str.maketrans("ILO", "110", " -\N{NO-BREAK SPACE}")


@dataclass(frozen=True, slots=True)
class CaseKeys:
    """Makes codes and links. ``secret`` has at least 32 bytes."""

    secret: bytes = field(repr=False)

    def code(self, limitation_id: str) -> str:
        """The code of a limitation: ten characters, 50 bits."""
        value = int.from_bytes(self._sign(f"code|{limitation_id}".encode())[:8]) >> 14
        return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))

    def link(self, limitation_id: str) -> str:
        """The token of a limitation's link: 128 bits with a seal of 32, so that a forged one costs no read."""
        token = self._sign(f"link|{limitation_id}".encode())[:_LINK_BYTES]
        return base64.urlsafe_b64encode(token + self._seal(token)).decode().rstrip("=")

    def is_sealed(self, link: str) -> bool:
        """Whether a link's token is one that we made."""
        try:
            content = base64.b64decode(link + "=" * (-len(link) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return False
        token, seal = content[:_LINK_BYTES], content[_LINK_BYTES:]
        return hmac.compare_digest(seal, self._seal(token))

    def _seal(self, token: bytes) -> bytes:
        return self._sign(b"seal|" + token)[:_SEAL_BYTES]

    def _sign(self, content: bytes) -> bytes:
        return hmac.digest(self.secret, content, "sha256")


def read_code(typed: str) -> str | None:
    """The code as it is kept, of what somebody typed; None where it is no code."""
    code = typed.upper().translate(_READ_AS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def written(code: str) -> str:
    """A code as a message writes it: ``4K7QX-2M9TB``."""
    return f"{code[:5]}-{code[5:]}"
