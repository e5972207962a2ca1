"""SHAP values from three explainers, each checked to add up to the model's output."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from .._cards import Task
from .._model import has_scores, model_output
from .._prepare import Floats
from ._permutation import affordable, codec, shap_values

TOLERANCE = 1e-4
"""Largest additivity error, relative to the largest output, at which attributions of linear models and trees count."""
TREE_WORK = 160_000_000
"""Leaves × depth × rows that a tree explanation may take, about five seconds."""
PERMUTATION_WORK = 250_000
"""Rows that a permutation explanation may predict."""
BACKGROUND_ROWS = 50
_TREES = ("sklearn.ensemble.", "sklearn.tree.", "lightgbm.", "xgboost.", "catboost.")
_MINIMUM_ROWS = 20

_ALONE = threading.RLock()

Progress = Callable[[int, int], None]


class Attributions(NamedTuple):
    """SHAP values (rows × columns) with how they were made."""

    values: Floats
    explainer: str
    output: str
    background: str
    background_rows: int
    error: float


def linear(final: Any, rows: Any, background: Any, *, own: bool) -> Attributions | None:
    """Return coef × (x − mean of background) of a linear model, or None if `final` is not one.

    That is the exact SHAP value when columns are masked independently (Lundberg & Lee 2017, corollary 1), and what
    ``shap.LinearExplainer`` returns for the same background.
    """
    coef = getattr(final, "coef_", None)
    if coef is None:
        return None
    predict = final.decision_function if hasattr(final, "decision_function") else final.predict
    try:
        x = _floats(rows)
        weights = np.asarray(coef.toarray() if hasattr(coef, "toarray") else coef, np.float64).reshape(-1)
        if weights.shape[0] != x.shape[1]:
            return None
        mean = np.asarray(background.mean(axis=0), np.float64).reshape(-1)
        output = np.asarray(predict(rows), np.float64).reshape(-1)
        base = float(np.asarray(getattr(final, "intercept_", 0.0), np.float64).reshape(-1)[0] + weights @ mean)
    except (TypeError, ValueError, AttributeError):
        return None
    values = weights * (x - mean)
    error = _error(values, base, output)
    if error is None:
        return None
    space = "prediction"
    if hasattr(final, "decision_function"):
        space = "log-odds" if _is_logistic(final, rows, output) else "decision function"
    return Attributions(values, "linear", space, "rows of X" if own else "given", _height(background), error)


def is_tree(final: Any) -> bool:
    """Return whether `final` is of a family of tree models that shap may know."""
    return type(final).__module__.startswith(_TREES)


def tree(final: Any, rows: Any, background: Any, notify: Progress) -> Attributions | None:
    """Return attributions of a tree or an ensemble of trees, or None if shap cannot, or they do not add up.

    shap is silently wrong on histogram gradient boosting with categorical splits (shap issue 3436), and with a
    background where values lie on a split (issue 5116, thresholds cut to 32 bits); the additivity check finds that.
    """
    if not is_tree(final):
        return None
    with _quiet():
        try:
            x = _floats(rows)
            import shap

            if background is None:
                explainer = shap.TreeExplainer(final, feature_perturbation="tree_path_dependent")
            else:
                base = _floats(background)[:100]
                explainer = shap.TreeExplainer(final, base, feature_perturbation="interventional")
            x = x[: _affordable(explainer, len(x), 1 if background is None else len(base) // 10 + 1)]
            parts = []
            for block in _blocks(len(x), 50):
                parts.append(_positive(explainer.shap_values(x[block], check_additivity=False)))
                notify(block.stop, len(x))
            values = np.concatenate(parts)
            expected = np.asarray(explainer.expected_value, np.float64).reshape(-1)[-1]
        except Exception:  # shap raises many kinds of errors for models that it does not know
            return None
    for space, output in _outputs(final, rows[: len(x)] if not hasattr(rows, "iloc") else rows.iloc[: len(x)]):
        error = _error(values, float(expected), output)
        if error is not None:
            how = "tree_path_dependent" if background is None else "given"
            return Attributions(values, "tree", space, how, 0 if background is None else len(base), error)
    return None


def by_permutation(
    model: Any,
    X: Any,
    order: Any,
    background: Any,
    positive: Any,
    task: Task,
    seed: int,
    notify: Progress,
    *,
    own: bool,
) -> Attributions:
    """Return attributions of any model by antithetic permutations over the columns of `X`.

    Of several classes each row's most likely one is explained.
    """
    chosen = np.random.default_rng([seed, 1]).permutation(len(background))[:BACKGROUND_ROWS]
    x, base, decode = codec(X, order, background, chosen)
    x = x[: affordable(x, base, PERMUTATION_WORK, _MINIMUM_ROWS)]
    space = model_output(model, decode(x[:1]), positive, task).space
    values, mean, output = shap_values(
        lambda codes: model_output(model, decode(codes), positive, task).values, x, base, seed=seed, notify=notify
    )
    error = float(np.abs(values.sum(axis=1) + mean - output).max())
    if task == "multiclass":
        values = np.take_along_axis(values, output.argmax(axis=1)[:, None, None], axis=2)[:, :, 0]
    return Attributions(values, "permutation", space, "rows of X" if own else "given", len(base), error)


def _affordable(explainer: Any, rows: int, factor: int) -> int:
    """Return how many rows `TREE_WORK` allows: a count of nodes, not a clock, so that a result can be reproduced."""
    forest = explainer.model
    left = getattr(forest, "children_left", None)
    if left is None:
        return rows
    work = int((np.asarray(left) < 0).sum()) * max(int(getattr(forest, "max_depth", 0) or 0), 1) * factor
    return min(rows, max(_MINIMUM_ROWS, TREE_WORK // max(work, 1)))


def _positive(values: Any) -> Floats:
    """Return the attributions of the last class."""
    if isinstance(values, list):
        values = values[-1]
    array = np.asarray(values, np.float64)
    return array[:, :, -1] if array.ndim == 3 else array


def _outputs(final: Any, rows: Any) -> Iterator[tuple[str, Floats]]:
    """Yield the output spaces in which attributions may be."""
    if hasattr(final, "predict_proba"):
        p = np.asarray(final.predict_proba(rows), np.float64)[:, -1]
        yield "probability", p
        with np.errstate(divide="ignore"):
            yield "log-odds", np.log(p) - np.log1p(-p)
    if hasattr(final, "decision_function"):
        yield "decision function", np.asarray(final.decision_function(rows), np.float64)
    if not has_scores(final):
        yield "prediction", np.asarray(final.predict(rows), np.float64).reshape(-1)


def _error(values: Floats, base: float, output: Floats) -> float | None:
    """Return the largest additivity error, or None if it is beyond `TOLERANCE`."""
    if output.shape != (len(values),) or not np.isfinite(output).all():
        return None
    error = float(np.abs(values.sum(axis=1) + base - output).max())
    return error if math.isfinite(error) and error <= TOLERANCE * max(1.0, float(np.abs(output).max())) else None


def _is_logistic(final: Any, rows: Any, output: Floats) -> bool:
    if not hasattr(final, "predict_proba"):
        return False
    with np.errstate(over="ignore"):
        return bool(np.allclose(np.asarray(final.predict_proba(rows))[:, -1], 1 / (1 + np.exp(-output)), atol=1e-6))


def _floats(table: Any) -> Floats:
    return np.asarray(table.toarray() if hasattr(table, "toarray") else table, dtype=np.float64)


def _height(table: Any) -> int:
    return int(table.shape[0])


def _blocks(rows: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep shap's warnings from the user, and NumPy's global random state, which shap seeds, as it was.

    Both belong to the whole process: one thread at a time changes them, and what other threads draw from the global
    state or warn of meanwhile is affected.
    """
    with _ALONE:
        state = np.random.get_state()  # noqa: NPY002
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            np.random.set_state(state)  # noqa: NPY002
