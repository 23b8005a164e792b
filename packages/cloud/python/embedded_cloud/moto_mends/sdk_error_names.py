"""Errors of SDK integrations begin with the service's name in lower case, but for two services.

On AWS it is the client's name in the AWS SDK for Java. So the same refusal is
`DynamoDB.ConditionalCheckFailedException` from `arn:aws:states:::dynamodb:updateItem` and
`DynamoDb.ConditionalCheckFailedException` from `arn:aws:states:::aws-sdk:dynamodb:updateItem`.
"""

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)

PREFIX_BY_ASL_NAME = {"dynamodb": "DynamoDb", "secretsmanager": "SecretsManager"}
"""Of many it is the service's own name with a capital letter; one that is not has to be added."""


def _error_prefix(service_name: str) -> str:
    return PREFIX_BY_ASL_NAME.get(service_name.lower(), service_name[:1].upper() + service_name[1:])


MENDS = ((StateTaskServiceAwsSdk, "_normalise_service_error_name", lambda _: staticmethod(_error_prefix)),)
