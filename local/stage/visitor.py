"""Somebody who visits the customers' pages by HTTP alone, without a browser: for benchmarks."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import urllib3

from local.customers import Customer
from local.partners.billing.simulator import known_by
from local.stage.stage import Stage


@dataclass
class Visitor:
    """Keeps cookies, the path that it was led to, and how long each page took, in seconds, by its path."""

    site: str
    at: str = ""
    took: list[tuple[str, float]] = field(default_factory=list)
    _cookies: dict[str, str] = field(default_factory=dict)
    _pool: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)

    def come_in(self, stage: Stage, customer: Customer) -> str:
        """Come in by the code of a customer's case; gives the page."""
        end, postcode = known_by(customer.customer_id)
        code = stage.case_keys.code(customer.limitation_id)
        return self.send("/entrer", {"code": code, "end": end, "postcode": postcode})

    def get(self, path: str) -> str:
        return self._ask("GET", path)

    def send(self, path: str, form: Mapping[str, str]) -> str:
        """Send a form, and follow where it leads."""
        return self._ask("POST", path, urlencode(form))

    def leave(self, page: str) -> None:
        """Leave by the page's own form."""
        found = re.search(r'name="form" value="([^"]+)"', page)
        self.send("/sortir", {"form": found[1] if found else ""})

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"content-type": "application/x-www-form-urlencoded", "origin": self.site}
        began = time.perf_counter()
        reply = self._pool.request(method, f"{self.site}{path}", body=body, headers=headers, redirect=False)
        self.took.append((path, time.perf_counter() - began))
        for cookie in reply.headers.getlist("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if reply.status == 303:  # noqa: PLR2004 - See Other
            self.at, _, _ = reply.headers["location"].partition("#")
            return self._ask("GET", self.at)
        if reply.status not in {200, 304}:
            raise RuntimeError(f"{method} {path}: {reply.status}")
        return reply.data.decode()
