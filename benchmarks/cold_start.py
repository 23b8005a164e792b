"""How long the first call of each function takes, beside a warm one, on the embedded cloud.

Run with ``make bench-cold-start``. The first call starts a process, imports and builds what the function needs, as in
Lambda; the ratio to a bare handler in the same run is what to compare between machines.
"""

import json
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from local.cloud import EmbeddedCloud, LambdaError

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
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
"""


def milliseconds(cloud: EmbeddedCloud, function: str, payload: object) -> float:
    """Time one invocation; what the handler makes of the payload does not matter here."""
    began = time.perf_counter()
    # No billing and no Enedis behind it: the error comes after all that is measured was done.
    with suppress(LambdaError):
        cloud.invoke(function, payload)
    return (time.perf_counter() - began) * 1000


def first_and_warm(
    template: Path, parameters: dict[str, str], calls: dict[str, object]
) -> dict[str, tuple[float, float]]:
    """Median of the first and of the second call of each function, over several clouds."""
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(RUNS):
        with EmbeddedCloud(template=template, parameters=parameters, workdir=ROOT / "build" / "cloud") as cloud:
            for name, payload in calls.items():
                seen[name].append((milliseconds(cloud, name, payload), milliseconds(cloud, name, payload)))
    return {name: (median(a for a, _ in pairs), median(b for _, b in pairs)) for name, pairs in seen.items()}


def main() -> None:
    """Measure and print."""
    calls: dict[str, object] = {}
    for file in sorted((ROOT / "events" / "functions").glob("*.json")):
        logical_id = "".join(word.title() for word in file.stem.split("_")) + "Function"
        calls[logical_id] = json.loads(file.read_text(encoding="utf-8"))
    parameters = {
        "BillingUrl": "http://127.0.0.1:9",
        "EnedisUrl": "https://127.0.0.1:9",
        "SenderAddress": "nobody@fournisseur.example",
        "SmsSenderId": "FOURNISSEUR",
        "SupplierName": "Fournisseur",
        "SupplierTelephone": "0900000000",
        "PaymentLink": "https://payer.fournisseur.example",
        "BillingConnectTimeoutSeconds": "0.1",
        "EnedisConnectTimeoutSeconds": "0.1",
    }
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder)
        (bare / "bare").mkdir()
        (bare / "bare" / "app.py").write_text("def handler(event, context):\n    return event\n", encoding="utf-8")
        (bare / "template.yaml").write_text(BARE, encoding="utf-8")
        bare_first, bare_warm = first_and_warm(bare / "template.yaml", {}, {"BareFunction": {}})["BareFunction"]
    measured = first_and_warm(ROOT / "template.yaml", parameters, calls)
    bare_handler = f"bare handler: {bare_first:.0f}, {bare_warm:.1f}"
    table = Table(title=f"First and warm calls, median of {RUNS}, in milliseconds ({bare_handler})")
    for column in ("function", "first", "times bare", "warm"):
        table.add_column(column, justify="left" if column == "function" else "right")
    for name, (first, warm) in measured.items():
        table.add_row(name.removesuffix("Function"), f"{first:.0f}", f"{first / bare_first:.1f}", f"{warm:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
