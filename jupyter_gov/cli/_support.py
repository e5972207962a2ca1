"""What all commands share: options, errors in one sentence, printing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click

from jupyter_gov import __version__
from jupyter_gov.errors import GovError

F = TypeVar("F", bound=Callable[..., Any])

_STORE = click.option("--store", metavar="URL", help="URL or path of the store; beats JUPYTER_GOV_STORE.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jupyter-gov")
def main() -> None:
    """Governance where models are made: track notebooks, assess models, render reports."""


def command(name: str, *, group: click.Group = main) -> Callable[[F], click.Command]:
    """Make a command that takes --store and --json and says errors in one sentence.

    Parameters
    ----------
    name : str
    group : click.Group
        What it is a command of; ``jupyter gov`` itself by default. Commands of another group take no --store.
    """

    def wrap(function: F) -> click.Command:
        @wraps(function)
        def safe(*args: Any, as_json: bool, **kwargs: Any) -> None:
            try:
                function(*args, as_json=as_json, **kwargs)
            except GovError as error:
                if as_json:
                    click.echo(json.dumps({"error": error.to_json()}))
                fail(error)

        return group.command(name)(_STORE(_JSON(safe)) if group is main else _JSON(safe))

    return wrap


CUT = 60
"""Characters of a name that a person is shown."""


def aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the lines of a table."""
    from jupyter_gov.display import words

    table = [tuple(words.shorten(words.printable(c), CUT) for c in row) for row in rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in table]


def tell(as_json: bool, data: dict[str, Any], lines: list[str]) -> None:
    """Print data as JSON, in ASCII, or lines: no name in either steers the terminal."""
    if as_json:
        from jupyter_gov.ledger import plain

        # JSON has no word for NaN.
        lines = [json.dumps(plain(data), allow_nan=False)]
    for line in lines:
        click.echo(_printable(line))


def fail(error: object) -> NoReturn:
    """Say what is wrong, and end with exit status 1."""
    click.echo(f"Error: {_printable(str(error))}", err=True)
    sys.exit(1)


def _printable(text: str) -> str:
    try:
        from jupyter_gov.display.words import printable
    except ImportError:  # what `doctor` says about that must be said
        return text
    return printable(text)
