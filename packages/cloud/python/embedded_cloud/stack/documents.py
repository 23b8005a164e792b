"""YAML as the stack's files have it, read by libyaml: PyYAML's own reader takes eight times as long."""

from typing import Any

import yaml
from samtranslator.yaml_helper import intrinsics_multi_constructor

READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML is built without libyaml on some machines; both readers give the same."""


class TemplateReader(READER):  # type: ignore[misc]
    """Reads a template, with its functions in short form, as SAM does: `!Ref x` is `{"Ref": "x"}`."""


TemplateReader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_yaml(text: str) -> Any:
    """Read a document.

    Raises
    ------
    yaml.YAMLError
        When it is not YAML.
    """
    return yaml.load(text, READER)  # noqa: S506 - both readers make nothing but plain values


def read_template(text: str) -> Any:
    """Read a template.

    Raises
    ------
    yaml.YAMLError
        When it is not YAML.
    """
    return yaml.load(text, TemplateReader)  # noqa: S506 - the same
