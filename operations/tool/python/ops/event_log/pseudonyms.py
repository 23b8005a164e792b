"""Pseudonyms: the same id has the same one in each file that was made with the same key, and none can be turned back.

Ids are short and in order, so a bare hash of them could be looked up. The key is a secret of the stack, and in no file.
"""

import hmac
from functools import lru_cache
from hashlib import sha256

DIGITS = 20
"""Hex digits of a pseudonym: of a million objects, two have the same once in two million million exports."""
KINDS = {"limitation": "lim", "execution": "exe", "payment": "pay", "order": "ord", "decision": "dec", "message": "msg"}


class Pseudonyms:
    """Makes pseudonyms with one key."""

    def __init__(self, key: str) -> None:
        if len(key) < 32:  # noqa: PLR2004 - as many letters as keep anybody from trying them all
            raise ValueError("a key has 32 letters at least")
        self._key = key.encode()
        self.of = lru_cache(maxsize=5_000)(self._of)

    @property
    def key_id(self) -> str:
        """Names the key, without saying anything about it: files with the same have the same pseudonyms."""
        return self._digest("key")[:8]

    def _of(self, kind: str, name: str) -> str:
        """The pseudonym of something, such as ``pay_1f0c…``; ``kind`` is one of :data:`KINDS`."""
        return f"{KINDS[kind]}_{self._digest(f'{kind}|{name}')[:DIGITS]}"

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()
