"""Commands that execute a run again."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from jupyter_gov.errors import InputError
from jupyter_gov.records import TOLERANCE, Reproduction

from ._support import command, tell

GOOD = ("identical", "equivalent")
"""Verdicts for which the exit status is 0."""


@command("reproduce")
@click.argument("run", default="latest")
@click.option("--all", "everything", is_flag=True, help="Every cell, and not only those that stand behind a result.")
@click.option(
    "--env",
    type=click.Choice(["current", "rebuild"]),
    default="current",
    show_default=True,
    help="Where: in this environment, or in a fresh one with the versions that the run had.",
)
@click.option("--input", "inputs", multiple=True, metavar="OLD=NEW", help="Where a file that the run read is now.")
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="NAME",
    help="A secret that the code needs, from the environment variable of that name or from the keyring.",
)
@click.option("--restore-state", is_flag=True, help="Put the recorded states of random generators back.")
@click.option(
    "--tolerance",
    type=float,
    default=TOLERANCE,
    show_default=True,
    help="Relative difference up to which numbers are equivalent.",
)
@click.option("--times", type=int, default=1, show_default=True, help="Repeat, and tell how far each metric varies.")
@click.option("--timeout", type=float, metavar="SECONDS", help="For all cells together.")
def reproduce(
    run: str,
    *,
    everything: bool,
    inputs: Sequence[str],
    restore_state: bool,
    store: str | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Execute RUN again, an id or a bundle, and say whether it comes out again; exit status 0 only if it does."""
    made = execute_again(
        run,
        store=store,
        scope="all" if everything else "slice",
        inputs=dict(_pair(text) for text in inputs),
        restore=restore_state,
        **asked,
    )
    tell(as_json, made.to_json(), describe(made, run, store))
    if made.verdict not in GOOD:
        sys.exit(1)


def execute_again(run: str, **asked: Any) -> Reproduction:
    """Reproduce a run, with progress on a terminal; nothing is left behind where that is broken off."""
    from jupyter_gov.display import Progress
    from jupyter_gov.services import reproduce

    try:
        with _terminable(), Progress(None) as progress:
            return reproduce(run, progress=progress if sys.stderr.isatty() else None, **asked)
    except KeyboardInterrupt:
        click.echo("\nThe reproduction was broken off; nothing of it is left.", err=True)
        sys.exit(128 + signal.SIGINT)


def describe(made: Reproduction, run: str, store: str | None) -> list[str]:
    """Return what a person is told, a line each."""
    from jupyter_gov.display import reproduction
    from jupyter_gov.services import reproduced_cells

    _, text = reproduction(made, cells=reproduced_cells(run, store))
    return text.split("\n")


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise InputError(f"--input {text!r} has no two paths.", hint="Write --input OLD=NEW.")
    return old, new


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Let a signal that ends the process end what it has begun first."""

    def end(number: int, _: object) -> None:
        sys.exit(128 + number)

    ending = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # One that is ignored, as by nohup, stays so.
    before = {number: signal.signal(number, end) for number in ending if signal.getsignal(number) != signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
