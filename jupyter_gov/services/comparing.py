"""Comparing two data sets, and recording what has changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_gov.errors import InputError
from jupyter_gov.records import Assessment, Dataset, Json, Run, new_id, utc_now

from ._table_file import open_table, stem
from .assessing import Progress, keep, result_of
from .session import actor, end_run, write
from .session import current as current_session
from .settings import store_url
from .tables import TableRun, _dataset
from .workplace import default_experiment, environment, short_path, source


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
        names = {"reference_name": resolver.name_of(reference), "current_name": resolver.name_of(current)}
        parameters |= {key: name for key, name in names.items() if name}
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
    keep(session, result)
    rows = found.outcome.parameters["current_rows"]
    return Assessment(id=about["act"], model=about["model"], rows=int(str(rows)), results=(result,))


def compare_tables(
    reference: Path | str,
    current: Path | str,
    *,
    target: str | None = None,
    floor: float = 0.0,
    level: float = 0.05,
    confidence: float = 0.95,
    seed: int = 0,
    name: str | None = None,
    experiment: str | None = None,
    store: str | None = None,
    progress: Progress | None = None,
) -> TableRun:
    """Find what has changed between two tables in files, as a run of its own.

    Parameters
    ----------
    reference, current : path
        CSV or Parquet files; ``docs/tables.md`` says what is read how.
    target, floor, level, confidence, seed, progress
        As in `compare_data`.
    name, experiment : str, optional
        As in `jupyter_gov.track`; by default the files' names, and the git repository that the current one lies in.
    store : str, optional
        URL or path of the store.

    Raises
    ------
    InputError, NotFoundError
        If there is no such file or target, or they cannot be compared; then no run begins.
    StoreError
        If the store cannot be written.
    """
    from jupyter_gov.assessment import evaluate_drift

    # Links stay as the user wrote them.
    paths = [Path(os.path.abspath(path)) for path in (reference, current)]  # noqa: PTH100
    files = [open_table(path, [] if target is None else [target]) for path in paths]
    frames = [file.read(()) for file in files]
    for path, frame in zip(paths, frames, strict=True):
        if frame.empty:
            raise InputError(f"{path.name!r} has no rows.", hint="Give tables with rows.")
    options: dict[str, Any] = {"floor": floor, "level": level, "confidence": confidence, "seed": seed}
    found = evaluate_drift(*frames, target=target, progress=progress, **options)
    titles = [stem(path) for path in paths]
    data = [_dataset(*of) for of in zip(frames, paths, titles, (file.format for file in files), strict=True)]
    ids = [one.id if isinstance(one, Dataset) else None for one in data]
    run = Run(
        name=name or f"{titles[0]} → {titles[1]}",
        experiment=experiment or default_experiment(paths[1].parent),
        actor=actor(),
        started=utc_now(),
    )
    parameters: dict[str, Json] = {"reference_dataset": ids[0]}
    result = result_of(found, {"act": new_id(), "model": "", "dataset": ids[1]}, **parameters)
    seen = [(one, "dataset.observed" if isinstance(one, Dataset) else "gap.found") for one in data]
    place = ((environment(), "environment.captured"), (source(""), "source.captured"))
    written = ((run, "run.started"), *seen, *place, (result, f"assessment.{result.status}"))
    url = store_url(store)
    write(run.id, *written, store=url)
    failed = result.status == "failed"
    ended = end_run(run, status="failed" if failed else "finished", reason=result.reason if failed else "", store=url)
    sizes = [f"{short_path(path)} · {len(frame):,} rows" for path, frame in zip(paths, frames, strict=True)]
    made = Assessment(id=result.act, rows=len(frames[1]), results=(result,))
    return TableRun(run=ended, assessment=made, table=" → ".join(sizes))
