"""``python -m ops``: runs the application, and prints an error as a sentence."""

import re
import sys

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ProfileNotFound

from dmn import DmnError
from ops.app import app
from record.cases.failures import CaseError

INTERRUPTED = 130
NEXT = {
    "Denied|Unauthorized": "Has the profile the role for it? docs/runbook.md#set-up-your-shell",
    "Expired|InvalidClientToken|UnrecognizedClient": "Sign in again, and repeat it.",
    "NotFound|NotExist|NoSuch": "Is it the right stack and region? --stack and --region, before the command.",
    "Throttl|TooMany|Unavailable|Internal": "Wait a minute, and repeat it.",
}
"""What to do, by what the code of AWS' refusal has in it."""


def main() -> None:
    """Run; exit 0 when it is done, 1 when it could not be done, 2 when the request makes no sense, 130 after Ctrl-C."""
    try:
        app()
    except (CaseError, DmnError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(getattr(error, "exit_code", 1))
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            sys.stderr.write("\nStopped by Ctrl-C. Was something done by then? ops journal\n")
        raise
    except ClientError as error:
        about = error.response["Error"]
        steps = (step for part, step in NEXT.items() if re.search(part, about["Code"]))
        sys.stderr.write(f"AWS refused {error.operation_name}: {about['Code']}: {about['Message']}\n")
        sys.stderr.write(f"→ {next(steps, 'Call the developers, with this text.')}\n")
        sys.exit(1)
    except ProfileNotFound as error:
        sys.stderr.write(
            f"{error}. Is it in $AWS_CONFIG_FILE? make cloud writes one, and takes it away when it ends.\n"
        )
        sys.exit(2)
    except NoCredentialsError:
        sys.stderr.write("Nobody is signed in. Name a profile of ~/.aws/config: --profile, or export AWS_PROFILE=…\n")
        sys.exit(2)
    except OSError as error:
        if error.filename is None:
            raise
        sys.stderr.write(f"{error.filename}: {error.strerror}. Take a folder that you may write to.\n")
        sys.exit(2)
    except BotoCoreError as error:
        sys.stderr.write(f"AWS can't be asked: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
