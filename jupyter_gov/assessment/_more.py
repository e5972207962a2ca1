"""What can be asked for besides, of the assessments of why a model decides, when it breaks and what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np

from ..errors import InputError, a_type
from . import _prepare
from ._subject import Training


class More(TypedDict, total=False):
    """Options that are handed on as they are given, to the assessments that know them.

    Attributes
    ----------
    train : table of shape (m, columns), or pair of it and its target of shape (m,)
        What the model was trained on.
    changeable : mapping, or text
        The columns that a person can change, with the bounds of the change.
    reasons : mapping
        The reasons that columns stand for.
    time_limit : float
        Seconds that one assessment may spend on predictions.
    floor : float
        The smallest effect that counts as drift.
    """

    train: Any
    changeable: Mapping[str, Any] | str | None
    reasons: Mapping[str, Any] | None
    time_limit: float | None
    floor: float


def training_of(train: Any, features: Any) -> Training | None:
    """Return the training data, checked against what is assessed.

    Parameters
    ----------
    train : table of shape (m, columns), pair of table and target, or None
    features : table of shape (n, columns), or None

    Raises
    ------
    InputError
        If its columns are not those of `features`, or its target has other rows.
    """
    if train is None:
        return None
    table, true = train if isinstance(train, tuple) and len(train) == 2 else (train, None)
    table = _prepare.dense(table, "The training data")
    if features is None:
        raise InputError("There are no features to compare the training data with.", hint="Pass X.")
    known = _prepare.dense(features, "X")
    if hasattr(table, "columns") != hasattr(known, "columns") or table.shape[1] != known.shape[1]:
        raise InputError(
            f"The training data are {a_type(table)} of {table.shape[1]} columns, and X is {a_type(known)} of "
            f"{known.shape[1]}.",
            hint="Pass both as they are passed to the model.",
        )
    if hasattr(known, "columns"):
        missing = [str(name) for name in known.columns if name not in table.columns]
        if missing:
            named = ", ".join(map(repr, missing[:6]))
            raise InputError(f"The training data lack {named}.", hint="Pass the columns of X.")
        table = table[list(known.columns)]
    if true is None:
        return Training(features=table)
    true = _prepare.one_column(true, "the target of the training data")
    _prepare.same_rows(**{"training data": table, "their target": true})
    return Training(features=table, true=np.asarray(_prepare.unindexed(true)))
