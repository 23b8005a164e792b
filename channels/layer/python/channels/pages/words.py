"""The words of both sites, in French and English: ``words.csv``."""

from pathlib import Path

from record.words import Texts, texts_in

_FILE = Path(__file__).with_suffix(".csv")
CUSTOMER = texts_in(_FILE, "customer")
DESK: Texts = {**CUSTOMER, **texts_in(_FILE, "desk")}
"""The desk names acts and channels as the customer's page does."""
API: Texts = {**DESK, **texts_in(_FILE, "api")}
"""The API says what the pages say, and tells its problems."""
