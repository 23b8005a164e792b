"""Whom the console asks for screens: the deployed function, on the embedded cloud or in an account; another console."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

LONGEST_SECONDS = 60


class NoScreen(Exception):
    """No screen came back; says why."""


type Ask = Callable[[Mapping[str, Any]], str]
"""Gives the HTML for an event as CloudWatch sends it to a widget's function; raises NoScreen when none came back."""


def asking(client: "LambdaClient", function: str) -> Ask:
    """Give what asks a function by Lambda's Invoke, with the rights of the client."""

    def ask(event: Mapping[str, Any]) -> str:
        try:
            response = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        except (BotoCoreError, ClientError) as error:
            raise NoScreen(str(error)) from error
        returned = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise NoScreen(f"{returned.get('errorType', 'Error')}: {returned.get('errorMessage', returned)}")
        return str(returned)

    return ask


def asking_console(url: str) -> Ask:
    """Give what asks a console that runs already, at its address."""

    def ask(event: Mapping[str, Any]) -> str:
        try:
            response = urllib3.request("POST", f"{url}/ask", json=event, timeout=LONGEST_SECONDS, retries=False)
        except urllib3.exceptions.HTTPError as error:
            raise NoScreen(f"no console at {url}: {error}") from error
        text = response.data.decode(errors="replace")
        if response.status != HTTPStatus.OK:
            raise NoScreen(text)
        return text

    return ask
