"""Orders and their reads by many worker processes under one quota: the real client and the real quota, on the stage.

``make bench-quota`` runs it: 500 orders and their reads at five calls a second. Enedis' own journal is the judge.
"""

import argparse
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier

import boto3

from embedded_cloud.backends.clients import SECRET_KEY
from local.partners.enedis import PointSetup
from local.partners.enedis.journal import Journal
from local.partners.enedis.soap import SPOKEN
from local.stage import deployed_stage
from restoration.adapters.enedis.soap.client import EnedisClient
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.enedis.soap.quota import SharedQuota
from restoration.clock import utc_now
from restoration.domain.order import Aim, Intent, OpenOrder, OrderReference, Wanted
from restoration.errors import EnedisQuotaExhausted

TABLE = "restoration-enedis-access"
SECOND = timedelta(seconds=1)
PROCESSES = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Work:
    """What one worker process needs to know."""

    enedis_url: str
    secret: dict[str, str]
    cloud_url: str
    key: str
    quota: int
    points: Sequence[str]


def run(quota: int, orders: int, workers: int) -> Journal:
    """Let worker processes place orders, each with one read before and one after, as fast as the quota lets them."""
    points = [f"{40000000000000 + number}" for number in range(orders)]
    with deployed_stage(alone=True) as stage:
        for point in points:
            stage.enedis.network.add_point(PointSetup(point, f"C-{point}"))
        cloud = stage.cloud.endpoint_url, stage.cloud.rights.key_of(stage.cloud.rights.administrator)
        secret = stage.enedis.secret()
        works = [Work(stage.enedis.url, secret, *cloud, quota, points[each::workers]) for each in range(workers)]
        with ProcessPoolExecutor(workers, PROCESSES, _meet, (PROCESSES.Barrier(workers),)) as processes:
            list(processes.map(_work, works))
        return stage.enedis.network.journal


def _meet(barrier: Barrier) -> None:
    """Start no worker before all are there."""
    barrier.wait()


def _work(work: Work) -> None:
    session = boto3.Session(work.key, SECRET_KEY, region_name="eu-west-3")
    dynamodb = session.client("dynamodb", endpoint_url=work.cloud_url)
    quota = SharedQuota(dynamodb, TABLE, work.quota, longest_wait=timedelta(seconds=5), clock=utc_now)
    client = EnedisClient(
        work.enedis_url,
        EnedisCredentials.from_secret(work.secret),
        SPOKEN,
        connect_timeout=timedelta(seconds=10),
        read_timeout=timedelta(seconds=10),
        clock=utc_now,
        pacers=[quota],
    )
    for point in work.points:
        reference = OrderReference(f"LIM-{point}", Intent.RESTORE_REMOTELY, 1)
        order = OpenOrder(reference, Wanted(Intent.RESTORE_REMOTELY, Aim.FULL), point, f"C-{point}")
        _until_its_turn(client.read_point, point)
        _until_its_turn(client.place_order, order)
        _until_its_turn(client.read_point, point)


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
    journal = run(arguments.quota, arguments.orders, arguments.workers)
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
