"""What a document says about how the notebook was run: in which order, what still holds, what was left to chance."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_gov.display import html
from jupyter_gov.display import words as w
from jupyter_gov.provenance import CellState
from jupyter_gov.records import Cell, Dataset, Fit, GeneratorState, Metric, Record

from ._overview import section
from ._run_records import RunRecords, class_name

_STATES = {"stale": "stale", "edited": "edited", "deleted": "deleted", "out_of_order": "out of order"}
_MOST = 100


def session(records: RunRecords) -> html.Html:
    """Return which executions do not hold any more, and which results a run from top to bottom would not give."""
    states = records.session.states
    last = [c for c in records.cells.values() if not states[c.id].rerun]
    doubtful = [c for c in last if named(states[c.id])]
    again = len(records.cells) - len(last)
    replaced = f"{w.plural(again, 'execution')} that a later one replaced"
    told = f"{w.plural(len(last), 'cell')} ran, {f'with {replaced}' if again else 'each once'}."
    parts: list[object] = [html.el("p", told)]
    if doubtful:
        rows = [[records.cell(c.id), named(states[c.id]), " ".join(states[c.id].reasons)] for c in doubtful[:_MOST]]
        caption = "Cells whose last execution does not hold any more"
        parts.append(html.table(["Cell", "State", "Why"], rows, caption=caption, text_columns=3))
        if len(doubtful) > _MOST:
            parts.append(html.el("p", f"And {w.plural(len(doubtful) - _MOST, 'more cell', 'more cells')}."))
    elif last:
        parts.append(html.el("p", "What they read has not been changed since."))
    parts += [_results(records), _redactions(records)]
    return section("session", "Session", *parts)


def named(state: CellState) -> str:
    """Return what is said of an execution, such as “stale, out of order”; empty where it holds."""
    return ", ".join(word for name, word in _STATES.items() if getattr(state, name))


def randomness(records: RunRecords) -> html.Html:
    """Return the seed of each fit, and which drew random numbers that no seed fixes."""
    drew = [f for f in records.fits.values() if (f.randomness or _seeds(f)) and f.parent not in records.fits]
    states = records.all(GeneratorState)
    rows = [
        [records.fit(f.id), html.name(_seeds(f) or "none", limit=120, tag="code"), _drew(f), records.cell(f.cell)]
        for f in drew[-_MOST:]
    ]
    kept = f"The record holds {w.plural(len(states), 'state')} of the global random generators, taken before cells ran."
    return section(
        "randomness",
        "Randomness",
        html.table(
            ["Model", "Seed", "Random numbers", "Cell"],
            rows,
            caption="Fits that draw random numbers or take a seed",
            hidden_caption=True,
            text_columns=4,
        )
        if rows
        else html.el("p", "No fit was seen to draw random numbers."),
        html.el("p", kept, class_="jg-quiet") if states else "",
    )


def _results(records: RunRecords) -> html.Html:
    top = [f for f in records.fits.values() if f.parent not in records.fits]
    results: Sequence[Fit | Metric] = [*top, *records.metrics]
    verdicts = {key: records.session.top_to_bottom(key or "") for key in {r.cell for r in results}}
    others = [r for r in results if verdicts[r.cell] is False]
    unknown = sum(verdicts[r.cell] is None for r in results)
    parts: list[object] = []
    if others:
        rows = [[_named(records, r), records.cell(r.cell), records.session.why(r.cell or "")] for r in others[:_MOST]]
        caption = "Results that the notebook, run once from top to bottom, would not give"
        parts.append(html.table(["Result", "Cell", "Why"], rows, caption=caption, text_columns=3))
    elif results and not unknown:
        parts.append(
            html.el("p", "Run once from top to bottom, the notebook would give every model and metric on record.")
        )
    if unknown:
        told = (
            f"Of {w.plural(unknown, 'result')} it is not known whether the notebook would give it from top to bottom."
        )
        parts.append(html.el("p", told, class_="jg-quiet"))
    return html.join(parts)


def _named(records: RunRecords, result: Fit | Metric) -> html.Html:
    if isinstance(result, Fit):
        return html.join([records.fit(result.id), html.el("span", f" {class_name(result)}", class_="jg-quiet")])
    return html.el("a", html.name(result.name), href=f"#metric-{result.id}")


def _redactions(records: RunRecords) -> html.Html:
    """Return which records secrets were taken out of before they were written, and where."""
    rows = [[_where(records, r), html.name(place, limit=200)] for r in records.records for place in r.redacted]
    if not rows:
        return html.Html("")
    told = f"{w.plural(len(rows), 'secret')} taken out before anything was written; no record has them."
    caption = "Secrets that were taken out"
    shown = html.table(["Record", "Where"], rows[:_MOST], caption=caption, hidden_caption=True, text_columns=2)
    more = html.el("p", f"And {len(rows) - _MOST} more.") if len(rows) > _MOST else ""
    return html.join([html.el("p", told), shown, more])


def _where(records: RunRecords, record: Record) -> html.Html:
    match record:
        case Cell():
            return records.cell(record.id)
        case Fit() | Metric():
            return _named(records, record)
        case Dataset():
            return html.join(["data set ", records.dataset(record.id)])
    return html.Html(w.title_of(record.kind).lower())


def _seeds(fit: Fit) -> str:
    return ", ".join(f"{k}={w.json_value(v, 40, exact=True)}" for k, v in fit.seeds.items() if v is not None)


def _drew(fit: Fit) -> html.Html:
    if fit.randomness == "unseeded":
        return html.el("span", "drawn, and no seed fixes them", class_="jg-warn")
    return html.Html("drawn, seeded" if fit.randomness else "not seen to be drawn")


def state_of(records: RunRecords, cell: Cell) -> str:
    """Return what is said of an execution beside its source."""
    state = records.session.states[cell.id]
    return " · ".join(x for x in (named(state), "replaced by a later execution" if state.rerun else "") if x)
