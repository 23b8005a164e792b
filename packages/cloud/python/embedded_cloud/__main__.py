"""`python -m embedded_cloud`: start the embedded cloud and keep it until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from embedded_cloud import Application, CloudError, EmbeddedCloud
from embedded_cloud.backends.clients import ACCESS_KEY, SECRET_KEY
from embedded_cloud.by_hand import set_by_hand

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPANION = "--companion"


def main() -> int:
    """Run the command line; gives the process's exit status."""
    (first, *companions), workdir = read(sys.argv[1:])
    stop = set_by_hand()
    try:
        with EmbeddedCloud(
            template=first.template,
            parameters=first.parameters,
            workdir=workdir,
            stack_name=first.stack_name,
            companions=companions,
            ticking=True,
            echo=_print_line,
        ) as cloud:
            _say(f"AWS_ENDPOINT_URL={cloud.endpoint_url}")
            _say(f"AWS_ACCESS_KEY_ID={ACCESS_KEY} AWS_SECRET_ACCESS_KEY={SECRET_KEY} AWS_REGION={cloud.region}")
            for stack in cloud.stacks.all():
                for name, value in sorted(stack.outputs.items()):
                    _say(f"{name} = {value}" if stack.name == first.stack_name else f"{stack.name}: {name} = {value}")
            for name, reason in sorted(cloud.without_effect.items()):
                _say(f"without effect here: {name} ({reason})")
            _say("Ctrl-C ends it.")
            stop.wait()
    except CloudError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def read(words: Sequence[str]) -> tuple[list[Application], Path]:
    """Read the command line; give the applications, in the order of their deployment, and where layers are kept."""
    parser = argparse.ArgumentParser(
        prog="python -m embedded_cloud",
        description=__doc__,
        epilog=f"{COMPANION} TEMPLATE begins one more stack, deployed after those before it; what follows is its own.",
    )
    parser.add_argument("--template", type=Path, default=Path("template.yaml"), help="the SAM template")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="a template parameter")
    parser.add_argument("--workdir", type=Path, default=Path("build/cloud"), help="where layers are kept installed")
    parser.add_argument("--stack-name", default="stack", help="what AWS::StackName is (default: stack)")
    parts: list[list[str]] = [[]]
    for word in words:
        if word == COMPANION:
            parts.append(["--template"])
        else:
            parts[-1].append(word)
    chosen = [parser.parse_args(part) for part in parts]
    wrong = [item for each in chosen for item in each.parameter if "=" not in item]
    if wrong:
        parser.error(f"not NAME=VALUE: {', '.join(wrong)}")
    names = [each.stack_name for each in chosen]
    if len(names) > len(set(names)):
        parser.error(f"each stack needs a --stack-name of its own; these are {', '.join(names)}")
    return [
        Application(each.template, each.stack_name, dict(item.split("=", 1) for item in each.parameter))
        for each in chosen
    ], chosen[0].workdir


def _print_line(function: str, line: str) -> None:
    _say(f"[{function}] {line}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
