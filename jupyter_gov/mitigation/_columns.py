"""Steps of a pipeline that hold columns constant, make them coarser or scale them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from ..assessment._table import column_at, names_of, with_columns


class _OnColumns(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """What they have in common: columns by name, those of an array as ``x0``, ``x1`` and so on."""

    columns: Sequence[str]

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - as all transformers
        """Learn from the columns of a table of shape (n, columns)."""
        names = names_of(X)
        self.n_features_in_ = len(names)
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.asarray(names, object)
        held = {name: column_at(X, names.index(name)) for name in self.columns if name in names}
        self.learned_ = {name: self._learn(column) for name, column in held.items()}
        self.types_ = {name: _type_of(column) for name, column in held.items()}
        return self

    def transform(self, X: Any) -> Any:
        """Return the table with these columns changed; others stay as they are."""
        names = names_of(X)
        changed = {
            names.index(name): self._changed(column_at(X, names.index(name)), learned, self.types_[name])
            for name, learned in self.learned_.items()
        }
        return with_columns(X, changed)

    def _learn(self, column: Any) -> Any:
        raise NotImplementedError

    def _changed(self, column: Any, learned: Any, type_: Any) -> Any:
        raise NotImplementedError


class ColumnsHeld(_OnColumns):
    """Holds columns at one value, so that nothing can be learned from them: the median of numbers, else the commonest.

    As good as dropping them, and the steps that follow find the columns that they expect. A table without them may be
    transformed too.

    Parameters
    ----------
    columns : sequence of str
    """

    def __init__(self, columns: Sequence[str] = ()) -> None:
        self.columns = columns

    def transform(self, X: Any) -> Any:
        """Return the table with these columns at one value each, and added in their places where they are not there."""
        if hasattr(X, "columns") and not set(self.learned_) <= set(X.columns):
            X = X.copy(deep=False)
            for at, name in enumerate(self.feature_names_in_.tolist()):
                if name in self.learned_ and name not in X.columns:
                    X.insert(min(at, X.shape[1]), name, [self.learned_[name]] * len(X))
        return super().transform(X)

    def _learn(self, column: Any) -> Any:
        import pandas as pd

        series = pd.Series(column).dropna()
        if series.empty:
            return None
        if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
            return _plain(series.quantile(0.5, interpolation="lower"))
        return _plain(series.mode().iloc[0])

    def _changed(self, column: Any, learned: Any, type_: Any) -> Any:
        import pandas as pd

        held = pd.Series([learned] * len(column), index=getattr(column, "index", None), dtype=object)
        return _as_type(held, type_) if hasattr(column, "iloc") else held.to_numpy(type_)


class ColumnsCoarsened(_OnColumns):
    """Makes columns coarser: numbers become the median of their bin, rare categories the commonest of the rare.

    Parameters
    ----------
    columns : sequence of str
    bins : int
        How many different values are left.
    """

    def __init__(self, columns: Sequence[str] = (), *, bins: int = 4) -> None:
        self.columns = columns
        self.bins = bins

    def _learn(self, column: Any) -> dict[str, Any]:
        import pandas as pd

        series = pd.Series(column).dropna()
        if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
            quantiles = np.linspace(0, 1, self.bins + 1)[1:-1]
            edges = np.unique(series.quantile(quantiles, interpolation="higher").to_numpy(np.float64))
            codes = np.searchsorted(edges, series.to_numpy(np.float64), side="right")
            medians = series.groupby(codes).quantile(0.5, interpolation="lower")
            middle = [_plain(medians.get(code, medians.iloc[0])) for code in range(len(edges) + 1)]
            return {"edges": edges.tolist(), "values": middle}
        counts = series.value_counts()
        levels = [_plain(level) for level in counts.index[counts.to_numpy() > 0]]
        return {"kept": levels[: self.bins - 1], "rest": levels[min(self.bins - 1, len(levels) - 1)]}

    def _changed(self, column: Any, learned: dict[str, Any], type_: Any) -> Any:
        import pandas as pd

        series = pd.Series(column)
        if "edges" in learned:
            numbers = series.to_numpy(np.float64, na_value=np.nan)
            made = pd.Series(learned["values"], dtype=object)[np.searchsorted(learned["edges"], numbers, side="right")]
        else:
            made = series.astype(object).where(series.isin(learned["kept"]), learned["rest"])
        made = made.set_axis(series.index).where(series.notna().to_numpy(), series.astype(object))
        return _as_type(made, type_) if hasattr(column, "iloc") else made.to_numpy(type_)


class ColumnsScaled(_OnColumns):
    """Standardises columns to mean 0 and standard deviation 1 of the training rows; missing values stay.

    Parameters
    ----------
    columns : sequence of str
    """

    def __init__(self, columns: Sequence[str] = ()) -> None:
        self.columns = columns

    def _learn(self, column: Any) -> list[float]:
        import pandas as pd

        numbers = pd.Series(column).to_numpy(np.float64, na_value=np.nan)
        known = numbers[np.isfinite(numbers)]
        spread = float(known.std()) if len(known) else 0.0
        return [float(known.mean()) if len(known) else 0.0, spread or 1.0]

    def _changed(self, column: Any, learned: list[float], type_: Any) -> Any:  # noqa: ARG002 - numbers have one type
        import pandas as pd

        numbers = (pd.Series(column).to_numpy(np.float64, na_value=np.nan) - learned[0]) / learned[1]
        return pd.Series(numbers, index=column.index) if hasattr(column, "iloc") else numbers


def _type_of(column: Any) -> Any:
    """Return the type of a column in the training rows, so that it can be saved: its name, or its categories."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return {"categories": column.cat.categories.tolist(), "ordered": bool(column.cat.ordered)}
    return str(column.dtype)


def _as_type(column: Any, type_: Any) -> Any:
    """Return a column in the type that it had in training, of floats where missing values do not fit into it.

    A table that is asked about may have another: of few rows, each may hold a part of the categories, or whole numbers.
    """
    import pandas as pd

    if isinstance(type_, dict):
        return column.astype(pd.CategoricalDtype(type_["categories"], ordered=type_["ordered"]))
    kind = getattr(pd.api.types.pandas_dtype(type_), "kind", "O")
    if kind in "iubf" and type_ == str(type_).lower() and column.isna().any():
        return column.where(column.notna(), np.nan).astype(type_ if kind == "f" else "float64")
    return column.astype(type_)


def _plain(value: Any) -> Any:
    """Return a value of NumPy's as Python's, so that it can be saved as what it is."""
    return value.item() if hasattr(value, "item") else value
