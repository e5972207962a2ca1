"""Worst slices and conformal coverage as a line, charts and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jupyter_gov.records import AssessmentResult, Value

from . import charts, words
from ._headline import Name, Parts
from ._parts import pair
from ._sentence import plain
from ._showing import Showing
from ._tables import tables
from ._text import columns
from .charts import Line, Spec
from .html import Html, details, join, name, table

_MOST_ROWS = 30
_MIDDLE = "90"


def _confirmed(found: AssessmentResult) -> dict[str, bool]:
    """Return the slices, and whether each is confirmed, in the order in which they are told."""
    held = found.parameters.get("slices")
    listed = held if isinstance(held, list | tuple) else ()
    return {str(one.get("slice")): bool(one.get("confirmed")) for one in listed if isinstance(one, Mapping)}


def _of(found: AssessmentResult, group: str, measure: str, kind: str, reference: str | None) -> Value | None:
    return found.find(measure, kind=kind, group=group, reference=reference)


def _headline(found: AssessmentResult) -> Parts:
    known, loss = _confirmed(found), str(found.parameters.get("loss_measure", ""))
    sure = [group for group, held in known.items() if held]
    if not sure:
        tried = f" ({len(known)} looked so in one half, and not surely in the other)" if known else ""
        return [f"No slice is confirmed to be worse than the other rows{tried}."]
    one = sure[0]
    parts: Parts = ["The model is worse where ", Name(one), ": "]
    inside, gap = _of(found, one, loss, "slice", None), _of(found, one, loss, "slice", "rest")
    parts.append(f"{words.lower_first(words.measure(loss))} {words.with_interval(inside)}, ")
    parts.append(f"{words.with_interval(gap)} more than elsewhere.")
    wrong = _of(found, one, "error_rate", "slice", None)
    if loss != "error_rate" and wrong is not None and wrong.value is not None:
        share = _of(found, one, "error_rate", "slice", "rest")
        rest = wrong.value - (share.value or 0.0) if share is not None else None
        parts.append(
            f" {wrong.value:.0%} of its answers are wrong" + (f", elsewhere {rest:.0%}." if rest is not None else ".")
        )
    return [*parts, f" {len(sure)} such slices are confirmed." if len(sure) > 1 else ""]


def _figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    known, loss = _confirmed(found), str(found.parameters.get("loss_measure", ""))
    rows: list[tuple[str, Mapping[str, Value]]] = []
    for state, title in ((True, "Confirmed"), (False, "Not confirmed")):
        some = [group for group, held in known.items() if held is state]
        rows += [(title, {})] if some else []
        for group in some:
            values = {
                "gap": _of(found, group, loss, "slice", "rest"),
                "inside": _of(found, group, loss, "slice", None),
            }
            rows.append((group, {key: v for key, v in values.items() if v is not None}))
    if known:
        overall = found.find(loss, kind="estimate")
        lines = {"gap": 0.0} | ({"inside": overall.value} if overall is not None and overall.value is not None else {})
        level = words.confidence(found.values)
        told = f"Slices found on one half of the rows, measured on the other, with {level} intervals. Dashed: no "
        told += "difference, and all rows."
        label = words.measure(loss)
        yield (
            charts.marked(rows, {"gap": "More than elsewhere", "inside": label}, told, references=lines),
            told,
        )


def _told(found: AssessmentResult) -> list[str]:
    """Return the measures inside of a slice that the table has: what people read most easily."""
    return ["error_rate" if found.find("error_rate", kind="slice") else str(found.parameters.get("loss_measure", ""))]


def _tables(found: AssessmentResult, full: bool) -> Html:
    known, loss = _confirmed(found), str(found.parameters.get("loss_measure", ""))
    body = []
    for group, held in known.items():
        share = found.find("share_of_rows", kind="slice", group=group)
        p = found.find(loss, kind="p_value", group=group)
        inside = [_of(found, group, measure, "slice", None) for measure in _told(found)]
        gap = _of(found, group, loss, "slice", "rest")
        body.append(
            [
                name(group, limit=120),
                "yes" if held else "no",
                pair(share),
                *map(pair, inside),
                pair(gap),
                words.p_value(p.value if p is not None else None),
            ]
        )
    others = tables(found, full=full, without=("slice", "p_value"))
    if not body:
        return others
    head = [
        "Rows where",
        "Confirmed",
        "Share of rows",
        *map(words.measure, _told(found)),
        f"{words.measure(loss)}: more than elsewhere",
        "p (adjusted)",
    ]
    listed = table(head, body, text_columns=2, caption="Slices, measured where they were not searched")
    return join([listed, details("All rows", others)])


def _text(found: AssessmentResult) -> list[str]:
    known, loss = _confirmed(found), str(found.parameters.get("loss_measure", ""))
    rows = [["Rows where", "confirmed", words.lower_first(words.measure(loss)), "more than elsewhere", "p"]]
    for group, held in known.items():
        p = found.find(loss, kind="p_value", group=group)
        shown = [words.with_interval(_of(found, group, loss, "slice", reference)) for reference in (None, "rest")]
        rows.append(
            [plain(group, 60), "yes" if held else "no", *shown, words.p_value(p.value if p is not None else None)]
        )
    return [columns(rows)] if known else []


def _coverages(found: AssessmentResult) -> list[Value]:
    """Return the coverage at 90% of classes and of groups of single attributes, those of few rows left out."""
    kept = [v for v in found.values if v.measure == f"coverage_{_MIDDLE}" and v.kind in ("class", "group")]
    return [v for v in kept if (v.n or 0) >= _MOST_ROWS and "×" not in (v.attribute or "")]


def _conformal_headline(found: AssessmentResult) -> Parts:
    size, width = found.find(f"mean_set_size_{_MIDDLE}"), found.find(f"mean_width_{_MIDDLE}")
    if size is not None:
        parts: Parts = [
            f"To hold the truth in {_MIDDLE}% of cases, sets need {words.with_interval(size)} classes on average"
        ]
    else:
        parts = [f"To hold the truth in {_MIDDLE}% of cases, intervals must be {words.with_interval(width)} wide"]
    below = [v for v in _coverages(found) if v.upper is not None and v.upper < float(_MIDDLE) / 100]
    if below:
        least = min(below, key=lambda v: v.value or 0.0)
        which = f"{least.attribute} = {least.group}" if least.kind == "group" else f"class {least.label}"
        parts += ["; for ", Name(which), f" they hold it in {words.with_interval(least)} only"]
    return [*parts, "."]


def _conformal_figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    rows: list[tuple[str, Mapping[str, Value]]] = []
    heads: set[str] = set()
    for v in _coverages(found):
        head = v.attribute or "class"
        rows += [(head, {})] if head not in heads else []
        heads.add(head)
        rows.append((f"{v.group or v.label}", {"coverage": v}))
    level = words.confidence(found.values)
    if 1 < len(rows) <= _MOST_ROWS:
        told = f"Coverage of sets made for {_MIDDLE}% (dashed), by group, with {level} intervals."
        yield charts.marked(rows, {"coverage": "Coverage"}, told, references={"coverage": float(_MIDDLE) / 100}), told
    for key, title in (("mean_set_size", "classes in a set"), ("mean_width", "width of intervals")):
        line = Line.read("", found.curves.get(key))
        if line is not None:
            told = f"What certainty costs: {title} (mean) by how often they must hold the truth, with {level} limits."
            drawn = charts.lines([line], x="coverage asked for", y=f"{title} (mean)", about=told, unit=(False, False))
            yield drawn, told


def _conformal_tables(found: AssessmentResult, full: bool) -> Html:
    """Return coverage and size by what was asked for; groups and classes are folded where there is a chart of them."""
    shares = {"empty_sets": "Empty sets", "single_sets": "Of one class", "several_sets": "Of several"}
    columns_ = {"coverage": "Coverage", "mean_set_size": "Mean size", "mean_width": "Mean width"} | shares
    by = {v.measure: v for v in found.values if v.kind == "estimate"}
    levels = [name_.rpartition("_")[2] for name_ in by if name_.startswith("coverage_")]
    there = [c for c in columns_ if any(f"{c}_{level}" in by for level in levels)]
    body = [[f"{level}%", *(pair(by.get(f"{c}_{level}")) for c in there)] for level in levels]
    head = ["Asked for", *(columns_[c] for c in there)]
    listed = table(head, body, caption="Coverage and size over all rows", hidden_caption=True)
    if not any(v.kind != "estimate" for v in found.values):
        return listed
    others = tables(found, full=full, without=("estimate",))
    return join([listed, others if full else details("Classes and groups", others)])


SHOWN: Mapping[str, Showing] = {
    "slices": Showing(headline=_headline, figures=_figures, tables=_tables, text=_text),
    "conformal": Showing(headline=_conformal_headline, figures=_conformal_figures, tables=_conformal_tables),
}
