"""What the first call of each function takes, beside a handler that does nothing and one that loads our libraries.

Run with ``make bench-cold-start``. The first call starts a process, imports and builds what the function needs, as in
Lambda. Processor time is the worker's own, from its start to the end of the first call, without what the second call
takes: on a busy machine only that is to be compared. The clock's time is shown beside it.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from embedded_cloud import Application, EmbeddedCloud, LambdaError
from embedded_cloud.stack.documents import read_yaml

ROOT = Path(__file__).resolve().parents[1]
STACK = "restoration"
BARE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  BareFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: bare
  LibrariesFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: libraries
      Layers: [!Ref DependenciesLayer]
  DependenciesLayer:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: python3.13}
    Properties: {ContentUri: dependencies}
"""
HANDLER = "def handler(event, context):\n    return event\n"
LIBRARIES = f"""
import gc; gc.disable()
import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from pydantic import BaseModel
logger, metrics, tracer, table = Logger(), Metrics(), Tracer(), boto3.resource("dynamodb")
clients = [boto3.client(name) for name in ("events", "stepfunctions")]
class Asked(BaseModel):
    id: str
{HANDLER}"""
"""The libraries that the design names, and the clients that most functions have."""

PARAMETERS = {
    "Billing": '{"url": "http://127.0.0.1:9", "connectTimeoutSeconds": 0.1}',
    "Enedis": '{"url": "https://127.0.0.1:9", "connectTimeoutSeconds": 0.1}',
    "SenderAddress": "nobody@fournisseur.example",
    "SmsSenderId": "FOURNISSEUR",
    "SupplierName": "Fournisseur",
    "SupplierTelephone": "0900000000",
    "PaymentLink": "https://payer.fournisseur.example",
}
NOT_JUDGED = ("ReadPointFunction", "PlaceOrderFunction", "ReportDailyFunction")
"""Those with SOAP, and the report of the night, for which nobody waits."""
PROCESS_CLOCK = 2
"""The clock of all of a process's threads, as Linux numbers the clocks of another process (clock_getcpuclockid)."""


@dataclass(frozen=True)
class Calls:
    """One function's first and second call, in milliseconds; of the processor, what the first took more."""

    processor: float
    first: float
    warm: float


def processor_milliseconds(pid: int) -> float:
    """The processor time that a process of this machine has taken until now (Linux only)."""
    return time.clock_gettime((~pid << 3) | PROCESS_CLOCK) * 1000


def clock_milliseconds(cloud: EmbeddedCloud, function: str, payload: object) -> float:
    """Time one invocation; what the handler makes of the payload does not matter here."""
    began = time.perf_counter()
    # No billing and no Enedis behind it: the error comes after all that is measured was done.
    with suppress(LambdaError):
        cloud.invoke(function, payload)
    return (time.perf_counter() - began) * 1000


def call_twice(cloud: EmbeddedCloud, function: str, payload: object) -> Calls:
    """Call a function for the first time in this cloud, and once more."""
    first = clock_milliseconds(cloud, function, payload)
    (worker,) = cloud.functions.named(function).worker_pids()
    begun = processor_milliseconds(worker)
    warm = clock_milliseconds(cloud, function, payload)
    return Calls(2 * begun - processor_milliseconds(worker), first, warm)


def called_on(template: Path, parameters: dict[str, str], payloads: dict[str, object]) -> dict[str, Calls]:
    """Call each function twice, on a cloud of its template, and of the companion's if there is one below it."""
    below = template.parent / "operations" / "template.yaml"
    own = {"Core": STACK, "SenderAddress": parameters.get("SenderAddress", "")}
    companions = [Application(below, f"{STACK}-operations", own)] if below.is_file() else []
    core = Application(template, STACK, parameters)
    with EmbeddedCloud([core, *companions], workdir=ROOT / "build" / "cloud") as cloud:
        return {name: call_twice(cloud, name, payload) for name, payload in payloads.items()}


def typical(seen: Sequence[Calls]) -> Calls:
    """The least of the processor's time, since other work only adds to it; the median by the clock."""
    clock = (median(getattr(one, name) for one in seen) for name in ("first", "warm"))
    return Calls(min(one.processor for one in seen), *clock)


def payloads_of(functions: Sequence[str]) -> dict[str, object]:
    """The sample events by their functions' logical ids: all, or those of the functions' folders that are named.

    A sample of a queue is cut to as many records as one call gets.
    """
    readers = read_yaml((ROOT / "template.yaml").read_text(encoding="utf-8"))["Mappings"]["Readers"].values()
    at_once = {reader["Function"]: int(reader["Records"]) for reader in readers}
    payloads: dict[str, Any] = {
        "".join(word.title() for word in file.stem.split("_")) + "Function": json.loads(file.read_text("utf-8"))
        for file in sorted((ROOT / "events" / "functions").glob("*.json"))
        if not functions or file.stem in functions
    }
    for name in payloads.keys() & at_once.keys():
        payloads[name]["Records"] = payloads[name]["Records"][: at_once[name]]
    return payloads


def write_bare(folder: Path, dependencies: Path) -> Path:
    """Write a template with handlers that return their event, one with our libraries; give its path."""
    for name, code in (("bare", HANDLER), ("libraries", LIBRARIES)):
        (folder / name).mkdir()
        (folder / name / "app.py").write_text(code, encoding="utf-8")
    (folder / "dependencies").symlink_to(dependencies)
    template = folder / "template.yaml"
    template.write_text(BARE, encoding="utf-8")
    return template


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench-cold-start", description=__doc__.partition("\n")[0])
    samples = sorted(file.stem for file in (ROOT / "events" / "functions").glob("*.json"))
    named = "folders of functions; all of them unless some are named"
    parser.add_argument("functions", nargs="*", choices=samples, metavar="function", help=named)
    parser.add_argument("--runs", type=int, default=5, help="clouds that are started for each version (default: 5)")
    parser.add_argument("--template", type=Path, default=ROOT / "template.yaml", help="may be one that SAM has built")
    parser.add_argument("--before", type=Path, metavar="TEMPLATE", help="another version's, to be measured in turns")
    asked = parser.parse_args()
    payloads = payloads_of(asked.functions)
    versions = [one.resolve() for one in (asked.template, asked.before) if one]
    measured: list[dict[str, list[Calls]]] = [{name: [] for name in payloads} for _ in versions]
    beside: dict[str, list[Calls]] = {"BareFunction": [], "LibrariesFunction": []}
    with tempfile.TemporaryDirectory() as folder:
        built = versions[0].parent / "DependenciesLayer"
        bare_template = write_bare(Path(folder), built if built.is_dir() else ROOT / "layers" / "dependencies")
        for _ in range(asked.runs):
            for name, calls in called_on(bare_template, {}, {name: {} for name in beside}).items():
                beside[name].append(calls)
            for template, seen in zip(versions, measured, strict=True):
                for name, calls in called_on(template, PARAMETERS, payloads).items():
                    seen[name].append(calls)
    bare, libraries = map(typical, beside.values())
    console = Console()
    console.print(table_of(bare, libraries, measured, asked.runs))
    most, name = max((typical(calls).processor, name) for name, calls in measured[0].items() if name not in NOT_JUDGED)
    over = most - libraries.processor
    console.print(f"Without SOAP and the report at most {over:.0f} ms over the libraries: {name}", markup=False)


def table_of(bare: Calls, libraries: Calls, measured: Sequence[dict[str, list[Calls]]], runs: int) -> Table:
    """The figures of this version; with those of another one before them, when there are any."""
    columns = [*(["before"] if len(measured) > 1 else []), "processor", "over libraries", "first", "warm"]
    table = Table(
        "function",
        *(Column(each, justify="right") for each in columns),
        title=f"First and warm calls, of {runs}, in milliseconds\n(the processor's least: {bare.processor:.0f} for "
        f"a bare handler, {libraries.processor - bare.processor:.0f} more with our libraries)",
    )
    this, *others = measured
    for name, seen in this.items():
        calls = typical(seen)
        before = [f"{typical(other[name]).processor:.0f}" for other in others]
        over = calls.processor - libraries.processor
        figures = (f"{calls.processor:.0f}", f"{over:.0f}", f"{calls.first:.0f}", f"{calls.warm:.1f}")
        table.add_row(name.removesuffix("Function"), *before, *figures)
    return table


if __name__ == "__main__":
    main()
