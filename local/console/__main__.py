"""`make supervise`: the screens in a browser, beside the embedded cloud or a stack of an account; or as plain files."""

import shlex
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError

from embedded_cloud import CloudError
from embedded_cloud.by_hand import set_by_hand
from local.console.asking import Ask, NoScreen, asking, asking_console
from local.console.console import REFRESH_SECONDS, Console, NoPurifier, Settings, need_purifier
from local.console.export import MOST_PAGES, export
from local.console.stream import Stream
from local.stage import ROOT, Stage, deployed_stage
from local.stage.profiles import write_profiles
from local.typed import say
from ops.failures import WrongRequest
from ops.moments import moment_before
from supervision.filters import Filter, FilterError
from supervision.kit.page import CONSOLE_PORT
from supervision.question import Range

FOLDER = ROOT / "build" / "supervise"
STEP_SECONDS = 20.0
"""How long a case at Enedis stays in each of its states, of three; in life it is minutes."""
ACCOUNT_REFRESH_SECONDS = 15.0
"""Each refresh is an invocation that is paid for."""
OWN_PACE = {"FollowFirstWaitSeconds": "2", "FollowMaxWaitSeconds": "10", "OrderTimeoutSeconds": "600"}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def supervise(  # noqa: PLR0913, PLR0917 - options of one command
    payments_per_minute: Annotated[
        float, typer.Option(min=0.1, max=120, help="Of all customers, limited or not.")
    ] = 30,
    speed: Annotated[float, typer.Option(min=0.1, max=100, help="How many times faster Enedis works.")] = 1.0,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="0 takes a free one.", show_default=f"0; beside a stack {CONSOLE_PORT}"),
    ] = None,
    refresh_seconds: Annotated[
        float | None, typer.Option(min=1, help="How often the page asks again.", show_default="2; beside a stack 15")
    ] = None,
    stack: Annotated[str | None, typer.Option(help="Look at this stack of an account instead.")] = None,
    profile: Annotated[str | None, typer.Option(help="The profile of ~/.aws/config for it.")] = None,
    region: Annotated[str | None, typer.Option(help="Its region; else the profile's.")] = None,
    export_to: Annotated[
        Path | None, typer.Option("--export", help="Write all screens into this folder, and end.")
    ] = None,
    since: Annotated[str, typer.Option(help="Of the export: 24h, 7d, or 2026-11-25T08:00.")] = "24h",
    until: Annotated[str | None, typer.Option(help="Of the export; else now.")] = None,
    most_pages: Annotated[int, typer.Option(min=1, help="Of the export, for each language.")] = MOST_PAGES,
    only: Annotated[str, typer.Option("--filter", help="Of the export: outcome=RESTORED hour=8..18.")] = "",
) -> None:
    """Show the screens of supervision in a browser, live, or write them as plain files."""
    if profile and not stack:
        raise typer.BadParameter("a profile needs the stack: make supervise STACK=restoration-dev PROFILE=reader")
    stop = _stop_by_hand()
    try:
        need_purifier()
        if export_to:
            _export(export_to, since, until, only, most_pages, stack=stack, profile=profile, region=region)
        elif stack:
            settings = Settings(stack, refresh_seconds or ACCOUNT_REFRESH_SECONDS)
            port = CONSOLE_PORT if port is None else port
            with Console(_of_account(stack, profile, region), settings, port) as console:
                _serve(console, stop)
        else:
            settings = Settings(refresh_seconds=refresh_seconds or REFRESH_SECONDS)
            _need_port(port or 0)
            with _embedded(payments_per_minute, speed) as stage, Console(ask_of(stage), settings, port or 0) as console:
                _say_how_to_act(stage)
                _serve(console, stop)
    except (FilterError, WrongRequest) as error:
        raise typer.BadParameter(str(error)) from error
    except PermissionError as error:
        raise typer.BadParameter(f"{error.filename}: {error.strerror}. Take a folder that you may write to") from error
    except (BotoCoreError, CloudError, NoPurifier, OSError, NoScreen, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from error


def ask_of(stage: Stage) -> Ask:
    """Ask the function that is deployed on a stage, with the rights of operations."""
    return asking(stage.operations("lambda"), stage.cloud.physical_id("SuperviseFunction"))


@contextmanager
def _embedded(payments_per_minute: float, speed: float) -> Iterator[Stage]:
    """The embedded cloud with the stack, its partners and a stream of payments."""
    say("Starting the embedded cloud, billing and Enedis…")
    with deployed_stage(
        parameters=OWN_PACE, enedis_step_seconds=STEP_SECONDS / speed, warm=True, ticking=True
    ) as stage:
        stage.book_what_others_put()
        with Stream(stage, payments_per_minute):
            yield stage


def _of_account(stack: str, profile: str | None, region: str | None) -> Ask:
    client: Any = boto3.Session(profile_name=profile, region_name=region).client("lambda")
    return asking(client, f"{stack}-supervise")


def _say_how_to_act(stage: Stage) -> None:
    config = FOLDER / "aws.config"
    write_profiles(stage, config)
    say(
        "",
        "Operations act on it in another shell:",
        f"  export AWS_CONFIG_FILE={shlex.quote(str(config))} AWS_PROFILE=operations",
        "  make ops ARGS=cases",
    )


def _need_port(port: int) -> None:
    """Find out before the cloud starts, which takes a while."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise typer.BadParameter(f"port {port}: {error.strerror}. Take another, or 0 for a free one") from error


def _stop_by_hand() -> threading.Event:
    """Let Ctrl-C end the start, too. The event keeps it where a callback of the interpreter has lost the exception."""
    stop = threading.Event()

    def interrupt(*_: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    return stop


def _serve(console: Console, stop: threading.Event) -> None:
    """Say where the console is, and wait for Ctrl-C."""
    set_by_hand(stop)
    address = FOLDER / "address"
    address.parent.mkdir(parents=True, exist_ok=True)
    address.write_text(console.url, encoding="utf-8")
    try:
        say("", f"Supervision is at {console.url}/", "", "Ctrl-C ends it.")
        stop.wait()
    finally:
        address.unlink(missing_ok=True)
        (FOLDER / "aws.config").unlink(missing_ok=True)
    say("\rThe console has ended.")


def _export(folder: Path, since: str, until: str | None, only: str, most: int, **where: str | None) -> None:
    _span(since, until)
    Filter.parse(only)
    folder.mkdir(parents=True, exist_ok=True)
    with _asked(**where) as ask:
        span, now = _span(since, until), datetime.now(UTC)
        number = export(ask, folder, span, now, only, most=most)
    say(f"{number} pages are in {folder}; begin with {folder / 'index.html'}")


def _span(since: str, until: str | None) -> Range:
    now = datetime.now(UTC)
    span = Range(moment_before(since, now), moment_before(until, now) if until else now)
    if span.since >= span.until:
        raise typer.BadParameter("the range has to end after it begins")
    return span


@contextmanager
def _asked(stack: str | None, profile: str | None, region: str | None) -> Iterator[Ask]:
    """Whom an export asks: the stack; else the console that runs; else an embedded cloud of its own."""
    if stack:
        yield _of_account(stack, profile, region)
        return
    with suppress(OSError, NoScreen):
        console = asking_console((FOLDER / "address").read_text(encoding="utf-8"))
        console({"describe": True})
        yield console
        return
    with _embedded(120, 10) as stage:
        say("No console runs here: payments come for a minute, then the screens are written.")
        threading.Event().wait(timedelta(minutes=1).total_seconds())
        yield ask_of(stage)


if __name__ == "__main__":
    app()
