"""Where a screen sends its reader: pages of the runbook and of the process."""

import re

import htpy as h

from record.domain.remedies import PAGES
from record.words import Language, Words
from supervision.kit.html import Node


def runbook_page(address: str, anchor: str, language: Language) -> Node:
    """A page of the runbook: a link; its path beside the title where the runbook has no address.

    Parameters
    ----------
    address
        Of the runbook, or its path in the repository (``Sources.runbook``).
    anchor
        One of :data:`record.domain.remedies.PAGES`.
    """
    page, title = f"{address}#{anchor}", Words(language, PAGES)(anchor)
    if page.startswith("https://"):
        return h.a(href=page, target="_blank", rel="noopener")[title]
    return [title, " ", h.code[page]]


def anchor_of(title: str) -> str:
    """The anchor of a heading, as Markdown's readers make it."""
    return re.sub(r"[^\w\- ]", "", title).strip().casefold().replace(" ", "-")
