"""Looking at runs: the list, and everything about one."""

from __future__ import annotations

from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.records import (
    AssessmentResult,
    Cell,
    Dataset,
    Document,
    Environment,
    Finding,
    Fit,
    Gap,
    Json,
    Metric,
    Record,
    Report,
    Run,
    Source,
)

from ._stores import get_store

_SINGLE: dict[str, type[Record]] = {"environment": Environment, "source": Source}
_LISTS: dict[str, type[Record]] = {
    "cells": Cell,
    "datasets": Dataset,
    "fits": Fit,
    "metrics": Metric,
    "findings": Finding,
    "assessments": AssessmentResult,
    "documents": Document,
    "gaps": Gap,
    "reports": Report,
}

MAX_LIMIT = 1000


def list_runs(
    store: str | None = None,
    *,
    experiment: str | None = None,
    notebook: str | None = None,
    limit: int = 50,
    before: str | None = None,
) -> list[Run]:
    """Return runs, newest first.

    Parameters
    ----------
    store : str, optional
        The store's URL.
    experiment, notebook : str, optional
        Only runs of these.
    limit : int
        At most so many, 1 to 1000.
    before : str, optional
        The id of the last run of the page before.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit is {limit}.", hint=f"Ask for 1 to {MAX_LIMIT} runs.")
    return get_store(store).runs(experiment=experiment, notebook=notebook, limit=limit, before=before)


def find_run(run: str, store: str | None = None) -> Run:
    """Return the run with that id, the only one whose id begins so, or the newest for ``latest``.

    Raises
    ------
    NotFoundError
        If there is none.
    InputError
        If several ids begin so.
    """
    opened = get_store(store)
    found = opened.runs(limit=1) if run == "latest" else opened.runs(prefix=run.lower(), limit=2) if run else []
    if not found:
        raise NotFoundError(f"No run {run!r} in {opened.url}.", hint="`jupyter gov runs` lists the runs there are.")
    if len(found) > 1 and found[0].id != run:
        raise InputError(f"Several runs begin with {run!r}.", hint="Give more of the id.")
    return found[0]


def load_records(run: str, store: str | None = None) -> list[Record]:
    """Return all records of a run, by its full id, in the order in which each was first seen."""
    return get_store(store).records(run)


def show_run(run: str, store: str | None = None) -> dict[str, Json]:
    """Return everything about a run as JSON; see the reference for its shape.

    Raises
    ------
    NotFoundError, InputError
        As `find_run`.
    """
    found = find_run(run, store)
    records = load_records(found.id, store)
    shown: dict[str, Json] = found.to_json()
    for key, one in _SINGLE.items():
        shown[key] = next((r.to_json() for r in records if isinstance(r, one)), None)
    for key, many in _LISTS.items():
        shown[key] = [r.to_json() for r in records if isinstance(r, many)]
    # A section that was written again replaces the earlier text; both stay in the events.
    shown["documents"] = list({d["section"]: d for d in shown["documents"]}.values())
    return shown
