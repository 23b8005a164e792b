"""Orders and their reads by many worker processes under one quota: the real client, the real quota, DynamoDB in moto.

``make bench-quota`` runs it in full: 500 orders and their reads at five calls a second.
"""

import argparse
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from threading import Thread
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from local.partners.enedis import PointSetup
from local.partners.enedis.journal import Journal
from local.partners.enedis.simulator import EnedisSimulator
from local.partners.enedis.soap import SPOKEN
from restoration.adapters.enedis.soap import EnedisClient, EnedisCredentials
from restoration.adapters.enedis.soap.quota import SharedQuota
from restoration.clock import utc_now
from restoration.domain.order import Intent, OrderReference, RestorationOrder
from restoration.errors import EnedisQuotaExhausted

TABLE = "enedis-access"
SECOND = timedelta(seconds=1)
PROCESSES = multiprocessing.get_context("spawn")


class RealTime:
    """The machine's clock; a worker sleeps until its turn."""

    longest_wait = timedelta(seconds=5)
    clock = staticmethod(utc_now)
    wait = staticmethod(time.sleep)


class VirtualTime:
    """A worker's own clock, which only its waits move: its turns do not depend on how fast the machine is."""

    longest_wait = timedelta(days=1)

    def __init__(self) -> None:
        self._now = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)

    def clock(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


type Timing = RealTime | VirtualTime


class RecordedQuota(SharedQuota):
    """The shared quota; ``turns`` holds when its worker could use each turn, by the worker's clock."""

    def __init__(self, client: Any, calls_per_second: int, timing: Timing) -> None:
        clock, wait = timing.clock, timing.wait
        super().__init__(client, TABLE, calls_per_second, longest_wait=timing.longest_wait, clock=clock, wait=wait)
        self.turns: list[datetime] = []

    def take_turn(self) -> None:
        super().take_turn()
        self.turns.append(self._clock())


@dataclass(frozen=True)
class Work:
    """What one worker process needs to know."""

    enedis_url: str
    secret: dict[str, str]
    dynamodb_url: str
    quota: int
    points: Sequence[str]
    timing: type[Timing]


def run(quota: int, orders: int, workers: int, timing: type[Timing]) -> tuple[Journal, list[datetime]]:
    """Let worker processes place orders, each with one read before and one after, as fast as the quota lets them.

    Returns Enedis' journal and, in order, the turns that the workers took.
    """
    points = [f"{40000000000000 + number}" for number in range(orders)]
    with EnedisSimulator(step_seconds=0) as enedis, _dynamodb() as url:
        for point in points:
            enedis.network.add_point(PointSetup(point, f"C-{point}"))
        works = [
            Work(enedis.url, enedis.secret(), url, quota, points[each::workers], timing) for each in range(workers)
        ]
        with ProcessPoolExecutor(workers, PROCESSES, _meet, (PROCESSES.Barrier(workers),)) as processes:
            turns = [turn for taken in processes.map(_work, works) for turn in taken]
        return enedis.network.journal, sorted(turns)


@contextmanager
def _dynamodb() -> Iterator[str]:
    # A line for each request takes longer than the request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # One request at a time: moto's own server takes several, and no lock makes its conditional writes atomic.
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app))
    serving = Thread(target=server.serve_forever)
    serving.start()
    url = f"http://127.0.0.1:{server.port}"
    try:
        _client(url).create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield url
        _client(url).delete_table(TableName=TABLE)  # moto keeps its tables for the process
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _client(url: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="eu-west-3",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def _meet(barrier: Barrier) -> None:
    """Start no worker before all are there."""
    barrier.wait()


def _work(work: Work) -> list[datetime]:
    quota = RecordedQuota(_client(work.dynamodb_url), work.quota, work.timing())
    client = EnedisClient(
        work.enedis_url,
        EnedisCredentials.from_secret(work.secret),
        SPOKEN,
        connect_timeout=timedelta(seconds=10),
        read_timeout=timedelta(seconds=10),
        clock=utc_now,
        pacer=quota,
    )
    for point in work.points:
        reference = OrderReference(f"LIM-{point}", Intent.RESTORE_REMOTELY, 1)
        order = RestorationOrder(reference, point, f"C-{point}")
        _until_its_turn(client.read_point, point)
        _until_its_turn(client.place_order, order)
        _until_its_turn(client.read_point, point)
    return quota.turns


def _until_its_turn[Asked](call: Callable[[Asked], object], asked: Asked) -> None:
    while True:
        try:
            call(asked)
        except EnedisQuotaExhausted:
            continue
        return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quota", type=int, default=5, help="calls per second")
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--workers", type=int, default=8, help="processes")
    arguments = parser.parse_args()
    journal, _ = run(arguments.quota, arguments.orders, arguments.workers, RealTime)
    moments = sorted(call.at for call in journal.calls())
    seconds = (moments[-1] - moments[0]).total_seconds()
    used = (len(moments) - 1) / seconds / arguments.quota
    print(  # noqa: T201 - a command's result
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {len(journal.orders())} orders, {len(moments)} calls in "
        f"{seconds:.1f} s at a quota of {arguments.quota} a second: "
        f"at most {journal.busiest(SECOND)} in any one second, {used:.1%} of the quota used"
    )


if __name__ == "__main__":
    main()
