"""An AWS configuration file for the embedded cloud: a client with this file and a profile calls as that person.

As in an account, operations act in the deployed role, and the others have what their own account gives them.
"""

import configparser
from pathlib import Path

from embedded_cloud.backends.clients import SECRET_KEY
from embedded_cloud.rights.principals import session_of
from local.stage.stage import ADVISORS, BILLING_ROLE, Stage

BILLING = session_of(BILLING_ROLE, "billing", is_trusted=True)

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def write_profiles(stage: Stage, path: Path) -> None:
    """Write the profiles, so that only their owner reads them.

    ``operations`` have assumed their role, ``reader`` may read everything and look at the screens, ``admin`` may do
    everything; ``billing`` and ``advisors`` are of other accounts and put events on the bus.

    Raises
    ------
    OSError
        When the file can't be written.
    """
    cloud = stage.cloud
    keys = {
        "operations": cloud.key_in_role("OperationsRole"),
        "reader": _reader_key(stage),
        "admin": cloud.rights.key_of(cloud.rights.administrator),
        "billing": cloud.rights.key_of(BILLING),
        "advisors": cloud.rights.key_of(ADVISORS),
    }
    written = configparser.ConfigParser()
    for name, key in keys.items():
        written[f"profile {name}"] = {
            "region": cloud.region,
            "endpoint_url": cloud.endpoint_url,
            "aws_access_key_id": key,
            "aws_secret_access_key": SECRET_KEY,
            "aws_session_token": "testing",
            # The AWS CLI would show each long response in a pager.
            "cli_pager": "",
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8") as file:
        written.write(file)


def _reader_key(stage: Stage) -> str:
    """The key of the account's own read-only role, which no template declares."""
    rights = stage.cloud.rights
    role = f"arn:aws:iam::{rights.account}:role/read-only"
    rights.put_role(role, {"Statement": []}, {}, (READ_ONLY, stage.cloud.outputs["ScreensPolicyArn"]))
    return rights.key_of(session_of(role, "somebody"))
