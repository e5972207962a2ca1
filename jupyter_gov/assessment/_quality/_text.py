"""Checks of text: numbers and dates as text, spellings of one level, what stands for missing, mixed types, levels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from ._columns import Column
from ._issues import Issue, rows, share

PLACEHOLDERS = frozenset(
    {"", "-", "--", ".", "?", "n/a", "na", "#n/a", "n.a.", "nan", "nil", "none", "null", "missing", "not available"}
)
"""Text that stands for a missing value, in lower case."""
MANY_LEVELS = 100
RARE = 10
"""Rows below which a level is rare."""
_LOOKED = 20_000
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?([.,]\d+)?([eE][+-]?\d+)?\s*[%€$£]?")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})")
_SPACES = re.compile(r"\s+")


def check_text(column: Column) -> Iterator[Issue]:
    """Yield what is found in a column of text or of objects; at most its 20,000 most frequent values are read."""
    n = len(column)
    types: dict[str, int] = defaultdict(int)
    for level, count in zip(column.levels, column.frequencies.tolist(), strict=True):
        types[type(level).__name__] += count
    if len(types) > 1 and not set(types) <= {"int", "float"}:
        most = max(types, key=lambda kind: types[kind])
        count = sum(types.values()) - types[most]
        told = ", ".join(f"{kind} ({rows(k)})" for kind, k in sorted(types.items(), key=lambda one: -one[1])[:4])
        yield Issue(
            "mixed_types",
            column.name,
            count,
            n,
            f"{column.name} holds values of several types: {told}.",
            "Read or convert the column as one type.",
            "warning",
        )
    levels, counts = _texts(column)
    if not levels:
        return
    yield from _stand_ins(column, levels, counts, n)
    yield from _readable(column, levels, counts, n)
    yield from _spellings(column, levels, counts, n)
    yield from _many(column, n)


def _texts(column: Column) -> tuple[list[str], list[int]]:
    often = np.argsort(-column.frequencies, kind="stable")[:_LOOKED]
    pairs = [(column.levels[i], int(column.frequencies[i])) for i in often.tolist()]
    kept = [(level, count) for level, count in pairs if isinstance(level, str)]
    return [level for level, _ in kept], [count for _, count in kept]


def _stand_ins(column: Column, levels: list[str], counts: list[int], n: int) -> Iterator[Issue]:
    found = {level.strip().casefold() for level in levels} & PLACEHOLDERS
    count = sum(k for level, k in zip(levels, counts, strict=True) if level.strip().casefold() in PLACEHOLDERS)
    if found:
        named = ", ".join(f"“{one}”" if one else "empty text" for one in sorted(found)[:3])
        yield Issue(
            "missing_as_text",
            column.name,
            count,
            n,
            f"{column.name} holds {named} in {rows(count)} ({share(count, n)}), which may stand for missing.",
            "Make them missing when the data are read, for example with na_values.",
            "warning",
        )


def _readable(column: Column, levels: list[str], counts: list[int], n: int) -> Iterator[Issue]:
    """Yield numbers and dates as text; of numbers with leading zeros, as in postal codes, nothing is said."""
    kept = [(t.strip(), k) for t, k in zip(levels, counts, strict=True) if t.strip().casefold() not in PLACEHOLDERS]
    total = sum(k for _, k in kept)
    if not total:
        return
    numeric = [(text, k) for text, k in kept if any(c.isdigit() for c in text) and _NUMBER.fullmatch(text)]
    count = sum(k for _, k in numeric)
    coded = any(len(text) > 1 and text[0] == "0" and text.isdigit() for text, _ in numeric)
    if count == total and not coded:
        yield Issue(
            "numbers_as_text",
            column.name,
            count,
            n,
            f"{column.name} holds numbers as text.",
            "Convert it with pandas.to_numeric, unless the numbers are names.",
            "warning",
        )
    elif total > count >= 0.5 * total and not coded:
        other = total - count
        yield Issue(
            "text_among_numbers",
            column.name,
            other,
            n,
            f"{column.name} holds numbers as text but for {rows(other)} ({share(other, n)}).",
            "Find out what the others mean, and make them missing or numbers.",
            "warning",
        )
    elif sum(k for text, k in kept if _DATE.fullmatch(text)) >= 0.95 * total:
        yield Issue(
            "dates_as_text",
            column.name,
            total,
            n,
            f"{column.name} holds dates as text.",
            "Convert it with pandas.to_datetime, saying which part is the day.",
            "info",
        )


def _spellings(column: Column, levels: list[str], counts: list[int], n: int) -> Iterator[Issue]:
    groups: dict[str, list[int]] = defaultdict(list)
    for level, count in zip(levels, counts, strict=True):
        groups[_SPACES.sub(" ", level).strip().casefold()].append(count)
    several = [found for found in groups.values() if len(found) > 1]
    count = sum(sum(found) - max(found) for found in several)
    if several:
        told = "1 level" if len(several) == 1 else f"{len(several):,} levels"
        yield Issue(
            "spellings",
            column.name,
            count,
            n,
            f"{told} of {column.name} {'is' if len(several) == 1 else 'are'} written in more than one way, which "
            f"differ in capitals or spaces ({rows(count)} are not in the usual one).",
            "Strip spaces and use one case.",
            "warning",
        )


def _many(column: Column, n: int) -> Iterator[Issue]:
    number = column.distinct
    unique = number >= 0.9 * (n - column.lacking)
    if unique or number <= 2:
        return
    rare = column.frequencies[column.frequencies < RARE]
    if number > MANY_LEVELS:
        yield Issue(
            "many_levels",
            column.name,
            int(rare.sum()),
            n,
            f"{column.name} has {number:,} levels; {len(rare):,} of them have fewer than {RARE} rows each, "
            f"{share(int(rare.sum()), n)} of the rows together.",
            "Group rare levels, or encode them by what they have in common.",
            "info",
        )
    elif len(rare) and n >= 20 * RARE:
        yield Issue(
            "rare_levels",
            column.name,
            int(rare.sum()),
            n,
            f"{len(rare):,} of {number:,} levels of {column.name} {'has' if len(rare) == 1 else 'have'} fewer than "
            f"{RARE} rows ({rows(int(rare.sum()))} in all).",
            "A model cannot learn from so few: group them.",
            "info",
        )
