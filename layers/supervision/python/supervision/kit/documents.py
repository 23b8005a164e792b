"""Where a screen sends its reader: pages of the runbook and of the process."""

import re

import htpy as h

RUNBOOK = "docs/runbook.md"


def runbook_page(address: str, title: str) -> h.Element:
    """A link to a page of the runbook, by the page's title; its path where the runbook has no address.

    Parameters
    ----------
    address
        Of the runbook (``Sources.runbook``); empty where it has none.
    """
    text = f"{RUNBOOK}#{anchor_of(title)}"
    return (
        h.a(href=f"{address}#{anchor_of(title)}", target="_blank", rel="noopener")[title] if address else h.code[text]
    )


def anchor_of(title: str) -> str:
    """The anchor of a heading, as Markdown's readers make it."""
    return re.sub(r"[^\w\- ]", "", title).strip().casefold().replace(" ", "-")
