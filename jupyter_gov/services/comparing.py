"""Comparing two data sets, and recording what has changed."""

from __future__ import annotations

from typing import Any

from jupyter_gov.records import Assessment, new_id

from .assessing import Progress, result_of
from .session import current as current_session


def compare_data(
    reference: Any,
    current: Any,
    *,
    model: Any = None,
    target: Any = None,
    trained: bool | None = None,
    positive: Any = None,
    floor: float = 0.0,
    level: float = 0.05,
    confidence: float = 0.95,
    seed: int = 0,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """Find what has changed between two data sets, beyond chance.

    Parameters
    ----------
    reference, current : tables of shape (n_rows, n_columns)
        Of pandas, polars, pyarrow or NumPy, or mappings of name to column. Columns are matched by name; each data set
        has rows of its own.
    model : fitted model, optional
        What it says of both, and why, is compared too; the tables then are as its ``predict`` takes them.
    target : name of a column, or pair of array-likes; optional
        What happened, in both: compared as a column, and not passed to the model.
    trained : bool, optional
        Whether the model was trained on the reference. It has learned those rows, so that what it says of them is
        described and not tested. By default what the record of a tracked run says, else False.
    positive : label, optional
        Of two classes; by default the larger in sort order.
    floor : float
        The smallest distance that counts, in [0, 1), whatever its p-value.
    level : float
        How often there may be an alarm, about anything, where nothing has changed.
    confidence : float
        Of the intervals, two-sided.
    seed : int
        Of everything that is drawn at random.
    time_limit : float, optional
        Seconds that may be spent on predictions; by default 300.
    progress : callable, optional
        Called as the work goes on.

    Returns
    -------
    Assessment
        With one result, ``drift``, whose parameters hold ``alarm`` and the columns that have ``drifted``. Recorded
        where a run is tracked.

    Raises
    ------
    InputError, NotFoundError
        If they cannot be compared, or there is no such target.
    StoreError
        If the result could not be written.

    Examples
    --------
    >>> import numpy as np, jupyter_gov as gov
    >>> rng = np.random.default_rng(0)
    >>> before, after = {"age": rng.normal(40, 9, 500)}, {"age": rng.normal(45, 9, 400)}
    >>> found = gov.compare_data(before, after)["drift"]
    >>> found.parameters["alarm"], found.parameters["drifted"]
    (True, ['age'])
    """
    from jupyter_gov.assessment import evaluate_drift

    session = current_session()
    resolver = session.resolver if session else None
    about: dict[str, Any] = {"act": new_id(), "model": "" if model is None else type(model).__name__}
    parameters: dict[str, Any] = {}
    if resolver is not None:
        # Data are identified before the model runs, which may change them.
        first = resolver.dataset_of(reference, "reference", role="source")
        about |= {"dataset": resolver.dataset_of(current, "current", role="source"), "cell": resolver.cell()}
        parameters["reference_dataset"] = first
        if model is not None:
            about |= {"fit": resolver.fit_of(model), "model": resolver.name_of(model) or about["model"]}
            if trained is None:
                trained = bool(resolver.rows_fitted_on(model, first))
    found = evaluate_drift(
        reference,
        current,
        model=model,
        target=target,
        known=bool(trained),
        positive=positive,
        floor=floor,
        level=level,
        confidence=confidence,
        seed=seed,
        time_limit=time_limit,
        progress=progress,
    )
    result = result_of(found, about, **parameters)
    if session is not None:
        session.record(result, f"assessment.{result.status}")
        session.flush()
    rows = found.outcome.parameters["current_rows"]
    return Assessment(id=about["act"], model=about["model"], rows=int(str(rows)), results=(result,))
