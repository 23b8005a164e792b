"""How long pages take beside a burst: limited customers pay at once, while others look at their cases.

``make bench-pages`` prints the median, the 95th percentile and the longest, beside the burst and without it.
"""

import argparse
import statistics
import threading
import time
from datetime import UTC, date, datetime, timedelta

from rich.console import Console
from rich.table import Table

from local.customers import Customer, Numbering, card_payment
from local.stage import Stage, deployed_stage
from local.stage.visitor import Visitor

DAY = date(2026, 5, 4)
VISITORS, PAUSE_SECONDS = 4, 0.25
TARGET_MS = 300


def looks(stage: Stage, customers: list[Customer], until: threading.Event) -> list[float]:
    """Let some visitors look at their cases until the event is set; gives how long each page took, in milliseconds."""
    visitors = [Visitor(stage.site) for _ in customers]
    for visitor, customer in zip(visitors, customers, strict=True):
        visitor.come_in(stage, customer)
        visitor.took.clear()

    def look(visitor: Visitor) -> None:
        while not until.is_set():
            visitor.get("/dossier")
            until.wait(PAUSE_SECONDS)

    threads = [threading.Thread(target=look, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [seconds * 1000 for visitor in visitors for _, seconds in visitor.took]


def limited(stage: Stage, number: int, numbering: Numbering) -> list[Customer]:
    """Customers whose power is limited, and who have paid a part, so that their doors are open."""
    customers = [numbering.customer(120.0) for _ in range(number)]
    at = datetime.now(UTC) - timedelta(hours=1)
    for each in customers:
        stage.limit(each, at, DAY)
    stage.cloud.wait_until(stage.watch.intake_is_empty)
    stage.cloud.wait_idle()
    stage.put([card_payment(each, at, "-part", 20.0) for each in customers[:VISITORS]])
    stage.cloud.wait_until(lambda: all(stage.watch.of(each.limitation_id).settled for each in customers[:VISITORS]))
    stage.cloud.wait_idle()
    return customers


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-pages", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--limited", type=int, default=200, help="customers who pay at once")
    chosen = parser.parse_args()
    numbering = Numbering()
    with deployed_stage(channels=True, warm=True, enedis_step_seconds=0.5) as stage:
        customers = limited(stage, chosen.limited, numbering)
        ended = threading.Event()
        threading.Timer(10, ended.set).start()
        quiet = looks(stage, customers[:VISITORS], ended)
        ended = threading.Event()

        def burst() -> None:
            stage.put([card_payment(each, datetime.now(UTC), "-rest", 120.0) for each in customers])
            waited = time.monotonic() + 300
            while time.monotonic() < waited and not all(
                "RESTORED" in stage.watch.of(each.limitation_id).outcomes for each in customers
            ):
                time.sleep(0.5)
            ended.set()

        threading.Thread(target=burst).start()
        busy = looks(stage, customers[:VISITORS], ended)
    table = Table(title="A case's page, in milliseconds", title_justify="left")
    for name in ("beside", "pages", "median", "95 %", "longest"):
        table.add_column(name, justify="left" if name == "beside" else "right")
    for name, found in (("nothing else", quiet), (f"{chosen.limited} customers who pay", busy)):
        table.add_row(name, str(len(found)), *(f"{each:.0f}" for each in figures(found)))
    Console(width=90, highlight=False).print(table)
    return 0 if figures(busy)[1] <= TARGET_MS else 1


def figures(found: list[float]) -> tuple[float, float, float]:
    return statistics.median(found), statistics.quantiles(found, n=20)[-1], max(found)


if __name__ == "__main__":
    raise SystemExit(main())
