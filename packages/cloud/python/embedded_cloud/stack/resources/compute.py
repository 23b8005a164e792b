"""Functions, layers, event source mappings and state machines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from embedded_cloud.errors import TemplateError
from embedded_cloud.functions.configuration import FunctionConfiguration
from embedded_cloud.functions.layers import Layer
from embedded_cloud.messaging.pollers import MappingConfiguration
from embedded_cloud.observability.logs import group_of
from embedded_cloud.stack.creation import Created, fitted, truth
from embedded_cloud.stack.intrinsics import text_of
from embedded_cloud.stack.template import local_file, read_definition, substitute

if TYPE_CHECKING:
    from embedded_cloud.stack.creation import CreationContext, Creator
    from embedded_cloud.stack.template import Resource


MAX_ENVIRONMENT_BYTES = 4096

SDK_RESPONSE = re.compile(r'"arn:aws:states:::(aws-sdk:[\w:]+)"')
"""An SDK integration whose response is the state's result: one with a task token ends otherwise."""

OBSERVED = ("LoggingConfiguration", "TracingConfiguration")
"""Properties of a state machine that say how it is observed; it is described with them."""


def create_layer(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Make an `AWS::Lambda::LayerVersion` ready: a folder in place, or requirements installed into the cache."""
    name = properties.get("LayerName") or f"{context.stack_name}-{resource.logical_id}"[:140]
    folder = local_file(context.root, properties["Content"], resource.logical_id)
    layers, arn = context.services.layers, context.arn("lambda", f"layer:{name}")
    versions = [int(known.rpartition(":")[2]) for known in layers if known.rpartition(":")[0] == arn]
    arn = f"{arn}:{max(versions, default=0) + 1}"
    layers[arn] = Layer.of(folder, build_method=resource.metadata.get("BuildMethod"))
    context.when_deleted(layers.pop, arn)
    if context.ref:
        context.services.functions.renew()
    return Created(arn, {"LayerVersionArn": arn, "Arn": arn})


def create_function(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Lambda::Function`: in our own runtime, and in moto so that Lambda's other APIs know it."""
    name = context.name(resource, properties, "FunctionName")
    functions, client = context.services.functions, context.client("lambda")
    layers = []
    for arn in properties.get("Layers", []):
        if arn not in context.services.layers:
            raise TemplateError(f"there is no layer {arn}")
        layers.append(context.services.layers[arn])
    if properties.get("PackageType") == "Image" or not str(properties.get("Runtime", "")).startswith("python"):
        raise TemplateError("only functions with a Python runtime are run by the embedded cloud")
    environment = _environment(properties)
    reserved = properties.get("ReservedConcurrentExecutions")
    arn = context.arn("lambda", f"function:{name}")
    functions.put(
        FunctionConfiguration(
            logical_id=resource.logical_id,
            name=name,
            arn=arn,
            handler=properties["Handler"],
            code=local_file(context.root, properties["Code"], resource.logical_id),
            layers=tuple(layers),
            environment=environment,
            timeout_seconds=float(properties.get("Timeout", 3)),
            memory_mb=int(properties.get("MemorySize", 128)),
            runtime=properties["Runtime"],
            reserved_concurrency=None if reserved is None else int(reserved),
            role_arn=str(properties["Role"]),
            may_recurse=properties.get("RecursiveLoop") == "Allow",
            log_group=str(properties.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"),
        )
    )
    context.when_deleted(client.delete_function, FunctionName=name)
    context.when_deleted(functions.remove, name)
    described = {
        "FunctionName": name,
        "Runtime": properties["Runtime"],
        "Role": properties["Role"],
        "Handler": properties["Handler"],
        "Timeout": int(properties.get("Timeout", 3)),
        "MemorySize": int(properties.get("MemorySize", 128)),
        "Environment": {"Variables": environment},
    }
    if context.is_there:
        client.update_function_configuration(**described)
    else:
        client.create_function(**described, Code={"ZipFile": b"It is run from its folder."})
    return Created(name, {"Arn": arn})


def _environment(properties: dict[str, Any]) -> dict[str, str]:
    given = properties.get("Environment", {}).get("Variables", {})
    variables = {key: text_of(value) for key, value in given.items()}
    measured = len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode())
    if measured > MAX_ENVIRONMENT_BYTES:
        raise TemplateError(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided exceeded the 4KB limit: they have {measured} bytes as JSON"
        )
    return variables


def create_mapping(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Make a poller of an `AWS::Lambda::EventSourceMapping` from SQS."""
    source = str(properties["EventSourceArn"])
    if ":sqs:" not in source:
        raise TemplateError(f"only SQS queues are polled by the embedded cloud, not {source}")
    if properties.get("FilterCriteria"):
        raise TemplateError("FilterCriteria are not applied by the embedded cloud; filter in the rule")
    if properties.get("MaximumBatchingWindowInSeconds"):
        raise TemplateError("no mapping waits for more records in the embedded cloud: it has no batching window")
    configuration = MappingConfiguration(
        logical_id=resource.logical_id,
        queue_arn=source,
        function_name=str(properties["FunctionName"]).partition(":function:")[2] or str(properties["FunctionName"]),
        batch_size=int(properties.get("BatchSize", 10)),
        report_batch_item_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        maximum_concurrency=int(properties.get("ScalingConfig", {}).get("MaximumConcurrency", 0)) or None,
        enabled=truth(properties.get("Enabled", True)),
    )
    context.own(resource, configuration.uuid)
    context.services.pollers.put(configuration)
    context.when_deleted(context.services.pollers.remove, configuration.uuid)
    return Created(configuration.uuid, {"Id": configuration.uuid})


def create_permission(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Add the statement of an `AWS::Lambda::Permission` to its function's own policy."""
    name = str(properties["FunctionName"])
    arn = name if name.startswith("arn:") else context.arn("lambda", f"function:{name}")
    who = str(properties["Principal"])
    conditions: dict[str, Any] = {}
    if "SourceArn" in properties:
        conditions["ArnLike"] = {"aws:SourceArn": properties["SourceArn"]}
    if "SourceAccount" in properties:
        conditions["StringEquals"] = {"aws:SourceAccount": properties["SourceAccount"]}
    statement = {
        "Effect": "Allow",
        "Principal": {"Service" if who.endswith(".amazonaws.com") else "AWS": who},
        "Action": properties["Action"],
        "Resource": arn,
        "Condition": conditions,
    }
    statement_id, rights = f"{context.stack_name}-{resource.logical_id}", context.services.rights
    context.own(resource, f"{arn}|{statement_id}")
    rights.put_statement(arn, {"Statement": [statement]}, resource.logical_id, statement_id)
    context.when_deleted(rights.remove_statement, arn, statement_id)
    return Created(statement_id)


def create_state_machine(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::StepFunctions::StateMachine` from its file, its substitutions filled in."""
    name, client = context.name(resource, properties, "StateMachineName", 80), context.client("stepfunctions")
    substitutions = properties.get("DefinitionSubstitutions", {})
    if "DefinitionS3Location" in properties:
        path = local_file(context.root, properties["DefinitionS3Location"], resource.logical_id)
        definition = read_definition(path, substitutions, resource.logical_id)
    else:
        inline = properties.get("DefinitionString") or json.dumps(properties.get("Definition"))
        definition = substitute(inline, substitutions, resource.logical_id)
    if called := SDK_RESPONSE.search(definition):
        raise TemplateError(
            f"{called[1]}: what an SDK integration responds is not named as on AWS; give it a task token"
        )
    arn, kind = context.arn("states", f"stateMachine:{name}"), properties.get("StateMachineType", "STANDARD")
    observed = {key: properties[key] for key in OBSERVED if key in properties}
    described = {"definition": definition, "roleArn": properties["RoleArn"]}
    described |= fitted("stepfunctions", "CreateStateMachine", observed)
    try:
        if context.is_there:
            # Executions go on with the definition that they began with.
            client.update_state_machine(stateMachineArn=arn, **described)
        else:
            client.create_state_machine(name=name, type=kind, **described)
    except ClientError as error:
        # moto repeats the whole definition after what is wrong with it.
        raise TemplateError(error.response["Error"]["Message"].partition(" in definition '")[0]) from error
    context.when_deleted(client.delete_state_machine, stateMachineArn=arn)
    context.services.machine_logs.add_machine(name, _log_group(properties.get("LoggingConfiguration", {})))
    return Created(arn, {"Arn": arn, "Name": name})


def _log_group(configuration: dict[str, Any]) -> str:
    """Give the group that a machine logs into; nothing where it logs into none."""
    destinations = configuration.get("Destinations") or ()
    if destinations and (configuration.get("Level") != "ALL" or truth(configuration.get("IncludeExecutionData"))):
        raise TemplateError("a machine logs at the level ALL here, and without the data of executions")
    return "".join(group_of(str(each["CloudWatchLogsLogGroup"]["LogGroupArn"])) for each in destinations)


CREATORS: dict[str, Creator] = {
    "AWS::Lambda::LayerVersion": create_layer,
    "AWS::Lambda::Function": create_function,
    "AWS::Lambda::EventSourceMapping": create_mapping,
    "AWS::Lambda::Permission": create_permission,
    "AWS::StepFunctions::StateMachine": create_state_machine,
}
