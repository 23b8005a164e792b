"""The pinned AWS CLI, with SQS's calls going where all others go: ``.venv-aws/bin/aws``, by ``make setup-aws``.

Version 1, the only one on PyPI, sends them to an address of AWS's, whatever endpoint a profile or ``AWS_ENDPOINT_URL``
names. Version 2 does not.
"""

import sys

from awscli.clidriver import main
from awscli.customizations.overridesslcommonname import SSL_COMMON_NAMES

SSL_COMMON_NAMES.clear()


if __name__ == "__main__":
    sys.exit(main())
