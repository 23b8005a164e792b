"""Tables, buckets, parameters, secrets and keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.s3.models import s3_backends

from embedded_cloud.errors import TemplateError
from embedded_cloud.stack.creation import Created, fitted, truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embedded_cloud.stack.creation import CreationContext, Creator
    from embedded_cloud.stack.template import Resource

TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "ProvisionedThroughput",
)


def create_table(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::DynamoDB::Table`."""
    name = context.name(resource, properties, "TableName", 255)
    dynamodb = context.client("dynamodb")
    arguments = {key: properties[key] for key in TABLE_PROPERTIES if key in properties}
    if context.is_there:
        _refuse_changes(context, properties, TABLE_PROPERTIES)
    else:
        dynamodb.create_table(TableName=name, **arguments)
    context.when_deleted(dynamodb.delete_table, TableName=name)
    return Created(name, {"Arn": context.arn("dynamodb", f"table/{name}")})


def _refuse_changes(context: CreationContext, properties: dict[str, Any], keys: Sequence[str]) -> None:
    changed = [key for key in keys if context.before.get(key) != properties.get(key)]
    if changed:
        raise TemplateError(f"{', '.join(changed)} cannot be changed here while the data are kept; give it a new name")


def create_bucket(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::S3::Bucket`."""
    name = context.name(resource, properties, "BucketName", 63).lower()
    if context.is_there:
        _refuse_changes(context, properties, ("ObjectLockEnabled", "NotificationConfiguration"))
    else:
        context.client("s3").create_bucket(
            Bucket=name,
            CreateBucketConfiguration={"LocationConstraint": context.region},
            ObjectLockEnabledForBucket=truth(properties.get("ObjectLockEnabled")),
        )
    context.when_deleted(context.client("s3").delete_bucket, Bucket=name)
    if properties.get("VersioningConfiguration", {}).get("Status") == "Enabled":
        context.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if "ObjectLockConfiguration" in properties:
        lock = fitted("s3", "PutObjectLockConfiguration", properties)
        context.client("s3").put_object_lock_configuration(**lock, Bucket=name)
    if _tells_event_bridge(properties):
        # moto's API takes the empty <EventBridgeConfiguration/> for none.
        s3_backends[context.account]["aws"].head_bucket(name).set_notification_configuration(
            {"EventBridgeConfiguration": {}}
        )
    domain = f"{name}.s3.amazonaws.com"
    return Created(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": domain})


def create_bucket_policy(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Set the policy of an `AWS::S3::BucketPolicy`."""
    arn = f"arn:aws:s3:::{properties['Bucket']}"
    context.own(resource, arn)
    context.services.rights.put_statement(arn, properties["PolicyDocument"], resource.logical_id)
    context.when_deleted(context.services.rights.remove_statement, arn)
    return Created(f"{context.stack_name}-{resource.logical_id}")


def _tells_event_bridge(properties: dict[str, Any]) -> bool:
    """Whether new objects are announced on the default bus, which moto does; it sends no other notification."""
    notifications = dict(properties.get("NotificationConfiguration", {}))
    wanted = notifications.pop("EventBridgeConfiguration", None)
    if notifications:
        raise TemplateError(f"a bucket cannot notify by {', '.join(notifications)} here, only by EventBridge")
    return wanted is not None and truth(wanted.get("EventBridgeEnabled", True))


def create_secret(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::SecretsManager::Secret`, its value generated; a change of it generates none."""
    if "GenerateSecretString" not in properties:
        raise TemplateError("a secret's value is generated here; a template that has it shows it to all who read it")
    name, secrets_manager = context.name(resource, properties, "Name", 512), context.client("secretsmanager")
    if context.is_there:
        arn = secrets_manager.update_secret(SecretId=name)["ARN"]
    else:
        value = _generated(secrets_manager, properties["GenerateSecretString"])
        arn = secrets_manager.create_secret(Name=name, SecretString=value)["ARN"]
    context.when_deleted(secrets_manager.delete_secret, SecretId=arn, ForceDeleteWithoutRecovery=True)
    return Created(arn, {"Id": arn, "Arn": arn})


def _generated(secrets_manager: Any, rules: dict[str, Any]) -> str:
    wanted = fitted("secretsmanager", "GetRandomPassword", rules)
    password = str(secrets_manager.get_random_password(**wanted)["RandomPassword"])
    return json.dumps({**json.loads(rules.get("SecretStringTemplate", "{}")), rules["GenerateStringKey"]: password})


def create_key(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::KMS::Key` with its policy."""
    kms, rights = context.client("kms"), context.services.rights
    context.own(resource, f"{context.stack_name}-{resource.logical_id}")
    key_id = context.ref if context.is_there else kms.create_key()["KeyMetadata"]["KeyId"]
    arn = context.arn("kms", f"key/{key_id}")
    context.when_deleted(kms.schedule_key_deletion, KeyId=key_id, PendingWindowInDays=7)
    if "KeyPolicy" in properties:
        rights.put_statement(arn, properties["KeyPolicy"], resource.logical_id)
        context.when_deleted(rights.remove_statement, arn)
    return Created(key_id, {"Arn": arn, "KeyId": key_id})


CREATORS: dict[str, Creator] = {
    "AWS::DynamoDB::Table": create_table,
    "AWS::S3::Bucket": create_bucket,
    "AWS::S3::BucketPolicy": create_bucket_policy,
    "AWS::SecretsManager::Secret": create_secret,
    "AWS::KMS::Key": create_key,
}
