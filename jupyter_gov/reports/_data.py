"""What a document says about data: each set by its content, where it was read, and how one came from another."""

from __future__ import annotations

from jupyter_gov.display import html, lineage_drawing, lineage_text
from jupyter_gov.display import words as w
from jupyter_gov.provenance import build
from jupyter_gov.records import Column, Dataset, Derivation, Fit

from ._overview import section
from ._run_records import RunRecords, short_digest

_MOST_PRINTED = 30
_MOST_NAMED = 12
_MOST_BOXES = 20
_ROLES = {"train": "fitted on", "validation": "chosen by", "test": "scored only", "source": "read"}


def datasets(records: RunRecords) -> html.Html:
    """Return the data sets: size, role, identity, origin; the schema of each folded."""
    if not records.datasets:
        return html.el("p", "No data set is on record.", class_="jg-undone")
    rows = [
        [
            html.el("span", html.name(d.name or "data"), id=f"dataset-{d.id}"),
            _ROLES.get(d.role, d.role),
            html.el("code", short_digest(d.digest), title=d.digest, class_="jg-id"),
            records.cell(d.cell),
            w.count(d.rows),
            w.count(len(d.columns)),
            w.count(sum(c.missing for c in d.columns)),
        ]
        for d in records.datasets.values()
    ]
    head = ["Data set", "Role", "Digest", "First seen", "Rows", "Columns", "Missing values"]
    if records.is_table:  # it was seen in no cell
        head, rows = [*head[:3], *head[4:]], [[*row[:3], *row[4:]] for row in rows]
    caption = "Data sets. The digest identifies all rows and columns: data with the same digest are the same data."
    listed = html.table(head, rows, caption=caption, text_columns=len(head) - 3)
    schemas = [
        html.details(
            html.join(["Schema of ", html.name(d.name or "data"), f" ({w.plural(len(d.columns), 'column')})"]),
            _schema(d),
            printed=len(d.columns) <= _MOST_PRINTED,
        )
        for d in records.datasets.values()
    ]
    return html.join([listed, _personal(records), _derivations(records), *schemas])


def lineage(records: RunRecords) -> html.Html:
    """Return a drawing of what came from what; the parts of a model are listed with it."""
    drawn = [r for r in records.records if not isinstance(r, Fit) or r.parent not in records.fits]
    graph = build({records.run.id: drawn})
    if not graph.nodes:
        return section("lineage", "Lineage", html.el("p", "Nothing is on record that could have come from anything."))
    tree = html.el("pre", lineage_text(graph), tabindex="0", aria_label="Lineage as a tree")
    parts = [lineage_drawing(graph, most=_MOST_BOXES), html.details("In more detail, as a tree", tree)]
    return section("lineage", "Lineage", *parts)


def _personal(records: RunRecords) -> html.Html:
    """Return which columns look personal or protected; nothing where none does."""
    found: dict[tuple[str, str], list[str]] = {}
    for data in records.datasets.values():
        for column in data.columns:
            if column.personal:
                found.setdefault((column.name, column.personal), []).append(data.id)
    if not found:
        return html.Html("")
    rows = [
        [html.name(name), kind, html.join((records.dataset(d) for d in ids[:_MOST_NAMED]), ", ")]
        for (name, kind), ids in found.items()
    ]
    caption = "Columns that look personal or protected; no value of theirs is on record"
    return html.table(["Column", "Looks like", "Data sets"], rows, caption=caption, text_columns=3)


def _derivations(records: RunRecords) -> html.Html:
    """Return which rows and columns of which data set another is."""
    made = records.all(Derivation)
    if not made:
        return html.Html("")
    rows = [
        [
            records.dataset(d.child),
            records.dataset(d.parent),
            "found by content" if d.operation == "content" else html.name(d.operation, tag="code"),
            _rows(d),
            _columns(d),
            records.cell(d.cell),
        ]
        for d in made
    ]
    head = ["Data set", "Comes from", "By", "Rows", "Columns", "Cell"]
    return html.table(head, rows, caption="How data sets came from one another", text_columns=6, class_="jg-derived")


def _rows(made: Derivation) -> str:
    told = made.rows
    if not told:
        return "do not correspond"
    if told.get("all"):
        return f"all {w.count(told['of'])}"
    doubt = f", {w.count(told['ambiguous'])} of them ambiguous" if told.get("ambiguous") else ""
    return f"{w.count(told['count'])}\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}{w.count(told['of'])}{doubt}"


def _columns(made: Derivation) -> html.Html:
    same = w.plural(len(made.columns), "column") + " unchanged" if made.columns else ""
    new = html.join((html.name(c, limit=30) for c in made.new_columns[:_MOST_NAMED]), ", ")
    more = f" and {len(made.new_columns) - _MOST_NAMED} more" if len(made.new_columns) > _MOST_NAMED else ""
    return html.join([p for p in (same, html.join(["new: ", new, more]) if made.new_columns else "") if p], "; ")


def _values(column: Column) -> html.Html:
    """Return a column's values in a few numbers."""
    told = column.summary
    if "min" in told:
        mean = f", mean {w.json_value(told['mean'], 20)}" if "mean" in told else ""
        return html.join([f"{w.json_value(told['min'], 20)} to {w.json_value(told.get('max'), 20)}{mean}"])
    if "distinct" in told:
        top = html.join((html.name(str(pair[0]), limit=20) for pair in told.get("top", ())[:3]), ", ")
        return html.join([f"{w.count(told['distinct'])} distinct", *([": ", top, ", …"] if top else [])])
    return html.Html("–")


def _schema(data: Dataset) -> html.Html:
    rows = [
        [html.name(c.name), html.name(c.type), c.personal or "–", _values(c), w.count(c.missing)] for c in data.columns
    ]
    facts = [
        ("Digest", html.el("code", data.digest, class_="jg-id")),
        ("Record", html.el("code", data.id, class_="jg-id")),
    ]
    if data.type:
        facts.append(("Type", html.name(data.type)))
    if data.source:
        facts.append(("Read from", html.name(data.source, limit=200)))
    if data.door:
        facts.append(("Read by", html.name(data.door, tag="code")))
    if data.file_digest:
        size = w.size(data.file_bytes)
        facts.append(("File", html.join([size, ", ", html.el("code", data.file_digest, class_="jg-id")])))
    if data.query:
        facts.append(("Query", html.el("pre", html.el("code", w.shorten(data.query, 2000)), tabindex="0")))
    listed = html.table(
        ["Column", "Type", "Looks like", "Values", "Missing"],
        rows,
        caption=html.join(["Columns of ", html.name(data.name)]),
        hidden_caption=True,
        text_columns=4,
    )
    return html.join([html.facts(facts), listed if rows else ""])
