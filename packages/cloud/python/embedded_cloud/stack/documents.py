"""YAML as the stack's files have it, read by libyaml: PyYAML's own reader takes eight times as long."""

from typing import Any

import yaml
from samtranslator.yaml_helper import intrinsics_multi_constructor

READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML is built without libyaml on some machines; both readers give the same."""


class TemplateReader(READER):  # type: ignore[misc]
    """Reads functions of a template in short form, as SAM does: `!Ref x` is `{"Ref": "x"}`."""


TemplateReader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_yaml(text: str) -> Any:
    """Read a document, such as a template.

    Raises
    ------
    yaml.YAMLError
        When it is not YAML.
    """
    return yaml.load(text, TemplateReader)  # noqa: S506 - it makes nothing but plain values
