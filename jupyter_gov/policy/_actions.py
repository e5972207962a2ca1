"""The one call that supplies what is missing, written so that it can be pasted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from shlex import quote

from ..records import AssessmentResult, Json
from ._index import CROSSED, Index

TRACK = "%gov_track, then run all cells."
"""Where nothing was recorded at all."""

CHANGE = "Change the model or what it is trained on, then assess it again."
"""Where nothing can be told in particular."""

ATTRIBUTE = "ATTRIBUTE"
"""Stands for a sensitive column that nobody has named yet."""

_OPTIONS = {
    "costs": " --costs false_positive=COST,false_negative=COST",
    "drift": " --train {train}",
    "retraining": " --train {train}",
    "reason_codes": " --reasons reasons.yaml",
    "adversarial": " --changeable COLUMN",
    "control": " --control OTHER_MODEL",
}
"""What an assessment needs to be told besides; ``control`` stands for a comparison with another model."""

_COMPARED = ("group", "difference", "ratio")
"""Kinds of values that are about groups, unless they are about two models."""

_MODELS = ("baseline", "control")


def assess(
    index: Index, names: Iterable[str] = (), *, sensitive: Iterable[str] = (), confidence: float | None = None
) -> str:
    """Return the call that assesses the model once more, with what is asked for besides.

    Where the model was assessed before, it is called as it was then, with the same data and sensitive columns.

    Parameters
    ----------
    index : Index
    names : iterable of str
        The assessments that are needed; ``control`` for a comparison with another model.
    sensitive : iterable of str
        Sensitive columns that are needed besides those known.
    confidence : float, optional
        Of the intervals.
    """
    wanted = list(dict.fromkeys(n for n in names if n))
    last = _last(index, wanted)
    dataset, target = (None, None) if last is None else (last.dataset, last.target)
    line = f"%gov_assess {_named(index)} {index.name_of(dataset, 'X')} {index.name_of(target, 'y')}"
    columns = [*attributes_of(index), *(a for s in sensitive for a in s.split(CROSSED))]
    if columns:
        line += f" --sensitive {quote(','.join(dict.fromkeys(columns)))}"
    if last is not None and last.attributes:
        line += f" --attributes {index.name_of(last.attributes, 'FRAME')}"
    if wanted:
        included = dict.fromkeys("comparison" if name == "control" else name for name in wanted)
        options = dict.fromkeys(_OPTIONS.get(name, "") for name in wanted)
        line += f" --include {','.join(included)}{''.join(options).format(train=_training(index))}"
    if confidence is not None:
        line += f" --confidence {confidence:g}"
    return line


def _training(index: Index) -> str:
    """Return table and target that the model was fitted on, to be written into a call."""
    fit = index.fits.get(index.fit or "")
    features, target, *_ = (*(() if fit is None else fit.datasets), None, None)
    return f"({index.name_of(features, 'X_train')},{index.name_of(target, 'y_train')})"


def _last(index: Index, names: Iterable[str]) -> AssessmentResult | None:
    """Return a result of the model that tells how it was called: of these assessments, else of another."""
    for name in (*names, "fairness", "performance"):
        if name in index.results:
            return index.results[name]
    return max((*index.results.values(), *index.undone.values()), key=lambda r: r.id, default=None)


def attributes_of(index: Index) -> list[str]:
    """Return the sensitive columns that the model was assessed by."""
    return [str(a) for r in index.results.values() for a in r.parameters.get("attributes") or ()]


def _named(index: Index) -> str:
    """Return the variable of the model, or of the last that was fitted, to be written into a call."""
    fit = index.fits.get(index.fit or "")
    for name in (fit.name if fit is not None else "", index.model):
        if name.isidentifier():
            return name
    names = [fit.name for _, fit in sorted(index.fits.items()) if not fit.parent and fit.name.isidentifier()]
    return names[-1] if names else "MODEL"


def needed_for(where: Mapping[str, Json]) -> tuple[list[str], list[str]]:
    """Return the assessment and the sensitive columns that a measure needs, as far as the requirement says."""
    kind, reference, named = where.get("kind") or "estimate", where.get("reference"), where.get("assessment")
    if reference == "control" and named in (None, "comparison"):
        return ["control"], []
    if kind not in _COMPARED or reference in _MODELS:
        found = named or ("comparison" if reference in _MODELS else "performance" if kind == "estimate" else "")
        return [str(found)] if found else [], []
    attribute = where.get("attribute")
    columns = [attribute] if isinstance(attribute, str) else list(attribute or ())
    return [str(named or "fairness")], [c for c in columns if not c.startswith("each")] or [ATTRIBUTE]


def document(section: str) -> str:
    """Return the call that writes a section."""
    return f"%%gov_doc {section}"


def rows(count: int | None) -> str:
    """Return what would decide an inconclusive answer."""
    if count is None:
        return "Assess on more rows; how many would decide cannot be told."
    return f"Assess on about {rounded(count):,} more rows like these."


def rounded(count: int) -> int:
    """Return a number of rows to two significant digits, upwards: more would claim what nobody knows."""
    step: int = max(1, 10 ** (len(str(count)) - 2))
    return -(-count // step) * step
