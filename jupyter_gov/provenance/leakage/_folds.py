"""What is known of how rows were divided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ._case import Case

if TYPE_CHECKING:
    from ._reading import Codes

_IN_ORDER = frozenset({"KFold", "StratifiedKFold"})
"""Splitters that make folds of rows that stand together, unless they are asked to shuffle."""

_AT_RANDOM = frozenset({"ShuffleSplit", "StratifiedShuffleSplit", "RepeatedKFold", "RepeatedStratifiedKFold"})
_ALONE = frozenset({"LeaveOneOut", "LeavePOut"})


def splitter_of(case: Case) -> str:
    """Return the name of the class or function that divided the rows; empty where it is not known."""
    return str(case.splitter.get("class", "")).rpartition(".")[2]


def knows_groups(case: Case) -> bool:
    """Return whether rows were divided by groups."""
    return bool(case.splitter.get("groups")) or "Group" in splitter_of(case)


def is_shuffled(case: Case) -> bool:
    """Return whether the rows of a cross-validation were divided without regard to their order."""
    name = splitter_of(case)
    return name in _AT_RANDOM or name in _ALONE or (name in _IN_ORDER and bool(_params(case).get("shuffle")))


def folds_of(case: Case) -> Codes | None:
    """Return the fold of each row where rows that stand together are one; None where that is not how it was done."""
    import numpy as np

    if splitter_of(case) not in _IN_ORDER or is_shuffled(case):
        return None
    count = _params(case).get("n_splits")
    folds: Codes = np.arange(case.train.rows) * (count if isinstance(count, int) else 5) // max(case.train.rows, 1)
    return folds


def _params(case: Case) -> Mapping[str, object]:
    params = case.splitter.get("params")
    return params if isinstance(params, Mapping) else {}
