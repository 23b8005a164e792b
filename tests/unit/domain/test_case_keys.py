"""A code and a link name a case: nobody guesses one, and a link that is forged is known without a read."""

import base64
import secrets

from hypothesis import given
from hypothesis import strategies as st

from restoration.domain.case_keys import ALPHABET, CaseKeys, read_code, written

KEYS = CaseKeys(b"a secret of at least thirty-two bytes")
LIMITATIONS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=40)


@given(LIMITATIONS, LIMITATIONS)
def test_each_limitation_has_a_code_and_a_link_of_its_own(one: str, other: str) -> None:
    codes = {KEYS.code(one), KEYS.code(other), CaseKeys(b"another secret of thirty-two bytes!").code(one)}
    assert len(codes) == (2 if one == other else 3)
    assert all(len(code) == 10 and set(code) <= set(ALPHABET) for code in codes)
    assert (KEYS.link(one) == KEYS.link(other)) is (one == other)


@given(LIMITATIONS, st.sampled_from(["", " ", "-"]), st.booleans())
def test_code_is_read_however_it_is_typed(limitation_id: str, between: str, lower: bool) -> None:  # noqa: FBT001
    code = KEYS.code(limitation_id)
    typed = between.join(code).replace("1", "l").replace("0", "O")
    assert read_code(typed.lower() if lower else typed) == code
    assert read_code(written(code)) == code


def test_code_and_link_never_change_between_releases() -> None:
    """Customers have them in messages."""
    assert (written(KEYS.code("LIM-1")), KEYS.link("LIM-1")) == ("VG5SF-N1J8D", "tdmomY6914BIDa9b8tX9QUI7eDU")


def test_what_is_no_code_is_none() -> None:
    assert [read_code(typed) for typed in ("", "4K7QX-2M9T", "4K7QX-2M9TBB", "4K7QX-2M9T!", "UUUUUUUUUU")] == [None] * 5


def test_ten_thousand_forged_links_are_all_known_as_forged() -> None:
    assert KEYS.is_sealed(KEYS.link("LIM-1"))
    forged = [base64.urlsafe_b64encode(secrets.token_bytes(20)).decode().rstrip("=") for _ in range(9_990)]
    right = KEYS.link("LIM-1")
    odd = ["", "a", "é", right[:-1], f"{right}A", right.swapcase(), right[::-1], "=" * 27, "../" * 9, "A" * 100_000]
    assert not [link for link in (*forged, *odd) if KEYS.is_sealed(link)]


def test_secret_is_not_shown() -> None:
    assert "secret" not in repr(KEYS).replace("secret=", "")
