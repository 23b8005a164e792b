"""``make screenshots``: pictures of the customers' page and the advisors' desk, from a stack of its own."""

import re
import sys

from playwright.sync_api import Page, sync_playwright

from local.partners.billing.simulator import known_by
from local.stage.channels import OWN_PACE
from local.stage.deployment import deployed_stage
from local.stage.residents import Resident, move_in
from local.stage.stage import Stage
from restoration.domain.case_keys import written
from scripts.screenshots import FOLDER, PHONE, WIDTH, chromium

OWING = 2


def main() -> None:
    """Play some customers, and take the pictures."""
    with deployed_stage(parameters=OWN_PACE, enedis_step_seconds=1.0, channels=True) as stage:
        residents = move_in(stage, OWING)
        asking = next(each for each in residents if "advisor" in each.situation)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            phone = browser.new_page(viewport={"width": PHONE, "height": 844}, locale="fr-FR")
            _come_in(phone, stage, residents[0])
            _keep(phone, "customer-page")
            desk = browser.new_page(viewport={"width": WIDTH, "height": 860}, locale="fr-FR")
            desk.goto(f"{stage.site}/conseil/dossier/{asking.customer.limitation_id}")
            desk.get_by_role("button", name=re.compile("Karim")).click()
            desk.wait_for_selector("main h2")
            _keep(desk, "advisors-desk")
            browser.close()


def _come_in(page: Page, stage: Stage, resident: Resident) -> None:
    end, postcode = known_by(resident.customer.customer_id)
    page.goto(stage.site)
    page.get_by_label("Code du dossier").fill(written(stage.case_keys.code(resident.customer.limitation_id)))
    page.get_by_label("4 derniers chiffres").fill(end)
    page.get_by_label("Code postal").fill(postcode)
    page.get_by_role("button", name="Voir mon dossier").click()
    page.locator("summary", has_text="J'ai payé").click()


def _keep(page: Page, name: str) -> None:
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    sys.stdout.write(f"{path.relative_to(FOLDER.parents[1])}\n")


if __name__ == "__main__":
    main()
