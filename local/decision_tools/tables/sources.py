"""The source that each row names in its annotation: the law with its article, a partner's document, or our choice."""

import re

_TEXTS = r"([Dd]écret|[Ll]oi) \d{4}-\d+( du [^,:;]+)?,? art\. |(CASF|RGPD|Code [^:;]+),? art\. |Service-public A\d+"
_LAW = re.compile(_TEXTS)
_ANY = re.compile(f"(Politique commerciale|Engagement commercial)|{_TEXTS}|EPC|SEPA|Enedis|SGE, ")


def names_a_source(text: str) -> bool:
    """Whether an annotation names a text with its article, a document of banks or of Enedis, or our own choice."""
    return _ANY.search(text) is not None


def is_legal(text: str) -> bool:
    """Whether the law stands behind it; a choice of ours that mentions a text is none."""
    return _LAW.search(text) is not None and not text.startswith(("Politique commerciale", "Engagement commercial"))
