"""The deployed report: made with the rights of its role, of what the record counted, kept and mailed once."""

import csv
import io
from typing import Any

from restoration.clock import paris_date, utc_now
from tests.end_to_end.world import World


def report(world: World, **event: str) -> Any:
    return world.cloud.invoke("ReportDailyFunction", event)


def rows(world: World, name: str) -> dict[tuple[str, str], dict[str, str]]:
    bucket = world.cloud.physical_id("RecordBucket")
    body = world.cloud.client("s3").get_object(Bucket=bucket, Key=f"reports/{name}.csv")["Body"].read()
    return {(row["indicator"], row["of"]): row for row in csv.DictReader(io.StringIO(body.decode()))}


def test_day_is_reported_with_what_was_counted_in_the_role_s_rights(world: World) -> None:
    before = len(world.cloud.rights.record.denials)
    customers = [world.limited_customer() for _ in range(3)]
    world.pay(*customers)
    for customer in customers:
        world.wait_for_outcomes(customer, "RESTORED")
    poor = world.limited_customer()
    world.pay(poor, amount=1.0)
    world.wait_for_outcomes(poor, "BALANCE_DUE")
    today = paris_date(utc_now()).isoformat()

    def told() -> dict[tuple[str, str], dict[str, str]]:
        """The report, once the record has counted all: it follows the machine's log."""
        fates = report(world, report="day", on=today)
        assert fates[today] in {"incomplete", "complete", "corrected", "done"}, fates
        found = rows(world, f"day/{today}")
        counted = {name: int(found[name, ""]["value"]) for name in ("restored", "balance_due")}
        return found if counted["restored"] >= len(customers) and counted["balance_due"] else {}

    found = world.wait(told, "a report of three restored customers")
    assert int(found["concerned", ""]["value"]) > len(customers)
    assert 0 < float(found["accepted", ""]["value"]) <= 1
    assert 0 < float(found["p95", ""]["value"]) < 600_000
    mails = [each for each in world.cloud.carriers.emails if each.to == "pilotage@fournisseur.example"]
    assert mails[-1].subject.startswith(("Rétablissements, rapport du jour", "Corrigé : Rétablissements"))
    assert "Rétablis :" in mails[-1].body
    assert report(world, report="month", on=today)
    assert int(rows(world, f"month/{today[:7]}")["restored", ""]["value"]) >= len(customers)
    assert world.cloud.rights.record.denials[before:] == []


def test_schedule_of_a_new_stack_reports_nothing_of_days_before_it(world: World) -> None:
    fates = report(world, report="day")
    assert set(fates.values()) <= {"waits", "incomplete", "complete", "done", "nothing"}
    assert list(fates.values())[1:] == ["nothing", "nothing"]
