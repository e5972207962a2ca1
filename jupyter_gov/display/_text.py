"""An assessment as plain text for a terminal, at most a hundred columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence

from jupyter_gov.records import Assessment, AssessmentResult, Value

from . import _select, words
from ._comparison import rows_of
from ._headline import headline
from ._law_144 import COUNTED, RATES, law_parts
from ._parts import is_count, undone
from ._performance import RANKING
from ._reading import title_of
from ._sentence import as_text, plain, sentence
from ._showing import showing
from ._tables import OF_DATA, heading_of, others_than_data, values_about_data

WIDTH = 100
_MOST = 20
_MOST_LABELS, _MOST_RATES, _MOST_MEASURES = 5, 3, 3
_BY_CLASS = ("precision", "recall", "f1")
_TOLD = frozenset({"difference", "ratio", "p_value", "q_value"})
_SHORT = {
    "selection_rate": "selection",
    "true_positive_rate": "TPR",
    "false_positive_rate": "FPR",
    "demographic_parity": "demographic parity",
    "equalized_odds": "equalized odds",
    "equal_opportunity": "equal opportunity",
}


def text(assessment: Assessment) -> str:
    """Return an assessment as aligned plain text.

    Parameters
    ----------
    assessment : Assessment
        What `jupyter_gov.assess` returned.
    """
    blocks = [wrap(as_text(sentence(assessment)))]
    for found in assessment.results:
        if found.status == "done":
            if found is not _select.only(assessment):
                blocks.append(wrap(f"{title_of(found)}: {as_text(headline(found))}", "  "))
            blocks += (showing(found.name).text or _OURS.get(found.name, _any))(found)
    blocks += [wrap(f"{undone(alike)} {alike[0].reason}") for alike in _select.undone(assessment)]
    told = dict.fromkeys(n for r in assessment.results for n in r.notes)
    notes = [wrap(f"- {words.shorten(n, 500)}", "  ") for n in told]
    if notes:
        blocks.append("\n".join(["Notes", *notes]))
    values = [v for r in assessment.results for v in r.values]
    blocks.append(wrap(f"Brackets are two-sided {words.confidence(values)} intervals."))
    return "\n\n".join(b for b in blocks if b)


def columns(rows: Sequence[Sequence[str]], *, numeric: int = 1) -> str:
    """Return rows as aligned columns, from column `numeric` on at the right; the first is cut where it is too wide."""
    if not rows:
        return ""
    widths = [max(words.width(row[i]) for row in rows) for i in range(len(rows[0]))]
    room = max(12, WIDTH - sum(widths[1:]) - 2 * (len(widths) - 1))
    if widths[0] > room:
        rows = [[words.fit(row[0], room), *row[1:]] for row in rows]
        widths[0] = max(words.width(row[0]) for row in rows)
    lines = []
    for row in rows:
        cells = [_pad(c, w, right=i >= numeric) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _performance(found: AssessmentResult) -> list[str]:
    values = _select.estimates(found)
    parts = [
        ("Decisions", [v for k, v in values.items() if k not in RANKING and k not in _select.CONFUSION]),
        ("Ranking", [v for k, v in values.items() if k in RANKING]),
    ]
    titled = _select.confusion(found) is not None
    rows = [["", "", "value", "interval", "n"]]
    for title, group in parts:
        first = title if titled else ""
        rows += [[first if i == 0 else "", words.measure(v.measure), *_cells(v)] for i, v in enumerate(group)]
    return [columns(rows, numeric=2) if len(rows) > 1 else "", *_by_class(found)]


def _by_class(found: AssessmentResult) -> list[str]:
    values = [v for v in found.values if v.kind == "class" and v.label is not None and v.group is None]
    shown = [m for m in _BY_CLASS if any(v.measure == m for v in values)]
    by = {(v.label or "", v.measure): v for v in values}
    labels = list(dict.fromkeys(v.label or "" for v in values))
    if not shown:
        return []
    rows = [["By class", *(words.lower_first(words.short(m)) for m in shown)]]
    rows += [
        [f"  {plain(label, 24)}", *(words.with_interval(by.get((label, m)), 3) for m in shown)]
        for label in labels[:_MOST]
    ]
    return [columns(rows) + _rest(len(labels))]


def _fairness(found: AssessmentResult) -> list[str]:
    whole = _select.Comparison(found)
    blocks = _compared(whole, "")
    for label in whole.labels[:_MOST_LABELS]:
        blocks += _compared(_select.Comparison(found, label), f" of {plain(label, 20)}")
    return blocks


def _compared(compared: _select.Comparison, of: str) -> list[str]:
    criteria = compared.criteria
    blocks = []
    if criteria:
        rows = [[f"Largest difference{of}", *(_short(c) for c in criteria)]]
        for attribute in compared.attributes[:_MOST]:
            pairs = (compared.disparity(attribute, c, "difference") for c in criteria)
            told = [words.NOT_JUDGED] * len(criteria) if compared.unjudged(attribute) else map(_told, pairs)
            rows.append([f"  {plain(attribute, 30)}", *told])
        blocks.append(columns(rows) + _rest(len(compared.attributes)))
    for attribute in compared.single:
        groups = compared.groups(attribute)
        there = list(dict.fromkeys(m for g in groups for m in g.values))
        shown = [m for m in _select.RATES if m in there] or there[:_MOST_RATES]
        rows = [[f"By {plain(attribute, 24)}{of}", "n", *(_short(m) for m in shown)]]
        for g in groups[:_MOST]:
            label = f"  {plain(g.name, 22)}{' (small)' if g.small else ''}"
            pairs = (g.values.get(m) for m in shown)
            rows.append([label, words.count(g.rows), *map(_told, pairs)])
        if shown:
            blocks.append(columns(rows) + _rest(len(groups)))
    return blocks


def _explanation(found: AssessmentResult) -> list[str]:
    ranked = _select.ranked(found)
    if not ranked:
        return []
    places = words.decimals(*(v.value for v in ranked))
    rows = [["Reliance by column", words.measure(ranked[0].measure), "interval"]]
    rows += [
        [f"  {plain(v.attribute or '', 40)}", words.number(v.value, places), words.interval(v, places)]
        for v in ranked[:_MOST]
    ]
    return [columns(rows) + _rest(len(ranked))]


def _comparison(found: AssessmentResult) -> list[str]:
    rows = [["Minus that of", "", "difference", "p", "q"]]
    for (reference, measure), r in list(rows_of(found).items())[:_MOST]:
        tests = (r[k].value if k in r else None for k in ("p_value", "q_value"))
        told = words.with_interval(r.get("difference"))
        rows.append([f"  {plain(reference, 24)}", words.measure(measure), told, *(map(words.p_value, tests))])
    return [columns(rows, numeric=2)]


def _local_law_144(found: AssessmentResult) -> list[str]:
    blocks = []
    for part in law_parts(found):
        of = "" if part.label is None else f", {plain(part.label, 20)}"
        counted = [] if part.counted is None else [COUNTED[part.counted]]
        rows = [[f"By {plain(part.attribute, 30)}{of}", "# of applicants", *counted, RATES[part.rate], "Impact ratio"]]
        for group, r in list(part.rows.items())[:_MOST]:
            number = [words.count(r[part.counted].value) if part.counted in r else "–"] if part.counted else []
            ratio = words.with_interval(r["ratio"]) if "ratio" in r else "left out"
            rows.append([f"  {plain(group, 40)}", part.people(r), *number, words.with_interval(r[part.rate]), ratio])
        blocks.append(columns(rows) + _rest(len(part.rows)))
    return blocks


def _any(found: AssessmentResult) -> list[str]:
    """Return the values of any result: what each is about, the value, its interval."""
    values = [v for v in others_than_data(found) if v.kind != "bin"]
    rows = [["", "value", "interval", "n"], *([_about(v), *_cells(v)] for v in values[:_MOST])]
    return [columns(rows) + _rest(len(values)) if values else "", *(_by_column(found, kind) for kind in OF_DATA)]


def _by_column(found: AssessmentResult, kind: str) -> str:
    """Return the values of a kind that is about the data, a line for each column, slice or change."""
    values = values_about_data(found, kind)
    shown = list(dict.fromkeys(v.measure for v in values))[:_MOST_MEASURES]
    by: dict[tuple[str | None, ...], dict[str, Value]] = {}
    for v in values:
        # The column first: what comes last is cut where there is no room.
        by.setdefault(tuple(getattr(v, k) for k in sorted(OF_DATA[kind])), {})[v.measure] = v
    rows = [["", *(words.lower_first(heading_of(m)) for m in shown)]]
    for key, there in list(by.items())[:_MOST]:
        label = ", ".join(plain(part, 40) for part in key if part is not None)
        rows.append([f"  {label}", *(_number(there.get(m)) for m in shown)])
    return columns(rows) + _rest(len(by)) if by else ""


def _number(value: Value | None) -> str:
    if value is None:
        return "–"
    return words.p_value(value.value) if value.kind in {"p_value", "q_value"} else words.with_interval(value)


def _about(value: Value) -> str:
    where = [value.attribute, value.group, value.label]
    told = [words.measure(value.measure), *(plain(w, 24) for w in where if w is not None)]
    kind = {"p_value": "p", "q_value": "q"}.get(value.kind, value.kind if value.kind in _TOLD else "compared")
    against = f"{kind} to {value.reference}" if value.reference else kind if value.kind in _TOLD else ""
    if value.kind == "difference" and value.reference == "rest":
        against = "others minus group"
    return f"  {', '.join([*told, *([plain(against, 30)] if against else [])])}"


def _rest(total: int) -> str:
    return f"\n  … and {total - _MOST} more" if total > _MOST else ""


def _short(measure: str) -> str:
    return _SHORT.get(measure) or words.lower_first(words.short(measure))


def _told(value: Value | None) -> str:
    """Return a value with its interval: three decimals for a share; as many as fit otherwise."""
    bounded = value is None or value.measure not in _select.UNBOUNDED
    return words.with_interval(value, 3 if bounded else None)


def _cells(v: Value) -> list[str]:
    if v.kind in {"p_value", "q_value"}:
        return [words.p_value(v.value), "–", words.count(v.n)]
    places = 0 if is_count(v) else words.decimals(v.value, v.lower, v.upper)
    return [words.number(v.value, places), words.interval(v, places) or "–", words.count(v.n)]


def wrap(line: str, indent: str = "") -> str:
    """Return a line as lines that fit a terminal; those after the first begin with `indent`."""
    wrapped: Iterable[str] = textwrap.wrap(words.printable(line), WIDTH, subsequent_indent=indent)
    return "\n".join(wrapped)


def _pad(cell: str, width: int, *, right: bool) -> str:
    fill = " " * (width - words.width(cell))
    return fill + cell if right else cell + fill


_OURS: dict[str, Callable[[AssessmentResult], list[str]]] = {
    "performance": _performance,
    "fairness": _fairness,
    "explanation": _explanation,
    "comparison": _comparison,
    "local_law_144": _local_law_144,
}
