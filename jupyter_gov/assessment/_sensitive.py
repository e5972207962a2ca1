"""Sensitive columns found by name, their rows matched with those of X by label or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import InputError, NotFoundError, did_you_mean
from ._prepare import same_rows, text_names


def sensitive_columns(X: Any, y: Any, attributes: Any, sensitive: str | Iterable[str] | None) -> dict[str, Any]:
    """Return the sensitive columns, row for row those of `X`.

    Parameters
    ----------
    X : DataFrame or array of shape (n, columns)
    y : Series or array of shape (n,)
        Its index stands in where `X` has none.
    attributes : DataFrame, Series or None
    sensitive : names, one name, names joined by commas, or None for all columns of `attributes`

    Raises
    ------
    InputError
        If rows of `attributes` cannot be matched with certainty, or a name occurs twice.
    NotFoundError
        If neither `attributes` nor `X` has a column of that name.
    """
    frame = None if attributes is None else _aligned(_as_frame(attributes), X, y)
    held = (
        {} if frame is None else dict(zip(text_names(frame.columns, "attributes"), range(frame.shape[1]), strict=True))
    )
    if sensitive is None:
        asked = list(held)
    elif isinstance(sensitive, str):
        known = {*held, *(map(str, X.columns) if hasattr(X, "columns") else ())}
        parts = [sensitive] if sensitive in known else [part.strip() for part in sensitive.split(",")]
        asked = [part for part in parts if part]
    else:
        asked = [str(name) for name in sensitive]
    text_names(asked, "sensitive")
    own = [str(name) for name in X.columns] if hasattr(X, "columns") else []
    out = {}
    for name in asked:
        if frame is not None and name in held:
            out[name] = frame.iloc[:, held[name]]
        elif own.count(name) > 1:
            raise InputError(f"X has more than one column named {name!r}.", hint="Rename or drop one of them.")
        elif name in own:
            out[name] = X.iloc[:, own.index(name)]
        else:
            raise NotFoundError(
                f"No column named {name!r} in {'X' if frame is None else 'attributes or X'}.",
                hint=did_you_mean(name, [*held, *own], label="Columns")
                or "Pass a DataFrame as attributes that has it.",
            )
    return out


def _as_frame(attributes: Any) -> Any:
    import pandas as pd

    if hasattr(attributes, "columns") and hasattr(attributes, "iloc"):
        return attributes
    if hasattr(attributes, "iloc"):
        return attributes.to_frame("sensitive_feature" if attributes.name is None else attributes.name)
    if isinstance(attributes, dict):
        same_rows(**{str(name): column for name, column in attributes.items()})
        return pd.DataFrame(attributes)
    raise InputError(
        f"attributes is a {type(attributes).__name__}, not a table.",
        hint="Pass a DataFrame with one row for each row of X.",
    )


def _aligned(frame: Any, X: Any, y: Any) -> Any:
    """Return the rows of `frame` that belong to those of `X`."""
    name, index = ("X", X.index) if hasattr(X, "iloc") else ("y", getattr(y, "index", None))
    if index is None or not hasattr(index, "equals"):
        if len(frame) != len(X):
            raise InputError(
                f"X has {len(X):,} rows and attributes has {len(frame):,}.", hint="Pass the same rows in both."
            )
        return frame
    if index.equals(frame.index):
        return frame
    select = f"attributes.loc[{name}.index]"
    if not frame.index.is_unique:
        raise InputError(
            f"attributes and {name} have different indexes, and that of attributes has duplicates.",
            hint="Pass attributes with the same index, in the same order.",
        )
    missing = int((~index.isin(frame.index)).sum())
    if missing:
        raise InputError(
            f"attributes lacks {missing:,} of the {len(index):,} rows of {name}, going by their index.",
            hint=f"Pass {select} from a frame that has them all.",
        )
    if _default(index) or (_default(frame.index) and len(frame) == len(index)):
        # After reset_index the labels are row numbers, which fit any frame and prove nothing.
        raise InputError(
            f"attributes and {name} have different indexes, and one of them only numbers its rows.",
            hint=f"Keep the index that both had when loaded; or pass {select} if the labels do mean the same rows.",
        )
    return frame.loc[index]


def _default(index: Any) -> bool:
    """Return whether an index only counts rows from 0."""
    try:
        return bool(np.array_equal(np.asarray(index), np.arange(len(index))))
    except (TypeError, ValueError):
        return False
