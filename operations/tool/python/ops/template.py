"""The templates of this checkout, their loops written out: what they name, also where no stack is deployed."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ops.environments import CHANNELS, COMPANION, ROOT


@cache
def templates() -> tuple[Mapping[str, Any], ...]:
    """Core, companion and channels as AWS::LanguageExtensions leaves them, intrinsic functions in their long form."""
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - both take a second, which few commands need

    from embedded_cloud.stack.language_extensions import written_out  # noqa: PLC0415

    texts = ((ROOT / folder / "template.yaml").read_text(encoding="utf-8") for folder in (".", COMPANION, CHANNELS))
    return tuple(written_out(yaml_parse(text)) for text in texts)
