"""Why one row was decided as it was, and what would turn that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from jupyter_gov.records import AssessmentResult, Json

from . import charts, words
from ._parts import Cite, cells, figure
from ._row_words import called, headline, in_words, listed, moved_by, shown_of, turning, whom
from ._sentence import as_html, as_text, plain
from ._showing import Showing
from ._text import columns
from .charts import Spec, Step
from .html import Html, details, el, facts, join, name, table

_STEPS = 7
"""Columns drawn by themselves."""
_ROWS = 8
_MOST_DRAWN = 20


def _figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    moved = moved_by(found)
    base = found.find("base_value")
    if not moved or base is None or base.value is None:
        return
    shown, rest = moved[:_STEPS], moved[_STEPS:]
    steps = [
        Step(label=_label(found, v.attribute or ""), value=v.value or 0.0, lower=v.lower, upper=v.upper) for v in shown
    ]
    if rest:
        steps.append(Step(label=words.plural(len(rest), "other column"), value=math.fsum(v.value or 0.0 for v in rest)))
    reference = str(found.parameters.get("reference", whom(found)))
    output = str(found.parameters.get("output", "output"))
    of = f" of {found.parameters['positive']}" if "positive" in found.parameters else ""
    spec = charts.waterfall(
        steps,
        base=base.value,
        x=f"{output}{of}",
        start=f"average of {whom(found)}",
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


def _label(found: AssessmentResult, column: str) -> str:
    held, label = shown_of(found, column), called(found, column)
    return f"{label} = {in_words(held['value'])}" if held else label


def _body(found: AssessmentResult, cite: Cite, _full: bool) -> Html:
    drawn = [figure(spec, join([told, cite(found)])) for spec, told in _figures(found)]
    change = turning(found)
    line = el("p", as_html(change)) if change else ""
    return join([_reasons(found), line, *drawn, _values(found), _details(found)])


def _reasons(found: AssessmentResult) -> Html:
    reasons = listed(found.parameters.get("reasons"))
    by = found.parameters.get("reason_columns")
    items = []
    for reason in reasons:
        named = listed(by.get(reason)) if isinstance(by, Mapping) else []
        held: list[object] = []
        for column in named:
            typical = shown_of(found, column).get("typical")
            beside = f" (typical of {whom(found)}: {in_words(typical)})" if typical is not None else ""
            held += [", " if held else " · ", name(_label(found, column)), beside]
        items.append(el("li", el("b", reason), el("span", join(held), class_="jg-quiet")))
    sizes = {v.attribute: v for v in moved_by(found)}
    unnamed = []
    for column in listed(found.parameters.get("unnamed")):
        size = f" ({words.number(sizes[column].value)})" if column in sizes else ""
        unnamed.append(join([name(_label(found, column)), size]))
    told = f"Among the {found.parameters.get('limit')} factors that counted most, and no reason that can be stated: "
    return join(
        [
            el("ol", *items, class_="jg-reasons") if items else "",
            el("p", told, join(unnamed, ", "), ". Look into it before a notice is sent.") if unnamed else "",
        ]
    )


def _values(found: AssessmentResult) -> Html:
    """Return each column's part, beside the row's value where the reader may see it; all but the first are folded."""
    moved = moved_by(found)
    held = bool(found.parameters.get("values"))
    places = words.decimals(*(v.value for v in moved))
    turns = any(shown_of(found, v.attribute or "").get("turns") is not None for v in moved)
    of = ["This row", "Percentile", words.shorten(f"Typical of {whom(found)}", 40)] if held else []
    of += ["Decision turns at"] if turns else []
    head = ["Column", *of, "Moved the output", f"{words.confidence(moved)} interval"]
    rows: list[list[object]] = []
    for value in moved:
        row: list[object] = [name(called(found, value.attribute or ""))]
        if held:
            told = shown_of(found, value.attribute or "")
            share = told.get("percentile")
            rank = f"{float(share) * 100:.0f}" if isinstance(share, int | float) else "–"
            row += [in_words(told.get("value")), rank, in_words(told.get("typical"))]
            row += [in_words(told["turns"]) if told.get("turns") is not None else "–"] if turns else []
        interval = cells(value, places)[1]
        row += [el("b", words.number(value.value, places)), interval]
        rows.append(row)
    caption = "What each column held and how it moved the output"
    first = table(head, rows[:_ROWS], caption=caption, hidden_caption=True)
    if len(rows) <= _ROWS:
        return first
    rest = table(head, rows[_ROWS:], caption=caption, hidden_caption=True)
    return join([first, details(words.plural(len(rows) - _ROWS, "more column"), rest)])


def _details(found: AssessmentResult) -> Html:
    told, base = found.parameters, found.find("base_value")
    covered = told.get("covered")
    against, rows = told.get("reference", whom(found)), words.count(_number(told, "background_rows"))
    error = f"{_number(told, 'additivity_error'):.1e}"
    pairs: list[tuple[object, object]] = [
        ("Compared with", f"{against}, {rows} rows"),
        ("Mean output of these", words.with_interval(base) if base is not None else "–"),
        ("Explained", f"{told.get('output')}, by the {told.get('explainer')} explainer; it adds up to {error}"),
    ]
    if isinstance(covered, int | float):
        pairs.append(("Covered by the reasons", f"{covered * 100:.0f}% of what counted against the row"))
    if listed(told.get("contradicted")):
        named = join([name(called(found, c)) for c in listed(told["contradicted"])], ", ")
        pairs.append(("Against their stated direction", named))
    return details("How this was made", facts(pairs))


def _number(told: Mapping[str, Json], key: str) -> float:
    held = told.get(key)
    return float(held) if isinstance(held, int | float) else 0.0


def _row_text(found: AssessmentResult) -> list[str]:
    blocks = []
    reasons = listed(found.parameters.get("reasons"))
    if reasons:
        blocks.append("\n".join(f"  {i}. {plain(reason, 80)}" for i, reason in enumerate(reasons, start=1)))
    change = turning(found)
    if change:
        blocks.append(as_text(change))
    moved = moved_by(found)
    places = words.decimals(*(v.value for v in moved))
    rows = [["What moved the output", "this row", "moved", "interval"]]
    for v in moved[:_MOST_DRAWN]:
        held = shown_of(found, v.attribute or "")
        value = in_words(held.get("value")) if held else "–"
        rows.append(
            [
                f"  {plain(called(found, v.attribute or ''), 30)}",
                value,
                words.number(v.value, places),
                words.interval(v, places),
            ]
        )
    more = f"\n  … and {len(moved) - _MOST_DRAWN} more" if len(moved) > _MOST_DRAWN else ""
    return [*blocks, columns(rows) + more]


SHOWN: Mapping[str, Showing] = {
    "row_explanation": Showing(headline=headline, figures=_figures, body=_body, text=_row_text)
}
