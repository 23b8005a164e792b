"""`python -m local.cloud`: start the embedded cloud and keep it until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from local.cloud import CloudError, EmbeddedCloud
from local.cloud.backends.clients import ACCESS_KEY, SECRET_KEY


def main() -> int:
    """Run the command line; gives the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.cloud", description=__doc__)
    parser.add_argument("--template", type=Path, default=Path("template.yaml"), help="the SAM template")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="a template parameter")
    parser.add_argument("--workdir", type=Path, default=Path("build/cloud"), help="where layers are kept installed")
    parser.add_argument("--stack-name", default="stack", help="what AWS::StackName is (default: stack)")
    arguments = parser.parse_args()
    pairs = [item.partition("=") for item in arguments.parameter]
    wrong = [name for name, sign, _ in pairs if not sign]
    if wrong:
        parser.error(f"not NAME=VALUE: {', '.join(wrong)}")
    parameters = {name: value for name, _, value in pairs}
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with EmbeddedCloud(
            template=arguments.template,
            parameters=parameters,
            workdir=arguments.workdir,
            stack_name=arguments.stack_name,
            ticking=True,
            echo=_print_line,
        ) as cloud:
            _say(f"AWS_ENDPOINT_URL={cloud.endpoint_url}")
            _say(f"AWS_ACCESS_KEY_ID={ACCESS_KEY} AWS_SECRET_ACCESS_KEY={SECRET_KEY} AWS_REGION={cloud.region}")
            for name, value in sorted(cloud.outputs.items()):
                _say(f"{name} = {value}")
            for name, reason in sorted(cloud.without_effect.items()):
                _say(f"without effect here: {name} ({reason})")
            _say("Ctrl-C ends it.")
            stop.wait()
    except CloudError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _print_line(function: str, line: str) -> None:
    _say(f"[{function}] {line}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
