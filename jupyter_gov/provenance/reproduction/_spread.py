"""Metrics over several reproductions: chance or change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...records import AssessmentResult, Metric, Record, Spread
from ._pairing import pair
from ._values import numbers

SAME = "always as in the run"


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
    """
    if len(spread.values) < 2 or spread.original is None:
        return ""
    if varies(spread):
        inside = min(spread.values) <= spread.original <= max(spread.values)
        return "varies by chance, the run's value within" if inside else "varies by chance, the run's value outside"
    return SAME if _same(spread.values[0], spread.original) else "always the same, but not as in the run"


def varies(spread: Spread) -> bool:
    """Say whether the values of a metric differ from one reproduction to the next."""
    return any(not _same(v, spread.values[0]) for v in spread.values)


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
