"""Cases made by hand: a frame that was divided, as the engine would describe it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from jupyter_gov.provenance.leakage import Case, Sample
from jupyter_gov.records import Finding, Fit, Metric, new_id


def values_of(column: pd.Series) -> np.ndarray:
    """Return a column as `Sample.values` gives them."""
    if column.dtype.kind in "mM":
        return column.to_numpy()
    if column.dtype.kind in "fiub":
        return column.to_numpy(np.float64)
    return np.array([None if pd.isna(v) else v for v in column], object)


def sample_of(frame: pd.DataFrame, *, key: str = "", rows: np.ndarray | None = None, name: str = "X") -> Sample:
    columns = {str(c): values_of(frame[c]) for c in frame.columns}
    origins = {} if rows is None else {key: np.asarray(rows, np.int64)}
    return Sample(id=new_id(), name=name, rows=len(frame), columns=tuple(columns), origins=origins, values=columns.get)


def divided(
    frame: pd.DataFrame,
    target: str,
    *,
    features: Sequence[str] = (),
    train: np.ndarray | None = None,
    test: np.ndarray | None = None,
    seed: int = 0,
    validated: bool = False,
    splitter: Mapping[str, Any] | None = None,
    metrics: Sequence[Metric] = (),
    fit: Fit | None = None,
) -> Case:
    """Return the case of a frame that was read and divided: at random, three to one, unless rows are given."""
    features = list(features) or [c for c in frame.columns if c != target]
    if train is None or test is None:
        order = np.random.default_rng(seed).permutation(len(frame))
        train, test = order[: len(frame) * 3 // 4], order[len(frame) * 3 // 4 :]
    if validated:
        train = test = np.arange(len(frame))
    source = sample_of(frame, name="data.csv")
    parts = {
        (side, what): sample_of(frame[columns].iloc[rows], key=source.id, rows=rows, name=f"{what}_{side}")
        for side, rows in (("train", train), ("test", test))
        for what, columns in (("X", features), ("y", [target]))
    }
    return Case(
        fit=fit or Fit(class_="sklearn.linear_model._logistic.LogisticRegression"),
        use="cross_validation" if validated else "test",
        train=parts["train", "X"],
        test=parts["test", "X"],
        train_target=parts["train", "y"],
        test_target=parts["test", "y"],
        sources={source.id: source},
        splitter=splitter or {"class": "KFold" if validated else "train_test_split", "params": {"shuffle": True}},
        metrics=tuple(metrics),
    )


def telling(findings: Any) -> list[Finding]:
    """Return the findings that are shown at the cell."""
    return [f for f in findings if f.severity != "info"]


def metric(name: str, value: Any, **known: Any) -> Metric:
    return Metric(name=name, value=value, split=known.pop("split", "test"), **known)
