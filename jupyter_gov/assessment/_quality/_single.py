"""Checks of a column whatever it holds: missing, constant, like an id."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ._columns import Column
from ._issues import Issue, number, rows, share

MUCH = 0.3
"""Share of missing values that is a warning."""
SOME = 0.05
"""Share of missing values that is named."""
NEARLY = 0.99
"""Share of one value from which a column is nearly constant."""
_FEW = 20
_LOOKED = 1_000
_SENTENCE = 5
_ID = re.compile(r"(^|[_\W])(id|ids|uuid|guid|key|index|row|rownum|number|nr|no)$", re.IGNORECASE)
_CAMEL = re.compile(r"[a-z](Id|ID|No|Nr|Key)$")
_UNNAMED = re.compile(r"Unnamed: \d+")
_DATES = (np.datetime64("1900-01-02"), np.datetime64("2100-01-01"))


def check_column(column: Column) -> Iterator[Issue]:
    """Yield what is found in a column of any type."""
    n = len(column)
    there = n - column.lacking
    if column.lacking and (column.lacking >= SOME * n or not there):
        much = column.lacking >= MUCH * n
        yield Issue(
            "missing",
            column.name,
            column.lacking,
            n,
            f"{column.name} is missing in {rows(column.lacking)} ({share(column.lacking, n)})."
            if there
            else f"{column.name} is missing in all rows.",
            "Find out why, for missing is seldom by chance; impute it with an indicator, or leave the column out."
            if there
            else "Leave the column out.",
            "error" if not there else "warning" if much else "info",
        )
    if there and column.distinct == 1 and n > 1:
        whole = "the same in all rows" if not column.lacking else "the same wherever it is not missing"
        yield Issue(
            "constant",
            column.name,
            there,
            n,
            f"{column.name} is {whole}.",
            "Leave the column out: it tells rows apart by nothing" + (" but being missing." if column.lacking else "."),
            "info" if column.lacking else "warning",
        )
    elif there >= 2 * _FEW and column.most >= NEARLY * there:
        other = there - column.most
        yield Issue(
            "nearly_constant",
            column.name,
            column.most,
            n,
            f"{column.name} has one value in {share(column.most, there)} of rows, and another in {rows(other)}.",
            "Check that the few rows are right; a model can learn little from them.",
            "info",
        )
    elif there >= _FEW:
        yield from _like_id(column, there, n)
    if column.kind == "date":
        yield from _odd_dates(column, n)


def _like_id(column: Column, there: int, n: int) -> Iterator[Issue]:
    unique = column.distinct == there
    nearly = column.distinct >= 0.9 * there
    named = bool(_ID.search(column.name) or _CAMEL.search(column.name) or _UNNAMED.fullmatch(column.name))
    why = ""
    if column.kind == "number" and column.whole:
        held = column.numbers[np.isfinite(column.numbers)]
        steps = np.diff(held)
        dense = float(held.max() - held.min()) < 2 * there
        if unique and ((steps > 0).all() or (steps < 0).all()):
            why = "all its whole numbers differ and go in the order of the rows"
        elif unique and dense:
            why = "all its whole numbers differ and leave hardly any out"
        elif nearly and named:
            why = "its name says so, and hardly any two rows share a value"
    elif column.kind in ("text", "mixed") and nearly and (unique or named or there >= 10 * _FEW):
        if _words(column) > _SENTENCE:
            yield Issue(
                "free_text",
                column.name,
                column.distinct,
                n,
                f"{column.name} seems to hold free text: its values are of several words, and hardly any occurs twice.",
                "Make features of it, or leave it out; look for personal data in it.",
                "info",
            )
            return
        why = f"{'no' if unique else 'hardly any'} two rows share a value"
    if why:
        yield Issue(
            "like_id",
            column.name,
            column.distinct,
            n,
            f"{column.name} looks like an id: {why}.",
            "Leave it out of the features: what a model learns from it holds for no other row.",
            "warning",
        )


def _words(column: Column) -> float:
    """Return the mean number of words of the first values."""
    some = [level for level in column.levels[:_LOOKED] if isinstance(level, str)]
    return sum(len(level.split()) for level in some) / len(some) if some else 0.0


def _odd_dates(column: Column, n: int) -> Iterator[Issue]:
    import pandas as pd

    days = pd.to_datetime(column.values, utc=True).dt.tz_localize(None).to_numpy("datetime64[s]")
    known = days[~np.isnat(days)]
    count = int(((known < _DATES[0]) | (known >= _DATES[1])).sum())
    if count:
        yield Issue(
            "date_range",
            column.name,
            count,
            n,
            f"{rows(count)} of {column.name} ({share(count, n)}) {'lies' if count == 1 else 'lie'} before "
            "1900-01-02 or after 2099.",
            "They may stand for “unknown” or “no end”: make them missing.",
            "warning",
        )
    epoch = int((known == np.datetime64("1970-01-01")).sum())
    if epoch > max(1, 10 * len(known) / max(column.distinct, 1)):
        yield Issue(
            "date_range",
            column.name,
            epoch,
            n,
            f"{rows(epoch)} of {column.name} ({share(epoch, n)}) are the first of January 1970, day {number(0)} of "
            "computers’ calendars.",
            "They may stand for missing: make them so.",
            "warning",
        )
