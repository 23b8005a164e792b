"""What journeys play on: the stack with its channels, customers, the page and the desk in Chromium."""

import os
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from local.customers import Customer, fields_of
from local.partners.billing.simulator import ASKED, known_by
from restoration.domain.case_keys import written
from tests.browser.chromium import Visit, visit
from tests.end_to_end import world as of_stage
from tests.end_to_end.world import PAID_AT

SHEET = "<body style='margin:0; display:inline-flex; align-items:start; gap:12px; padding:12px; background:#8a94a0'>"
LONG = 20_000
"""Milliseconds that an end may take on a busy machine; a page looks every five seconds."""


@dataclass(frozen=True)
class World(of_stage.World):
    """The stack, the browser, and customers one after the other."""

    browser: Browser
    said: list[Mapping[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cloud.subscriptions.events.append(lambda event: self.said.append(event.content))

    def limited(self, *, asks: bool = False, email: str = "", **point: Any) -> Customer:
        """A limited customer who has paid a part; who disputes the debt, so that an advisor is asked."""
        customer = self.limited_customer(**point)
        if email:
            self.billing.contact(customer.customer_id, email=email, mobile=None)
        if asks:
            self.dispute(customer)
            self.was_told(customer, "WITH_ADVISOR")
        else:
            self.pay(customer, amount=20.0)
            self.wait(lambda: self.stage.watch.of(customer.limitation_id).settled, "the first look")
        door = f"DOOR#{self.stage.case_keys.code(customer.limitation_id)}"
        self.wait(lambda: any(item["pk"] == door for item in self.stage.items("ChannelsTable")), "the door")
        return customer

    def report(self, customer: Customer, event: str, /, **fields: object) -> None:
        self.put(event, **fields_of(event, (customer,), PAID_AT, "-later") | fields)

    def customer(self, customer: Customer, **options: object) -> AbstractContextManager[Page]:
        end, postcode = known_by(customer.customer_id)

        def come_in(page: Page) -> None:
            page.get_by_label("Code du dossier").fill(written(self.stage.case_keys.code(customer.limitation_id)))
            page.get_by_label("4 derniers chiffres").fill(end)
            page.get_by_label("Code postal").fill(postcode)
            page.get_by_role("button", name="Voir mon dossier").click()
            expect(page.get_by_role("heading", name="Où en est votre dossier")).to_be_visible()

        return self.open(self.stage.site, come_in, width=390, height=844, **options)

    def advisor(self, name: str = "Karim", path: str = "/conseil", **options: object) -> AbstractContextManager[Page]:
        def sign_in(page: Page) -> None:
            page.get_by_role("button", name=re.compile(name)).click()
            expect(page.get_by_text("Bureau des conseillers").first).to_be_visible()

        return self.open(self.stage.site + path, sign_in, width=900, height=720, **options)

    @contextmanager
    def open(self, url: str, begin: Callable[[Page], None], **options: object) -> Iterator[Page]:
        with visit(self.browser, url, **{"locale": "fr-FR", **options}) as visited:  # type: ignore[arg-type]
            begin(visited.page)
            yield visited.page
            assert faults(visited) == []

    def picture(self, name: str, *pages: Page, at: str = "") -> None:
        """Keep what pages show, side by side, in the folder that make screenshots names; ``at`` is to be seen."""
        if folder := os.environ.get("PICTURES"):
            for page in pages if at else ():
                page.get_by_text(at).first.scroll_into_view_if_needed()
            shots = [b64encode(page.screenshot(animations="disabled")).decode() for page in pages]
            with visit(self.browser, "about:blank", width=1400) as sheet:
                sheet.page.set_content(SHEET + "".join(f"<img src='data:image/png;base64,{each}'>" for each in shots))
                sheet.page.locator("body").screenshot(path=Path(folder) / f"{name}.png")

    def carried(self, customer: Customer, *kinds: str, **told: object) -> None:
        """The bus carried what people said of a case, once each: the core hears it, and billing what it is asked."""
        carried = [
            each["detail-type"]
            for each in self.said
            if each["source"] == "channels" and each["detail"]["limitationId"] == customer.limitation_id
        ]
        assert sorted(carried) == sorted(kinds)
        asked = self.stage.billing.asked(customer.limitation_id)
        assert {ASKED[kind] for kind in kinds if kind in ASKED} == set(map(type, asked))
        assert told.items() <= {name: value for each in asked for name, value in each}.items()

    def was_told(self, customer: Customer, message: str) -> None:
        """The customer got a message."""
        self.wait_about(customer, lambda: any(message in each for each in self.told(customer)), message)

    def power_is_back(self, customer: Customer) -> None:
        """Enedis gave full power, by one order, and the customer was told."""
        self.wait_for_outcome(customer, "RESTORED")
        assert len(self.orders(customer)) == 1
        assert not self.enedis.network.view(customer.point_id).limited_power_kva
        self.was_told(customer, "POWER_RESTORED")


def open_act(page: Page, name: str) -> None:
    """Open a form, which has to be clean before it is filled in, too."""
    page.locator("summary", has_text=name).click()
    assert faults(Visit(page)) == []


def send(page: Page, name: str, typed: Mapping[str, str]) -> None:
    """Open a form, fill it in by its labels, and send it."""
    open_act(page, name)
    form = page.locator("details", has=page.locator("summary", has_text=name))
    for label, text in typed.items():
        field = form.get_by_label(label)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    form.get_by_role("button", name="Envoyer").click()


def faults(visited: Visit) -> list[str]:
    """All that is wrong with a page. A refusal has a status of its own, which the console names; axe needs script."""
    has_script = not visited.page.locator("noscript *").count()
    found = visited.faults() if has_script else [*visited.errors, *visited.overlaps()]
    return [each for each in found if "the server responded with a status of 4" not in each]


def says(page: Page, text: str, *others: Page) -> None:
    for each in (page, *others):
        expect(each.locator("main")).to_contain_text(text, timeout=LONG)


def press(page: Page, *typed: str) -> None:
    """Go on by keyboard: the names of keys, and text."""
    for each in typed:
        page.keyboard.press(each) if each in {"Tab", "Enter"} else page.keyboard.type(each)


def decide(page: Page, decision: str, reason: str) -> None:
    page.get_by_label("Décider").select_option(label=decision)
    page.get_by_label("Motif (obligatoire)").fill(reason)
    page.get_by_role("button", name="Décider").click()


def done(page: Page, words: str) -> None:
    """End what a customer asked for."""
    page.get_by_label("Ce qui a été fait").fill(words)
    page.get_by_role("button", name="Terminer").click()
    says(page, "Demande traitée (conseiller, bureau)")


def with_contact(page: Page, sent: Sequence[Any]) -> None:
    """Confirm by the code that was sent to the customer's contact: the last of a carrier's messages that has one."""
    open_act(page, "Échéancier, contestation, protection")
    page.get_by_role("button", name="Recevoir un code").click()
    says(page, "Un code est parti")
    code = re.findall(r"votre code est (\d{6})", " ".join(each.body for each in sent))[-1]
    open_act(page, "Échéancier, contestation, protection")
    page.get_by_label("Code reçu").fill(code)
    page.get_by_role("button", name="Confirmer").click()
    says(page, "C'est confirmé.")
