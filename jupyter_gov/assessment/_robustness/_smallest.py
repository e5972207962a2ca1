"""What would flip the decision about one row: the smallest change, and each column by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import InputError
from .._model import Model
from .._prepare import Floats, Ints, plain
from .._scores import classes_of
from .._table import take
from ._asking import Answer, Asker
from ._changes import Bounds, Changes, changes_of
from ._columns import read_columns
from ._search import Flips, answers_needed, find_flips

LEVELS = 40
"""Levels of a column that are tried, the most frequent, where no bounds are declared."""
_FEWEST, _MOST = 3, 12
"""Digits of a change that are tried, from which to below which."""
_BY_PREDICT: Mapping[str, Any] = {"decision": "model.predict"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The smallest change found that flips the decision about one row.

    Attributes
    ----------
    columns : tuple of str
        What is changed, the largest change first.
    before, after : tuple
        Values of those columns.
    distance : float
        Sum of the changes, each in units of its column's spread; 1 for a level.
    """

    columns: tuple[str, ...]
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    distance: float


def smallest_change(
    model: Model,
    row: int,
    changes: Changes,
    *,
    decision: Mapping[str, Any] = _BY_PREDICT,
) -> Change | None:
    """Return the smallest change within bounds, as far as is found, that flips the decision about one row.

    Parameters
    ----------
    model : Model
        Of a task that decides between two or several classes.
    row : int
        Its position in the table of the changes.
    changes : Changes
        As from `changes_of`.
    decision : mapping
        Where decisions come from, as in `Subject`.

    Returns
    -------
    Change or None
        None where no change was found; see `find_flips`.

    Raises
    ------
    InputError
        If the model decides nothing, or the search would take longer than its time limit.
    """
    if model.task not in ("binary", "multiclass"):
        raise InputError("The model decides nothing that could flip.", hint="Pass a classifier.")
    model.afford(*_needed(answers_needed(1, changes), changes))
    asker, before = _asker(model, row, changes, decision)
    found = find_flips(asker, changes, np.array([row]), before)
    if not np.isfinite(found.distance[0]):
        return None
    values = _short(asker, changes, row, before, found)
    own = changes.own[[row]]
    made = changes.made(np.array([row]), values)
    sizes = [float(one.distance(own[0, j], values[0, j])) for j, one in enumerate(changes.bounds)]
    order = sorted(np.flatnonzero(found.changed[0]).tolist(), key=lambda j: -sizes[j])
    at = [changes.bounds[j].column.position for j in order]
    return Change(
        columns=tuple(changes.bounds[j].column.name for j in order),
        before=tuple(_cell(changes.table, row, position) for position in at),
        after=tuple(_cell(made, 0, position) for position in at),
        distance=sum(sizes),
    )


def turning_points(
    model: Model,
    table: Any,
    row: int,
    *,
    decision: Mapping[str, Any] = _BY_PREDICT,
) -> dict[str, Any]:
    """Return for each column the nearest value that flips the decision about one row, all else as it is.

    Parameters
    ----------
    model : Model
    table : DataFrame or ndarray of shape (n, columns)
    row : int
        Its position.
    decision : mapping
        As for `smallest_change`.

    Returns
    -------
    dict
        Of the columns of which a value that is tried does: up to 40 that the column has, evenly by rank, and then
        halfway back as in `find_flips`; of levels the 40 most frequent, the first of them that does. Empty where the
        model decides nothing, and where it would take longer than its time limit.
    """
    if model.task not in ("binary", "multiclass"):
        return {}
    names = [one.name for one in read_columns(table, few=0) if one.kind != "other" and not one.missing[row]]
    if not names:
        return {}
    bounds = changes_of(dict.fromkeys(names), table).bounds
    changes = Changes(table=table, bounds=tuple(map(_seen, bounds)))
    if not model.affords(*_needed(answers_needed(1, changes), changes)):
        return {}
    asker, before = _asker(model, row, changes, decision)
    found = find_flips(asker, changes, np.array([row]), before, deepest=1)
    flips = np.isfinite(found.alone[0])
    made = changes.made(np.array([row]), np.where(flips, found.nearest, changes.own[[row]]))
    return {
        one.column.name: _cell(made, 0, one.column.position)
        for one, flip in zip(changes.bounds, flips, strict=True)
        if flip
    }


def _needed(answers: int, changes: Changes) -> tuple[int, int]:
    """Return how many rows a search asks about at most, and in how many calls."""
    return 2 * answers, 40 * len(changes.bounds)


def _seen(one: Bounds) -> Bounds:
    """Return bounds of which, of levels, only the most frequent are tried."""
    if one.numeric:
        return one
    codes = one.column.codes
    often = np.argsort(-np.bincount(codes[codes >= 0]), kind="stable")[:LEVELS]
    return replace(one, options=[one.column.levels[i] for i in often])


def _asker(model: Model, row: int, changes: Changes, decision: Mapping[str, Any]) -> tuple[Asker, Answer]:
    """Return the model as it is asked, each time for scores and for decisions, and its answer about the row."""
    known = list(classes_of(model.estimator) or [])

    def code(labels: Any) -> Ints:
        if model.task == "binary" and model.positive is not None:
            return np.asarray(labels == model.positive).astype(np.int64)
        return np.array([known.index(label) for label in np.asarray(labels).tolist()], np.int64)

    asker = Asker(model, take(changes.table, np.array([row])), code, decision)
    return asker, asker.before


def _short(asker: Asker, changes: Changes, row: int, before: Answer, found: Flips) -> Floats:
    """Return the values of a change with as few digits as flip the decision, each change larger by 1% at most."""
    own, tried = changes.own[row], []
    for digits in range(_FEWEST, _MOST):
        values = found.values.copy()
        for j, one in enumerate(changes.bounds):
            if one.between and one.column.kind == "number" and found.changed[0, j] and np.isfinite(own[j]):
                away = _rounded(own[j], values[0, j], digits)
                values[0, j] = np.clip(away, one.candidates.min(), one.candidates.max())
        tried.append(values)
    answers = asker.ask([changes.made(np.array([row]), values) for values in tried])
    for values, answer in zip(tried, answers, strict=True):
        if answer.decided is not None and before.decided is not None and answer.decided[0] != before.decided[0]:
            return values
    return found.values


def _rounded(own: float, to: float, digits: int) -> float:
    """Return a number at least as far from a row's own, of which the change has so many digits."""
    places = digits - 1 - int(np.floor(np.log10(abs(to - own))))
    away = np.ceil if to > own else np.floor
    return float(np.round(away(np.round(to * 10.0**places, 6)) / 10.0**places, places))


def _cell(table: Any, row: int, position: int) -> Any:
    return plain(table.iloc[row, position] if hasattr(table, "iloc") else table[row, position])
