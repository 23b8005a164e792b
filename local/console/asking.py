"""Whom the console asks for screens: the deployed function, on the embedded cloud or in an account; another console."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

LONGEST_SECONDS = 60


class NoScreen(Exception):
    """No screen came back; says why."""


type Ask = Callable[[Mapping[str, Any]], str]
"""Gives the HTML for an event as CloudWatch sends it to a widget's function; raises NoScreen when none came back."""


class AskFunction:
    """Asks a function by Lambda's Invoke.

    Parameters
    ----------
    client
        Of Lambda, with the rights of the person who looks.
    function
        Its name or ARN.
    """

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def __call__(self, event: Mapping[str, Any]) -> str:
        try:
            response = self._client.invoke(FunctionName=self._function, Payload=json.dumps(event).encode())
        except (BotoCoreError, ClientError) as error:
            raise NoScreen(str(error)) from error
        returned = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise NoScreen(f"{returned.get('errorType', 'Error')}: {returned.get('errorMessage', returned)}")
        return str(returned)


class AskConsole:
    """Asks a console that runs already, at its address."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, event: Mapping[str, Any]) -> str:
        request = Request(  # noqa: S310 - the address of a console of this machine
            f"{self._url}/ask", json.dumps(event).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urlopen(request, timeout=LONGEST_SECONDS) as response:  # noqa: S310
                return str(response.read().decode())
        except HTTPError as error:
            raise NoScreen(error.read().decode(errors="replace")) from error
        except (URLError, OSError) as error:
            raise NoScreen(f"no console at {self._url}: {error}") from error
