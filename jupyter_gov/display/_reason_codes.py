"""The reasons that all the refused would be given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jupyter_gov.records import AssessmentResult, Value

from . import charts, words
from ._headline import Name, Parts
from ._parts import pair
from ._sentence import plain
from ._showing import Showing
from ._tables import measures
from ._text import columns
from .charts import Spec
from .html import Html, details, join, name, table

_MOST_DRAWN = 20


def _headline(found: AssessmentResult) -> Parts:
    unnamed, none = (found.find(m, kind="estimate") for m in ("unnamed_principal_factor_rate", "no_usable_reason_rate"))
    parts: Parts = []
    if unnamed is not None and none is not None and unnamed.value is not None:
        parts.append(
            f"{_share(none)} of {words.plural(none.n or 0, 'refused row')} would be given no reason, and for "
            f"{_share(unnamed)} a main factor has none. "
        )
    turned = [v for v in _by_column(found, "decision_violation_rate") if (v.lower or 0.0) > 0]
    if turned:
        worst = max(turned, key=lambda v: v.value or 0.0)
        parts += ["Moved in the direction that is called adverse, ", Name(worst.attribute or ""),
                  f" turns {_share(worst)} of rows from refused to approved somewhere."]  # fmt: skip
    elif _by_column(found, "decision_violation_rate"):
        parts.append(
            "No column turns rows from refused to approved in the direction that is called adverse, beyond error."
        )
    return parts or ["Nobody is refused, so there are no reasons to give."]


def _share(value: Value) -> str:
    return f"{(value.value or 0.0) * 100:.0f}% [{(value.lower or 0.0) * 100:.0f}%, {(value.upper or 0.0) * 100:.0f}%]"


def _by_column(found: AssessmentResult, measure: str) -> list[Value]:
    return [v for v in found.values if v.measure == measure and v.kind == "column"]


def _figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    level = words.confidence(found.values)
    rates = [v for v in found.values if v.measure == "reason_rate" and v.value is not None][:_MOST_DRAWN]
    if rates:
        rows = [(v.group or "", {"rate": v}) for v in rates]
        told = f"Share of refused rows that would be given each reason, with {level} intervals."
        yield charts.marked(rows, {"rate": "Share of refused rows"}, told, bars=["rate"], unit=["rate"]), told
    keys = {"monotonicity_violation_rate": "Output gets better", "decision_violation_rate": "Refused becomes approved"}
    by: dict[str, dict[str, Value]] = {}
    for v in found.values:
        if v.measure in keys and v.attribute is not None:
            by.setdefault(v.attribute, {})[v.measure] = v
    if by:
        told = (
            "Share of rows for which the output gets better somewhere as the column moves in the direction that is "
            f"called adverse, all else as it is, and for which that changes the decision, with {level} intervals."
        )
        yield charts.marked(list(by.items())[:_MOST_DRAWN], keys, told, unit=list(keys)), told


def _tables(found: AssessmentResult, _full: bool) -> Html:
    estimates = [v for v in found.values if v.kind == "estimate"]
    by: dict[str, dict[str, Value]] = {}
    for v in found.values:
        if v.kind == "column" and v.attribute is not None:
            by.setdefault(v.attribute, {})[v.measure] = v
    shown = ("monotonicity_violation_rate", "decision_violation_rate", "largest_monotonicity_violation",
             "contradiction_rate", "unnamed_principal_factor_rate")  # fmt: skip
    there = [m for m in shown if any(m in held for held in by.values())]
    rows = [[name(c), *(pair(held[m]) if m in held else "–" for m in there)] for c, held in by.items()]
    head = ["Column", *(words.short(m) for m in there)]
    made = table(head, rows, caption="By column", hidden_caption=True, class_="jg-pairs") if rows else Html("")
    reasons = [[name(v.group or "", limit=80), pair(v)] for v in found.values if v.measure == "reason_rate"]
    by_reason = table(["Reason", "Share of refused rows"], reasons, class_="jg-pairs") if reasons else Html("")
    return join(
        [
            measures("Over the refused rows", estimates),
            details("By column", made) if made else "",
            details("By reason", by_reason) if by_reason else "",
        ]
    )


def _text(found: AssessmentResult) -> list[str]:
    rates = [v for v in found.values if v.measure == "reason_rate" and v.value is not None]
    rows = [["Reason", "share of refused", "interval"]]
    rows += [[f"  {plain(v.group or '', 60)}", words.number(v.value), words.interval(v)] for v in rates]
    tested = [["Against the stated direction", "share of rows", "interval"]]
    tested += [
        [f"  {plain(v.attribute or '', 40)}", words.number(v.value), words.interval(v)]
        for v in _by_column(found, "monotonicity_violation_rate")
    ]
    return [columns(block) for block in (rows, tested) if len(block) > 1]


SHOWN: Mapping[str, Showing] = {
    "reason_codes": Showing(headline=_headline, figures=_figures, tables=_tables, text=_text)
}
