"""What of the content that was kept can hold nothing of the data, and so may go where the data may not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jupyter_gov.records import Dataset, Fit, Json, Record

_PARAMETERS = frozenset(
    (
        "alpha_", "class_count_", "class_prior_", "classes_", "coef_", "coefs_", "feature_names_in_", "intercept_",
        "intercepts_", "l1_ratio_", "lambda_", "mean_", "n_features_in_", "n_iter_", "n_outputs_", "n_samples_seen_",
        "rank_", "scale_", "singular_", "solver_", "var_",
    )
)  # fmt: skip
"""What scikit-learn calls by these names is computed over rows, and none of them."""

_CLASSES = 20
"""So many numbers are classes; more may be a column's values."""

_STRUCTURE = "(structure)"


def tells_no_rows(role: str, values: Mapping[str, Any], fit: Fit | None, columns: frozenset[str]) -> bool:
    """Say whether content that was kept can be given to whoever may not have the data.

    Predictions can where they are numbers. What a model learned can where all of it is one of these: parameters that
    were set, names of columns, and numbers under names that stand for something computed over rows. A nearest
    neighbour's rows, support vectors, categories, vocabularies, medians and leaves of trees are none of them.

    Parameters
    ----------
    role : str
        ``predictions`` or ``learned``.
    values : mapping
        Arrays and single values by name.
    fit : Fit or None
        Whose parameters they are.
    columns : frozenset of str
        Names of columns.
    """
    if role == "predictions":
        return all(_is_number(value) for value in values.values())
    if role != "learned" or fit is None:
        return False
    set_ = frozenset(key.rpartition("__")[2] for key in fit.params)
    known = columns | frozenset(_texts(fit.params))
    return all(_tells_none(name, value, set_, known) for name, value in values.items() if name != _STRUCTURE)


def columns_of(records: Iterable[Record]) -> frozenset[str]:
    """Return the names of all columns of a run."""
    return frozenset(c.name for r in records if isinstance(r, Dataset) for c in r.columns)


def _tells_none(name: str, value: Any, set_: frozenset[str], known: frozenset[str]) -> bool:
    # A key of a dictionary may be a text of the data too.
    way = [re.sub(r"(#|'|\[\d+\])+$", "", part) for part in name.split(".")]
    if not all(part in set_ or part in _PARAMETERS or part in known for part in way):
        return False
    if way[-1] == "classes_" and getattr(value, "size", 1) > _CLASSES:
        return False
    if isinstance(value, str):
        return value in known or way[-1] == "solver_"
    return _is_number(value) or (value.dtype.kind in "OU" and known.issuperset(value.reshape(-1).tolist()))


def _is_number(value: Any) -> bool:
    """Say whether a single value or an array is of numbers or truth values, or nothing at all."""
    kind = getattr(value, "dtype", None)
    return value is None or isinstance(value, bool | int | float) if kind is None else kind.kind in "biufc"


def _texts(value: Json) -> Iterator[str]:
    """Yield all texts in a value, and the words of its keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from (key, *key.split("__"))
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
