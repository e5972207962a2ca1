"""Why one row was decided as it was, and what would turn that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from jupyter_gov.records import AssessmentResult, Json, Value

from . import charts, words
from ._headline import Name, Parts
from ._parts import Cite, cells, figure
from ._sentence import as_html, as_text, plain
from ._showing import Showing
from ._text import columns
from .charts import Spec, Step
from .html import Html, details, el, facts, join, name, table

_STEPS = 7
"""Columns drawn by themselves."""
_ROWS = 8
_SMALL, _LARGE = 1e-6, 1e15
_MOST_DRAWN = 20
_WHOM = {"approved": "the approved", "just approved": "the just approved", "all": "all rows"}


def _headline(found: AssessmentResult) -> Parts:
    reasons = _listed(found.parameters.get("reasons"))
    opening = _decision(found)
    if reasons:
        told_first = [words.lower_first(reason) for reason in reasons[:2]]
        return [*opening, f"Mainly because of: {'; '.join(told_first)}."]
    moved = _moved(found)
    down = _score_falls(found)
    pulling = [v for v in moved if v.value is not None and (v.value < 0) is down][:2]
    if not pulling:
        return [*opening, "No column moved it beyond its error."]
    parts: Parts = [*opening, f"{'Lowered' if down else 'Raised'} most by "]
    for i, value in enumerate(pulling):
        parts += [" and " if i else "", Name(_called(found, value.attribute or ""))]
    return [*parts, "."]


def _decision(found: AssessmentResult) -> Parts:
    """Return the decision, with the score and the line that it is beside."""
    told, score = found.parameters, found.find("score")
    number = words.number(score.value if score is not None else None)
    row = Name(str(told.get("row", "")))
    if told.get("task") == "multiclass":
        return ["Row ", row, ": decision ", Name(str(told["decision"])), f", with probability {number}. "]
    if "refused" not in told:
        what = "prediction" if told.get("task") == "regression" else "score"
        return [f"The {what} for row ", row, f" is {number}. "]
    declined = bool(told["refused"]) and "reasons" in told
    opening: Parts = ["Row ", row, *([" is declined"] if declined else [": decision ", Name(str(told["decision"]))])]
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


def _moved(found: AssessmentResult) -> list[Value]:
    return [v for v in found.values if v.measure == "shap_value" and v.value is not None]


def _listed(held: Json) -> list[str]:
    return [str(one) for one in held] if isinstance(held, Sequence) and not isinstance(held, str) else []


def _figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    moved = _moved(found)
    base = found.find("base_value")
    if not moved or base is None or base.value is None:
        return
    shown, rest = moved[:_STEPS], moved[_STEPS:]
    steps = [
        Step(label=_label(found, v.attribute or ""), value=v.value or 0.0, lower=v.lower, upper=v.upper) for v in shown
    ]
    if rest:
        steps.append(Step(label=words.plural(len(rest), "other column"), value=math.fsum(v.value or 0.0 for v in rest)))
    reference = str(found.parameters.get("reference", found.parameters.get("background", "")))
    output = str(found.parameters.get("output", "output"))
    of = f" of {found.parameters['positive']}" if "positive" in found.parameters else ""
    spec = charts.waterfall(
        steps,
        base=base.value,
        x=f"{output}{of}",
        start=f"average of {_whom(found)}",
        end="this row",
        threshold=_line(found),
        about=f"From the mean {output} of {reference} to that of this row, column by column.",
    )
    yield spec, f"How each column moved the {output}{of}, from the mean of {reference} to this row."


def _line(found: AssessmentResult) -> float | None:
    """Return where the decision changes in units of what is explained."""
    line = found.find("threshold")
    output, score = found.parameters.get("output"), found.parameters.get("score")
    if line is None or line.value is None:
        return None
    if output == score:
        return line.value
    if score == "probability" and output == "log-odds" and 0 < line.value < 1:
        return math.log(line.value / (1 - line.value))
    return None


def _of(found: AssessmentResult, column: str) -> Mapping[str, Json]:
    values = found.parameters.get("values")
    held = values.get(column) if isinstance(values, Mapping) else None
    return held if isinstance(held, Mapping) else {}


def _whom(found: AssessmentResult) -> str:
    return _WHOM.get(str(found.parameters.get("background")), "the reference")


def _called(found: AssessmentResult, column: str) -> str:
    """Return what a column is called where people read it."""
    labels = found.parameters.get("labels")
    return str(labels.get(column, column)) if isinstance(labels, Mapping) else column


def _label(found: AssessmentResult, column: str) -> str:
    held, called = _of(found, column), _called(found, column)
    return f"{called} = {_text(held['value'])}" if held else called


def _text(value: Json) -> str:
    if value is None:
        return "missing"
    if isinstance(value, float):
        told = words.number(value, 0 if value.is_integer() else None)
        return told.rstrip("0").rstrip(".") if "." in told and "e" not in told else told
    return words.shorten(words.printable(str(value)), 24)


def _body(found: AssessmentResult, cite: Cite, full: bool) -> Html:
    drawn = [figure(spec, join([told, cite(found)])) for spec, told in _figures(found)]
    change = _change(found)
    turning = el("p", as_html(change)) if change else ""
    return join([_reasons(found), turning, *drawn, _values(found, full), _details(found)])


def _change(found: AssessmentResult) -> Parts:
    """Return the smallest change within the declared bounds that turns the decision; nothing where none was asked."""
    told = found.parameters
    if "changed" not in told:
        return []
    changed, among = _listed(told["changed"]), told.get("changeable")
    if not changed:
        return ["No change of ", *_named(found, list(among) if isinstance(among, Mapping) else []),
                " within the declared bounds was found that turns the decision."]  # fmt: skip
    if "values" not in told:
        return ["A change of ", *_named(found, changed), " within the declared bounds turns the decision."]
    parts: Parts = ["The decision would turn if "]
    for i, column in enumerate(changed):
        held = _of(found, column)
        were = f" were {_exact(held.get('changed'))}" if i == 0 else f" {_exact(held.get('changed'))}"
        parts += [" and " if i else "", Name(_called(found, column)), f"{were} (is {_text(held.get('value'))})"]
    return [*parts, "."]


def _named(found: AssessmentResult, names: Sequence[str]) -> Parts:
    parts: Parts = []
    for i, column in enumerate(names):
        parts += ["" if not i else " and " if i == len(names) - 1 else ", ", Name(_called(found, column))]
    return parts


def _exact(value: Json) -> str:
    """Return a value that turns the decision with all its digits: one that is rounded may not."""
    if not isinstance(value, float):
        return _text(value)
    plainly = _SMALL < abs(value) < _LARGE
    return (f"{value:,.12f}".rstrip("0").rstrip(".") if plainly else f"{value:.12g}").replace("-", "−")


def _reasons(found: AssessmentResult) -> Html:
    reasons = _listed(found.parameters.get("reasons"))
    by = found.parameters.get("reason_columns")
    items = []
    for reason in reasons:
        named = _listed(by.get(reason)) if isinstance(by, Mapping) else []
        held: list[object] = []
        for column in named:
            typical = _of(found, column).get("typical")
            beside = f" ({_whom(found)}: {_text(typical)})" if typical is not None else ""
            held += [", " if held else " · ", name(_label(found, column)), beside]
        items.append(el("li", el("b", reason), el("span", join(held), class_="jg-quiet")))
    unnamed = [name(_label(found, column)) for column in _listed(found.parameters.get("unnamed"))]
    told = f"Among the {found.parameters.get('limit')} factors that counted most, and no reason that can be stated: "
    return join(
        [
            el("ol", *items, class_="jg-reasons") if items else "",
            el("p", told, join(unnamed, ", "), ". Look into it before a notice is sent.") if unnamed else "",
        ]
    )


def _values(found: AssessmentResult, full: bool) -> Html:
    """Return each column's part, beside the row's value where the reader may see it; all but the first are folded."""
    moved = _moved(found)
    held = bool(found.parameters.get("values"))
    places = words.decimals(*(v.value for v in moved))
    turns = any(_of(found, v.attribute or "").get("turns") is not None for v in moved)
    of = ["This row", "Percentile", words.shorten(f"Typical of {_whom(found)}", 40)] if held else []
    of += ["Decision turns at"] if turns else []
    head = ["Column", *of, "Moved the output", f"{words.confidence(moved)} interval"]
    rows: list[list[object]] = []
    for value in moved:
        row: list[object] = [name(_called(found, value.attribute or ""))]
        if held:
            told = _of(found, value.attribute or "")
            share = told.get("percentile")
            rank = f"{float(share) * 100:.0f}" if isinstance(share, int | float) else "–"
            row += [_text(told.get("value")), rank, _text(told.get("typical"))]
            row += [_text(told["turns"]) if told.get("turns") is not None else "–"] if turns else []
        interval = cells(value, places)[1]
        row += [el("b", words.number(value.value, places)), interval]
        rows.append(row)
    caption = "What each column held and how it moved the output"
    first = table(head, rows if full else rows[:_ROWS], caption=caption, hidden_caption=True)
    if full or len(rows) <= _ROWS:
        return first
    rest = table(head, rows[_ROWS:], caption=caption, hidden_caption=True)
    return join([first, details(words.plural(len(rows) - _ROWS, "more column"), rest)])


def _details(found: AssessmentResult) -> Html:
    told, base = found.parameters, found.find("base_value")
    covered = told.get("covered")
    whom, rows = told.get("reference", told.get("background")), words.count(_number(told, "background_rows"))
    error = f"{_number(told, 'additivity_error'):.1e}"
    pairs: list[tuple[object, object]] = [
        ("Compared with", f"{whom}, {rows} rows"),
        ("Mean output of these", words.with_interval(base) if base is not None else "–"),
        ("Explained", f"{told.get('output')}, by the {told.get('explainer')} explainer; it adds up to {error}"),
    ]
    if isinstance(covered, int | float):
        pairs.append(("Covered by the reasons", f"{covered * 100:.0f}% of what counted against the row"))
    if _listed(told.get("contradicted")):
        named = join([name(_called(found, c)) for c in _listed(told["contradicted"])], ", ")
        pairs.append(("Against their stated direction", named))
    return details("How this was made", facts(pairs))


def _number(told: Mapping[str, Json], key: str) -> float:
    held = told.get(key)
    return float(held) if isinstance(held, int | float) else 0.0


def _row_text(found: AssessmentResult) -> list[str]:
    blocks = []
    reasons = _listed(found.parameters.get("reasons"))
    if reasons:
        blocks.append("\n".join(f"  {i}. {plain(reason, 80)}" for i, reason in enumerate(reasons, start=1)))
    change = _change(found)
    if change:
        blocks.append(as_text(change))
    moved = _moved(found)
    places = words.decimals(*(v.value for v in moved))
    rows = [["What moved the output", "this row", "moved", "interval"]]
    for v in moved[:_MOST_DRAWN]:
        held = _of(found, v.attribute or "")
        value = _text(held.get("value")) if held else "–"
        rows.append(
            [f"  {plain(v.attribute or '', 30)}", value, words.number(v.value, places), words.interval(v, places)]
        )
    more = f"\n  … and {len(moved) - _MOST_DRAWN} more" if len(moved) > _MOST_DRAWN else ""
    return [*blocks, columns(rows) + more]


SHOWN: Mapping[str, Showing] = {
    "row_explanation": Showing(headline=_headline, figures=_figures, body=_body, text=_row_text)
}
