"""The embedded cloud: deploys SAM templates on one machine, without Docker and without an account."""

from embedded_cloud.lean_moto import keep_moto_lean

keep_moto_lean()  # before anything imports moto's interpreter

from embedded_cloud.cloud import EmbeddedCloud  # noqa: E402
from embedded_cloud.errors import CloudError, LambdaError, TemplateError, UnsupportedResourceError, WaitTimeoutError  # noqa: E402
from embedded_cloud.execution import Execution  # noqa: E402
from embedded_cloud.stack.stacks import Application  # noqa: E402

__all__ = [
    "Application",
    "CloudError",
    "EmbeddedCloud",
    "Execution",
    "LambdaError",
    "TemplateError",
    "UnsupportedResourceError",
    "WaitTimeoutError",
]
