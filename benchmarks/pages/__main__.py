"""How long pages and API take beside a burst: limited customers pay at once, while others look at their cases.

``make bench-pages`` prints the median, the 95th percentile and the longest, beside the burst and without it.
"""

import argparse
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import urllib3
from rich.console import Console
from rich.table import Column, Table

from local.customers import Customer, Numbering, card_payment
from local.partners.identity import Person
from local.stage import Stage, deployed_stage
from local.stage.visitor import Visitor

DAY = date(2026, 5, 4)
VISITORS, PAUSE_SECONDS = 4, 0.25
TARGET_MS = 300


def looks(stage: Stage, customers: list[Customer], until: threading.Event) -> dict[str, list[float]]:
    """Let some visitors look at their cases, on the page and by the API, until the event is set.

    Gives how long each took, in milliseconds.
    """
    by_api: list[float] = []
    visitors = [Visitor(stage.site) for _ in customers]
    for visitor, customer in zip(visitors, customers, strict=True):
        visitor.come_in(stage, customer)
        visitor.took.clear()

    def look(visitor: Visitor, customer: Customer) -> None:
        stage.identity.add(Person(customer.customer_id, "Awa", customer_id=customer.customer_id))
        token = {"authorization": f"Bearer {stage.identity.access_token(customer.customer_id, 'channels')}"}
        while not until.is_set():
            visitor.get("/dossier")
            until.wait(PAUSE_SECONDS)
            began = time.perf_counter()
            cases = urllib3.request("GET", f"{stage.site}/api/v1/cases", headers=token).json()["cases"]
            by_api.extend([(time.perf_counter() - began) * 1000] * len(cases))

    with ThreadPoolExecutor(len(customers)) as threads:
        list(threads.map(look, visitors, customers))
    return {"page": [seconds * 1000 for visitor in visitors for _, seconds in visitor.took], "API": by_api}


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
            waited = time.monotonic() + 60  # what comes later waits for Enedis
            while time.monotonic() < waited and not all(
                "RESTORED" in stage.watch.of(each.limitation_id).outcomes for each in customers
            ):
                time.sleep(0.5)
            ended.set()

        threading.Thread(target=burst).start()
        busy = looks(stage, customers[:VISITORS], ended)
    columns = (Column(name, justify="right") for name in ("looks", "median", "95 %", "longest"))
    table = Table("by", "beside", *columns, title="A case, in milliseconds", title_justify="left")
    for beside, found in (("nothing else", quiet), (f"{chosen.limited} customers who pay", busy)):
        for name, took in found.items():
            table.add_row(name, beside, str(len(took)), *(f"{each:.0f}" for each in figures(took)))
    Console(width=90, highlight=False).print(table)
    slowest = max(figures(took)[1] for took in busy.values())
    sys.stdout.write(f"95 % of pages and of the API's responses came within {slowest:.0f} ms beside them\n")
    return 0 if slowest <= TARGET_MS else 1


def figures(found: list[float]) -> tuple[float, float, float]:
    return statistics.median(found), statistics.quantiles(found, n=20)[-1], max(found)


if __name__ == "__main__":
    raise SystemExit(main())
