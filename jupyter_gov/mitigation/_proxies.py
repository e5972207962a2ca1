"""Columns that give the attribute away: without them, or with coarser ones, the model is fitted again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..assessment._effects._encoded import coded_columns
from ..assessment._effects._rebuild import alone, folds_of, rebuilt
from ..assessment._table import column_at, names_of
from ._applying import why_not_groups
from ._columns import ColumnsCoarsened, ColumnsHeld
from ._deciding import AtThreshold
from ._groups import groups_of, learn_groups
from ._problem import Made, Method, Problem
from ._refit import cloned, refit, why_not_again

ROWS = 2_000
LEAST = 0.55
"""The ROC AUC from which on a column is said to give groups away, if it is told from one half too."""
MOST = 2
BINS = 4


def telling_columns(problem: Problem) -> list[str]:
    """Return the columns of X that give the groups away, the most telling first.

    Notes
    -----
    Those that the problem names; else of up to 2,000 training rows as the assessment of proxies does it: the ROC AUC of
    telling each group from all others from one column, in five folds; at least 0.55, with p below 0.01 over all columns
    (Bonferroni).
    """
    names = names_of(problem.X_train)
    if problem.proxies:
        return [name for name in problem.proxies if name in names and name not in problem.sensitive]
    if "telling" not in problem.kept:
        problem.kept["telling"] = _measured(problem, names)
    return list(problem.kept["telling"])


def _measured(problem: Problem, names: list[str]) -> list[str]:
    groups = groups_of(problem.A_train, learn_groups(problem.A_train, problem.sensitive)).astype(str)
    drawn = np.random.default_rng([problem.seed, 23]).permutation(len(groups))[:ROWS]
    known, codes = np.unique(groups[drawn], return_inverse=True)
    counts = np.bincount(codes)
    judged = [g for g in range(len(known)) if min(counts[g], len(codes) - counts[g]) >= problem.minimum]
    if not judged:
        return []
    folds = folds_of(codes, np.random.default_rng([problem.seed, 24]))
    found = {}
    for column in coded_columns(problem.X_train, drawn):
        if column.name not in problem.sensitive:
            one = rebuilt(alone(column, codes, len(known), folds), codes, judged, folds, 0.95)
            if one.p * len(names) < 0.01 and one.mean.value >= LEAST:
                found[column.name] = one.mean.value
    return sorted(found, key=lambda name: -found[name])


def behind(step: Any, problem: Problem) -> Any:
    """Return the model fitted again behind a step that changes columns, as an ordinary pipeline."""
    from sklearn.pipeline import Pipeline

    weight = None if problem.sample_weight is None else np.asarray(problem.sample_weight, np.float64)
    made = Pipeline([("columns", step), ("model", cloned(problem.model, problem.seed))])
    return AtThreshold.of(refit(made, problem.X_train, problem.y_train, weight=weight, seed=problem.seed), problem)


def _direct(problem: Problem) -> list[str]:
    return [name for name in problem.sensitive if name in names_of(problem.X_train)]


def _why_not(problem: Problem) -> str:
    refused = why_not_again(problem, weights=problem.sample_weight is not None) or why_not_groups(problem)
    if refused:
        return refused
    if not hasattr(problem.X_train, "iloc") and not isinstance(problem.X_train, np.ndarray):
        return "Columns are changed of a pandas DataFrame or a NumPy array only."
    if not _direct(problem) and not telling_columns(problem):
        return f"No column of X gives {' × '.join(problem.sensitive)} away."
    return ""


def _why_not_coarser(problem: Problem) -> str:
    return _why_not(problem) or ("" if _coarsenable(problem) else f"No telling column has more than {BINS} values.")


def _coarsenable(problem: Problem) -> list[str]:
    import pandas as pd

    names = names_of(problem.X_train)
    telling = telling_columns(problem)
    return [c for c in telling if pd.Series(column_at(problem.X_train, names.index(c))).nunique() > BINS]


def _drop(problem: Problem) -> Iterator[Made]:
    direct, telling = _direct(problem), telling_columns(problem)
    steps = [direct] if direct else []
    steps += [[*direct, *telling[: k + 1]] for k in range(min(MOST, len(telling)))]
    for columns in steps:
        if len(columns) == len(names_of(problem.X_train)):
            continue
        problem.check_time()
        yield Made(
            name=f"without {', '.join(columns)}",
            estimator=behind(ColumnsHeld(tuple(columns)), problem),
            parameters={"columns": list(columns), "seed": problem.seed},
            costs=(
                f"It knows nothing of {_and(columns)}, whatever reason of its own there was to use it.",
                "Other columns may give the attribute away as well.",
            ),
        )


def _coarsen(problem: Problem) -> Iterator[Made]:
    telling = _coarsenable(problem)
    for k in range(min(MOST, len(telling))):
        problem.check_time()
        columns = telling[: k + 1]
        yield Made(
            name=f"coarser {', '.join(columns)}",
            estimator=behind(ColumnsCoarsened(tuple(columns), bins=BINS), problem),
            parameters={"columns": list(columns), "bins": BINS, "seed": problem.seed},
            costs=(
                f"It tells {BINS} values of {_and(columns)} apart and no more.",
                "Where what a column says of the attribute lies in its coarse part, this part stays.",
            ),
        )


def _and(columns: list[str]) -> str:
    return " and ".join(columns)


DROP_PROXY = Method(
    key="drop_proxy",
    title="Without a proxy",
    about="Fits the model again without the attribute, or without the columns that give it away most.",
    citation="Kamiran & Calders (2012), Knowledge and Information Systems 33:1–33, there called suppression.",
    needs="A model that can be fitted again and a column that gives the attribute away; the attribute to train.",
    applies=_why_not,
    make=_drop,
)

COARSEN_PROXY = Method(
    key="coarsen_proxy",
    title="A coarser proxy",
    about=f"Fits the model again with {BINS} values left of the columns that give the attribute away most.",
    citation="Generalisation of values as in Sweeney (2002), International Journal of Uncertainty, Fuzziness and "
    "Knowledge-Based Systems 10:571–588, for another purpose.",
    needs="A model that can be fitted again and a column that gives the attribute away; the attribute to train.",
    applies=_why_not_coarser,
    make=_coarsen,
)
