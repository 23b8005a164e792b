"""From a SAM template to the CloudFormation resources that it stands for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import boto3
import yaml
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.arn_generator import ArnGenerator
from samtranslator.translator.translator import Translator
from samtranslator.utils.py27hash_fix import to_py27_compatible_template, undo_mark_unicode_str_in_template

from embedded_cloud.errors import TemplateError
from embedded_cloud.rights.managed import managed_arns
from embedded_cloud.stack.documents import read_yaml
from embedded_cloud.stack.intrinsics import text_of
from embedded_cloud.stack.language_extensions import written_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOCAL_BUCKET = "local-files"
"""SAM takes only S3 addresses where it finds a file's name; files of the project get an address in this bucket."""

LOCAL_FILE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
SUBSTITUTION = re.compile(r"\$\{([A-Za-z][A-Za-z0-9_]*)\}")


@dataclass
class Resource:
    """One resource of the translated template, its properties not yet resolved."""

    logical_id: str
    type: str
    properties: dict[str, Any]
    condition: str | None = None
    depends_on: tuple[str, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    deletion_policy: str = "Delete"


@dataclass
class Template:
    """A translated template: what is to be created, and with which parameters."""

    root: Path
    resources: dict[str, Resource]
    parameters: dict[str, Any]
    conditions: dict[str, Any]
    outputs: dict[str, Any]


def load_template(
    path: Path, overrides: Mapping[str, object], region: str, previous: Mapping[str, Any] | None = None
) -> Template:
    """Read a SAM template and translate it to CloudFormation.

    Parameters
    ----------
    path : Path
        The template; file names in it are relative to its folder.
    overrides : Mapping[str, object]
        Values of parameters, in place of their defaults.
    region : str
        Where it is deployed to, for instance `eu-west-3`.
    previous : Mapping[str, Any]
        The values that the stack has, which count where none is given: not a default, as `sam deploy` does it.

    Raises
    ------
    TemplateError
        When a parameter has no value or is not declared, or SAM refuses the template (with all its reasons).
    """
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise TemplateError(f"{path}: not YAML: {error}") from error
    if not isinstance(document, dict):
        raise TemplateError(f"{path}: not a template: the document is not a mapping")
    document = written_out(document)
    declared = document.get("Parameters") or {}
    kept = {name: value for name, value in (previous or {}).items() if name in declared}
    parameters = _choose_parameters(declared, {**kept, **overrides}, path)
    metadata = {name: resource.get("Metadata") or {} for name, resource in (document.get("Resources") or {}).items()}
    _address_local_files(document)
    try:
        translated = _translate(document, parameters, region)
    except InvalidDocumentException as error:
        causes = "; ".join(str(cause.message) for cause in error.causes)
        raise TemplateError(f"{path}: {causes or error.message}") from error
    resources = {
        logical_id: Resource(
            logical_id,
            body["Type"],
            body.get("Properties") or {},
            body.get("Condition"),
            _as_tuple(body.get("DependsOn")),
            metadata.get(logical_id) or _metadata_of_layer(logical_id, metadata),
            body.get("DeletionPolicy", "Delete"),
        )
        for logical_id, body in translated["Resources"].items()
    }
    return Template(
        path.parent.resolve(),
        resources,
        parameters,
        translated.get("Conditions") or {},
        translated.get("Outputs") or {},
    )


def _translate(document: dict[str, Any], parameters: dict[str, Any], region: str) -> dict[str, Any]:
    """Do what `samtranslator.translator.transform` does, in a region of our choice and without asking IAM."""
    ArnGenerator.BOTO_SESSION_REGION_NAME = region
    to_py27_compatible_template(document, parameters)
    translator = Translator(None, Parser(), boto_session=boto3.Session(region_name=region))
    translated = translator.translate(document, parameter_values=dict(parameters), get_managed_policy_map=managed_arns)
    # Else SAM warns on stderr that it could not send its usage metrics to anybody.
    translator.metrics.publish()
    result: dict[str, Any] = undo_mark_unicode_str_in_template(translated)
    return result


def _choose_parameters(declared: dict[str, Any], overrides: Mapping[str, object], path: Path) -> dict[str, Any]:
    unknown = sorted(set(overrides) - set(declared))
    if unknown:
        raise TemplateError(f"{path}: no such parameter: {', '.join(unknown)}; there are {', '.join(sorted(declared))}")
    missing = [name for name, declaration in declared.items() if name not in overrides and "Default" not in declaration]
    if missing:
        raise TemplateError(f"{path}: these parameters need a value, for they have no default: {', '.join(missing)}")
    values: dict[str, Any] = {}
    for name, declaration in declared.items():
        value = overrides.get(name, declaration.get("Default"))
        text = text_of(value)
        _check_parameter(name, text, declaration, path)
        is_list = declaration.get("Type", "String") in {"CommaDelimitedList", "List<String>", "List<Number>"}
        values[name] = [part.strip() for part in text.split(",")] if is_list else text
    return values


def _check_parameter(name: str, value: str, declaration: dict[str, Any], path: Path) -> None:
    allowed = [text_of(item) for item in declaration.get("AllowedValues", [])]
    if allowed and value not in allowed:
        raise TemplateError(f"{path}: parameter {name} is {value!r}, allowed are {', '.join(allowed)}")
    pattern = declaration.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        raise TemplateError(f"{path}: parameter {name} is {value!r}, which does not match {pattern}")
    if declaration.get("Type") == "Number":
        try:
            number = float(value)
        except ValueError as error:
            raise TemplateError(f"{path}: parameter {name} is {value!r}, which is not a number") from error
        low, high = declaration.get("MinValue"), declaration.get("MaxValue")
        if (low is not None and number < float(low)) or (high is not None and number > float(high)):
            raise TemplateError(f"{path}: parameter {name} is {value}, allowed is {low} to {high}")


def _address_local_files(document: dict[str, Any]) -> None:
    for resource in (document.get("Resources") or {}).values():
        key = LOCAL_FILE_PROPERTIES.get(resource.get("Type"), "")
        properties = resource.get("Properties") or {}
        name = properties.get(key)
        if isinstance(name, str) and not name.startswith("s3://"):
            properties[key] = f"s3://{LOCAL_BUCKET}/{quote(name)}"


def local_file(root: Path, location: Mapping[str, Any], logical_id: str) -> Path:
    """Give the project's file or folder behind the address that SAM made of its name.

    Raises
    ------
    TemplateError
        When there is no such file, or the address is of something in real S3.
    """
    bucket = location.get("S3Bucket") or location.get("Bucket")
    key = location.get("S3Key") or location.get("Key")
    if bucket != LOCAL_BUCKET or not isinstance(key, str):
        raise TemplateError(f"{logical_id}: {dict(location)} is not a file of this project")
    path = (root / unquote(key)).resolve()
    if not path.exists():
        raise TemplateError(f"{logical_id}: {path} does not exist")
    return path


def _metadata_of_layer(logical_id: str, metadata: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """SAM adds a hash to a layer's logical id; its metadata is under the id that the template gave it."""
    match = re.fullmatch(r"(.+?)[0-9a-f]{10}", logical_id)
    return metadata.get(match.group(1), {}) if match else {}


def _as_tuple(value: str | list[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def read_definition(path: Path, substitutions: Mapping[str, object], logical_id: str) -> str:
    """Read a state machine's definition, YAML or JSON, and fill in its `${Name}` as CloudFormation does.

    A value takes the place of its name in the text, whatever is around it: a value with a quote in it breaks
    the definition here as it does in an account.

    Raises
    ------
    TemplateError
        When the file is not YAML, a `${Name}` has no value, or a value broke the document.
    """
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise TemplateError(f"{logical_id}: {path}: not YAML: {error}") from error
    return substitute(json.dumps(document, default=str, ensure_ascii=False), substitutions, f"{logical_id}: {path}")


def substitute(definition: str, substitutions: Mapping[str, object], where: str) -> str:
    """Fill in the `${Name}` of a definition that is JSON text already; the errors are `read_definition`'s."""
    missing = sorted(set(SUBSTITUTION.findall(definition)) - set(substitutions))
    if missing:
        raise TemplateError(f"{where}: no value in DefinitionSubstitutions for {', '.join(missing)}")
    filled = SUBSTITUTION.sub(lambda match: text_of(substitutions[match.group(1)]), definition)
    try:
        json.loads(filled)
    except ValueError as error:
        raise TemplateError(f"{where}: not JSON after substitution: {error}") from error
    return filled
