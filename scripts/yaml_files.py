"""YAML read by libyaml, where PyYAML is built with it: PyYAML's own reader takes eight times as long.

The embedded cloud and the operations' tool read theirs themselves: they stand alone, and import none of this.
"""

from typing import Any

import yaml

READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Read a document.

    Raises
    ------
    yaml.YAMLError
        When it is not YAML.
    """
    return yaml.load(text, READER)  # noqa: S506 - both readers make nothing but plain values
