"""Finishes an application's layers of packages, as the SAM CLI has built them: functions start faster (decision 0085).

The SAM CLI unpacks wheels without byte code. A layer is read-only in Lambda, so that each cold start would compile each
module again. And botocore searches the folders of all of AWS's services, and reads models that are half documentation.

``make sam-build`` and ``make sam-deploy`` run this after ``sam build``, with the version of Python that functions run
on. Layers that are not finished work, too. Nothing but the standard library is needed.
"""

import compileall
import gzip
import json
import shutil
import sys
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

SERVICES = frozenset(
    {
        "cloudwatch",
        "dynamodb",
        "events",
        "lambda",
        "pinpoint-sms-voice-v2",
        "s3",
        "secretsmanager",
        "sesv2",
        "sqs",
        "ssm",
        "stepfunctions",
    }
)
"""The services that functions call, by botocore's names; a test compares them with the functions' rights."""
DEPENDENCIES = "DependenciesLayer"
LAYERS = (DEPENDENCIES, "SoapLayer", "PagesLayer")
"""Each application has the first, and those of the others that its functions need."""
BYTE_CODE_TAG = "cpython-313"
IN_LAMBDA = "/opt"


class LayersError(Exception):
    """Raised when layers can't be finished; says why and what to do."""


def keep_services(data: Path) -> None:
    """Delete from botocore's data the folders of services that no function calls.

    Raises
    ------
    LayersError
        When a service is not there.
    """
    missing = sorted(name for name in SERVICES if not (data / name).is_dir())
    if missing:
        raise LayersError(f"{data} has no model of {', '.join(missing)}: mend SERVICES in scripts/finish_layers.py")
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)


def drop_documentation(data: Path) -> None:
    """Leave the texts about operations and shapes out of the services' models; nothing but ``help()`` shows them.

    All else stays as it is: botocore makes no call of S3 without the texts of its client's parameters.
    """
    for file in sorted(data.glob("*/*/service-2.json.gz")):
        model = json.loads(gzip.decompress(file.read_bytes()))
        model |= {part: _without_documentation(model[part]) for part in ("operations", "shapes")}
        text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
        file.write_bytes(gzip.compress(text.encode(), mtime=0))


def _without_documentation(model: Any) -> Any:
    if isinstance(model, dict):
        # A member of a structure may have this name, too; it is no text.
        kept = ((name, it) for name, it in model.items() if not (name == "documentation" and isinstance(it, str)))
        return {name: _without_documentation(it) for name, it in kept}
    return [_without_documentation(it) for it in model] if isinstance(model, list) else model


def keep_endpoints(data: Path) -> None:
    """Leave out of botocore's list of endpoints what is not of our services: each session reads the whole of it."""
    models = (json.loads(gzip.decompress(file.read_bytes())) for file in data.glob("*/*/service-2.json.gz"))
    ours = {model["metadata"]["endpointPrefix"] for model in models}
    file = data / "endpoints.json"
    endpoints = json.loads(file.read_text(encoding="utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = {name: it for name, it in partition["services"].items() if name in ours}
    file.write_text(json.dumps(endpoints, separators=(",", ":")), encoding="utf-8")


def add_byte_code(layer: Path) -> None:
    """Compile each module; the interpreter uses the result without a look at dates, which a zip does not keep.

    Raises
    ------
    LayersError
        When this is another Python than the functions', or a module can't be compiled.
    """
    if sys.implementation.cache_tag != BYTE_CODE_TAG:
        raise LayersError(f"byte code for {BYTE_CODE_TAG} is needed: run this with that Python, not {sys.executable}")
    if not compileall.compile_dir(
        layer,
        quiet=1,
        force=True,
        stripdir=str(layer),
        prependdir=IN_LAMBDA,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    ):
        raise LayersError(f"a module in {layer} can't be compiled; the lines above say which")


def finish(build: Path) -> None:
    """Finish the layers in SAM's build folder; a second time changes nothing.

    Raises
    ------
    LayersError
        When there is no build, or it can't be finished.
    """
    if not (build / DEPENDENCIES / "python").is_dir():
        raise LayersError(f"{build / DEPENDENCIES} is not built: run sam build first")
    data = build / DEPENDENCIES / "python" / "botocore" / "data"
    keep_services(data)
    drop_documentation(data)
    keep_endpoints(data)
    for layer in LAYERS:
        if (build / layer).is_dir():
            add_byte_code(build / layer)


if __name__ == "__main__":
    try:
        finish(Path(sys.argv[1]).resolve())
    except LayersError as error:
        sys.exit(str(error))
