"""The template of this checkout, its loops written out: what it names, also where no stack is deployed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]


@cache
def template() -> Mapping[str, Any]:
    """The template as AWS::LanguageExtensions leaves it, its intrinsic functions in their long form."""
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - both take a second, which few commands need

    from embedded_cloud.stack.language_extensions import written_out  # noqa: PLC0415

    return written_out(yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8")))
