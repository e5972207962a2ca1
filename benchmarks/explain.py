"""Time shap over all rows and our explanation side by side, and compare ours with the full result.

Usage: ``python benchmarks/explain.py [--quick]``. Models of 200 trees on 10,000 rows × 50 columns, and a pipeline that
makes 90 columns of its 50 before them; with ``--quick`` 50 trees on 2,000 rows. One process does all; both sides take
as many threads as they like.

The full result is the mean absolute SHAP value of each column over all rows by our exact values of trees, which are
compared with shap's: of all rows, or of those that shap could explain in some seconds, from which its time is then
reckoned for all. ``explanation`` draws rows until the ranking is stable; its intervals are for the draw.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from scipy.stats import spearmanr
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from xgboost import XGBClassifier

from jupyter_gov.assessment import explanation

PATIENCE = 15.0
"""Seconds after which shap need not explain further rows."""
CITIES = 5
TEXTS = 10


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a call took, and its result."""
    before = time.perf_counter()
    result = call()
    return time.perf_counter() - before, result


def data(rows: int) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Return numbers, the same with some columns as text, and labels."""
    x, y = make_classification(rows, 50, n_informative=20, n_redundant=5, random_state=0)
    numbers = pd.DataFrame(np.float32(x).astype(float), columns=[f"x{j}" for j in range(50)])
    mixed = numbers.copy()
    for name in numbers.columns[:TEXTS]:
        mixed[name] = pd.qcut(numbers[name], CITIES, labels=[f"city {k}" for k in range(CITIES)]).astype(str)
    return numbers, mixed, y


def by_shap(final: Any, x: Any) -> tuple[float, np.ndarray]:
    """Return the seconds that shap takes for all rows, and its values of as many as it could explain in time."""
    import shap

    explainer = shap.TreeExplainer(final)
    done, seconds, parts = 0, 0.0, []
    while done < len(x) and seconds < PATIENCE:
        rows = min(len(x) - done, max(5, int(done * min(PATIENCE / max(seconds, 1e-9) - 1, 100))) if done else 20)
        took, values = timed(lambda: explainer.shap_values(x[done : done + rows], check_additivity=False))  # noqa: B023
        values = np.asarray(values)
        parts.append(values[..., 1] if values.ndim == 3 else values)
        seconds, done = seconds + took, done + rows
    return seconds * len(x) / done, np.concatenate(parts)


def compare(name: str, model: Any, X: pd.DataFrame) -> None:
    """Print one line about a model."""
    from jupyter_gov.assessment._trees import read_trees

    steps = getattr(model, "steps", [("", model)])
    final = steps[-1][1]
    x = np.asarray(model[:-1].transform(X) if len(steps) > 1 else X, float)
    whole, values = timed(lambda: read_trees(final).shap_values(x)[0])
    seconds, theirs = by_shap(final, x)
    gap = np.abs(values[: len(theirs)] - theirs).max()
    if len(steps) > 1:  # one-hot columns come first, in the order of their columns; theirs are summed
        of = np.concatenate([np.repeat(np.arange(TEXTS), CITIES), np.arange(TEXTS, X.shape[1])])
        values = np.stack([values[:, of == j].sum(axis=1) for j in range(X.shape[1])], axis=1)
    full = pd.Series(np.abs(values).mean(axis=0), index=X.columns)
    ours, outcome = timed(lambda: explanation(model, X))
    found = [v for v in outcome.values if v.measure == "mean_abs_shap"]
    assert {v.attribute for v in found} == set(full.index)
    rho = spearmanr([v.value for v in found], full[[v.attribute for v in found]]).statistic
    within = np.mean([v.lower <= full[v.attribute] <= v.upper for v in found])
    share = f"{len(theirs) / len(x):.0%}" if len(theirs) < len(x) else "all"
    print(
        f"{name:20}{seconds:10.1f}{share:>6}{gap:10.0e}{whole:10.2f}{seconds / whole:8.0f}"
        f"{ours:10.2f}{outcome.parameters['rows']:7}{seconds / ours:8.0f}{rho:10.4f}{within:9.0%}",
        flush=True,
    )


def main(*, quick: bool) -> None:
    warnings.simplefilter("ignore")  # of shap and of the libraries that it draws with
    rows, trees = (2_000, 50) if quick else (10_000, 200)
    numbers, mixed, y = data(rows)
    settings = {"n_estimators": trees, "random_state": 0}
    first, _ = timed(lambda: explanation(LGBMClassifier(n_estimators=2, verbose=-1).fit(numbers, y), numbers.head(50)))
    print(f"{rows:,} rows × 50 columns, {trees} trees. Seconds. A first explanation in this process: {first:.2f}\n")
    print(f"{'':46}ours, all rows          our explanation")
    print(
        f"{'':20}{'shap':>10}{'of':>6}{'gap':>10}{'s':>10}{'times':>8}{'s':>10}{'rows':>7}{'times':>8}"
        f"{'Spearman':>10}{'covered':>9}"
    )
    encode = make_column_transformer(
        (OneHotEncoder(sparse_output=False), list(mixed.columns[:TEXTS])), remainder="passthrough"
    )
    for name, model, X in (
        ("LightGBM", LGBMClassifier(verbose=-1, **settings), numbers),
        ("XGBoost", XGBClassifier(**settings), numbers),
        ("histogram boosting", HistGradientBoostingClassifier(max_iter=trees, random_state=0), numbers),
        ("random forest", RandomForestClassifier(n_jobs=-1, **settings), numbers),
        ("one-hot, XGBoost", make_pipeline(encode, XGBClassifier(**settings)), mixed),
    ):
        compare(name, model.fit(X, y), X)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
