"""What can go wrong in the embedded cloud itself, as opposed to inside what it runs."""

from __future__ import annotations


class CloudError(Exception):
    """Base of every error of the embedded cloud."""


class TemplateError(CloudError):
    """The template cannot be translated or resolved: a missing parameter, a reference to nothing, bad SAM."""


class UnsupportedResourceError(TemplateError):
    """The template has a resource that nothing here can create and that is not listed as being without effect."""


class AlreadyRunningError(CloudError):
    """A second embedded cloud was started in a process that already runs one: moto's state is the process's."""


class WaitTimeoutError(CloudError, TimeoutError):
    """What was waited for did not happen in time; the message says what was still going on."""


class LayerBuildError(CloudError):
    """pip could not install a layer's requirements; the message has pip's own words."""


class LambdaError(CloudError):
    """An invocation ended in an error, of the handler's own or of the runtime.

    Attributes
    ----------
    error_type : str
        The exception's class name, or what Lambda says: `Sandbox.Timedout`, `Runtime.ExitError`…
    payload : bytes
        The JSON document that Lambda returns to its caller.
    """

    def __init__(self, error_type: str, message: str, payload: bytes) -> None:
        super().__init__(f"{error_type}: {message}")
        self.error_type = error_type
        self.message = message
        self.payload = payload


class ThrottledError(CloudError):
    """The function's reserved concurrency is used up (`TooManyRequestsException`)."""


class PayloadTooLargeError(CloudError):
    """A request's payload is over Lambda's limit (`RequestTooLargeException`)."""


class RecursiveInvocationError(CloudError):
    """A function went round in a loop, by way of a queue, a topic or other functions."""


class UnsupportedPolicyError(TemplateError):
    """A policy says something that nothing here can judge, so that its calls would be judged wrongly."""


class InvalidPolicyError(TemplateError):
    """IAM, or a resource's service, would not take this as a policy."""


class UnknownKeyError(CloudError):
    """A request is signed with an access key that the cloud did not issue."""


class AccessDeniedError(CloudError):
    """Somebody lacks a right; the message names who, the action and the resource, in AWS's words.

    Attributes
    ----------
    role : str
        The name of the role that lacks it, or of the service or person that called.
    action, resource : str
        What was called, and on what.
    """

    def __init__(self, message: str, role: str, action: str, resource: str) -> None:
        super().__init__(message)
        self.role = role
        self.action = action
        self.resource = resource
