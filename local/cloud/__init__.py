"""The embedded cloud: deploys the project's own template on one machine, without Docker and without an account."""

from local.cloud.cloud import EmbeddedCloud
from local.cloud.errors import CloudError, LambdaError, TemplateError, UnsupportedResourceError, WaitTimeoutError
from local.cloud.execution import Execution

__all__ = [
    "CloudError",
    "EmbeddedCloud",
    "Execution",
    "LambdaError",
    "TemplateError",
    "UnsupportedResourceError",
    "WaitTimeoutError",
]
