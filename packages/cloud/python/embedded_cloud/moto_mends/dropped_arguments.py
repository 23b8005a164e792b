"""Arguments that an optimised integration does not know are dropped, so that a typing error passes unseen.

moto drops two that AWS takes, too: `ReturnValuesOnConditionCheckFailure` of DynamoDB, `TraceHeader` of Step Functions.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask

ALSO_SUPPORTED = frozenset({"ReturnValuesOnConditionCheckFailure", "TraceHeader"})


class UnsupportedFieldError(ValueError):
    """An argument's name is none of the API's; Step Functions refuses it, too, at the latest when the state runs."""


def _checked_parameters(original: Any) -> Any:
    def eval_parameters(self: Any, env: Any) -> Any:
        supported = self._get_supported_parameters()
        if supported and self.parargs is not None:
            self.parargs.eval(env=env)
            given = env.stack.pop()
            if unknown := sorted(given.keys() - supported - ALSO_SUPPORTED):
                raise UnsupportedFieldError(
                    f"The field '{unknown[0]}' is not supported by {self.resource.resource_arn}"
                )
            return given
        return original(self, env)

    return eval_parameters


MENDS = ((StateTask, "_eval_parameters", _checked_parameters),)
