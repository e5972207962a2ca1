"""What a document says about models, metrics and cells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby

from jupyter_gov.display import html
from jupyter_gov.display import words as w
from jupyter_gov.records import Assessment, Candidate, Cell, Fit, Json, Metric

from ._run_records import RunRecords, class_name, record_id, short_digest
from ._session import state_of

_ORIGINS = {
    "scorer": "scorer",
    "cross_validation": "cross-validation",
    "by_hand": "computed by hand",
    "user": "given by the user",
}
_MOST_FITS = 30
_MOST_OPEN = 12
_MOST_PARTS = 200
_MOST_CANDIDATES = 10
_DEEPEST = 12
_MOST_PRINTED = 30
_MOST_REDACTED = 8


def fits(records: RunRecords) -> html.Html:
    """Return the fits: the assessed models first, each with its parts and all parameters."""
    if records.is_table:
        return html.join(_stated(a) for a in records.assessments)
    roots = [f for f in records.fits.values() if f.parent not in records.fits]
    if not roots:
        return html.el("p", "No fit is on record.", class_="jg-undone")
    assessed = {
        records.root(records.fits[r.fit]).id for a in records.assessments for r in a.results if r.fit in records.fits
    }
    roots.sort(key=lambda f: f.id not in assessed)
    shown, left = roots[:_MOST_FITS], roots[_MOST_FITS:]
    parts = [_fit(records, f, assessed=f.id in assessed) for f in shown]
    if left:
        parts.append(
            html.details(f"{w.plural(len(left), 'more fit')}", *(_fit(records, f, assessed=False) for f in left))
        )
    return html.join(parts)


def metrics(records: RunRecords) -> html.Html:
    """Return every metric that the run's own code computed, with model, data, split and cell."""
    if not records.metrics:
        return html.el("p", "The run’s own code computed no metric that is on record.")
    rows = [
        [
            _metric_name(m),
            _model(records, m),
            html.join((records.dataset(d) for d in m.datasets[:2]), ", ") or "–",
            m.split,
            records.cell(m.cell),
            record_id(m.id),
            _value(m.value),
        ]
        for m in records.metrics
    ]
    head = ["Metric", "Model", "Data", "Split", "Cell", "Record", "Value"]
    caption = "Computed by the notebook itself, in the order in which it was done"
    return html.table(head, rows, caption=caption, text_columns=6)


def cells(records: RunRecords) -> html.Html:
    """Return every executed cell with its source, in the order of execution."""
    if not records.cells:
        return html.el("p", "No cell is on record.")
    made = []
    for cell in records.cells.values():
        state = " · ".join(x for x in ("raised" if cell.status == "error" else "ok", state_of(records, cell)) if x)
        head = html.el(
            "h3",
            f"Cell [{cell.number}]",
            html.el("span", f" {state} · {w.seconds(cell.seconds)} · record ", record_id(cell.id), class_="jg-quiet"),
        )
        error = html.el("p", w.shorten(cell.error, 600), class_="jg-undone jg-failed") if cell.error else ""
        code = html.el("pre", html.el("code", cell.source), tabindex="0", aria_label=f"Source of cell {cell.number}")
        made.append(html.el("div", head, code, _taken_out(cell), error, class_="jg-cell", id=records.anchor(cell)))
    return html.join(made)


def _taken_out(cell: Cell) -> html.Html:
    """Return where secrets were taken out of a cell, under its source."""
    if not cell.redacted:
        return html.Html("")
    places = html.join((html.name(place, limit=200) for place in cell.redacted[:_MOST_REDACTED]), "; ")
    more = len(cell.redacted) - _MOST_REDACTED
    return html.el("p", "Taken out: ", places, f"; and {more} more" if more > 0 else "", class_="jg-quiet")


def _fit(records: RunRecords, fit: Fit, *, assessed: bool) -> html.Html:
    name = records.fit_names[fit.id]
    head = [html.name(name)]
    if name != class_name(fit):
        head.append(html.el("span", f" {class_name(fit)}", class_="jg-quiet"))
    if assessed:
        head.append(html.el("span", "assessed", class_="jg-flag"))
    facts = [
        ("Class", html.name(fit.class_, limit=120, tag="code")),
        ("Fitted on", html.join((records.dataset(d) for d in fit.datasets), ", ") or "–"),
        ("Features", w.count(len(fit.features)) if fit.features else "–"),
        ("Time", w.seconds(fit.seconds) if fit.status == "ok" else "raised"),
        *([("Called", html.name(fit.method, tag="code"))] if fit.method != "fit" else []),
        *([("Went on from", records.fit(fit.previous))] if fit.previous else []),
        *(
            [("Seed", html.name(_told(fit.seeds), limit=120, tag="code"))]
            if any(v is not None for v in fit.seeds.values())
            else []
        ),
        *([("Digest", _digest(fit.model_digest))] if fit.model_digest else []),
        ("Where", html.join([records.cell(fit.cell), ", record ", record_id(fit.id)])),
    ]
    tree = _parts(records, fit)
    parameters = [_last_step(records, fit)]
    if fit.params:
        parameters.append(
            html.details(
                f"All {w.plural(len(fit.params), 'parameter')}",
                _parameters(fit.params),
                printed=len(fit.params) <= _MOST_PRINTED,
            )
        )
    return html.el(
        "div",
        html.el("h3", *head),
        html.facts(facts),
        tree,
        *parameters,
        _candidates(fit.candidates),
        id=f"fit-{fit.id}",
        class_="jg-fit",
    )


def _candidates(candidates: Sequence[Candidate]) -> html.Html:
    """Return what a search tried, the best first; nothing where there was no search."""
    if not candidates:
        return html.Html("")
    best = sorted(candidates, key=lambda c: (c.rank is None, c.rank))[:_MOST_CANDIDATES]
    rows = [
        [
            w.count(c.rank),
            html.name(_told(c.params), limit=200, tag="code"),
            *(w.json_value(c.scores.get(k), 20) for k in ("mean_test_score", "std_test_score")),
        ]
        for c in best
    ]
    caption = "Candidates of the search, the best first"
    listed = html.table(["Rank", "Parameters", "Mean", "SD"], rows, caption=caption, text_columns=2)
    left = w.plural(len(candidates), "candidate") + (f", the best {len(best)}" if len(best) < len(candidates) else "")
    return html.details(left, listed)


def _told(values: Mapping[str, Json]) -> str:
    """Return values by name on one line."""
    return ", ".join(f"{k}={w.json_value(v, 60, exact=True)}" for k, v in values.items())


def _digest(digest: str) -> html.Html:
    return html.el("code", short_digest(digest), title=digest, class_="jg-id")


def _last_step(records: RunRecords, fit: Fit) -> html.Html:
    """Return the parameters of a pipeline's last step by themselves: they are what a reader looks for first."""
    steps = [f for f in records.fits.values() if f.parent == fit.id and f.step]
    if class_name(fit) != "Pipeline" or not steps or not steps[-1].params:
        return html.Html("")
    last = steps[-1]
    summary = html.join(["Parameters of ", html.name(class_name(last)), ", the last step"])
    return html.details(summary, _parameters(last.params))


def _stated(assessment: Assessment) -> html.Html:
    """Return what a table says of a model: which of its columns were read as what."""
    told: dict[str, Json] = {}
    for result in assessment.results:
        told |= result.parameters
    columns = told.get("columns", {})
    if not isinstance(columns, Mapping):  # of two tables that were compared it is their number
        return html.el("p", "Two tables were compared; no model is on record.", class_="jg-about")
    decision: object = html.name(columns.get("prediction") or "–", tag="code")
    if "threshold" in told:
        decision = html.join([html.name(columns["score"], tag="code"), f" at or above {told['threshold']:g}"])
    facts = [
        ("Name", html.name(assessment.model)),
        ("True labels", html.name(columns.get("target") or "–", tag="code")),
        ("Positive", html.name(str(told.get("positive_label", "–")))),
        ("Decision", decision),
        ("Score", html.name(columns["score"], tag="code") if columns.get("score") else "none"),
        ("Sensitive", html.join((html.name(c, tag="code") for c in columns.get("sensitive", ())), ", ") or "none"),
    ]
    return html.join(
        [
            html.el("p", "No fit is on record. The columns of the table were read as:", class_="jg-about"),
            html.facts(facts),
        ]
    )


def _parts(records: RunRecords, fit: Fit) -> html.Html:
    """Return the fits inside a fit as a tree; several of one class in a row, such as a forest's trees, are one line."""
    children: dict[str | None, list[Fit]] = {}
    for f in records.fits.values():
        children.setdefault(f.parent, []).append(f)
    if fit.id not in children:
        return html.Html("")
    lines = [0]
    tree = _branch(children, fit.id, lines)
    return tree if lines[0] <= _MOST_OPEN else html.details(f"{w.plural(lines[0], 'part')}", tree)


def _branch(children: Mapping[str | None, Sequence[Fit]], parent: str, lines: list[int], depth: int = 0) -> html.Html:
    items = []
    alike = groupby(children.get(parent, ()), key=lambda f: (f.step, f.class_, f.id in children))
    for (step, _, _), group in alike if depth < _DEEPEST else ():
        fits_ = list(group)
        runs = [[f] for f in fits_] if step or fits_[0].id in children else [fits_]
        for run in runs:
            lines[0] += 1
            label = [html.el("b", html.name(step)), " "] if step else []
            many = f" × {w.count(len(run))}" if len(run) > 1 else ""
            time = html.el("span", f"{many} {w.seconds(sum(f.seconds for f in run))}", class_="jg-quiet")
            inner = _branch(children, run[0].id, lines, depth + 1)
            items.append(html.join([*label, html.name(class_name(run[0])), time, inner]))
    return html.bullets(items[:_MOST_PARTS], "jg-tree")


def _parameters(params: Mapping[str, Json]) -> html.Html:
    rows = [
        [html.name(k, limit=80), html.name(w.json_value(v, 400, exact=True), limit=400, tag="code")]
        for k, v in sorted(params.items())
    ]
    return html.table(
        ["Parameter", "Value"], rows, caption="Parameters", hidden_caption=True, text_columns=2, class_="jg-params"
    )


def _metric_name(metric: Metric) -> html.Html:
    told: list[object] = [html.name(metric.name)]
    if metric.origin != "function":
        told.append(html.el("span", f" {_ORIGINS[metric.origin]}", class_="jg-quiet"))
    if metric.expression:
        told.append(html.el("small", html.name(metric.expression, limit=200, tag="code")))
    chosen = {k: v for k, v in metric.params.items() if v is not None}
    if chosen:
        told.append(html.el("small", html.name(_told(chosen), limit=120)))
    return html.el("span", *told, id=f"metric-{metric.id}")


def _model(records: RunRecords, metric: Metric) -> html.Html:
    if metric.identified == "ambiguous":
        listed = html.join((records.fit(f) for f in metric.fits), " or ")
        return html.join([listed, html.el("small", "several models had returned the same")])
    return html.join((records.fit(f) for f in metric.fits), ", ") or html.Html("–")


def _value(value: Json) -> html.Html:
    """Return a metric's value; a matrix as a small table."""
    matrix = isinstance(value, list | tuple) and value and all(isinstance(row, list | tuple) for row in value)
    if matrix and len(value) <= 10 and all(len(row) <= 10 for row in value):
        rows = [html.el("tr", *(html.el("td", w.json_value(v, 20)) for v in row)) for row in value]
        return html.el("table", html.el("tbody", *rows), class_="jg-matrix")
    if isinstance(value, list | tuple | dict):
        text = json.dumps(value, ensure_ascii=False)
        return html.details(w.plural(len(value), "value"), html.el("code", w.shorten(text, 2000)))
    return html.el("b", w.json_value(value, 40))
