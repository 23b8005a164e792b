"""The environments of samconfig.toml: where core and companions are deployed to, and with which parameters.

``make sam-deploy`` asks here first whether the stack's name will do: AWS says so only after minutes, at the first
resource that can't bear it. The companions' own files have to name that stack, and the settings of billing and of
Enedis have to be those that functions take.
"""

import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.failures import WrongRequest
from restoration.contracts.partner_settings import BillingSettings, EnedisSettings
from restoration.errors import InvalidConfiguration

ROOT = Path(__file__).resolve().parents[4]
LONGEST_NAME = 37
"""The bucket of Enedis' flows is named ``<stack>-enedis-flows-<account>``, and S3 takes 63 characters."""
PRODUCTION = "prod"
COMPANION = "operations"
"""The companion's folder, and what its stack's name has behind the core's."""
CHANNELS = "channels"
"""The same of the pages of customers and advisors. An environment without pages has no section for them."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One section of samconfig.toml, with those of the companions; the parameters are those of all."""

    name: str
    stack_name: str
    region: str
    parameters: Mapping[str, str]


def read_environment(name: str, path: Path = ROOT / "samconfig.toml") -> Environment:
    """Read an environment, and those of its companions in folders beside it.

    Raises
    ------
    WrongRequest
        When there is none of that name, it names no stack, or a companion's is not that of this core.
    """
    settings, parameters = _read(name, path)
    if "stack_name" not in settings:
        raise WrongRequest(f"{path.name} names no stack for {name}: put stack_name into [{name}.global.parameters].")
    stack_name, region = settings["stack_name"], settings.get("region", "eu-west-3")
    every = dict(parameters)
    for folder in (COMPANION, CHANNELS):
        file = path.parent / folder / path.name
        if folder == CHANNELS and name not in _sections(file):
            continue
        given, own = _read(name, file)
        found = {"region": region} | given | own
        wanted = {"stack_name": f"{stack_name}-{folder}", "region": region, "Core": stack_name}
        wanted |= {each: value for each, value in every.items() if each in own}
        for each, value in wanted.items():
            if found.get(each) != value:
                raise WrongRequest(
                    f"{folder}/{path.name} has {each}={found.get(each)} for {name}. After {path.name} it is {value}."
                )
        every |= {each: value for each, value in own.items() if each != "Core"}
    return Environment(name, stack_name, region, every)


def _sections(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _read(name: str, path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Read what is global in a section, and the parameters that are given."""
    if not path.is_file():
        raise WrongRequest(f"There is no {path}.")
    config = _sections(path)
    known = [each for each in config if each not in {"version", "default"}]
    if name not in known:
        raise WrongRequest(f"There is no environment {name!r} in {path.name}. Take one of {', '.join(known)}.")
    settings = config[name].get("global", {}).get("parameters", {})
    pairs = (pair.split("=", 1) for pair in settings.get("parameter_overrides", []))
    return settings, {key: value[1:-1] if value[:1] == value[-1:] == "'" else value for key, value in pairs}


def is_production(environment: Environment) -> bool:
    """Whether an environment's stack is production's, whatever the environment is called."""
    return environment.name == PRODUCTION or environment.stack_name == read_environment(PRODUCTION).stack_name


def trouble_with_name(stack_name: str) -> str | None:
    """Say why a stack can't have this name; None when it can."""
    if re.fullmatch(rf"[a-z][a-z0-9-]{{0,{LONGEST_NAME - 1}}}", stack_name):
        return None
    return (
        f"The stack's name {stack_name!r} won't do: it begins with a letter, has only lower-case letters, digits and"
        f" hyphens, and {LONGEST_NAME} characters at most, as the name of an S3 bucket, which begins with it, needs."
    )


def main(given: Sequence[str]) -> int:
    """Look at an environment in samconfig.toml or another file; the exit status is 2 when it won't do."""
    if len(given) not in {1, 2}:
        sys.stderr.write("Which environment? python -m ops.environments dev (or staging, prod)\n")
        return 2
    name, *files = given
    try:
        environment = read_environment(name, *map(Path, files))
        trouble = trouble_with_name(environment.stack_name)
        for partner in (BillingSettings, EnedisSettings):
            partner.read(environment.parameters.get(partner.parameter, ""))
    except (WrongRequest, InvalidConfiguration) as error:
        trouble = str(error)
    if trouble:
        sys.stderr.write(f"{trouble}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
