"""The corrected pipeline: the model fitted again without what leaked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..assessment._prepare import Bools
from ..assessment._table import column_at, names_of, take
from ..errors import InputError
from ..records import Finding, Json
from ._columns import ColumnsHeld, ColumnsScaled
from ._deciding import AtThreshold
from ._draws import hashes
from ._problem import Made, Method, Problem
from ._refit import cloned, refit, why_not_again

COLUMNS = ("target_in_features", "identifier_as_feature")
"""Findings whose columns are left out."""
ROWS = ("overlapping_rows", "identical_rows")
"""Findings by which training rows that are test rows too are left out."""
GROUPS = "groups_across_split"
"""The finding by which training rows are left out that are of the test rows' groups."""
PREPARED = "preparation_on_test_rows"
_SCALED = (" standardised ", " robustly scaled ", " scaled by ", "StandardScaler ", "MinMaxScaler ", "RobustScaler ")


class Correction(NamedTuple):
    """What findings ask for.

    Attributes
    ----------
    left_out : list of str
        Columns that are left out.
    scaled : list of str
        Columns that are scaled again, by training rows alone, within the pipeline.
    rows : bool
        Whether training rows that are test rows too are left out.
    groups : list of str
        Columns whose values in test rows leave training rows out that have them too.
    undone : list of str
        Sentences on findings that the prepared data cannot undo.
    """

    left_out: list[str]
    scaled: list[str]
    rows: bool
    groups: list[str]
    undone: list[str]


def correction(findings: Sequence[Finding], names: Sequence[str], numbers: Sequence[str]) -> Correction:
    """Return what findings ask for.

    Parameters
    ----------
    findings : sequence of Finding
    names, numbers : sequence of str
        Columns of X, and those of them that hold numbers.

    Notes
    -----
    A scale is undone by scaling again: standardised columns are the same whether they were scaled before or not, since
    a scale is a straight line and standardising takes every such line out. Other preparation is not; its columns are
    left out where they are known, and without them the data have to be read again.
    """
    left_out: list[str] = []
    scaled: list[str] = []
    groups: list[str] = []
    undone: list[str] = []
    for finding in findings:
        columns = [name for name in finding.columns if name in names]
        if finding.check in COLUMNS:
            left_out += columns
        elif finding.check == GROUPS and columns:
            groups += columns
        elif finding.check == GROUPS:
            undone.append(
                f"{finding.message} This cannot be undone by a table without the column that tells the groups: "
                f"{finding.remedy}"
            )
        elif finding.check == PREPARED and any(word in f" {finding.message}" for word in _SCALED):
            scaled += [name for name in columns or numbers if name in numbers]
        elif finding.check == PREPARED and columns:
            left_out += columns
        elif finding.check.endswith("_on_test_rows"):
            undone.append(f"{finding.message} This cannot be undone from the prepared data: {finding.remedy}")
    left_out = list(dict.fromkeys(left_out))
    return Correction(
        left_out,
        [name for name in dict.fromkeys(scaled) if name not in left_out],
        any(finding.check in ROWS for finding in findings),
        list(dict.fromkeys(groups)),
        undone,
    )


def shared_rows(X_train: Any, X_test: Any) -> Bools:
    """Return which training rows are test rows too: equal in all columns, and by their labels where these tell rows.

    Parameters
    ----------
    X_train, X_test : table of shape (n, columns), (m, columns)

    Returns
    -------
    ndarray of shape (n,)
    """
    import pandas as pd

    train, test = hashes(X_train), hashes(X_test)
    labels: list[Any] = [getattr(X, "index", None) for X in (X_train, X_test)]
    if all(index is not None and not isinstance(index, pd.RangeIndex) for index in labels):
        train, test = (
            own ^ pd.util.hash_pandas_object(index).to_numpy(np.uint64)
            for own, index in zip((train, test), labels, strict=True)
        )
    return np.isin(train, test)


def shared_groups(X_train: Any, X_test: Any, name: str) -> Bools:
    """Return which training rows have a value of a column that test rows have too; parameters as of `shared_rows`."""
    import pandas as pd

    train, test = (pd.Series(column_at(X, names_of(X).index(name))) for X in (X_train, X_test))
    return np.asarray(train.isin(test.dropna().tolist()), bool)


def _left_out(problem: Problem, asked: Correction) -> Bools:
    """Return which training rows the findings leave out."""
    out = np.zeros(len(problem.X_train), bool)
    if problem.X_test is None:
        return out
    if asked.rows:
        out |= shared_rows(problem.X_train, problem.X_test)
    for name in asked.groups:
        out |= shared_groups(problem.X_train, problem.X_test, name)
    return out


def _asked(problem: Problem) -> Correction:
    names = names_of(problem.X_train)
    return correction(problem.findings, names, _numbers(problem.X_train, names))


def _numbers(X: Any, names: Sequence[str]) -> list[str]:
    if not hasattr(X, "dtypes") or not hasattr(X, "columns"):
        return list(names)
    return [name for name, dtype in zip(names, X.dtypes, strict=True) if getattr(dtype, "kind", "O") in "iuf"]


def _why_not(problem: Problem) -> str:
    if not problem.findings:
        return "No leak was found."
    refused = why_not_again(problem, weights=problem.sample_weight is not None)
    if refused:
        return refused
    asked = _asked(problem)
    if asked.left_out or asked.scaled:
        return ""
    if not asked.rows and not asked.groups:
        return "What was found cannot be corrected by fitting again."
    if not _left_out(problem, asked).any():
        return (
            "No training row equals a test row in all columns."
            if asked.rows
            else f"No training row has a value of {' or '.join(asked.groups)} that a test row has."
        )
    return ""


def _make(problem: Problem) -> Iterator[Made]:
    from sklearn.pipeline import Pipeline

    problem.check_time()
    asked = _asked(problem)
    names = names_of(problem.X_train)
    if asked.left_out and len(asked.left_out) == len(names):
        raise InputError("Every column leaks: none would be left.", hint="Look for columns known at the time.")
    kept = ~_left_out(problem, asked)
    if not kept.any():
        what = "is a test row too" if asked.rows and not asked.groups else "is of a group of the test rows"
        raise InputError(f"Every training row {what}: none would be left.", hint="Split first.")
    steps: list[tuple[str, Any]] = []
    if asked.left_out:
        steps.append(("without", ColumnsHeld(tuple(asked.left_out))))
    if asked.scaled:
        steps.append(("scaled", ColumnsScaled(tuple(asked.scaled))))
    model = cloned(problem.model, problem.seed)
    made = Pipeline([*steps, ("model", model)]) if steps else model
    rows = np.flatnonzero(kept)
    weight = None if problem.sample_weight is None else np.asarray(problem.sample_weight, np.float64)[rows]
    y = np.asarray(problem.y_train).reshape(-1)[rows]
    fitted = refit(made, take(problem.X_train, rows), y, weight=weight, seed=problem.seed)
    parameters: dict[str, Json] = {
        "columns left out": asked.left_out,
        "columns scaled again": asked.scaled,
        "training rows left out": int((~kept).sum()),
        "findings": [finding.check for finding in problem.findings],
        "seed": problem.seed,
    }
    yield Made(
        name="corrected pipeline",
        estimator=AtThreshold.of(fitted, problem),
        parameters=parameters,
        costs=(
            "It usually looks worse than the original: the original's result was too good by what leaked.",
            *asked.undone,
        ),
    )


CORRECTED_PIPELINE = Method(
    key="corrected_pipeline",
    title="Corrected pipeline",
    about="Fits the model again without the columns and rows that leaked, scaled by training rows alone.",
    citation="Kaufman, Rosset, Perlich & Stitelman (2012), Leakage in Data Mining, ACM TKDD 6:15.",
    needs="A finding on leakage that the training data can undo, a model that can be fitted again.",
    applies=_why_not,
    make=_make,
    advise=lambda problem: tuple(_asked(problem).undone) if problem.X_train is not None else (),
)
