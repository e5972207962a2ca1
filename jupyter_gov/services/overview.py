"""A run at a glance: what a live panel shows, small enough to be asked for after every cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError
from jupyter_gov.records import (
    KINDS,
    SECTIONS,
    SEVERITIES,
    Assessment,
    AssessmentResult,
    Cell,
    Charter,
    Dataset,
    Document,
    Finding,
    Fit,
    Gap,
    Json,
    Metric,
    Mitigation,
    Override,
    PolicyCheck,
    Report,
    Reproduction,
    Run,
    Value,
    utc_now,
)

from ._executions import executions_of
from ._history import History
from ._policies_seen import PolicySeen, charter_seen, mitigation_seen
from ._reproductions_seen import MOST, cells_of, seen
from ._stores import get_store
from .policies import current_check
from .policies._evidence import SHARED, Material
from .runs import find_run

if TYPE_CHECKING:
    from jupyter_gov.store import Store

MOST_ITEMS = 500
_LONGEST = 400
_MOST_REASONS = 2
_MOST_REDACTED = 8
_MOST_SEEDS = 8
_MOST_COLUMNS = 20
_MOST_PARAMETERS = 60
_STRUCTURE = {"steps", "transformers", "transformer_list", "estimators"}
"""Parameters that say again, as a list, what the others say by name."""

_Data = Mapping[str, Json]


def run_version(run: str, store: str | None = None) -> tuple[str, str]:
    """Return a run's full id, and a text that is another whenever the run's overview may be.

    Parameters
    ----------
    run, store : str
        As in `find_run`.

    Returns
    -------
    id, version : str
        The version holds the sequence numbers of the last event of the run and of the runs of its experiment that say
        something about it, and the day, as verdicts depend on how old their evidence is.

    Raises
    ------
    NotFoundError, InputError
        As `find_run`.
    """
    found = find_run(run, store)
    return found.id, _version(get_store(store), found)


def _version(store: Store, run: Run) -> str:
    through = store.known_through(run.id, experiment=run.experiment, shared=SHARED)
    return f"{through.get(run.id, 0)}.{max(through.values(), default=0)}.{utc_now()[:10]}"


def overview(run: str, store: str | None = None, *, limit: int = 20) -> dict[str, Json]:
    """Return what is known about a run, the newest of each kind first, of findings the most severe.

    Parameters
    ----------
    run : str
        As in `find_run`.
    store : str, optional
        The store's URL.
    limit : int
        At most so many items of each kind, 1 to 500; totals count all.

    Returns
    -------
    dict
        ``seq``, ``run``, ``cells``, and for each kind of record ``total`` and ``items``; see the reference.

    Raises
    ------
    NotFoundError, InputError
        As `find_run`, or if `limit` is out of range.
    """
    if not 1 <= limit <= MOST_ITEMS:
        raise InputError(f"limit is {limit}.", hint=f"Ask for 1 to {MOST_ITEMS} items.")
    found = find_run(run, store)
    opened = get_store(store)
    # Before the records are read, so that what is written meanwhile makes the next answer a new one.
    seq = opened.version(found.id)
    check = _judged(opened.url, found.id, _version(opened, found))
    policy = check and PolicySeen(check, limit)
    charter = _charter(opened, found, check.model if check else "")
    read = _Reader(opened, found.id, limit)
    fits = read.newest(Fit.kind, parent=None)
    metrics = read.newest(Metric.kind)
    datasets = read.newest(Dataset.kind)
    findings = sorted(read.newest(Finding.kind), key=lambda f: SEVERITIES.index(f["severity"]))
    gaps = read.newest(Gap.kind)
    acts = _acts(opened, found.id)
    assessments = [_assessment(opened.url, act, tuple(ids)) for act, ids in list(acts.items())[::-1][:limit]]
    # A section that was written again replaces the earlier text.
    written = (Document.from_json(d).to_json() for _, d in opened.page(found.id, Document.kind, limit=MOST_ITEMS))
    documents = {d["section"]: d for d in written}
    reports = read.newest(Report.kind)
    reproductions = _Reader(opened, found.id, min(limit, MOST)).newest(Reproduction.kind)
    mitigations = [Mitigation.from_json(m) for m in read.newest(Mitigation.kind)]
    overrides = {o["about"]: Override.from_json(o) for o in read.newest(Override.kind)[::-1]}
    pointing = [*metrics, *datasets, *fits, *gaps, *documents.values(), *assessments]
    at = [*(d["cell"] for d in pointing), *(c for f in findings for c in f["cells"][:1]), *cells_of(reproductions)]
    at += [*(policy.cells() if policy else ()), charter and charter.cell, *(m.cell for m in mitigations)]
    cell = _cells(opened, at)
    names = _names(opened, fits, metrics)
    executions = executions_of(opened, found.id)
    history = executions.history([d["cell"] for d in (*fits, *metrics)])
    doubtful, redacted = history.doubtful, executions.redacted
    top = read.total(Fit.kind, parent=None)
    return {
        "seq": seq,
        "run": found.to_json(),
        "policy": policy and policy.seen(cell),
        "charter": charter and charter_seen(charter, cell),
        "cells": {"total": read.total(Cell.kind), "failed": read.total(Cell.kind, status="error")},
        "doubtful": {
            "total": len(doubtful),
            "items": [_doubtful(c, history) for c in doubtful[:limit]],
        },
        "redacted": {
            "total": len(redacted),
            "items": [_taken_out(c.to_json()) | {"id": c.id, "cell": _place(c)} for c in redacted[:limit]],
        },
        "fits": {
            "total": top,
            "nested": read.total(Fit.kind) - top,
            "items": [_fit(f, names) | {"doubt": history.doubt(f["cell"]), "cell": cell(f["cell"])} for f in fits],
        },
        "metrics": read.listed(
            Metric.kind,
            [_metric(m, names) | {"doubt": history.doubt(m["cell"]), "cell": cell(m["cell"])} for m in metrics],
        ),
        "datasets": read.listed(Dataset.kind, [_dataset(d) | {"cell": cell(d["cell"])} for d in datasets]),
        "assessments": {
            "total": len(acts),
            "items": [a | {"cell": cell(a["cell"])} for a in assessments],
        },
        "findings": read.listed(
            Finding.kind, [_finding(f) | {"cell": cell(next(iter(f["cells"]), None))} for f in findings]
        ),
        "gaps": read.listed(
            Gap.kind,
            [_texts(g, "id", "what", "reason", "remedy") | _taken_out(g) | {"cell": cell(g["cell"])} for g in gaps],
        ),
        "documents": _documents(documents, cell),
        "mitigations": read.listed(
            Mitigation.kind, [mitigation_seen(m, overrides.get(m.id), cell) for m in mitigations]
        ),
        "reports": read.listed(Report.kind, [_report(r) for r in reports]),
        "reproductions": read.listed(Reproduction.kind, seen(reproductions, opened, cell)),
    }


@lru_cache(maxsize=64)
def _judged(url: str, run: str, version: str) -> PolicyCheck | None:  # noqa: ARG001
    """Return the verdicts of the policy in force, worked out once for each version of what they rest on."""
    return current_check(run, url)


def _charter(store: Store, run: Run, model: str) -> Charter | None:
    """Return the charter that counts for a run, without its other records."""
    _, charters, _ = store.known("", experiment=run.experiment, shared=(Charter.kind,))
    return Material(records=[run], shared=charters).charter(model)


class _Reader:
    """Reads one run's records, a few of each kind."""

    def __init__(self, store: Store, run: str, limit: int) -> None:
        self._store, self._run, self._limit = store, run, limit

    def newest(self, kind: str, **where: str | None) -> list[_Data]:
        found = self._store.page(self._run, kind, limit=self._limit, newest=True, where=where)
        # By way of the record, which knows the fields that an earlier version did not write.
        return [KINDS[kind].from_json(data).to_json() for _, data in found]

    def total(self, kind: str, **where: str | None) -> int:
        return self._store.count(self._run, kind, where=where)

    def listed(self, kind: str, items: list[dict[str, Json]]) -> dict[str, Json]:
        return {"total": self.total(kind), "items": items}


def _cells(store: Store, ids: Iterable[str | None]) -> Any:
    """Return a function from a cell record's id to the notebook's own id of the cell and the number it shows."""
    known = store.some(Cell.kind, {i for i in ids if i})

    def cell(key: str | None) -> Json:
        # A cell that is still running has no record yet.
        found = known.get(key or "")
        return _place(Cell.from_json(found)) if found else None

    return cell


def _doubtful(cell: Cell, history: History) -> dict[str, Json]:
    told = history.state(cell.id)
    return {
        "id": cell.id,
        "state": told["state"],
        "reasons": [_short(reason) for reason in told["reasons"][:_MOST_REASONS]],
        "cell": _place(cell),
    }


def _place(cell: Cell) -> dict[str, Json]:
    return {"cell_id": cell.cell_id, "number": cell.number}


def _taken_out(data: _Data) -> dict[str, Json]:
    """Return where secrets were taken out of a record."""
    return {"redacted": [_short(where) for where in data["redacted"][:_MOST_REDACTED]]}


def _names(store: Store, fits: list[_Data], metrics: list[_Data]) -> dict[str, str]:
    """Return the names of all fits and data sets that fits and metrics speak of, by id."""
    models = store.some(Fit.kind, {m["fits"][0] for m in metrics if m["fits"]})
    data = store.some(Dataset.kind, {d for f in fits for d in f["datasets"]})
    return {k: f["name"] or _short_class(f) for k, f in models.items()} | {k: d["name"] for k, d in data.items()}


def _short_class(fit: _Data) -> str:
    return str(fit["class"]).rpartition(".")[2]


def _fit(fit: _Data, names: Mapping[str, str]) -> dict[str, Json]:
    from jupyter_gov.display import words

    # The estimator's own parameters stand above those of its steps.
    params = sorted((k for k in fit["params"] if k.rpartition("__")[2] not in _STRUCTURE), key=lambda k: k.count("__"))
    seeds = [(k, v) for k, v in fit["seeds"].items() if v is not None]
    shown = {k: words.json_value(fit["params"][k], _LONGEST, exact=True) for k in params[:_MOST_PARAMETERS]}
    return _texts(fit, "id", "name", "class", "method", "seconds", "status", "randomness") | {
        "seeds": {k: words.json_value(v, 40, exact=True) for k, v in seeds[:_MOST_SEEDS]},
        "candidates": len(fit["candidates"]),
        "params": shown,
        "params_total": len(params),
        "data": [_short(names[d]) for d in fit["datasets"] if d in names],
        **_taken_out(fit),
    }


def _metric(metric: _Data, names: Mapping[str, str]) -> dict[str, Json]:
    from jupyter_gov.display import words

    value = metric["value"]
    return _texts(metric, "id", "name", "split", "origin", "expression") | {
        "value": words.json_value(value, _LONGEST) if isinstance(value, list | dict) else _short(value),
        "model": _short(next((names[f] for f in metric["fits"][:1] if f in names), "")),
        **_taken_out(metric),
    }


def _dataset(data: _Data) -> dict[str, Json]:
    personal = [{"name": _short(c["name"]), "kind": c["personal"]} for c in data["columns"] if c["personal"]]
    return _texts(data, "id", "name", "rows", "role", "source", "door", "digest") | {
        "columns": len(data["columns"]),
        "personal": personal[:_MOST_COLUMNS],
        "missing": sum(c["missing"] for c in data["columns"]),
        **_taken_out(data),
    }


def _finding(finding: _Data) -> dict[str, Json]:
    from jupyter_gov.display import words

    numbers = {key: finding[key] for key in ("count", "of", "expected")}
    columns = [_short(c) for c in finding["columns"][:_MOST_COLUMNS]]
    texts = _texts(finding, "id", "check", "severity", "message", "remedy")
    return texts | numbers | {"title": _short(words.title_of(finding["check"])), "columns": columns}


def _documents(documents: Mapping[str, _Data], cell: Any) -> dict[str, Json]:
    from jupyter_gov.display import words

    return {
        "written": [
            {"section": _short(s), "title": _short(words.title_of(s)), "cell": cell(d["cell"])} | _taken_out(d)
            for s, d in documents.items()
        ],
        "missing": [
            {"section": s, "title": words.title_of(s), "question": question}
            for s, question in SECTIONS.items()
            if s not in documents
        ],
    }


def _report(report: _Data) -> dict[str, Json]:
    files = [{"name": name, "format": name.rpartition(".")[2]} for name in map(_file_name, report["files"])]
    return _texts(report, "id", "template", "rendered") | {"files": files}


def _file_name(path: str) -> str:
    # Written by whatever system rendered it.
    return path.replace("\\", "/").rpartition("/")[2]


def _acts(store: Store, run: str) -> dict[str, list[str]]:
    """Return the ids of the results of each call of `assess`, in order."""
    acts: dict[str, list[str]] = {}
    for key, act in store.fields(run, AssessmentResult.kind, "act"):
        acts.setdefault(act, []).append(key)
    return acts


@lru_cache(maxsize=256)
def _assessment(url: str, act: str, ids: tuple[str, ...]) -> dict[str, Json]:
    """Return an assessment in a few numbers. Results never change, so it is worked out once."""
    from jupyter_gov.display import found, headlines, sections, summary, words, worst

    stored = get_store(url).some(AssessmentResult.kind, ids)
    results = tuple(AssessmentResult.from_json(stored[i]) for i in ids if i in stored)
    made = Assessment(id=act, model=results[0].model, results=results)
    widest = worst(made)

    def measured(value: Value) -> dict[str, Json]:
        numbers = {k: getattr(value, k) for k in ("measure", "value", "lower", "upper", "confidence", "kind")}
        return numbers | {"title": words.measure(value.measure), "attribute": _short(value.attribute)}

    def told(result: AssessmentResult) -> dict[str, Json]:
        texts = {"title": sections.title_of(result), "reason": result.reason, "found": found(result)}
        return {"name": result.name, "status": result.status} | {key: _short(text) for key, text in texts.items()}

    return {
        "id": act,
        "model": _short(made.model),
        "rows": next((r.parameters["rows"] for r in results if "rows" in r.parameters), None),
        "results": [told(r) for r in results],
        "headlines": [measured(v) for v in headlines(made)],
        "worst": measured(widest) if widest else None,
        "summary": _short(summary(made)),
        "cell": results[0].cell,
    }


def _texts(data: _Data, *names: str) -> dict[str, Json]:
    return {name: _short(data[name]) for name in names}


def _short(value: Json) -> Json:
    from jupyter_gov.display import words

    return words.shorten(value, _LONGEST) if isinstance(value, str) else value
