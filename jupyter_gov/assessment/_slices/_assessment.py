"""Where a model is worst: rows, picked by conditions on columns, whose loss is higher than elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...records import Outcome, Value
from .._registry import add_assessment
from .._subject import Subject
from .._table import column_at, names_of
from .._values import estimate
from ._columns import code_columns
from ._losses import losses_of
from ._measure import Measure, adjusted
from ._search import Rows, choose, find_slices, number_of_slices

FEWEST_ROWS = 4
"""Times the least rows of a slice that there must be: a slice and as many others in either half."""


def _fits(subject: Subject) -> str:
    if subject.features is None and not subject.sensitive:
        return "It needs the columns that predictions were made on (X), or sensitive columns."
    least = FEWEST_ROWS * _minimum(subject)
    if len(subject) < least:
        return (
            f"There are {len(subject):,} rows; to look for slices on one half and measure them on the other it needs "
            f"{least:,}."
        )
    return ""


def _minimum(subject: Subject) -> int:
    """Return the least rows of a slice in either half."""
    return max(subject.minimum, 30, -(-len(subject) // 200))


@add_assessment(
    name="slices",
    title="Worst slices",
    question="For which rows, described by one to three conditions, is the model worse than elsewhere?",
    tasks=("binary", "multiclass", "regression"),
    needs="Features or sensitive columns, and four times as many rows as the smallest slice that is looked for.",
    formula=(
        "Quantities are cut into eight bins of about equal size, of which any run is a condition; of other columns "
        "each level, and missing values. On one half of the rows, drawn at random, all slices of one and two "
        "conditions (and three, from the best of two) are ordered by d − z σ √(1/n + 1/(m − n)): the difference d of "
        "the mean loss inside and elsewhere, less what chance would add at most among so many slices. The worst that "
        "overlap by no more than half are measured on the other half. Loss: log loss where there are probabilities "
        "(kept 0.001 from 0 and 1), else 0/1; of numbers the absolute error."
    ),
    intervals=(
        "From the half of the rows on which nothing was searched, so that being chosen makes no slice look worse. "
        "Means: Student's t; rates: Wilson or exact; differences: Newcombe. p-values are one-sided (Welch's t test; "
        "for 0/1 without weights Fisher's exact test, with weights Welch's, with variances of at least those of the "
        "rate of all rows) and adjusted by Holm, for all slices that were measured."
    ),
    coverage=(
        "With nothing to find a slice was confirmed in 1% to 4% of samples of 400 to 4,000 rows (400 samples each, "
        "skewed losses), of very uneven weights and 0/1 losses, 10% or 90% of them wrong, in at most 1% (400 to 3,000 "
        "rows, 350 to 640 samples). With a planted slice and exponential losses, 4,000 rows, 93% to 94% of the 95% "
        "intervals of differences held the truth, and the mean estimate was off by 0.00 and 0.01, simulation error."
    ),
    source=(
        "Chung, Kraska, Polyzotis, Tae & Whang (2019), Slice Finder, ICDE; Sagadeeva & Boehm (2021), SliceLine, "
        "SIGMOD; Cox (1975), Biometrika 62:441–444, for finding on one part and testing on another; Holm (1979)"
    ),
    reading=(
        "A slice is confirmed if its adjusted p-value is at most 1 − confidence; others looked worse in one half and "
        "may be chance. Read how much worse by the lower limit of the difference, and how many people it is about by "
        "the share of rows. Then ask why: few rows in training, other labels, a broken column."
    ),
    limits=(
        "A slice may be hard rather than neglected: where outcomes are uncertain any model errs more. Small slices are "
        "out of sight: below 30 rows or 1% of either half. Nothing confirmed does not mean that the model is equally "
        "good everywhere. Another seed draws another half and may find other slices."
    ),
    cost="Linear in rows for each pair of columns: 100,000 rows and 30 columns take about two seconds.",
    page="docs/assessments/slices.md",
    fits=_fits,
)
def slices(subject: Subject) -> Outcome:
    """Return the rows, picked by conditions on columns, where the model is worse than elsewhere."""
    columns, notes = columns_of(subject)
    n = len(subject)
    losses = losses_of(subject)
    half, minimum = n // 2, _minimum(subject)
    drawn = np.random.default_rng(subject.seed).permutation(n)
    searched, measured = np.sort(drawn[:half]), np.sort(drawn[half:])
    coded, odd = code_columns(columns, minimum)
    if odd:
        notes.append(f"No slices are made of {', '.join(odd[:6])}, whose values cannot be compared.")
    weight = subject.weight
    given = Rows(searched, losses.by[losses.searched][searched], None if weight is None else weight[searched], minimum)
    subject.progress("slices", 0, 2)
    chosen = choose(coded, find_slices(coded, given), given, measured)
    subject.progress("slices", 1, 2)
    measure = Measure(
        {name: loss[measured] for name, loss in losses.by.items()},
        None if weight is None else weight[measured],
        subject.confidence,
    )
    masks = [one.holds(coded)[measured] for one in chosen]
    tested = adjusted([measure.p_value(mask, losses.searched) for mask in masks])
    confirmed = [p <= 1 - subject.confidence for p in tested]
    order = sorted(range(len(chosen)), key=lambda i: (not confirmed[i], -chosen[i].bound))
    values: list[Value] = [
        Value(measure="confirmed_slices", value=float(sum(confirmed)), n=n, method="count"),
        Value(measure="found_slices", value=float(len(chosen)), n=n, method="count"),
    ]
    told: list[Any] = []
    for i in order:
        one = chosen[i]
        words = one.words(coded)
        attribute = " × ".join(coded[at].name for at in one.columns)
        values += _of_slice(measure, masks[i], losses.searched, tested[i], attribute=attribute, group=words)
        told.append({"slice": words, "confirmed": bool(confirmed[i]), "adjusted_p": float(tested[i])})
    values += Measure(losses.by, weight, subject.confidence).everywhere()
    if not coded:
        notes.append("No column has conditions that pick enough rows, and not all.")
    elif not given.spread > 0:
        notes.append("All rows have the same loss, so no slice can be worse than the others.")
    elif math.isinf(given.spread):
        notes.append("The losses are too large to be compared: scale the target down.")
    looked = dict(zip(("one_condition", "two_conditions", "three_conditions"), number_of_slices(coded), strict=True))
    parameters: dict[str, Any] = {
        "loss": losses.told,
        "loss_measure": losses.searched,
        "rows_searched": len(searched),
        "rows_measured": len(measured),
        "minimum_rows": minimum,
        "columns": len(coded),
        "slices_there_are": looked,
        "slices": told,
        "level": 1 - subject.confidence,
        "seed": subject.seed,
    }
    return Outcome(values=tuple(values), parameters=parameters, notes=tuple(notes))


def columns_of(subject: Subject) -> tuple[Mapping[str, Any], list[str]]:
    """Return the features and the sensitive columns by name, and notes on what is left out."""
    columns: dict[str, Any] = {}
    notes: list[str] = []
    if subject.features is not None:
        try:
            table = subject.table
        except InputError as error:
            if not subject.sensitive:
                raise
            notes.append(f"Slices are of sensitive columns only. {error.message}")
        else:
            columns = {name: column_at(table, i) for i, name in enumerate(names_of(table))}
    columns.update({name: held for name, held in subject.sensitive.items() if name not in columns})
    return {name: held.array if hasattr(held, "iloc") else held for name, held in columns.items()}, notes


def _of_slice(measure: Measure, mask: Any, searched: str, p: float, **where: Any) -> Iterator[Value]:
    n = int(np.count_nonzero(mask))
    where = {"kind": "slice", **where}
    yield estimate("share_of_rows", *measure.share(mask), measure.confidence, len(mask), "wilson or exact", **where)
    for name in measure.losses:
        inside, gap, method = measure.compare(mask, name)
        yield estimate(name, *inside, measure.confidence, n, method, **where)
        yield estimate(name, *gap, measure.confidence, n, f"newcombe ({method})", **{**where, "reference": "rest"})
    told = {**where, "kind": "p_value", "reference": "rest"}
    yield Value(measure=searched, value=p, n=n, method=f"holm ({measure.test(searched)}, one-sided)", **told)
