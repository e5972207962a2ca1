"""Time fairlearn's MetricFrame and ours side by side on the same data, and check that the values are the same.

Usage: ``python benchmarks/fairness.py [ROWS] [GROUPS]``, by default 100,000 rows in 40 groups of text.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from jupyter_gov.assessment import fairness

METRICS = ("selection_rate", "true_positive_rate", "false_positive_rate", "true_negative_rate", "false_negative_rate")
BUDGET = 3.0
"""Seconds after which a call is not repeated."""


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the best time of up to five calls, and the last result."""
    best, start = float("inf"), time.perf_counter()
    for _ in range(5):
        before = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - before)
        if time.perf_counter() - start > BUDGET:
            break
    return best, result


def main(rows: int, groups: int) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fairlearn import metrics as fairlearn

    rng = np.random.default_rng(0)
    y, pred = rng.integers(0, 2, rows), rng.integers(0, 2, rows)
    group = pd.Series([f"group {i:03}" for i in range(groups)])[rng.integers(0, groups, rows)].reset_index(drop=True)

    def theirs() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = fairlearn.MetricFrame(
                metrics={name: getattr(fairlearn, name) for name in METRICS},
                y_true=y,
                y_pred=pred,
                sensitive_features=group,
            )
            return frame.by_group

    slow, expected = timed(theirs)
    fast, result = timed(lambda: fairness(y, pred, sensitive_features={"group": group}).by_group.loc["group"])
    category, _ = timed(lambda: fairness(y, pred, sensitive_features={"group": group.astype("category")}))
    score = rng.random(rows)
    ranked, _ = timed(lambda: fairness(y, pred, sensitive_features={"group": group}, y_score=score))
    same = all((expected[name].to_numpy() == result[name].to_numpy()).all() for name in METRICS)
    print(f"{rows:,} rows, {groups} groups")
    print(f"{f'fairlearn MetricFrame, {len(METRICS)} metrics, no intervals':54}{slow * 1e3:10.1f} ms")
    for what, seconds in (
        ("ours, 10 metrics and 26 disparities with intervals", fast),
        ("ours, the same from a categorical", category),
        ("ours, with ROC AUC", ranked),
    ):
        print(f"{what:54}{seconds * 1e3:10.1f} ms {slow / seconds:8.0f} times faster")
    print("values: equal bit for bit" if same else "values: DIFFERENT")
    return 0 if same else 1


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:3]]
    sys.exit(main(*(asked + [100_000, 40][len(asked) :])))
