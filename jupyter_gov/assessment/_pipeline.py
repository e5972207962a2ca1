"""Which input column each derived column of a fitted scikit-learn pipeline comes from."""

from __future__ import annotations

import re
from copy import copy
from typing import Any

import numpy as np

# Transformers of which every output column depends on one input column alone. IterativeImputer, KNNImputer, PCA,
# PolynomialFeatures and the like mix columns and are left out on purpose.
_ONE_TO_ONE = frozenset(
    {
        "Binarizer",
        "MaxAbsScaler",
        "MinMaxScaler",
        "OrdinalEncoder",
        "PowerTransformer",
        "QuantileTransformer",
        "RobustScaler",
        "StandardScaler",
    }
)
_BY_NAME = frozenset(
    {"KBinsDiscretizer", "MissingIndicator", "OneHotEncoder", "SimpleImputer", "SplineTransformer", "TargetEncoder"}
)
_SYNTHETIC = re.compile(r"(?:missingindicator_)?c(\d+)(?:_.*)?", re.DOTALL)


def unwrap(model: Any) -> Any:
    """Return the fitted estimator inside a search or a threshold wrapper, which give the same scores."""
    while type(model).__module__.startswith("sklearn."):
        name = type(model).__name__
        if name.endswith("SearchCV") and hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        elif name.endswith("ThresholdClassifier") or name.endswith("ThresholdClassifierCV"):
            if not hasattr(model, "estimator_"):
                return model
            model = model.estimator_
        else:
            return model
    return model


def flatten(model: Any) -> tuple[list[Any], Any]:
    """Return the transformers of a pipeline, nested ones included, and its final estimator."""
    steps: list[Any] = []
    model = unwrap(model)
    while type(model).__name__ == "Pipeline" and hasattr(model, "steps"):
        steps.extend(step for _, step in model.steps[:-1])
        model = unwrap(model.steps[-1][1])
    return steps, model


def origins(steps: list[Any], final: Any, X: Any) -> list[int] | None:
    """Return for each column that `final` sees the position of the one column of `X` that it depends on.

    Parameters
    ----------
    steps : list of fitted transformers
    final : fitted estimator
    X : DataFrame or array of shape (n, columns)

    Returns
    -------
    list of int, or None
        None where some derived column depends on several columns, or where that cannot be known.
    """
    start: list[int] | None = list(range(X.shape[1]))
    first = steps[0] if steps else final
    expected = getattr(first, "feature_names_in_", None)
    if expected is not None and hasattr(X, "columns"):
        # A ColumnTransformer accepts columns in any order; its own positions are those seen when it was fitted.
        at = {name: i for i, name in enumerate(X.columns)}
        start = [at.get(name, -1) for name in expected]
    out = _compose(steps, start)
    return None if out is None or -1 in out else out


def _compose(steps: list[Any], start: list[int] | None) -> list[int] | None:
    current = start
    for step in steps:
        if current is None:
            return None
        sources = _sources(step, len(current))
        if sources is None or (sources and max(sources) >= len(current)):
            return None
        current = [current[i] for i in sources]
    return current


def _sources(step: Any, n: int) -> list[int] | None:
    """Return for each output column of `step` its input column, or None if it has several."""
    if step is None or (isinstance(step, str) and step == "passthrough"):
        return list(range(n))
    if isinstance(step, str) and step == "drop":
        return []
    name = type(step).__name__
    if not type(step).__module__.startswith("sklearn."):
        return None
    if name == "Pipeline":
        return _compose([inner for _, inner in step.steps], list(range(n)))
    if name == "ColumnTransformer":
        return _column_transformer(step)
    if name == "FeatureUnion":
        parts = [_sources(inner, n) for _, inner in step.transformer_list]
        return None if any(p is None for p in parts) else [i for p in parts if p is not None for i in p]
    if name in _ONE_TO_ONE or (name == "FunctionTransformer" and _elementwise(step)):
        return list(range(n))
    if hasattr(step, "get_support"):
        return [int(i) for i in np.flatnonzero(step.get_support())]
    return _by_name(step, n) if name in _BY_NAME else None


def _elementwise(step: Any) -> bool:
    return step.func is None or (isinstance(step.func, np.ufunc) and step.func.nin == 1 and not step.kw_args)


def _by_name(step: Any, n: int) -> list[int] | None:
    # Ask for output names under made-up input names that can be read back; a copy, since those seen in fit would
    # have to match.
    probe = copy(step)
    for known in ("feature_names_in_",):
        if hasattr(probe, known):
            delattr(probe, known)
    for inner in ("indicator_", "_encoder"):
        if hasattr(getattr(probe, inner, None), "feature_names_in_"):
            part = copy(getattr(probe, inner))
            del part.feature_names_in_
            setattr(probe, inner, part)
    try:
        names = probe.get_feature_names_out([f"c{i}" for i in range(n)])
    except (AttributeError, ValueError):
        return None
    found = [_SYNTHETIC.fullmatch(str(name)) for name in names]
    return None if any(m is None for m in found) else [int(m[1]) for m in found if m is not None]


def _column_transformer(step: Any) -> list[int] | None:
    inputs = getattr(step, "_transformer_to_input_indices", None)
    slices = getattr(step, "output_indices_", None)
    if inputs is None or slices is None:
        return None
    width = max((s.stop for s in slices.values()), default=0)
    out = [-1] * width
    for name, fitted, _ in step.transformers_:
        place = slices.get(name)
        if place is None or place.stop == place.start:
            continue
        columns = [int(i) for i in inputs[name]]
        sources = _sources(fitted, len(columns))
        if sources is None or len(sources) != place.stop - place.start:
            return None
        out[place] = [columns[i] for i in sources]
    return None if -1 in out else out
