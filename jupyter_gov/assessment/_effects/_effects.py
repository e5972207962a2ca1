"""What the output does as one column changes: the columns that are looked at, and what is found of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...errors import GovError
from ...records import Json, Outcome, Value
from .._prepare import Floats, Ints, plain
from .._scores import classes_of
from .._subject import Subject
from .._table import column_at, names_of
from .._values import Interval, estimate
from ._curves import (
    centred,
    conditional_expectations,
    dependence_range,
    directions,
    heterogeneity,
    mean_curve,
    resamples,
)
from ._grid import WORDS, Grid, grid

COLUMNS = 6
"""Columns that are looked at, the most important first."""
ROWS = 500
FEWEST = 30
"""Rows to which these are halved where the model is slow."""
LINES = 20
"""Curves of single rows that are kept for the picture."""
_COARSE_POINTS, _COARSE_ROWS = 5, 100


def effects_of(subject: Subject) -> Outcome:
    """Return partial dependence, and how much rows differ in it, of the most important columns.

    Parameters
    ----------
    subject : Subject
        With a model and its features.

    Returns
    -------
    Outcome
        Values of kind ``column``: ``partial_dependence_range``, ``ice_heterogeneity`` and, of columns with an order,
        ``ice_rising``, ``ice_falling`` and ``ice_monotone``. Curves ``pdp:…`` and ``ice:…``.

    Raises
    ------
    InputError
        If there is no model or table, or predictions would take too long.
    """
    table = subject.table
    names = names_of(table)
    order = np.random.default_rng([subject.seed, 20]).permutation(len(table))
    output, space, label = _output(subject)
    # What cannot be afforded is refused before anything is spent on choosing columns.
    _afforded(subject, order[:ROWS], min(len(names), COLUMNS) * WORDS, COLUMNS)
    ranked, chosen_by, notes = _ranked(subject, table, output, order[:_COARSE_ROWS])
    grids = _grids(table, names, ranked, notes)
    rows = _afforded(subject, order[:ROWS], sum(len(one.rows) for one in grids.values()), len(grids))
    if len(rows) < min(ROWS, len(table)):
        notes.append(f"The model is slow, so that curves are of {len(rows):,} rows.")
    values: list[Value] = []
    curves: dict[str, Json] = {}
    shares = resamples(len(rows), seed=subject.seed)
    for done, (column, one) in enumerate(grids.items()):
        found = conditional_expectations(output, table, rows, column, one.rows)
        values += _values(found, one, names[column], label, shares, subject.confidence)
        curves |= _drawn(found, one, names[column], space, subject.confidence)
        subject.progress("effects", done + 1, len(grids))
    parameters: dict[str, Json] = {
        "output": space,
        "class": label,
        "rows": len(rows),
        "rows_available": len(table),
        "columns": [names[column] for column in grids],
        "columns_available": len(names),
        "chosen_by": chosen_by,
        "ordered": [names[column] for column, one in grids.items() if one.ordered],
        "seed": subject.seed,
        "confidence": subject.confidence,
    }
    return Outcome(values=tuple(values), parameters=parameters, notes=tuple(notes), curves=curves)


def _afforded(subject: Subject, rows: Ints, values: int, calls: int) -> Ints:
    """Return as many of the rows as can be tried at so many values: all, half, a quarter and so on.

    Raises InputError if even `FEWEST` are too many.
    """
    model = subject.asked_model
    while len(rows) >= 2 * FEWEST and not model.affords(len(rows) * values, calls):
        rows = rows[: len(rows) // 2]
    model.afford(len(rows) * values, calls)
    return rows


def _output(subject: Subject) -> tuple[Callable[[Any], Floats], str, str | None]:
    """Return the output that is looked at, what it is, and its class; of several the one that is predicted most."""
    model = subject.asked_model
    if subject.task != "multiclass" or subject.probabilities is None:
        score = "label" if subject.task == "binary" else "prediction"
        space = score if subject.scores is None else subject.scores.space
        return lambda X: model.scores(X).values, space, None
    most = int(np.bincount(subject.probabilities.argmax(axis=1)).argmax())
    label = subject.classes[most]
    known = classes_of(model.estimator)
    at = most if known is None else next(i for i, one in enumerate(known) if one == label)
    return lambda X: model.scores(X).values[:, at], "probability", str(plain(label))


def _ranked(subject: Subject, table: Any, output: Callable[[Any], Floats], rows: Ints) -> tuple[Ints, str, list[str]]:
    """Return columns by how much the output relies on them, what that goes by, and what the reader should know."""
    try:
        importance = np.abs(subject.attributions.values).mean(axis=0)
    except GovError as error:
        notes = [f"Columns were chosen by the range of their partial dependence, for want of attributions: {error}"]
        return np.argsort(-_coarse(subject, table, output, rows), kind="stable"), "partial_dependence_range", notes
    return np.argsort(-importance, kind="stable"), "mean_abs_shap", []


def _coarse(subject: Subject, table: Any, output: Callable[[Any], Floats], rows: Ints) -> Floats:
    """Return the range of each column's partial dependence on few rows and values."""
    columns = range(table.shape[1])
    grids = [grid(column_at(table, column), points=_COARSE_POINTS) for column in columns]
    subject.asked_model.afford(sum(len(one.rows) for one in grids) * len(rows), len(grids))
    ranges = np.zeros(len(grids))
    for column, one in enumerate(grids):
        if len(one.rows) > 1:
            found = conditional_expectations(output, table, rows, column, one.rows)
            ranges[column] = np.ptp(found.mean(axis=0))
    return ranges


def _grids(table: Any, names: list[str], ranked: Ints, notes: list[str]) -> dict[int, Grid]:
    """Return the grids of the first columns that have two values or more, and note what is left out."""
    grids: dict[int, Grid] = {}
    for column in ranked.tolist():
        if len(grids) == COLUMNS:
            break
        one = grid(column_at(table, column))
        if len(one.rows) > 1:
            grids[column] = one
            if one.left_out:
                notes.append(f"Of {names[column]!r} the {len(one.rows)} most frequent values are shown, and "
                             f"{one.left_out:,} are not.")  # fmt: skip
        else:
            notes.append(f"{names[column]!r} has fewer than two values that enough rows share, so it has no curve.")
    return grids


def _values(found: Floats, one: Grid, name: str, label: str | None, shares: Floats, confidence: float) -> list[Value]:
    n = len(found)

    def value(measure: str, interval: Interval, method: str) -> Value:
        return estimate(measure, *interval, confidence, n, method, kind="column", attribute=name, label=label)

    values = [
        value("partial_dependence_range", dependence_range(found, confidence, shares), "bootstrap (noise)"),
        value("ice_heterogeneity", heterogeneity(found, confidence), "influence function (logit)"),
    ]
    if one.ordered:
        ways = zip(("ice_rising", "ice_falling", "ice_monotone"), directions(found, confidence), strict=True)
        values += [value(measure, share, "wilson or exact") for measure, share in ways]
    return values


def _drawn(found: Floats, one: Grid, name: str, space: str, confidence: float) -> dict[str, Json]:
    """Return the mean curve with its band, and some of the curves of rows, moved to its level."""
    mean, lower, upper = mean_curve(found, confidence)
    if space == "probability":
        lower, upper = np.clip(lower, 0, 1), np.clip(upper, 0, 1)
    lines = centred(found[:LINES]) + mean.mean()
    shown = np.arange(len(mean)) if one.ordered else np.argsort(mean, kind="stable")
    along: dict[str, Json] = (
        {"labels": [one.labels[i] for i in shown]} if one.numbers is None else {"x": one.numbers[shown].tolist()}
    )
    band = {"lower": lower[shown].tolist(), "upper": upper[shown].tolist()} if np.isfinite(lower).all() else {}
    return {
        f"pdp:{name}": {**along, "y": mean[shown].tolist(), **band},
        f"ice:{name}": {**along, "lines": lines[:, shown].tolist()},
    }
