"""Hand-made cases for leakage checks: two parts of a table as an engine would show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jupyter_gov.provenance.leakage import Case, Sample, Step
from jupyter_gov.records import Fit, Metric

Columns = Mapping[str, Any]


def sample(
    name: str, columns: Columns, *, origins: Mapping[str, Any] | None = None, rows: int | None = None, id_: str = ""
) -> Sample:
    held = {key: np.asarray(values) for key, values in columns.items()}
    count = rows if rows is not None else len(next(iter(held.values()), ()))
    known = {key: np.asarray(places, np.int64) for key, places in (origins or {}).items()}
    return Sample(
        id=id_ or name,
        name=name,
        rows=count,
        columns=tuple(held),
        origins=known,
        values=lambda column: held.get(column),
    )


def parts(
    columns: Columns,
    test: Sequence[int] | np.ndarray[Any, Any],
    *,
    y: Any = None,
    prepared: Any = None,
    **more: Any,
) -> Case:
    """Return the case of a model that is tried on some rows of a table and learned from the others."""
    held = {key: np.asarray(values, float) for key, values in columns.items()}
    n = len(next(iter(held.values())))
    tested = np.zeros(n, bool)
    tested[np.asarray(test, int)] = True
    there, here = np.flatnonzero(~tested), np.flatnonzero(tested)
    samples = {
        "train": sample("X_train", {k: v[there] for k, v in held.items()}, origins={"source": there}),
        "test": sample("X_test", {k: v[here] for k, v in held.items()}, origins={"source": here}),
    }
    if y is not None:
        y = np.asarray(y, float)
        samples["train_target"] = sample("y_train", {"y": y[there]}, origins={"source": there})
        samples["test_target"] = sample("y_test", {"y": y[here]}, origins={"source": here})
    return Case(**{"fit": fit("sklearn.linear_model._logistic.LogisticRegression"), "use": "test", **samples, **more})


def folds(columns: Columns, *, y: Any = None, **more: Any) -> Case:
    """Return the case of a model that is cross-validated on all rows of a table."""
    held = {key: np.asarray(values, float) for key, values in columns.items()}
    n = len(next(iter(held.values())))
    whole = sample("X", held, origins={"source": np.arange(n)})
    target = None if y is None else sample("y", {"y": np.asarray(y, float)}, origins={"source": np.arange(n)})
    model = fit("sklearn.linear_model._logistic.LogisticRegression", method="cross_val_score")
    given = {"fit": model, "train_target": target, "test_target": target, **more}
    return Case(use="cross_validation", train=whole, test=whole, **given)


def fit(class_: str, **more: Any) -> Fit:
    return Fit(class_=class_, cell="cell of the fit", **more)


def step(class_: str, rows: Any, *, supervised: bool = False, **more: Any) -> Step:
    return Step(fit=fit(class_, **more), rows={"source": np.asarray(rows, np.int64)}, supervised=supervised)


def metric(name: str, value: Any, *, on: str = "y_test", of: str = "proba", **more: Any) -> Metric:
    return Metric(name=name, value=value, datasets=("X_test", on), predictions=(of,), split="test", **more)
