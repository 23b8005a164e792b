"""The account by which the operations' tool acts on a stage: that of somebody who has assumed the operations role."""

from local.stage.stage import Stage
from ops.account import Account


def unpaced_account(stage: Stage) -> Account:
    """The account of a stage, as the operations role acts on it; it has no quotas that others need."""
    return Account(lambda service, _: stage.operations(service), stage.cloud.region)
