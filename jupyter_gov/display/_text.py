"""An assessment as plain text for a terminal, at most a hundred columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from jupyter_gov.records import Assessment, AssessmentResult, Value

from . import _select, words
from ._fairness import COLUMNS
from ._sentence import as_text, plain, sentence
from .sections import RANKING

WIDTH = 100
_MOST = 20
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
    found = _select.done(assessment, "performance")
    blocks += _performance(found, _select.done(assessment, "calibration"))
    fairness = _select.done(assessment, "fairness")
    if fairness is not None:
        blocks += _fairness(fairness)
    explained = _select.done(assessment, "explanation")
    if explained is not None:
        blocks += _explanation(explained)
    blocks += [
        wrap(f"{words.measure(r.name)} {'failed' if r.status == 'failed' else 'was not done'}: {r.reason}")
        for r in _select.undone(assessment)
    ]
    notes = [wrap(f"- {words.shorten(n, 500)}", "  ") for r in assessment.results for n in r.notes]
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


def _performance(found: AssessmentResult | None, calibration: AssessmentResult | None) -> list[str]:
    values = _select.estimates(found)
    counts = {k for k in values if k in _select.CONFUSION}
    parts = [
        ("Decisions", [v for k, v in values.items() if k not in RANKING and k not in counts]),
        ("Ranking", [v for k, v in values.items() if k in RANKING]),
        ("Probabilities", list(_select.estimates(calibration).values())),
    ]
    rows = [["Performance", "", "value", "interval", "n"]]
    for title, group in parts:
        rows += [[title if i == 0 else "", words.measure(v.measure), *_cells(v)] for i, v in enumerate(group)]
    return [columns(rows, numeric=2)] if len(rows) > 1 else []


def _fairness(found: AssessmentResult) -> list[str]:
    compared = _select.Comparison(found)
    rows = [["Fairness: largest difference", *(_SHORT[c] for c in _select.CRITERIA)]]
    for attribute in compared.attributes[:_MOST]:
        pairs = (compared.disparity(attribute, c, "difference") for c in _select.CRITERIA)
        rows.append([f"  {plain(attribute, 30)}", *(words.with_interval(v, 3) for v in pairs)])
    blocks = [columns(rows) + _rest(len(compared.attributes))]
    shown = [m for m in COLUMNS if m in _SHORT]
    for attribute in compared.single:
        rows = [[f"By {plain(attribute, 24)}", "n", *(_SHORT[m] for m in shown)]]
        for g in compared.groups(attribute)[:_MOST]:
            label = f"  {plain(g.name, 22)}{' (small)' if g.small else ''}"
            rows.append([label, words.count(g.rows), *(words.with_interval(g.values.get(m), 3) for m in shown)])
        blocks.append(columns(rows) + _rest(compared.count(attribute)))
    return blocks


def _explanation(found: AssessmentResult) -> list[str]:
    ranked = sorted((v for v in found.values if v.kind == "importance"), key=lambda v: -(v.value or 0.0))
    if not ranked:
        return []
    places = words.decimals(*(v.value for v in ranked))
    rows = [["Explanation: reliance by column", words.measure(ranked[0].measure), "interval"]]
    rows += [
        [f"  {plain(v.attribute or '', 40)}", words.number(v.value, places), words.interval(v, places)]
        for v in ranked[:_MOST]
    ]
    return [columns(rows) + _rest(len(ranked))]


def _rest(total: int) -> str:
    return f"\n  … and {total - _MOST} more" if total > _MOST else ""


def _cells(v: Value) -> list[str]:
    return [words.number(v.value), words.interval(v) or "–", words.count(v.n)]


def wrap(line: str, indent: str = "") -> str:
    """Return a line as lines that fit a terminal; those after the first begin with `indent`."""
    wrapped: Iterable[str] = textwrap.wrap(words.printable(line), WIDTH, subsequent_indent=indent)
    return "\n".join(wrapped)


def _pad(cell: str, width: int, *, right: bool) -> str:
    fill = " " * (width - words.width(cell))
    return fill + cell if right else cell + fill
