"""The HTTP APIs of all stacks: each has a server of its own on a free port of 127.0.0.1, and moto has its routes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.core.models import DEFAULT_ACCOUNT_ID

from embedded_cloud.errors import CloudError
from embedded_cloud.http_apis.authorizers import JwtAuthorizers
from embedded_cloud.http_apis.gateway import Gateway
from embedded_cloud.http_apis.serving import serving

if TYPE_CHECKING:
    from embedded_cloud.backends.http_serving import HttpServer
    from embedded_cloud.clock import Clock
    from embedded_cloud.functions.functions import Functions
    from embedded_cloud.metrics import MetricStore
    from embedded_cloud.rights.rights import Rights

ADDRESS = re.compile(r"https://([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")


class HttpApis:
    """All HTTP APIs."""

    def __init__(
        self, region: str, functions: Functions, rights: Rights, clock: Clock, metrics: MetricStore, logs: Any
    ) -> None:
        self._region = region
        self._parts = region, functions, rights, JwtAuthorizers(clock), metrics, logs
        self._servers: dict[str, HttpServer] = {}

    def open(self, api_id: str) -> str:
        """Begin to serve an API that moto knows, if nobody does; give its address."""
        if api_id not in self._servers:
            api = apigatewayv2_backends[DEFAULT_ACCOUNT_ID][self._region].apis[api_id]
            server = self._servers[api_id] = serving(Gateway(api, *self._parts).respond)
            api.api_endpoint = server.url
        return self.url(api_id)

    def url(self, api_id: str) -> str:
        """Give the address of an API on this machine, such as `http://127.0.0.1:40123`.

        Raises
        ------
        CloudError
            When there is none of this id.
        """
        if api_id not in self._servers:
            raise CloudError(f"there is no HTTP API {api_id}")
        return self._servers[api_id].url

    def localised(self, text: str) -> str:
        """Write the addresses that AWS would give to the APIs as those that they have on this machine."""
        return ADDRESS.sub(lambda match: self.url(match[1]) if match[1] in self._servers else match[0], text)

    def close(self, api_id: str) -> None:
        """Serve an API no more."""
        self._servers.pop(api_id).stop()

    def stop(self) -> None:
        """Serve none any more."""
        for api_id in list(self._servers):
            self.close(api_id)
