"""Metrics over several reproductions: chance or change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...records import AssessmentResult, Compared, Dataset, Fit, Metric, Prediction, Record, Spread
from ._pairing import pair
from ._values import numbers

SAME = "always as in the run"

TELLING = 20
"""Repetitions from which on it says something that the run's value lies outside of theirs."""


def spread_of(
    before: Sequence[Record], runs: Sequence[tuple[Sequence[Record], Mapping[str, str]]]
) -> tuple[Spread, ...]:
    """Return each metric of a run over several reproductions of it.

    Parameters
    ----------
    before : sequence of Record
        The run's.
    runs : sequence of (sequence of Record, mapping)
        The records of each reproduction, and its pairs of cells as for `compare_runs`.

    Returns
    -------
    tuple of Spread
        One for each number that is a metric, is inside of one, or estimates a measure of an assessment, in the order of
        the run. Values are those of the reproductions that have it.
    """
    found: dict[tuple[str, str], list[float]] = {}
    original: dict[tuple[str, str], tuple[str, float]] = {}
    for after, pairs in runs:
        for one, other, *_ in pair(before, after, pairs):
            if isinstance(one, Metric | AssessmentResult) and other is not None:
                now = dict(_numbers(other))
                for name, value in _numbers(one):
                    original.setdefault((one.id, name), (one.id, value))
                    found.setdefault((one.id, name), []).extend([now[name]] if name in now else [])
    return tuple(
        Spread(metric=metric, name=name, original=original[metric, name][1], values=tuple(values))
        for (metric, name), values in found.items()
    )


def tell_spread(spread: Spread) -> str:
    """Return what a metric's values over several reproductions say, in a few plain words; empty where they say nothing.

    Where they differ among themselves, chance is at work; where they agree among themselves but not with the run,
    something has changed.

    Notes
    -----
    Of ``n + 1`` values that chance alone makes different, each is as likely as any other to be the lowest or the
    highest: the run's lies outside of the ``n`` others with a probability of ``2 / (n + 1)``, which is why nothing is
    made of that while there are few (the range as a prediction interval without a distribution: Hahn and Meeker,
    Statistical Intervals, Wiley 1991, chapter 5). Equal values make it less.
    """
    if len(spread.values) < 2 or spread.original is None:
        return ""
    if varies(spread):
        if min(spread.values) <= spread.original <= max(spread.values):
            return "varies by chance, the run's value within"
        if len(spread.values) < TELLING:
            return "varies by chance"
        chance = f"{200 / (len(spread.values) + 1):.2g} %"
        return f"varies by chance, the run's value outside (chance alone: {chance})"
    return SAME if _same(spread.values[0], spread.original) else "always the same, but not as in the run"


def varies(spread: Spread) -> bool:
    """Say whether the values of a metric differ from one reproduction to the next."""
    return any(not _same(v, spread.values[0]) for v in spread.values)


def varied(first: Compared, runs: Sequence[tuple[Sequence[Record], Sequence[Compared]]]) -> bool | None:
    """Say whether something came out otherwise from one reproduction to the next; None where that is not on record.

    Parameters
    ----------
    first : Compared
        What to look at, as one of the reproductions has it.
    runs : sequence of (sequence of Record, sequence of Compared)
        The records of each reproduction, and its items.
    """
    seen = []
    for records, items in runs:
        known = {r.id: r for r in records}
        again = [known.get(i.again) for i in items if _same_thing(i, first)]
        seen.append([_content(r) for r in again if r is not None])
    if len(seen) < 2 or any(c is None for contents in seen for c in contents):
        return None
    return any(contents != seen[0] for contents in seen)


def _same_thing(one: Compared, other: Compared) -> bool:
    if one.record or other.record:
        return one.record == other.record
    return (one.of, one.name, one.cell) == (other.of, other.name, other.cell)


def _content(record: Record) -> str | None:
    """Return what tells whether two records are of the same content; None where they do not say it."""
    match record:
        case Dataset() | Prediction():
            return record.digest or None
        case Fit():
            return record.model_digest or None
        case Metric():
            return repr(record.value)
        case AssessmentResult():
            return repr([record.status, *((v.value, v.lower, v.upper) for v in record.values)])
    return None


def changed(spread: Spread) -> bool:
    """Say whether several reproductions agree on a value that is not the run's."""
    if len(spread.values) < 2 or spread.original is None:
        return False
    return not varies(spread) and not _same(spread.values[0], spread.original)


def _same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)


def _numbers(record: Metric | AssessmentResult) -> Iterator[tuple[str, float]]:
    if isinstance(record, Metric):
        for path, value in numbers(record.value):
            yield f"{record.name}{'' if not path or path.startswith('[') else ' '}{path}", value
        return
    for v in record.values:
        if v.kind == "estimate" and v.value is not None:
            label = f" ({v.label})" if v.label else ""
            yield f"{v.measure}{label}", v.value
