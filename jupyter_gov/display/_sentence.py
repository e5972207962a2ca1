"""The result of an assessment in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_gov.records import Assessment, Value

from . import _select, words
from ._headline import Name, Parts, difference, headline, no_difference
from ._reading import title_of
from .html import Html, join, name

NAME_LIMIT = 48
_LONGEST = 400
PREDICTIONS = "predictions"
"""What stands in place of a model's name where there are its predictions only."""


def sentence(assessment: Assessment) -> Parts:
    """Return the result in words: model, rows, key numbers with intervals, largest difference between groups.

    It says what was found and how sure that is, and never that a model is fair, safe or compliant.
    """
    alone = _select.only(assessment)
    if alone is not None:
        return headline(alone)
    many = assessment.model == PREDICTIONS
    named = "the predictions" if many else Name(assessment.model or "the model")
    parts: Parts = [*_one_class(assessment), f"On {_rows(assessment)}, ", named]
    key, positive = _select.headlines(assessment), _positive(assessment)
    if key:
        parts.append(" have " if many else " has ")
        parts.append(" and ".join(_key(v) for v in key))
    else:
        performance = _select.result(assessment, "performance")
        if performance is not None and performance.status == "failed":
            # What else could be done is of no weight beside this.
            why = _ended(words.shorten(performance.reason, _LONGEST))
            return [*parts, f" could not be scored. {why}", *_no_groups(assessment, performance.reason), *positive]
        parts.append(" were assessed" if many else " was assessed")
    worst = _select.worst(assessment)
    if worst is None:
        first = next((r for r in assessment.results if r.status == "done" and r.name != "fairness"), None)
        found = [] if key or first is None else [f" {title_of(first)}: ", *headline(first)]
        return [*parts, ".", *found, *_no_groups(assessment), *positive]
    parts += ["; the largest difference between groups is ", *difference(worst), "."]
    clearest = _select.clearest(assessment)
    if clearest is None:
        parts.append(" Its interval includes zero: these rows neither show a difference nor rule one out.")
    elif clearest != worst:
        parts += [" The difference that these rows support best is ", *difference(clearest), "."]
    return [*parts, *positive]


def _rows(assessment: Assessment) -> str:
    """Return how many rows were assessed, and of how many where some could not be predicted."""
    missing = max((int(r.parameters.get("rows_not_predicted") or 0) for r in assessment.results), default=0)
    all_rows = words.plural(assessment.rows, "row")
    return f"{words.count(assessment.rows - missing)} of {all_rows}" if missing else all_rows


def _one_class(assessment: Assessment) -> Parts:
    """Return that the target holds one class only, which leaves most measures without meaning."""
    found = _select.done(assessment, "performance")
    share = None if found is None else found.find("prevalence", kind="estimate")
    if found is None or share is None or share.value not in {0.0, 1.0}:
        return []
    label = found.parameters.get("positive_label" if share.value else "negative_label")
    return ["The target holds only ", Name(str(label)), ". "] if label is not None else []


def _positive(assessment: Assessment) -> Parts:
    """Return which label is called positive, on which all rates depend."""
    told = (r.parameters.get("positive_label") for r in assessment.results)
    label = next((label for label in told if label is not None), None)
    return [" The positive label is ", Name(str(label)), "."] if label is not None else []


def as_html(parts: Parts) -> Html:
    """Return a sentence as HTML."""
    return join(name(p, limit=NAME_LIMIT) if isinstance(p, Name) else p for p in parts)


def as_text(parts: Parts) -> str:
    """Return a sentence as plain text."""
    return "".join(plain(p) if isinstance(p, Name) else p for p in parts)


def plain(text: str, limit: int = NAME_LIMIT) -> str:
    """Return a name from the user's data as one short piece of plain text."""
    return words.shorten(words.printable(text) or "(empty)", limit)


def _key(value: Value) -> str:
    label = words.lower_first(words.measure(value.measure))
    article = "an" if label[0] in "aeio" or label.startswith(("F1", "R²")) else "a"
    return f"{article} {label} of {words.with_interval(value)}"


def _no_groups(assessment: Assessment, told: str | None = None) -> Sequence[str]:
    """Return why groups were not compared, unless that was told."""
    fairness = _select.result(assessment, "fairness")
    if fairness is None or (fairness.status != "done" and fairness.reason == told):
        return []
    if fairness.status == "done":
        return [f" {no_difference(fairness)}"]
    return [f" Groups of people were not compared. {_ended(fairness.reason)}"]


def _ended(reason: str) -> str:
    reason = words.printable(reason.strip())
    if not reason:
        return "No reason was recorded."
    return reason if reason.endswith((".", "!", "?")) else reason + "."
