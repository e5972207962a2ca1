"""Which group a row is in, learned on training rows and told again of later ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..assessment import CROSS, UNKNOWN
from ..assessment._counting._bins import QUARTILES, edges_of
from ..assessment._counting._bins import names_of as names_of_bins
from ..assessment._counting._groups import encode
from ..errors import InputError, did_you_mean
from ..records import Json

Names = NDArray[np.object_]


def learn_groups(frame: Any, sensitive: Sequence[str]) -> dict[str, Json]:
    """Return what tells groups by, as JSON: for each attribute its names, and its edges where it is a quantity.

    Parameters
    ----------
    frame : DataFrame of shape (n, attributes)
    sensitive : sequence of str

    Raises
    ------
    InputError
        If an attribute is not a column of it, or is the same in all rows.
    """
    rules: dict[str, Json] = {}
    for name in sensitive:
        if name not in frame.columns:
            hint = did_you_mean(name, frame.columns, label="Columns")
            raise InputError(f"There is no sensitive column {name!r} in the training data.", hint=hint)
        found = encode(frame[name], name)
        rules[name] = {"groups": [str(group) for group in found.groups]}
        if found.note:
            known = frame[name].dropna().to_numpy(np.float64)
            values, counts = np.unique(known, return_counts=True)
            edges = edges_of(QUARTILES, values, counts, name)
            rules[name] = {"groups": list(names_of_bins(edges)), "edges": [float(edge) for edge in edges]}
    return rules


def groups_of(frame: Any, rules: Mapping[str, Json]) -> Names:
    """Return the name of each row's group, such as ``Black × Female``; an array of shape (n,)."""
    parts = [_names(frame[name], rule) for name, rule in rules.items()]
    out = parts[0]
    for part in parts[1:]:
        out = out + CROSS + part
    return np.asarray(out, object)


def _names(column: Any, rule: Mapping[str, Json]) -> Names:
    import pandas as pd

    series = pd.Series(column)
    if "edges" in rule:
        numbers = pd.to_numeric(series, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        names = np.array(rule["groups"], object)[np.searchsorted(rule["edges"], numbers, side="right")]
        return np.where(np.isnan(numbers), UNKNOWN, names).astype(object)
    codes, values = pd.factorize(series)
    called = [_name(value, rule["groups"]) for value in values]
    return np.array([*called, UNKNOWN], object)[codes]


def _name(value: Any, known: Sequence[str]) -> str:
    """Return what a value is called: a column of integers becomes one of floats where a value is missing."""
    if str(value) not in known and isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def attributes_in(X: Any, given: Any, rules: Mapping[str, Json]) -> Any:
    """Return a frame with the sensitive columns of some rows: those that are given, else those of X.

    Parameters
    ----------
    X : table of shape (n, columns)
    given : DataFrame, Series, mapping or array of shape (n,) or (n, attributes), or None
        Where it and `X` have an index, rows go by their labels, and it may have more of them; else by position.
    rules : mapping
        As `learn_groups` returned it.

    Raises
    ------
    InputError
        If a column is in neither, there are not as many rows as in X, or labels do not tell which are meant.
    """
    import pandas as pd

    if given is None:
        missing = [name for name in rules if name not in getattr(X, "columns", ())]
        if missing:
            raise InputError(
                f"This model decides by group and is not told {', '.join(map(repr, missing))}.",
                hint="Pass predict(X, sensitive_features=…), or X with these columns.",
            )
        return X
    if isinstance(given, pd.Series):
        given = given.to_frame(next(iter(rules)))
    elif getattr(given, "ndim", 0) == 1 or isinstance(given, list | tuple):
        given = {next(iter(rules)): np.asarray(given)}
    frame = pd.DataFrame(given if hasattr(given, "columns") or isinstance(given, Mapping) else np.asarray(given))
    frame = _matched(frame, X, labelled=isinstance(getattr(given, "index", None), pd.Index))
    if not any(name in frame.columns for name in rules) and frame.shape[1] == len(rules):
        frame.columns = pd.Index(list(rules))
    missing = [name for name in rules if name not in frame.columns]
    if missing:
        raise InputError(
            f"The sensitive features have no column {missing[0]!r}.",
            hint=did_you_mean(missing[0], frame.columns, label="Columns"),
        )
    return frame


def _matched(frame: Any, X: Any, *, labelled: bool) -> Any:
    """Return the rows of a frame that are those of X: by label where both have labels, else by position."""
    import pandas as pd

    index = getattr(X, "index", None)
    if not labelled or not isinstance(index, pd.Index) or index.equals(frame.index):
        if len(frame) == len(X):
            return frame
        raise InputError(
            f"There are {len(frame)} rows of sensitive features and {len(X)} of X.", hint="Pass the same rows of both."
        )
    if not frame.index.is_unique:
        raise InputError(
            "The sensitive features and X have different indexes, and that of the sensitive features has duplicates.",
            hint="Pass the same rows of both, with the same index.",
        )
    missing = int((~index.isin(frame.index)).sum())
    if missing:
        raise InputError(
            f"The sensitive features lack {missing} of the {len(X)} rows of X, going by their index.",
            hint="Pass the same rows of both.",
        )
    if _numbered(index) or (_numbered(frame.index) and len(frame) == len(index)):
        # Labels that only count rows fit any frame: they do not tell which are meant.
        raise InputError(
            "The sensitive features and X have different indexes, and one of them only numbers its rows.",
            hint="Keep the index that both had when loaded; or pass sensitive_features.loc[X.index] if the labels do "
            "mean the same rows.",
        )
    return frame.loc[index]


def _numbered(index: Any) -> bool:
    import pandas as pd

    return bool(index.equals(pd.RangeIndex(len(index))))
