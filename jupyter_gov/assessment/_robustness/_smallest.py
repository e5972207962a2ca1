"""The smallest change that flips the decision about one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from .._model import Model
from .._prepare import Ints, plain
from .._scores import classes_of
from ._asking import Answer, Asker
from ._changes import Changes
from ._search import find_flips


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
    score_before, score_after : float or None
    """

    columns: tuple[str, ...]
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    distance: float
    score_before: float | None
    score_after: float | None


def smallest_change(
    model: Model, table: Any, row: int, changes: Changes, *, decision: dict[str, Any] | None = None
) -> Change | None:
    """Return the smallest change within bounds, as far as is found, that flips the decision about one row.

    Parameters
    ----------
    model : Model
        Of a task that decides between two or several classes.
    table : table of shape (n, columns)
        What the bounds were read from.
    row : int
        Its position in the table.
    changes : Changes
        As from `changes_of`.
    decision : mapping, optional
        Where decisions come from, as in `Subject`; by default from the model's ``predict``.

    Returns
    -------
    Change or None
        None where no change was found; see `find_flips`.
    """
    if model.task not in ("binary", "multiclass"):
        raise InputError("The model decides nothing that could flip.", hint="Pass a classifier.")
    known = list(classes_of(model.estimator) or [])

    def code(labels: Any) -> Ints:
        if model.task == "binary" and model.positive is not None:
            return np.asarray(labels == model.positive).astype(np.int64)
        return np.array([known.index(label) for label in np.asarray(labels).tolist()], np.int64)

    rows = np.array([row])
    asker = Asker(model, changes.made(rows, changes.own[rows]), code, decision or {"decision": "model.predict"})
    found = find_flips(asker, changes, rows, asker.before)
    if not np.isfinite(found.distance[0]):
        return None
    values, own = found.values, changes.own[rows]
    made = changes.made(rows, values)
    sizes = [float(one.distance(own[0, j], values[0, j])) for j, one in enumerate(changes.bounds)]
    order = sorted(np.flatnonzero(found.changed[0]).tolist(), key=lambda j: -sizes[j])
    at = [changes.bounds[j].column.position for j in order]
    after = asker.ask([made])[0]
    return Change(
        columns=tuple(changes.bounds[j].column.name for j in order),
        before=tuple(_cell(table, row, position) for position in at),
        after=tuple(_cell(made, 0, position) for position in at),
        distance=float(found.distance[0]),
        score_before=_score(asker.before),
        score_after=_score(after),
    )


def _cell(table: Any, row: int, position: int) -> Any:
    return plain(table.iloc[row, position] if hasattr(table, "iloc") else table[row, position])


def _score(answer: Answer) -> float | None:
    return None if answer.scores is None or answer.scores.ndim == 2 else float(answer.scores[0])
