"""``make prove`` runs the long proofs: a red one is seen, each ends in its time, and a run goes on where it stopped."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.prove.__main__ import INTERRUPTED, PAGE, ROOT, prove
from tests.prove.page import read_results
from tests.prove.proofs import HOURS, PROOFS, Proof

GOOD = Proof("good", "sh -c 'echo run >>runs; echo 3 courses, 0 violations'", 20, r"\d+ courses.*")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one commit, where what proofs write is ignored."""
    (tmp_path / ".gitignore").write_text("build/\nruns\npids\n", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / PAGE).write_text("# Proofs\n\n## Kept by hand\n\nA figure.\n", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    subprocess.run(("/usr/bin/env", "git", *identity, *arguments), cwd=folder, check=True)  # noqa: S603 - our own


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "c")


def run(checkout: Path, *proofs: Proof, again: bool = False) -> int:
    return prove(proofs, [proof.name for proof in proofs], checkout, again=again)


def rows(checkout: Path) -> dict[str, str]:
    return {name: f"{result.state}: {result.said}" for name, result in read_results(checkout / PAGE).items()}


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Proof("bad", "sh -c 'echo 1 violation; exit 1'", 20, "x"), "RED: exit status 1; 1 violation"),
        (Proof("bad", "sleep 60", 1, "x"), "RED: stopped at the end of its budget"),
        (Proof("bad", "true", 20, "figure"), "RED: ended well, but did not say 'figure'"),
        (
            Proof("bad", "echo 601 MB", 20, r"(?P<value>\d+) MB", at_most=600),
            "RED: 601 MB; the target is 600 at most",
        ),
    ],
)
def test_red_proof_is_red_in_table_page_and_exit_status(
    checkout: Path, bad: Proof, why: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(checkout, bad, GOOD) == 1
    assert rows(checkout) == {"bad": why, "good": "green: 3 courses, 0 violations"}
    assert "1 green, 1 red, 0 not here" in capfd.readouterr().out
    assert (checkout / PAGE).read_text(encoding="utf-8").endswith("\n## Kept by hand\n\nA figure.\n")


def test_proof_whose_material_is_not_here_is_said_and_no_failure(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kit = Proof("bad", "sh -c 'echo There is no kit; exit 2'", 20, "cases", absent="There is no kit")
    assert run(checkout, kit) == 0
    assert "0 green, 0 red, 1 not here" in capfd.readouterr().out


def test_what_is_asked_of_this_target_is_not_asked_of_those_that_it_calls(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MAKEFLAGS", "ONLY", "AGAIN"):
        monkeypatch.setenv(name, "x")
    assert run(checkout, Proof("good", "sh -c 'echo asked: $MAKEFLAGS$ONLY$AGAIN.'", 20, "asked: .*")) == 0
    assert rows(checkout) == {"good": "green: asked: ."}


def test_green_proof_is_repeated_only_when_a_file_changed_or_on_demand(checkout: Path) -> None:
    def runs() -> int:
        return (checkout / "runs").read_text(encoding="utf-8").count("run")

    assert [run(checkout, GOOD), run(checkout, GOOD)] == [0, 0]
    assert runs() == 1
    commit(checkout)  # the page alone has changed
    assert run(checkout, GOOD) == 0
    assert runs() == 1
    assert run(checkout, GOOD, again=True) == 0
    assert runs() == 2
    (checkout / "code.py").touch()
    assert run(checkout, GOOD) == 0
    assert runs() == 3
    commit(checkout)
    assert run(checkout, GOOD) == 0
    assert runs() == 4


def test_red_proof_is_repeated(checkout: Path) -> None:
    bad = Proof("bad", "sh -c 'echo run >>runs; exit 1'", 20, "x")
    assert [run(checkout, bad), run(checkout, bad)] == [1, 1]
    assert (checkout / "runs").read_text(encoding="utf-8").count("run") == 2


def test_interrupted_proof_says_what_was_proved_and_leaves_no_process(checkout: Path) -> None:
    """Here from outside, as Ctrl-C or a CI that gives up would."""
    program = f"""
import sys
from pathlib import Path
from tests.infrastructure.test_prove import GOOD, run
from tests.prove import run as running
from tests.prove.proofs import Proof
from tests.prove.__main__ import interruptible
running.ENDING_SECONDS = 1
interruptible()
heard = "heard() {{ echo yes >heard; }}; trap heard INT"
long = Proof("bad", f"sh -c '{{heard}}; setsid sleep 100 & echo $$ $! >pids; wait; wait'", 100, "x")
sys.exit(run(Path({str(checkout)!r}), GOOD, long))
"""
    process = subprocess.Popen((sys.executable, "-c", program), cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    pids = checkout / "pids"
    for written in (pids, checkout / "heard"):  # asked twice, as somebody impatient would
        until = time.monotonic() + 60
        while not (written.exists() and written.read_text(encoding="utf-8")) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert "Proved until then: good." in said
    assert rows(checkout) == {"good": "green: 3 courses, 0 violations"}
    begun, until = pids.read_text(encoding="utf-8").split(), time.monotonic() + 20
    while any(map(is_running, begun)) and time.monotonic() < until:
        time.sleep(0.05)  # what was killed ends soon after, on a busy machine
    assert [pid for pid in begun if is_running(pid)] == []


def is_running(pid: str) -> bool:
    """Whether a process runs; one that nobody has reaped yet does not."""
    try:
        return Path("/proc", pid, "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_unknown_name_is_refused_with_the_names_that_there_are() -> None:
    command = (sys.executable, "-m", "tests.prove", "--only", "explroe")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 2
    assert "There is no proof explroe. There are: tck, explore, " in done.stderr


def test_all_proofs_fit_into_their_hours() -> None:
    assert sum(proof.budget for proof in PROOFS) <= HOURS * 3600
    assert len({proof.name for proof in PROOFS}) == len(PROOFS)


def test_each_proof_runs_a_target_that_there_is() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = {proof.command.split()[1] for proof in PROOFS}
    assert wanted - set(targets) == set()
