"""The one call that supplies what is missing, written so that it can be pasted.

Where something is not on record, a word in capitals stands for it, and the call is in a sentence that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from shlex import quote

from ..records import AssessmentResult, Json
from ._index import CROSSED, Index
from ._judge_words import listed

TRACK = "%gov_track, then run all cells."
"""Where nothing was recorded at all."""

CHANGE = "Change the model or what it is trained on, then assess it again."
"""Where nothing can be told in particular."""

DATA, TARGET, FRAME, ATTRIBUTE = "DATA", "TARGET", "FRAME", "ATTRIBUTE"
"""Stand for what is not on record: features, labels, a table of sensitive columns, a sensitive column."""

_PLACEHOLDER = re.compile(r"\b(MODEL|DATA|TARGET|TRAIN_DATA|TRAIN_TARGET|FRAME|ATTRIBUTE|COST|COLUMN|OTHER_MODEL)\b")

_REASONS = "reasons.yaml"

_OPTIONS = {
    "costs": " --costs false_positive=COST,false_negative=COST",
    "drift": " --train ({train})",
    "retraining": " --train ({train})",
    "reason_codes": f" --reasons {_REASONS}",
    "adversarial": " --changeable COLUMN",
    "control": " --control OTHER_MODEL",
}
"""What an assessment needs to be told besides; ``control`` stands for a comparison with another model."""

_FAR_MORE = 20
"""Where more than so many times the rows that there are would be needed, nobody will collect them."""

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
    asked = [a for s in sensitive for a in s.split(CROSSED)]
    if "fairness" in wanted and not asked and not attributes_of(index):
        asked = [ATTRIBUTE]
    line = f"%gov_assess {_called(index, last)}{_sensitive(index, last, asked)}"
    if wanted:
        included = dict.fromkeys("comparison" if name == "control" else name for name in wanted)
        options = dict.fromkeys(_OPTIONS.get(name, "") for name in wanted)
        line += f" --include {','.join(included)}{''.join(options).format(train=_training(index))}"
    if confidence is not None:
        line += f" --confidence {confidence:g}"
    return _with_reasons(index, line) if "reason_codes" in wanted else named(line)


def mitigate(index: Index, attribute: str) -> str:
    """Return the call that tries what could bring the groups of an attribute closer together."""
    last = _last(index, ["fairness"])
    columns = _sensitive(index, last, attribute.split(CROSSED) if attribute else [ATTRIBUTE])
    return named(f"%gov_mitigate {_called(index, last)} --train {_training(index)}{columns}")


def named(line: str) -> str:
    """Return a call; where words in it stand for something, in a sentence that names them."""
    words = list(dict.fromkeys(_PLACEHOLDER.findall(line)))
    return f"Run `{line}`, with your own for {listed(words, 'and')}." if words else line


def _with_reasons(index: Index, line: str) -> str:
    last = index.undone.get("reason_codes")
    if last is not None and last.status == "failed":
        return f"Correct {_REASONS}, which could not be used; then run `{line}`."
    return f"Write {_REASONS} (docs/assessments/reason_codes.md has its form), then run `{line}`."


def _called(index: Index, last: AssessmentResult | None) -> str:
    """Return model, features and target as the user wrote them, else by their variables, else a word in capitals."""
    told = {} if last is None else last.parameters.get("called") or {}
    dataset, target = (None, None) if last is None else (last.dataset, last.target)
    model = told.get("model") or _named(index)
    features = told.get("X") or index.name_of(dataset, DATA)
    return " ".join(quote(str(part)) for part in (model, features, told.get("y") or index.name_of(target, TARGET)))


def _sensitive(index: Index, last: AssessmentResult | None, more: Iterable[str]) -> str:
    """Return the options that name sensitive columns, and the table that holds them where the features do not."""
    columns = list(dict.fromkeys([*attributes_of(index), *more]))
    if not columns:
        return ""
    line = f" --sensitive {quote(','.join(columns))}"
    told = {} if last is None else last.parameters.get("called") or {}
    if last is not None and (last.attributes or told.get("attributes")):
        return f"{line} --attributes {quote(str(told.get('attributes') or index.name_of(last.attributes, FRAME)))}"
    there = index.columns.get((None if last is None else last.dataset) or "", ())
    apart = there and any(c != ATTRIBUTE and c not in there for c in columns)
    return f"{line} --attributes {FRAME}" if apart else line


def _training(index: Index) -> str:
    """Return table and target that the model was fitted on, to be written into a call."""
    fit = index.fits.get(index.fit or "")
    features, target, *_ = (*(() if fit is None else fit.datasets), None, None)
    return f"{index.name_of(features, 'TRAIN_DATA')},{index.name_of(target, 'TRAIN_TARGET')}"


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


def document(section: str, words: int = 1) -> str:
    """Return how to write a section of at least so many words."""
    return f"Write a cell that begins with `%%gov_doc {section}`, {words:,} word{'s' * (words != 1)} or more below it."


def rows(count: int | None, there: int | None = None) -> str:
    """Return what would decide an inconclusive answer, of so many rows that there are."""
    if count is None:
        return "Assess on more rows; how many would decide cannot be told."
    if _far_more(count, there):
        return f"These data cannot decide it: about {rounded(count):,} more rows like these would be needed."
    return f"Assess on about {rounded(count):,} more rows like these."


def told_rows(count: int, there: int | None = None) -> str:
    """Return a number of rows that are needed, in words."""
    more = f"about {rounded(count):,} more rows"
    return f"far more rows than there are ({more.removesuffix(' more rows')})" if _far_more(count, there) else more


def _far_more(count: int, there: int | None) -> bool:
    return there is not None and count > _FAR_MORE * there


def rounded(count: int) -> int:
    """Return a number of rows to two significant digits, upwards: more would claim what nobody knows."""
    step: int = max(1, 10 ** (len(str(count)) - 2))
    return -(-count // step) * step
