"""The lines of the magics, taken apart."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import NoReturn

from IPython.core.magic_arguments import MagicArgumentParser

from ..errors import InputError

_USAGE = "%(prog)s MODEL X y, or PREDICTIONS y, or TABLE; then --sensitive a,b and others (docs/reference.md)"


class Parser(MagicArgumentParser):
    """An argument parser whose complaints are errors of ours."""

    def error(self, message: str) -> NoReturn:
        usage = " ".join(self.format_usage().split()).removeprefix("usage: ").lstrip(":% ")
        raise InputError(f"%{self.prog}: {message}.", hint=f"Usage: %{usage}")


def parser(name: str, about: str, usage: str | None = None) -> Parser:
    """Return a parser of a magic's line; `usage` is short where there are many options."""
    made = Parser(prog=name, description=about, usage=usage, add_help=False)  # type: ignore[no-untyped-call]
    made.allow_abbrev = False  # else an option that is added later would change what a short form means
    return made


def assess_parser() -> Parser:
    """Return the parser of ``%gov_assess``."""
    made = parser("gov_assess", "Assess a model, predictions, or a table of both.", _USAGE)
    made.add_argument("model", metavar="MODEL")
    made.add_argument("X", metavar="X", nargs="?")
    made.add_argument("y", metavar="y", nargs="?")
    made.add_argument("--sensitive", help="columns, separated by commas")
    made.add_argument("--attributes", metavar="FRAME")
    made.add_argument("--policy")
    made.add_argument("--include", help="assessments, separated by commas")
    made.add_argument("--confidence", type=float, default=0.95)
    made.add_argument("--task", help="binary, multiclass, regression or ranking")
    made.add_argument("--positive", metavar="LABEL")
    made.add_argument("--threshold", type=float, metavar="T")
    made.add_argument("--control", help="another model, or its predictions")
    made.add_argument("--costs", help="such as false_positive=1,false_negative=5")
    made.add_argument("--weight", help="sample weights")
    made.add_argument("--strata", help="columns, separated by commas")
    made.add_argument("--reference", help="such as race=White")
    made.add_argument("--bins", help="groups of a quantity, such as age=25:40:65")
    made.add_argument("--target", metavar="COL")
    made.add_argument("--prediction", metavar="COL")
    made.add_argument("--score", metavar="COL")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--train", help="what the model was trained on: a table, or (table,target)")
    made.add_argument("--changeable", help="what a person can change, such as loanamt=50:300,savings=increase")
    made.add_argument("--reasons", metavar="FILE", help="a YAML file with the reasons that columns stand for")
    _limit(made, "of predictions, for each assessment")
    made.add_argument("--floor", type=float, default=0.0, help="the smallest effect that counts as drift")
    made.add_argument("--interactive", action="store_true", help="explore thresholds, groups, rows and columns")
    return made


def explain_parser() -> Parser:
    """Return the parser of ``%gov_explain``."""
    made = parser("gov_explain", "Explain why a model decided one row as it did.")
    made.add_argument("model", metavar="MODEL")
    made.add_argument("X", metavar="X")
    made.add_argument("row", metavar="ROW")
    made.add_argument("--reasons", metavar="FILE", help="a YAML file with the reasons that columns stand for")
    made.add_argument("--changeable", help="what the person can change, such as loanamt=50:300,savings=increase")
    made.add_argument("--background", help="approved, 'just approved', all, or a table of rows to compare with")
    made.add_argument("--positive", metavar="LABEL")
    made.add_argument("--unfavourable", metavar="LABEL")
    made.add_argument("--confidence", type=float, default=0.95)
    made.add_argument("--seed", type=int, default=0)
    _limit(made, "of predictions")
    return made


def compare_parser() -> Parser:
    """Return the parser of ``%gov_compare``."""
    made = parser("gov_compare", "Find what has changed between two data sets.")
    made.add_argument("reference", metavar="REFERENCE")
    made.add_argument("current", metavar="CURRENT")
    made.add_argument("--model", metavar="M", help="a model: what it says of both, and why, is compared too")
    made.add_argument("--target", metavar="COL", help="the column of what happened, or (y_reference,y_current)")
    made.add_argument("--positive", metavar="LABEL")
    made.add_argument("--floor", type=float, default=0.0, help="the smallest distance that counts")
    made.add_argument("--level", type=float, default=0.05, help="how often there may be an alarm without a change")
    made.add_argument("--confidence", type=float, default=0.95)
    made.add_argument("--seed", type=int, default=0)
    _limit(made, "of predictions")
    return made


def reproduce_parser() -> Parser:
    """Return the parser of ``%gov_reproduce``."""
    made = parser("gov_reproduce", "Execute a run again and say whether it comes out again.")
    made.add_argument("run", metavar="RUN", nargs="?")
    made.add_argument("--all", action="store_true", help="every cell")
    made.add_argument("--env", choices=["current", "rebuild"], default="current")
    made.add_argument("--input", action="append", default=[], metavar="OLD=NEW", help="where a file is now")
    made.add_argument("--secret", action="append", default=[], metavar="NAME")
    made.add_argument("--restore-state", dest="restore", action="store_true")
    made.add_argument("--tolerance", type=float)
    made.add_argument("--times", type=int, default=1)
    made.add_argument("--timeout", type=float, metavar="SECONDS")
    return made


def _limit(made: Parser, about: str) -> None:
    made.add_argument(
        "--limit", "--time_limit", "--time-limit", dest="limit", type=float, metavar="SECONDS", help=about
    )


def words(line: str) -> list[str]:
    """Split a magic's line at its spaces; quotes keep a word together, and within an expression they stay."""
    try:
        parts = shlex.split(line, posix=False)
    except ValueError as error:
        raise InputError(f"The line cannot be read: {error}.", hint="Close every quotation mark.") from error
    return [p[1:-1] if len(p) > 1 and p[0] == p[-1] and p[0] in "\"'" else p for p in parts]


def pairs(texts: Sequence[str], option: str) -> dict[str, str]:
    """Split each ``OLD=NEW``."""
    found = [text.partition("=") for text in texts]
    if not all(old and equals and new for old, equals, new in found):
        raise InputError(f"{option} needs two paths.", hint=f"Write {option} OLD=NEW.")
    return {old: new for old, _, new in found}


def names(text: str | None) -> list[str] | None:
    """Split ``a, b`` at the commas."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]
