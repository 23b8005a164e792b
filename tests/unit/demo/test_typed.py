"""A command that somebody types ends with a sentence when it can't write, and with a traceback when it is our fault."""

import errno
import shutil
from unittest.mock import MagicMock

import pytest

from local.customers import Numbering
from local.stage.__main__ import _introduce_pages
from local.stage.residents import Resident
from local.typed import INTERRUPTED, run_typed


@pytest.fixture(autouse=True)
def handlers_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.typed.signal.signal", lambda *_: None)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), INTERRUPTED, "Interrupted: what was started has ended"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/x/report.json"),
            1,
            "/x/report.json can't be written: No space left on device. Free some space.",
        ),
        (OSError(errno.EACCES, "Permission denied", "/x"), 1, "Take a folder that you may write to."),
        (
            shutil.Error([("a", "/x/b", "No space left on device")]),
            1,
            "/x/b can't be written: No space left on device.",
        ),
    ],
)
def test_what_is_no_fault_of_ours_is_a_sentence(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def main() -> int:
        raise error

    assert run_typed(main) == code
    assert said in capsys.readouterr().err


def test_another_error_of_the_system_is_not_hidden() -> None:
    def main() -> int:
        raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

    with pytest.raises(ConnectionRefusedError):
        run_typed(main)


def test_codes_are_printed_of_customers_whom_billing_knows(capsys: pytest.CaptureFixture[str]) -> None:
    numbering, stage = Numbering(), MagicMock()
    known, unknown = (numbering.customer(1.0) for _ in range(2))
    stage.case_keys.code.return_value = "4K7QX2M9TB"
    _introduce_pages(stage, [Resident(known, "owes"), Resident(unknown, "FAILED: billing does not know the contract")])
    said = capsys.readouterr().out
    assert (f"{known.limitation_id}  code" in said, f"{unknown.limitation_id}  code" in said) == (True, False)
