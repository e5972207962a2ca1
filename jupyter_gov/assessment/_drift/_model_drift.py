"""What a model says of two data sets, and why, as columns that can be compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InputError
from .._explanation._attributions import attribute
from .._model import Model
from .._prepare import dense
from .._table import take
from ._columns import Pair, pair
from ._counts import Counts, count

EXPLAINED = 200
"""Rows of each data set whose output is explained."""
BACKGROUND = 50
"""Rows of the reference that stand for "the column is not known", in the explanation of both."""


def prediction_pair(model: Model, reference: Any, current: Any) -> Pair:
    """Return what the model says of both: scores, or the predicted one of several classes.

    Raises
    ------
    InputError
        If it cannot predict on them, or that would take longer than the time limit.
    """
    tables = (dense(reference, "The reference"), dense(current, "The current data"))
    model.afford(sum(len(table) for table in tables), 2)
    return pair("prediction", *(_said(model, table) for table in tables))


def attribution_columns(model: Model, reference: Any, current: Any, *, seed: int) -> list[Counts]:
    """Return the parts that columns have in the outputs of sampled rows, with the same background for both.

    Raises
    ------
    InputError
        If explaining them would take longer than the time limit, or is done differently for both.
    """
    tables = (dense(reference, "The reference"), dense(current, "The current data"))
    rng = np.random.default_rng([seed, 6])
    drawn = [rng.permutation(len(table)) for table in tables]
    # Rows that stand for "not known" are not explained: their output has a part of its own in the background.
    behind, drawn[0] = np.split(drawn[0], [min(BACKGROUND, len(tables[0]) // 2)])
    background = take(tables[0], behind)
    sides = [
        attribute(model, table, np.sort(rows[:EXPLAINED]), background=background, seed=seed)
        for table, rows in zip(tables, drawn, strict=True)
    ]
    first, second = sides
    if (first.explainer, first.output, first.names) != (second.explainer, second.output, second.names):
        raise InputError(
            f"Rows of the reference are explained by {first.explainer} and current ones by {second.explainer}.",
            hint="Pass tables with the same columns and types.",
        )
    return [
        count(pair(name, first.values[:, i], second.values[:, i]))
        for i, name in enumerate(first.names)
        if len(np.unique(first.values[:, i])) > 1 or len(np.unique(second.values[:, i])) > 1
    ]


def _said(model: Model, table: Any) -> Any:
    try:
        # Classes have no order, also where they are numbers.
        return (
            [str(label) for label in model.decide(table)] if model.task == "multiclass" else model.scores(table).values
        )
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"The model cannot predict on one of them ({type(error).__name__}).",
            hint="Pass both as they are passed to the model.",
        ) from error
