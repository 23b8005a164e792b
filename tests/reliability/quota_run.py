"""Orders and their reads by many worker processes under one quota: the real client, the real quota, DynamoDB in moto.

``make bench-quota`` runs it in full: 500 orders and their reads at five calls a second.
"""

import argparse
import logging
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from local.enedis import EnedisSimulator, PointSetup
from local.enedis.soap import SPOKEN
from restoration.adapters.enedis import EnedisClient, EnedisCredentials
from restoration.adapters.enedis.quota import SharedQuota
from restoration.clock import utc_now
from restoration.errors import EnedisQuotaExhausted
from restoration.order import Intent, OrderReference, RestorationOrder

TABLE = "enedis-access"
SECOND = timedelta(seconds=1)
PROCESSES = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Measured:
    """What the simulator's journal says: calls in all, how long, and the most within any one second."""

    quota: int
    calls: int
    orders: int
    seconds: float
    busiest: int

    @property
    def used(self) -> float:
        """The part of the quota that was used, from the first call to the last."""
        return (self.calls - 1) / self.seconds / self.quota

    def __str__(self) -> str:
        return (
            f"{self.orders} orders, {self.calls} calls in {self.seconds:.1f} s at a quota of {self.quota} a second: "
            f"at most {self.busiest} in any one second, {self.used:.1%} of the quota used"
        )


@dataclass(frozen=True)
class Work:
    """What one worker process needs to know."""

    enedis_url: str
    secret: dict[str, str]
    dynamodb_url: str
    quota: int
    points: Sequence[str]


def run(quota: int, orders: int, workers: int) -> Measured:
    """Let worker processes place orders, each with one read before and one after, as fast as the quota lets them."""
    points = [f"{40000000000000 + number}" for number in range(orders)]
    with EnedisSimulator(step_seconds=0) as enedis, _dynamodb() as url:
        for point in points:
            enedis.network.add_point(PointSetup(point, f"C-{point}"))
        barrier = PROCESSES.Barrier(workers)
        works = [Work(enedis.url, enedis.secret(), url, quota, points[each::workers]) for each in range(workers)]
        processes = [PROCESSES.Process(target=_work, args=(work, barrier)) for work in works]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        if failed := [process.exitcode for process in processes if process.exitcode]:
            raise RuntimeError(f"workers ended with {failed}")
        journal = enedis.network.journal
        moments = sorted(call.at for call in journal.calls())
        return Measured(
            quota,
            len(moments),
            len(journal.orders()),
            (moments[-1] - moments[0]).total_seconds(),
            journal.busiest(SECOND),
        )


@contextmanager
def _dynamodb() -> Iterator[str]:
    # A line for each request takes longer than the request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
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
        server.stop()


def _client(url: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="eu-west-3",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def _work(work: Work, barrier: Barrier) -> None:
    client = EnedisClient(
        work.enedis_url,
        EnedisCredentials.from_secret(work.secret),
        SPOKEN,
        connect_timeout=timedelta(seconds=10),
        read_timeout=timedelta(seconds=10),
        clock=utc_now,
        pacer=SharedQuota(
            _client(work.dynamodb_url), TABLE, work.quota, longest_wait=timedelta(seconds=5), clock=utc_now
        ),
    )
    barrier.wait()
    for point in work.points:
        reference = OrderReference(f"LIM-{point}", Intent.RESTORE_REMOTELY, 1)
        order = RestorationOrder(reference, point, f"C-{point}")
        _until_its_turn(lambda point=point: client.read_point(point))
        _until_its_turn(lambda order=order: client.place_order(order))
        _until_its_turn(lambda point=point: client.read_point(point))


def _until_its_turn(call: Any) -> None:
    while True:
        try:
            call()
        except EnedisQuotaExhausted:
            continue
        return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quota", type=int, default=5, help="calls per second")
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--workers", type=int, default=8, help="processes")
    arguments = parser.parse_args()
    measured = run(arguments.quota, arguments.orders, arguments.workers)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {measured}")  # noqa: T201 - a command's result


if __name__ == "__main__":
    main()
