"""Looking at runs: the list, and everything about one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import (
    AssessmentResult,
    Cell,
    Charter,
    Checked,
    Dataset,
    Derivation,
    Document,
    Environment,
    Finding,
    Fit,
    Gap,
    GeneratorState,
    Json,
    Metric,
    Mitigation,
    Module,
    Override,
    PolicyCheck,
    PolicyUse,
    Prediction,
    Record,
    Report,
    Reproduction,
    Run,
    Source,
    Waiver,
)

from ._history import History
from ._stores import find_store, get_store
from .settings import store_url

_SINGLE: dict[str, type[Record]] = {"environment": Environment, "source": Source}
COLLECTIONS: dict[str, type[Record]] = {
    "cells": Cell,
    "modules": Module,
    "generator_states": GeneratorState,
    "datasets": Dataset,
    "derivations": Derivation,
    "fits": Fit,
    "predictions": Prediction,
    "metrics": Metric,
    "findings": Finding,
    "assessments": AssessmentResult,
    "documents": Document,
    "gaps": Gap,
    "reports": Report,
    "reproductions": Reproduction,
    "charters": Charter,
    "policies": PolicyUse,
    "checks": PolicyCheck,
    "waivers": Waiver,
    "checked": Checked,
    "mitigations": Mitigation,
    "overrides": Override,
}
"""The lists that a run has, and the records in them."""

_LARGE = {"generator_states"}
"""Lists that nobody reads: they are not part of what is shown of a run."""

MAX_LIMIT = 1000

_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


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

    Raises
    ------
    InputError
        If `limit` is out of range, or `before` is no id.
    """
    _check_limit(limit)
    _check_id(before)
    opened = find_store(store)
    return opened.runs(experiment=experiment, notebook=notebook, limit=limit, before=before) if opened else []


def find_run(run: str, store: str | None = None) -> Run:
    """Return the run with that id, the only one whose id begins so, or the newest for ``latest``.

    Raises
    ------
    NotFoundError
        If there is none.
    InputError
        If several ids begin so.
    """
    opened, name = find_store(store), run.lower()
    found: list[Run] = []
    if opened and name:
        found = opened.runs(limit=1) if name == "latest" else opened.runs(prefix=name, limit=2)
    if not found:
        url = store_url(store)
        raise NotFoundError(f"No run {run!r} in {url}.", hint="`jupyter gov runs` lists the runs there are.")
    if len(found) > 1:
        raise InputError(f"Several runs begin with {run!r}.", hint="Give more of the id.")
    return found[0]


@dataclass(frozen=True, slots=True)
class Experiment:
    """The runs of one project.

    Attributes
    ----------
    name : str
    runs : int
        How many there are.
    latest : Run
        The one that began last.
    """

    name: str
    runs: int
    latest: Run

    def to_json(self) -> dict[str, Json]:
        """Return the experiment as JSON."""
        return {"name": self.name, "runs": self.runs, "latest": self.latest.to_json()}


def list_experiments(store: str | None = None, *, limit: int = 50, before: str | None = None) -> list[Experiment]:
    """Return experiments, the most recently active first.

    Parameters
    ----------
    store : str, optional
        The store's URL.
    limit : int
        At most so many, 1 to 1000.
    before : str, optional
        The id of the latest run of the last experiment of the page before.

    Raises
    ------
    InputError
        If `limit` is out of range, or `before` is no id.
    """
    _check_limit(limit)
    _check_id(before)
    opened = find_store(store)
    found = opened.experiments(limit=limit, before=before) if opened else []
    return [Experiment(latest.experiment, runs, latest) for latest, runs in found]


def list_records(
    run: str, collection: str, store: str | None = None, *, limit: int = 50, after: str | None = None
) -> tuple[list[dict[str, Json]], str | None]:
    """Return records of one kind in the order in which they were first seen, and the cursor of the next page.

    Parameters
    ----------
    run : str
        As in `find_run`.
    collection : str
        One of `COLLECTIONS`, such as ``metrics``.
    store : str, optional
        The store's URL.
    limit : int
        At most so many, 1 to 1000.
    after : str, optional
        The cursor that the page before came with.

    Raises
    ------
    NotFoundError, InputError
        As `find_run`; or if there is no such collection, or the cursor is none.
    """
    _check_limit(limit)
    if collection not in COLLECTIONS:
        raise NotFoundError(f"No collection {collection!r}.", hint=did_you_mean(collection, COLLECTIONS))
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 19):
        raise _no_cursor(after)
    found = find_run(run, store)
    cls = COLLECTIONS[collection]
    page = get_store(store).page(found.id, cls.kind, limit=limit + 1, after=int(after) if after else None)
    items = [cls.from_json(data).to_json() for _, data in page[:limit]]
    return items, str(page[limit - 1][0]) if len(page) > limit else None


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
    for key, many in COLLECTIONS.items():
        if key in _LARGE:
            continue
        shown[key] = [r.to_json() for r in records if isinstance(r, many)]
    history = History(records)
    shown["cells"] = [c | history.state(c["id"]) for c in shown["cells"]]
    for key in ("fits", "metrics"):
        shown[key] = [r | history.trace(r["cell"]) for r in shown[key]]
    # A section that was written again replaces the earlier text; both stay in the events.
    shown["documents"] = list({d["section"]: d for d in shown["documents"]}.values())
    return shown


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit is {limit}.", hint=f"Ask for 1 to {MAX_LIMIT}.")


def _check_id(before: str | None) -> None:
    if before is not None and not re.fullmatch(_ID, before):
        raise _no_cursor(before)


def _no_cursor(text: str) -> InputError:
    return InputError(f"after is {text[:40]!r}.", hint="Give the `next` of the page before.")
