"""Looking for what is wrong with a data set, and recording what was found."""

from __future__ import annotations

from typing import Any

from jupyter_gov.records import Assessment, new_id

from .assessing import Progress, keep, result_of
from .session import current


def data_quality(
    data: Any,
    *,
    target: Any = None,
    confidence: float = 0.95,
    seed: int = 0,
    progress: Progress | None = None,
) -> Assessment:
    """Look for what is wrong with a data set by itself, whatever is predicted from it.

    Parameters
    ----------
    data : DataFrame, mapping of name to column, table of polars, pyarrow or DuckDB, or array of shape (n, columns)
    target : name of a column, or array-like of shape (n,); optional
        What is to be predicted: it adds conflicting labels, imbalance, and columns that repeat it.
    confidence : float
        Of the interval of the share of the rarest class; all else are facts of these rows.
    seed : int
        Of the rows that correlations are taken from.
    progress : callable, optional
        Called as the work goes on.

    Returns
    -------
    Assessment
        With one result, ``data_quality``, whose ``parameters["issues"]`` lists what was found. Recorded where a run is
        tracked.

    Raises
    ------
    InputError, NotFoundError
        If the data are no table, are empty, or have no such target.
    StoreError
        If the result could not be written.

    Examples
    --------
    >>> import jupyter_gov as gov
    >>> found = gov.data_quality({"income": [3, 4, 999_999, 5, 4, 3], "zone": [1, 1, 1, 1, 1, 1]})
    >>> [issue["sentence"] for issue in found["data_quality"].parameters["issues"]]
    ['zone is the same in all rows.', 'income is 999999 in 1 row (17%), far from its other values: it may be a code \
for “missing” or “not applicable”.']
    """
    from jupyter_gov.assessment import evaluate_data

    session = current()
    resolver = session.resolver if session else None
    about: dict[str, Any] = {"act": new_id(), "model": (resolver.name_of(data) if resolver else "") or "data"}
    if resolver is not None:
        dataset = resolver.dataset_of(data, "data", role="source")
        about |= {"dataset": dataset, "cell": resolver.cell()}
        if target is not None:
            about["target"] = dataset if isinstance(target, str) else resolver.dataset_of(target, "target")
    evaluations = evaluate_data(data, target=target, confidence=confidence, seed=seed, progress=progress)
    results = tuple(result_of(found, about) for found in evaluations)
    keep(session, *results)
    return Assessment(id=about["act"], model=about["model"], rows=len(evaluations.subject), results=results)
