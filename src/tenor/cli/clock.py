"""`tenor clock`: shows the test clock, and moves it forward (rules 1)."""

import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tenor.domain.refusals import Refusal
from tenor.domain.terms import boundary
from tenor.gateways import clock as clocks
from tenor.gateways.payments.errors import GatewayUnavailable
from tenor.usecases.move_clock import move_clock
from tenor.usecases.pass_day import pass_day
from tenor.usecases.resume_clock import resume_clock
from tenor.usecases.stop_clock import stop_clock

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Shows the test clock, and moves it forward.")
console = Console(highlight=False)

MORNING = time(9, tzinfo=UTC)
"""The hour that a bare date means."""
_SPAN = re.compile(r"(\d+)\s*(h|d|w|mo|y)")
_REFUSALS = {
    "clock_backwards": "The clock only moves forward: it shows {now} already.",
    "no_test_clock": "Business time is the system's here: TENOR_TEST_CLOCK is not set.",
}


@app.command()
def show() -> None:
    """Says what time it is for the business, and whether it passes."""
    how = "ticks" if clocks.ticks() else "stands still"
    console.print(f"{_text(clocks.now())} ({how if settings.TEST_CLOCK else 'the system clock'})")


@app.command("set")
def set_(
    to: Annotated[str, typer.Argument(metavar="DATE-OR-INSTANT", help="2027-03-01, or 2027-03-01T14:30 (UTC)")],
) -> None:
    """Moves the clock to that date (09:00 UTC) or instant, and does what falls due until then, day by day."""
    _carry_out(lambda: _move(_instant(to)))


@app.command()
def advance(
    by: Annotated[str, typer.Argument(metavar="SPAN", help="12h, 30d, 2w, 2mo or 1y")],
) -> None:
    """Moves the clock by that much, and does what falls due until then, day by day."""
    _carry_out(lambda: _move(later(clocks.now(), by)))


@app.command(hidden=True)
def resume() -> None:
    """Lets the clock tick on from where the last run left it; for whoever starts a demo."""
    _carry_out(resume_clock)


@app.command(hidden=True)
def stand() -> None:
    """Lets the clock stand still; for whoever stops a demo."""
    _carry_out(stop_clock)


def later(now: datetime, span: str) -> datetime:
    """`now` plus a span such as 30d, 2mo or 1y; months end where the calendar does. Raises ValueError."""
    found = _SPAN.fullmatch(span.strip().lower())
    if found is None:
        raise ValueError(f"{span!r} is no span: write 12h, 30d, 2w, 2mo or 1y")
    count, unit = int(found[1]), found[2]
    if unit in ("mo", "y"):
        return datetime.combine(boundary(now.date(), count * (12 if unit == "y" else 1)), now.timetz())
    return now + count * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[unit]


def _instant(text: str) -> datetime:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return datetime.combine(date.fromisoformat(text), MORNING)
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise ValueError(f"{text!r} is no date or instant: write 2027-03-01 or 2027-03-01T14:30") from fault
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _move(to: datetime) -> None:
    now = clocks.now()
    if to < now:
        raise Refusal("clock_backwards", {"now": _text(now)})
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"{now:%Y-%m-%d}", total=(to - now).days + 1)
        for instant in _each_day(now, to):
            progress.update(task, description=f"{instant:%Y-%m-%d}")
            move_clock(to=max(instant, clocks.now()))  # it may tick while we work
            pass_day(now=clocks.now())
            progress.advance(task)
    show()


def _each_day(now: datetime, to: datetime) -> list[datetime]:
    """One instant a day, and the goal: a term that ended is renewed on its day, not all at once at the end."""
    days = range(1, (to - now).days + 1)
    return [*(instant for day in days if (instant := now + timedelta(days=day)) < to), to]


def _carry_out(act: Callable[[], object]) -> None:
    try:
        act()
    except ValueError as fault:
        sys.stderr.write(f"{fault}\n")
        raise SystemExit(2) from fault
    except Refusal as refusal:
        sys.exit(_REFUSALS[refusal.code].format(**refusal.facts))
    except GatewayUnavailable as fault:
        sys.exit(f"The sandbox provider does not answer; is the demo running? ({fault})")


def _text(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
