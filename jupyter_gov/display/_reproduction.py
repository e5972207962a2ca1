"""What came of executing a run again: a card for notebooks, a part of a report, and text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jupyter_gov.provenance import tell_spread
from jupyter_gov.records import AGREEMENTS, Cause, Cell, Compared, Reproduction

from . import words
from ._reproduction_text import (
    HEADS,
    MOST,
    SIGNS,
    counted_by_kind,
    differing,
    how_reproduced,
    kind_of,
    reproduction_text,
    spreads,
)
from .html import Html, bullets, coded, details, el, join, name, style_element, table

_MOST_NAMED = 300

CellName = Callable[[str | None], object]
"""Returns what a cell execution is called, or a link to it, by its id."""


def reproduction(record: Reproduction, *, cells: Iterable[Cell] = ()) -> tuple[str, str]:
    """Return a reproduction as HTML for a notebook and as text for a terminal.

    Parameters
    ----------
    record : Reproduction
    cells : iterable of Cell
        The run's, so that they can be called by the numbers that the notebook shows.

    Returns
    -------
    html : str
        One ``<article>`` with its style, light or dark as its surroundings are.
    text : str
        At most a hundred columns wide.
    """
    called = {c.id: f"cell [{c.number}]" for c in cells}

    def cell(key: str | None) -> str:
        return called.get(key or "", "–")

    head = el("header", el("p", "Reproduction", class_="jg-kicker"), el("h3", verdict(record.verdict)))
    html = style_element("base", "card", "reproduction") + el(
        "article",
        head,
        reproduction_body(record, cell=cell),
        el("footer", f"{how_reproduced(record)} Reproduction {record.id[:13]}."),
        class_="jg-root jg-card",
        aria_label=f"Reproduction: {record.verdict}",
    )
    return html, reproduction_text(record, cell)


def verdict(word: str) -> Html:
    """Return a verdict with its sign, in its colour."""
    return el("span", f"{SIGNS[word]} {words.title_of(word)}", class_=f"jg-verdict jg-{word}")


def _where(item: Compared, cell: CellName) -> Html:
    return el("span", cell(item.cell), class_="jg-where")


def _item_verdict(item: Compared) -> Html:
    return el("span", f"{SIGNS[item.verdict]} {HEADS[item.verdict]}", class_=f"jg-verdict jg-{item.verdict}")


def reproduction_body(record: Reproduction, *, cell: CellName) -> Html:
    """Return all that a reproduction found, below its verdict.

    Parameters
    ----------
    record : Reproduction
    cell : callable
        Gives what a cell is called, or a link to it.
    """
    others = [c for c in record.causes if not c.decides]
    parts = [
        _lead(record),
        _reasons(record, cell),
        _counts(record),
        _differences(record, cell),
        _spread(record),
        bullets((_cause(c) for c in others), "jg-notes jg-also"),
        _environment(record),
        _inputs(record),
        _all(record, cell),
    ]
    return join(p for p in parts if p)


def _lead(record: Reproduction) -> Html:
    """Return the summary without the word that stands above it."""
    word, _, rest = record.summary.partition(": ")
    told = rest[:1].upper() + rest[1:] if word.lower() == record.verdict else record.summary
    return el("p", coded(words.shorten(told, 800)), class_="jg-lead")


def _cause(cause: Cause) -> Html:
    remedy = el("span", " ", coded(words.shorten(cause.remedy, 300)), class_="jg-quiet") if cause.remedy else ""
    return join([coded(words.shorten(cause.message, 600)), remedy])


def _reasons(record: Reproduction, cell: CellName) -> Html:
    """Return where the two runs part, why, and what to do; the reason alone where the sentence at the head has it."""
    deciding = [c for c in record.causes if c.decides]
    told: list[tuple[str, object]] = []
    item = next((i for i in record.items if record.first and i.record == record.first), None)
    if item is not None:
        where = join([", ", cell(item.cell)]) if item.cell else ""
        told.append(("They part at", join([kind_of(item), " ", name(item.name), where, ". ", _sentence(item.detail)])))
    if len(deciding) > 1:
        told.append(("Because", join((coded(words.shorten(c.message, 600)) for c in deciding), " ")))
    remedies = dict.fromkeys(c.remedy for c in deciding if c.remedy)
    if remedies:
        told.append(("What to do", join((coded(words.shorten(r, 300)) for r in remedies), " ")))
    if not told:
        return Html("")
    return el("dl", *(el("div", el("dt", term), el("dd", text)) for term, text in told), class_="jg-told jg-parting")


def _sentence(detail: str) -> Html:
    return coded(f"{detail[:1].upper()}{detail[1:]}." if detail else "")


def _counts(record: Reproduction) -> Html:
    rows = [
        [label, *(words.count(n) if (n := counts[a]) else el("span", "–", class_="jg-quiet") for a in AGREEMENTS)]
        for label, counts in counted_by_kind(record)
    ]
    if not rows:
        return Html("")
    head = ["", *(HEADS[a] for a in AGREEMENTS)]
    return table(head, rows, caption="How many came out in which way", hidden_caption=True, class_="jg-agreements")


def _differences(record: Reproduction, cell: CellName) -> Html:
    """Return what is not the same, and what only something else speaks for."""
    found = differing(record)
    if not found:
        return Html("")
    rows = [
        [
            join([name(i.name), el("small", kind_of(i), class_="jg-quiet")]),
            _where(i, cell),
            _item_verdict(i),
            coded(i.detail),
        ]
        for i in found[:MOST]
    ]
    head = ["What", "Where", "Verdict", "In which way"]
    told = table(head, rows, caption="What did not come out the same, bit for bit", text_columns=4)
    more = len(found) - MOST
    return join([told, el("p", f"And {words.count(more)} more.", class_="jg-quiet") if more > 0 else ""])


def _spread(record: Reproduction) -> Html:
    rows = [[name(s.name), tell_spread(s), *values] for s, values in spreads(record)]
    if not rows:
        return Html("")
    head = ["Metric", "", "In the run", "Lowest", "Mean", "Highest"]
    return table(head, rows, caption=f"Over {record.times} repetitions", text_columns=2)


def _environment(record: Reproduction) -> Html:
    if not record.changes:
        return Html("")
    rows = [
        [name(c.get("what", "")), *(_shown(c.get(k)) for k in ("before", "after"))]
        for c in record.changes[:_MOST_NAMED]
    ]
    caption = "What differs in the environment"
    listed = table(["", "In the run", "Now"], rows, caption=caption, hidden_caption=True, text_columns=3)
    few = len(rows) <= MOST
    return details(f"Environment: {words.plural(len(record.changes), 'difference')}", listed, printed=few)


def _shown(value: object) -> Html:
    return el("span", "not there", class_="jg-quiet") if value is None else name(value, limit=80, tag="span")


def _inputs(record: Reproduction) -> Html:
    if not record.inputs:
        return Html("")
    rows = [
        [name(i.get("path", ""), limit=80), _input_word(str(i.get("verdict", ""))), str(i.get("detail") or "")]
        for i in record.inputs[:_MOST_NAMED]
    ]
    changed = sum(i.get("verdict") != "identical" for i in record.inputs)
    told = f"{changed} not as in the run" if changed else "all as in the run"
    caption = "Files that the run read or imported"
    listed = table(["File", "", ""], rows, caption=caption, hidden_caption=True, text_columns=3)
    return details(f"Inputs: {words.plural(len(record.inputs), 'file')}, {told}", listed, printed=len(rows) <= MOST)


def _input_word(word: str) -> Html:
    return el("span", word, class_=None if word == "identical" else "jg-verdict jg-different")


def _all(record: Reproduction, cell: CellName) -> Html:
    """Return everything that was compared, folded."""
    if not record.items:
        return Html("")
    rows = [[name(i.name), kind_of(i), _where(i, cell), _item_verdict(i)] for i in record.items[:_MOST_NAMED]]
    caption = "Everything that was compared"
    listed = table(["What", "", "Where", "Verdict"], rows, caption=caption, hidden_caption=True, text_columns=4)
    more = len(record.items) - _MOST_NAMED
    rest = el("p", f"And {words.count(more)} more, which `jupyter gov show` lists.") if more > 0 else ""
    return details(f"Everything that was compared ({words.count(len(record.items))})", listed, rest, printed=False)
