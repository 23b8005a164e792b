"""The templates of this checkout, their loops written out: what they name, also where no stack is deployed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]


@cache
def templates() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Core and companion as AWS::LanguageExtensions leaves them, their intrinsic functions in their long form."""
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - both take a second, which few commands need

    from embedded_cloud.stack.language_extensions import written_out  # noqa: PLC0415

    def read(path: Path) -> Mapping[str, Any]:
        return written_out(yaml_parse(path.read_text(encoding="utf-8")))

    return read(ROOT / "template.yaml"), read(ROOT / "operations" / "template.yaml")


def resources() -> Mapping[str, Any]:
    """The resources of both; of a layer that both have, the core's."""
    core, companion = templates()
    return {**companion["Resources"], **core["Resources"]}
