"""Which changes of the environment could lie behind a difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...records import AssessmentResult, Compared, Dataset, Fit, Json, Metric, Prediction, Record

REMEDY = "`--env rebuild` executes it with the versions that the run had."

_DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "imblearn": "imbalanced-learn",
    "umap": "umap-learn",
    "jupyter_gov": "jupyter-gov",
    "skopt": "scikit-optimize",
    "torch": "torch",
}
"""Packages that are installed by another name than they are imported by."""

_BENEATH = ("numpy", "scipy", "pandas", "joblib", "threadpoolctl")
"""What numbers of almost any package go through."""

_COMPUTES = ("python", "implementation", "linear algebra", "OpenMP", "cpu", "machine", "gpus")
_LABELS = {"python": "Python", "cpu": "the processor", "os": "the system", "cores": "the number of cores"}
_MOST = 3
_PACKAGE = "package "

Changes = Sequence[Mapping[str, Json]]


def split(changes: Changes, first: Compared | None, known: Mapping[str, Record]) -> tuple[Changes, Changes]:
    """Part changes into those that the first difference may well come from, and the others.

    The nearest are packages that the class or function of what differs comes from; where none of them changed, what
    numbers go through in any case: NumPy and its like, Python, linear algebra, the processor.
    """
    if first is None:
        return (), changes
    owners = {_plain(_DISTRIBUTIONS.get(m, m)) for m in _modules(known.get(first.record), known)}
    near = [c for c in changes if _package(c) and _is_one(_package(c), owners)]
    near = near or [c for c in changes if _package(c) in _BENEATH or c.get("what") in _COMPUTES]
    return near, [c for c in changes if c not in near]


def tell(changes: Changes) -> str:
    """Return changes in a clause, such as ``scikit-learn was 1.8.0 in the run and is 1.9.0 now``."""
    told = [_one(c) for c in changes[:_MOST]]
    more = len(changes) - _MOST
    listed = "; ".join(told)
    return f"{listed}; and {more:,} more" if more > 0 else listed


def _one(change: Mapping[str, Json]) -> str:
    what, before, after = str(change.get("what", "")), change.get("before"), change.get("after")
    label = what.removeprefix(_PACKAGE) if what.startswith(_PACKAGE) else what
    label = _LABELS.get(label, label)
    if before is None:
        return f"{label} {_short(after)} was not there in the run"
    if after is None:
        return f"{label} {_short(before)} is not there now"
    return f"{label} was {_short(before)} in the run and is {_short(after)} now"


def _short(value: Json) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _package(change: Mapping[str, Json]) -> str:
    what = str(change.get("what", ""))
    return _plain(what.removeprefix(_PACKAGE)) if what.startswith(_PACKAGE) else ""


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _is_one(package: str, owners: set[str]) -> bool:
    # xgboost comes as xgboost-cpu too.
    return package in owners or any(package.startswith(f"{o}-") for o in owners)


def _modules(record: Record | None, known: Mapping[str, Record]) -> set[str]:
    """Return the packages, by the names that they are imported by, that something was made with."""
    match record:
        case Fit():
            return {record.class_.partition(".")[0]}
        case Prediction():
            return _modules(known.get(record.fit or ""), known)
        case Metric():
            fits = set().union(*(_modules(known.get(f), known) for f in record.fits))
            return {"sklearn"} | fits if record.origin in ("function", "scorer", "cross_validation") else fits
        case AssessmentResult():
            return {"jupyter_gov", "sklearn"} | _modules(known.get(record.fit or ""), known)
        case Dataset():
            return {name.partition(".")[0] for name in (record.door, record.type) if name}
    return set()
