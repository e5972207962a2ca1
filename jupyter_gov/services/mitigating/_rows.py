"""Which rows are which: held-out rows that are training rows too, and labels that two tables give to other rows."""

from __future__ import annotations

from typing import Any

from jupyter_gov.errors import InputError

_BY_CHANCE = 0.05
"""Share of training rows that equal others, from which equal rows do not show that they are the same."""


def seen_in_training(X_train: Any, X: Any) -> int:
    """Return how many held-out rows are training rows too; 0 where rows are too much alike to tell.

    Raises
    ------
    InputError
        If all of them are.
    """
    import numpy as np

    from jupyter_gov.mitigation._corrected import shared_rows
    from jupyter_gov.mitigation._draws import hashes

    train, held = hashes(X_train), hashes(X)
    found = shared_rows(X, X_train)
    same = len(train) == len(held) and bool(np.array_equal(train, held))
    half = len(train) // 2
    alike = shared_rows(_part(X_train, 0, half), _part(X_train, half, len(train))).mean() if half else 0.0
    if same or (found.all() and alike < _BY_CHANCE):
        raise InputError(
            "All rows of X are training rows, so that they tell nothing about candidates that are fitted to them.",
            hint="Pass rows that the model was not fitted on.",
        )
    return int(found.sum()) if alike < _BY_CHANCE else 0


def seen_note(seen: int, rows: int) -> tuple[str, ...]:
    """Return what held-out rows that are training rows too do to the numbers."""
    if not seen:
        return ()
    are = "row is a training row" if seen == 1 else "rows are training rows"
    return (f"{seen:,} of {rows:,} held-out {are} too: all numbers here look better than they would on new rows.",)


def attributes_of_training(
    X_train: Any, y_train: Any, X: Any, y: Any, *, attributes: Any, train_attributes: Any, names: list[str]
) -> Any:
    """Return what holds the sensitive columns of the training rows.

    Raises
    ------
    InputError
        If that would be one frame for both, and training and held-out rows bear the same labels: the people of the
        held-out rows would be taken for those of the training rows.
    """
    if train_attributes is not None or attributes is None or not _ambiguous(X_train, y_train, X, y):
        return attributes if train_attributes is None else train_attributes
    if set(names) <= {str(column) for column in getattr(X_train, "columns", ())}:
        return None
    raise InputError(
        "Training and held-out rows bear the same labels, so that one frame cannot hold the attributes of both.",
        hint="Pass train_attributes=…, in the notebook --train-attributes FRAME.",
    )


def _ambiguous(X_train: Any, y_train: Any, X: Any, y: Any) -> bool:
    """Return whether a label is borne by a training row and by another held-out row."""
    from jupyter_gov.mitigation._draws import hashes

    train, held = _labels(X_train, y_train), _labels(X, y)
    both = train.intersection(held)
    if not len(both):
        return False
    if not (train.is_unique and held.is_unique):
        return True
    return bool((hashes(X_train)[train.get_indexer(both)] != hashes(X)[held.get_indexer(both)]).any())


def _labels(X: Any, y: Any) -> Any:
    import pandas as pd

    for data in (X, y):
        index = getattr(data, "index", None)
        if isinstance(index, pd.Index):
            return index
    return pd.RangeIndex(len(y))


def _part(X: Any, start: int, stop: int) -> Any:
    return X.iloc[start:stop] if hasattr(X, "iloc") else X[start:stop]
