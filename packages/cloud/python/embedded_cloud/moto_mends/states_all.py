"""`States.ALL` matches terminal errors, too, so that a Retry or Catch of all errors takes them.

It "can't catch the States.DataLimitExceeded terminal error or Runtime error types":
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType as Name

from embedded_cloud.patching import around

TERMINAL = [StatesErrorName(typ=kind) for kind in (Name.StatesStatesDataLimitExceeded, Name.StatesRuntime)]


def _matches(original: Any, declared: Any, env: Any) -> None:
    error = env.stack[-1]
    original(declared, env)
    if error in TERMINAL:
        env.stack[-1] = error in declared.error_names


MENDS = ((ErrorEqualsDecl, "_eval_body", around(_matches)),)
