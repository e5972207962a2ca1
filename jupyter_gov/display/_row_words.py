"""The explanation of one row in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_gov.records import AssessmentResult, Json, Value

from . import words
from ._headline import Name, Parts

_NUMBERS = ("0", "1", "-1", "True", "False")
_NOTABLE = 0.1
"""Part of the largest from which on a column is named in the headline."""
_SMALL, _LARGE = 1e-6, 1e15
_WHOM = {"approved": "the approved", "just approved": "the just approved", "all": "all rows"}


def headline(found: AssessmentResult) -> Parts:
    reasons = listed(found.parameters.get("reasons"))
    opening = _decision(found)
    if reasons:
        told_first = [words.lower_first(reason) for reason in reasons[:2]]
        return [*opening, f"Mainly because of: {'; '.join(told_first)}."]
    moved = moved_by(found)
    down = _score_falls(found)
    pulling = [v for v in moved if (v.value or 0.0) < 0] if down else [v for v in moved if (v.value or 0.0) > 0]
    most = max((abs(v.value or 0.0) for v in moved), default=0.0)
    pulling = [v for v in pulling if _clear(v) and abs(v.value or 0.0) >= _NOTABLE * most][:2]
    if not pulling:
        return [*opening, "No column moved it beyond its error."]
    parts: Parts = [*opening, f"{'Lowered' if down else 'Raised'} most by "]
    for i, value in enumerate(pulling):
        parts += [" and " if i else "", Name(called(found, value.attribute or ""))]
    return [*parts, "."]


def _clear(value: Value) -> bool:
    """Return whether the interval of a part excludes zero, or there is none."""
    return value.lower is None or value.upper is None or value.lower > 0 or value.upper < 0


def _decision(found: AssessmentResult) -> Parts:
    """Return the decision, with the score and the line that it is beside."""
    told, score = found.parameters, found.find("score")
    number = words.number(score.value if score is not None else None)
    label = told.get("row")
    row: Parts = ["The row that was given"] if label is None else ["Row ", Name(str(label))]
    decision = Name(str(told.get("decision")))
    if told.get("task") == "multiclass":
        return [*row, ": decision ", decision, f", with probability {number}. "]
    if "refused" not in told:
        of: Parts = ["the row that was given"] if label is None else ["row ", Name(str(label))]
        what = "prediction" if told.get("task") == "regression" else "score"
        return [f"The {what} for ", *of, f" is {number}. "]
    declined = bool(told["refused"]) and "reasons" in told
    # A number says nothing that the sentence does not.
    named: Parts = [] if decision in _NUMBERS else [" (", decision, ")"]
    opening: Parts = [*row, " is declined", *named] if declined else [*row, ": decision ", decision]
    if told.get("score") == "label":
        return [*opening, ". "]
    kind = "probability" if told.get("score") == "probability" else "score"
    return [
        *opening,
        ": " if declined else ", ",
        f"its {kind} of ",
        Name(str(told["positive"])),
        f" is {number}{_side(found)}. ",
    ]


def _side(found: AssessmentResult) -> str:
    """Return on which side of the threshold the score lies; nothing where there is none."""
    line, score = found.find("threshold"), found.find("score")
    if line is None or line.value is None or score is None or score.value is None:
        return ""
    return f", {'below' if score.value < line.value else 'at or above'} {words.number(line.value)}"


def _score_falls(found: AssessmentResult) -> bool:
    """Return whether the row's output lies below the reference's."""
    base, end = found.find("base_value"), found.parameters.get("output_value")
    return base is not None and isinstance(end, int | float) and end < (base.value or 0.0)


def moved_by(found: AssessmentResult) -> list[Value]:
    """Return the parts of the columns, the largest first."""
    return [v for v in found.values if v.measure == "shap_value" and v.value is not None]


def listed(held: Json) -> list[str]:
    """Return a list of names among parameters."""
    return [str(one) for one in held] if isinstance(held, Sequence) and not isinstance(held, str) else []


def shown_of(found: AssessmentResult, column: str) -> Mapping[str, Json]:
    """Return what is shown of a column of the row; nothing of it is recorded."""
    values = found.parameters.get("values")
    held = values.get(column) if isinstance(values, Mapping) else None
    return held if isinstance(held, Mapping) else {}


def whom(found: AssessmentResult) -> str:
    """Return whom the row is compared with."""
    return _WHOM.get(str(found.parameters.get("background")), "the reference")


def called(found: AssessmentResult, column: str) -> str:
    """Return what a column is called where people read it."""
    labels = found.parameters.get("labels")
    return str(labels.get(column, column)) if isinstance(labels, Mapping) else column


def in_words(value: Json) -> str:
    """Return a value of the row as people read it."""
    if value is None:
        return "missing"
    if isinstance(value, float):
        told = words.number(value, 0 if value.is_integer() else None)
        return told.rstrip("0").rstrip(".") if "." in told and "e" not in told else told
    return words.shorten(words.printable(str(value).removesuffix(" 00:00:00")), 24)


def turning(found: AssessmentResult) -> Parts:
    """Return the smallest change within the declared bounds that turns the decision; nothing where none was asked."""
    told = found.parameters
    if "changed" not in told:
        return []
    changed, among = listed(told["changed"]), told.get("changeable")
    if not changed:
        return ["No change of ", *_named(found, list(among) if isinstance(among, Mapping) else []),
                " within the declared bounds was found that turns the decision."]  # fmt: skip
    if "values" not in told:
        return ["A change of ", *_named(found, changed), " within the declared bounds turns the decision."]
    parts: Parts = ["The decision would turn if "]
    for i, column in enumerate(changed):
        held = shown_of(found, column)
        were = f" were {_exact(held.get('changed'))}" if i == 0 else f" {_exact(held.get('changed'))}"
        parts += [" and " if i else "", Name(called(found, column)), f"{were} (is {in_words(held.get('value'))})"]
    return [*parts, "."]


def _named(found: AssessmentResult, names: Sequence[str]) -> Parts:
    parts: Parts = []
    for i, column in enumerate(names):
        parts += ["" if not i else " and " if i == len(names) - 1 else ", ", Name(called(found, column))]
    return parts


def _exact(value: Json) -> str:
    """Return a value that turns the decision with all its digits: one that is rounded may not."""
    if not isinstance(value, float):
        return in_words(value)
    plainly = _SMALL < abs(value) < _LARGE
    return (f"{value:,.12f}".rstrip("0").rstrip(".") if plainly else f"{value:.12g}").replace("-", "−")
