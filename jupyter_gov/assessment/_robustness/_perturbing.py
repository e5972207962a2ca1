"""The changes of a table that a model is tried with: noise, missing values, unseen levels, extremes, units, steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from .._prepare import Floats, Ints
from ._columns import Column, with_columns

Family = Literal["noise", "missing cells", "missing column", "unseen category", "extreme value", "unit", "step"]
"""What a change stands for."""

NOISE = (0.05, 0.1, 0.25)
"""Standard deviations of noise, and shares of levels exchanged for another."""
MISSING = (0.05, 0.2)
"""Shares of cells that are lost."""
REPEATS = 5
"""Draws of a change of all columns that is made at random."""
FACTOR = 10.0
"""An extreme value lies so many times as far from zero as the farthest one seen."""
STEP = 0.5
"""Standard deviations that one column is moved by."""
UNITS: tuple[tuple[str, float, float], ...] = (
    ("in thousandths (× 1,000)", 1_000.0, 0.0),
    ("in thousands (× 0.001)", 0.001, 0.0),
    ("by month for by year (× 12)", 12.0, 0.0),
    ("in °F for °C (× 1.8 + 32)", 1.8, 32.0),
)
"""Units that a column may come in by mistake: in words, factor, and what is added."""
UNSEEN = "not seen before"
"""The level that no column has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbation:
    """A change of a table.

    Attributes
    ----------
    family : str
        See `Family`.
    words : str
        What is changed, for people.
    column : str or None
        The one that is changed; None for all of them.
    draws : int
        How many changed tables there are: of a change at random its repeats, of a step both directions.
    make : callable
        Returns them.
    """

    family: Family
    words: str
    column: str | None
    draws: int
    make: Callable[[], list[Any]]


def of_all(table: Any, columns: list[Column], seed: int) -> Iterator[Perturbation]:
    """Yield noise of several sizes, and several shares of missing cells, in all columns at once."""
    for i, size in enumerate(NOISE):
        yield Perturbation(
            family="noise",
            words=f"noise of {size:g} standard deviations",
            column=None,
            draws=REPEATS,
            make=partial(_noisy, table, columns, size, (seed, 1, i)),
        )
    for i, part in enumerate(MISSING):
        yield Perturbation(
            family="missing cells",
            words=f"{part:.0%} of cells missing",
            column=None,
            draws=REPEATS,
            make=partial(_lossy, table, columns, part, (seed, 2, i)),
        )


def of_step(table: Any, column: Column, seed: int) -> Iterator[Perturbation]:
    """Yield how one column is moved a little, or its levels are exchanged for others, as often as they occur."""
    if column.kind in ("number", "date") and column.deviation > 0:
        size = STEP * column.deviation
        yield Perturbation(
            family="step",
            words=f"moved up and down by {STEP:g} standard deviations",
            column=column.name,
            draws=2,
            make=lambda: [_put(table, column, moved(column, by)) for by in (size, -size)],
        )
    elif column.kind == "level" and len(column.levels) > 1:
        rng = np.random.default_rng((seed, 3, column.position))
        yield Perturbation(
            family="step",
            words="exchanged for another level",
            column=column.name,
            draws=1,
            make=lambda: [_put(table, column, column.with_codes(_others(column, rng)))],
        )


def of_column(table: Any, column: Column) -> Iterator[Perturbation]:
    """Yield what else can happen to one column: it is missing, holds an unseen level or an extreme, or changes unit."""

    def one(family: Family, words: str, changed: Callable[[], Any]) -> Perturbation:
        return Perturbation(
            family=family, words=words, column=column.name, draws=1, make=lambda: [_put(table, column, changed())]
        )

    if not column.missing.all():
        yield one("missing column", "missing in all rows", lambda: column.series.mask(~column.missing))
    if column.is_category:
        yield one("unseen category", "a level that was never seen", partial(unseen, column))
    if column.kind != "number":
        return
    for words, factor, added in UNITS:
        yield one("unit", words, partial(_scaled, column, factor, added))
    far = FACTOR * float(np.abs(column.known).max())
    ends = [(far, f"{FACTOR:g} × its largest size"), (-far, f"−{FACTOR:g} × its largest size")]
    for end, words in ends if column.known.min() < 0 else ends[:1]:
        yield one("extreme value", words, partial(_scaled, column, 0.0, end))


def moved(column: Column, by: float) -> Any:
    """Return a column of numbers or dates moved by so much, whole numbers by whole steps; none falls below zero."""
    by = float(np.sign(by) * max(round(abs(by)), 1)) if column.whole else by
    return column.with_numbers(_kept(column, column.numbers + by))


def unseen(column: Column) -> Any:
    """Return a column of text or a categorical type that holds one level that it has never seen."""
    import pandas as pd

    level: Any = UNSEEN
    dtype = column.series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        known = dtype.categories
        level = UNSEEN if known.dtype.kind not in "iuf" else known.max() + 1
        dtype = pd.CategoricalDtype([*known, level], ordered=dtype.ordered)
    return pd.Series([level] * len(column.series), index=column.series.index, dtype=dtype)


def _put(table: Any, column: Column, changed: Any) -> Any:
    return with_columns(table, {column.position: changed})


def _scaled(column: Column, factor: float, added: float) -> Any:
    if not factor:
        return column.with_numbers(np.where(np.isnan(column.numbers), np.nan, added))
    return column.with_numbers(column.numbers * factor + added)


def _noisy(table: Any, columns: list[Column], size: float, seed: tuple[int, ...]) -> list[Any]:
    made = []
    for repeat in range(REPEATS):
        rng = np.random.default_rng((*seed, repeat))
        made.append(with_columns(table, {c.position: _noise(c, size, rng) for c in columns if c.kind != "other"}))
    return made


def _lossy(table: Any, columns: list[Column], part: float, seed: tuple[int, ...]) -> list[Any]:
    made = []
    for repeat in range(REPEATS):
        rng = np.random.default_rng((*seed, repeat))
        made.append(with_columns(table, {c.position: c.series.mask(rng.random(len(c.series)) < part) for c in columns}))
    return made


def _noise(column: Column, size: float, rng: np.random.Generator) -> Any:
    if column.kind == "level":
        chosen = rng.random(len(column.codes)) < size
        return column.with_codes(np.where(chosen, _others(column, rng), column.codes))
    if not column.deviation > 0:
        return column.series
    numbers = column.numbers + rng.normal(0.0, size * column.deviation, len(column.numbers))
    if column.whole:
        # Rounding to the nearest would take small noise away; up or down by chance keeps its mean.
        numbers = np.floor(numbers + rng.random(len(numbers)))
    return column.with_numbers(_kept(column, numbers))


def _kept(column: Column, numbers: Floats) -> Floats:
    """Keep what has no negative values, such as an amount, from getting some."""
    return np.maximum(numbers, 0.0) if column.known.min() >= 0 else numbers


def _others(column: Column, rng: np.random.Generator) -> Ints:
    """Return for each row another level, as often as it occurs among the rest; missing ones stay so."""
    counts: Floats = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels)).astype(np.float64)
    if len(counts) < 2:
        return column.codes
    out = column.codes.copy()
    total = counts.sum()
    ends = np.cumsum(counts)
    for code in range(len(counts)) if len(counts) <= len(out) else ():
        rows = np.flatnonzero(column.codes == code)
        # A uniform draw over all rows but those of the level itself.
        at = rng.random(len(rows)) * (total - counts[code])
        at = np.where(at >= ends[code] - counts[code], at + counts[code], at)
        out[rows] = np.minimum(np.searchsorted(ends, at, side="right"), len(counts) - 1)
    return out
