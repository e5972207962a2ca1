"""Adversarial changes: how little a declined person must change, within declared bounds, for another decision."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ...records import Json, Outcome, Value
from .._performance._quantiles import quantile_band
from .._prepare import Floats, plain
from .._registry import add_assessment
from .._subject import Subject
from .._table import take
from .._values import estimate
from ._asking import Answer, Asker
from ._changes import Changes, changes_of
from ._comparing import share
from ._search import DEEPEST, Flips, answers_needed, find_flips

MOST_ROWS = 100
"""Declined rows that are searched for at most."""
FRAGILE = 0.1
"""A decision that a change of so many spreads flips is fragile."""


def _fits(subject: Subject) -> str:
    if subject.model is None:
        return subject.no_model
    if not subject.changeable:
        return "No column is declared changeable. Name those that a person can change with the option changeable."
    return ""


@add_assessment(
    name="adversarial",
    title="Adversarial changes",
    question="How little must a declined person change, of what they can change, to be decided otherwise?",
    tasks=("binary",),
    needs="The model, and the columns that a person can change, with bounds (option changeable).",
    formula=(
        "For each of up to 100 rows that are decided negative: the change within bounds that flips the decision with "
        "the fewest columns, and then the smallest sum of |change| / spread; the spread is 1.4826 times the median "
        "absolute deviation (the standard deviation where that is 0), a level counts 1. One column: every value seen, "
        "then halving; several: beam search, then taking back. Every flip is verified by the model."
    ),
    intervals="Shares: Wilson, exact where few. Medians: order statistics. For the draw of rows, not for the search.",
    source="Wachter, Mittelstadt & Russell (2017); Ustun, Spangher & Liu (2019), FAT*; Karimi et al. (2022).",
    reading=(
        "Many flips by tiny changes mean decisions that hang on a hair, or can be had by writing a little more into a "
        "form; a column that flips many by itself, and that nobody checks, invites that. Few flips mean that declined "
        "people can do little within the bounds."
    ),
    limits=(
        "What is found is an upper bound: for one column exact up to the grid of values seen, for several a smaller "
        "change may exist, and a row without a flip may have one. Columns are changed without what goes along with "
        "them in the world. It is no advice: a changed column does not make a person another risk."
    ),
    cost="Some hundred predictions for each row and column that can change; about 1 s for 100 rows and 5 columns.",
    page="docs/assessments/adversarial.md",
    fits=_fits,
)
def adversarial(subject: Subject) -> Outcome:
    """Return how small changes within bounds flip the decisions about declined rows."""
    labels = subject.encoded
    changes = changes_of(subject.changeable, subject.table)
    declined = np.flatnonzero(~labels.predicted & _weighted(subject))
    rows = np.random.default_rng(subject.seed).permutation(declined)[:MOST_ROWS]
    negative = plain(labels.negative)
    parameters: dict[str, Json] = {
        "rows": len(rows),
        "rows_declined": len(declined),
        "declined_label": negative,
        "columns": [one.column.name for one in changes.bounds],
        "bounds": {one.column.name: one.words for one in changes.bounds},
        "spread": {one.column.name: one.spread for one in changes.bounds if one.numeric},
        "fragile": FRAGILE,
        "most_columns": DEEPEST,
        "seed": subject.seed,
        "confidence": subject.confidence,
    }
    if not len(rows):
        note = f"No row is decided {negative!r}, so there is no decision to flip."
        return Outcome(parameters=parameters, notes=(note,))
    n = len(rows)
    subject.asked_model.afford(2 * (answers_needed(n, changes) + n), 100)
    asker = Asker.of(subject, take(subject.table, rows))
    before = Answer(scores=asker.before.scores, decided=np.zeros(n, np.int64))
    found = find_flips(asker, changes, rows, before, lambda done, total: subject.progress("adversarial", done, total))
    weight = None if subject.weight is None else subject.weight[rows]
    values = tuple(_values(found, changes, weight, subject.confidence))
    flipped = np.isfinite(found.distance)
    curves: dict[str, Json] = {}
    if flipped.any():
        distance = np.sort(found.distance[flipped])
        curves["smallest_change"] = {
            "x": [round(float(x), 6) for x in distance],
            "y": [(i + 1) / n for i in range(len(distance))],
        }
    notes = [f"Declined are rows that are decided {negative!r}; name the other label with the option positive if it is "
             "the favourable one."]  # fmt: skip
    if n < len(declined):
        notes.append(f"The search was made for {n} of {len(declined):,} declined rows, drawn at random.")
    return Outcome(values=values, parameters=parameters, notes=tuple(notes), curves=curves)


def _weighted(subject: Subject) -> Any:
    return np.ones(len(subject), np.bool_) if subject.weight is None else subject.weight > 0


def _values(found: Flips, changes: Changes, weight: Floats | None, confidence: float) -> Iterable[Value]:
    n, flipped = len(found.distance), np.isfinite(found.distance)
    where: dict[str, Any] = {"kind": "perturbation", "reference": "unchanged", "group": "smallest change within bounds"}

    def rate(measure: str, happened: Any, among: Any, **more: Any) -> Value:
        if not among.any():
            return estimate(measure, math.nan, math.nan, math.nan, confidence, 0, "", **where | more)
        interval, method = share(happened[among], None if weight is None else weight[among], confidence)
        return estimate(measure, *interval, confidence, int(among.sum()), method, **where | more)

    def median(measure: str, x: Floats) -> Value:
        if not flipped.any():
            return estimate(measure, math.nan, math.nan, math.nan, confidence, 0, "", **where)
        own = None if weight is None else weight[flipped]
        band = quantile_band(x[flipped], own, confidence, shares=np.array([0.5]))
        lower, upper = (math.nan if band[side][0] is None else band[side][0] for side in ("lower", "upper"))
        return estimate(
            measure, band["y"][0], lower, upper, confidence, int(flipped.sum()), "order statistics", **where
        )

    every, count = np.ones(n, np.bool_), found.changed.sum(axis=1).astype(np.float64)
    yield rate("decisions_flipped", flipped, every)
    yield rate("decisions_flipped_by_one_column", flipped & (count == 1), every)
    yield rate("fragile_decisions", found.distance <= FRAGILE, every)
    yield median("smallest_change", np.where(flipped, found.distance, 0.0))
    yield median("columns_changed", count)
    alone = [
        rate(
            "decisions_flipped", np.isfinite(found.alone[:, j]), every, attribute=one.column.name, group="changed alone"
        )
        for j, one in enumerate(changes.bounds)
    ]
    used = [
        rate("part_of_smallest_change", found.changed[:, j], flipped, attribute=one.column.name)
        for j, one in enumerate(changes.bounds)
    ]
    yield from sorted(alone, key=lambda value: -(value.value or 0.0))
    yield from sorted(used, key=lambda value: -(value.value or 0.0))
