"""What the terminal shows: a progress bar and outcomes as they come; plain lines where nobody looks."""

import os
import time
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from local.demo.report import Case

_COLOURS = {
    "RESTORED": "green",
    "ALREADY_RESTORED": "green",
    "LIMITATION_CANCELLED": "green",
    "FLOOR_RAISED": "cyan",
    "FAILED": "red",
    "SHADOW": "dim",
}
_PLAIN_WIDTH = 120
_PLAIN_STEPS = 5
_WIDEST_OUTCOME = len("LIMITATION_CANCELLED")


class Screen:
    """One run's output. Plain lines without a terminal or with ``CI`` set."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self.is_plain = not self.console.is_terminal or os.environ.get("CI", "").lower() in {"true", "1"}
        if self.is_plain:
            self.console = Console(highlight=False, no_color=True, force_terminal=False, width=_PLAIN_WIDTH)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=self.console,
            disable=self.is_plain,
            transient=True,
        )
        self._began = self._said = time.monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @property
    def elapsed_seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def quiet_seconds(self) -> float:
        """How long ago the last line was said."""
        return time.monotonic() - self._said

    def say(self, text: str) -> None:
        """One line with the time since the start."""
        self._said = time.monotonic()
        line = f"[dim]{self.elapsed_seconds:5.1f} s[/dim]  {text}"
        if self.is_plain:
            self.console.print(line, soft_wrap=True)
        else:
            self.console.print(line, no_wrap=True, overflow="ellipsis")

    def expect(self, what: str, total: int) -> None:
        """Begin a progress bar."""
        self._progress.add_task(what, total=total)

    def advance(self, by: int = 1) -> None:
        """Move the progress bar; without a terminal, say every fifth of the way."""
        task = self._progress.tasks[-1]
        before, total = task.completed, max(task.total or 0, 1)
        self._progress.advance(task.id, by)
        if self.is_plain and before * _PLAIN_STEPS // total != task.completed * _PLAIN_STEPS // total:
            self.say(f"{task.description}: {task.completed:g} of {task.total or 0:g}")

    def case(self, case: Case) -> None:
        """One case has come to its end."""
        mark = "[red]x[/red] " if case.problems else "[green]ok[/green]"
        seconds = "" if case.seconds is None else f"{case.seconds:.1f} s"
        outcome = coloured(case.outcome) + " " * max(0, _WIDEST_OUTCOME - len(case.outcome))
        self.say(f"{mark} {case.limitation_id}  {outcome} {seconds:>6}  {escape(case.title)}")


def coloured(outcome: str) -> str:
    """The outcome in its colour (rich markup)."""
    colour = _COLOURS.get(outcome)
    return f"[{colour}]{outcome}[/{colour}]" if colour else outcome
