"""The values of any result as tables, from its record alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jupyter_gov.records import AssessmentResult, Value

from . import _select, words
from ._parts import cells, is_count, missing, pair
from .html import Html, details, el, join, name, table

_COMPARED = ("difference", "ratio", "p_value", "q_value")
_KEYS = {"attribute": "Attribute", "group": "Group", "reference": "Against", "label": "Class"}
_MOST_ROWS, _MOST_ROWS_FULL = 40, 200
_MOST_COLUMNS = 5
_HALF = 10
_FOLDED, _PRINTED = 14, 60


def tables(found: AssessmentResult, *, full: bool = False, without: Iterable[str] = ()) -> Html:
    """Return every value of a result in tables by what it is about.

    Parameters
    ----------
    found : AssessmentResult
    full : bool
        Whether to list more rows, as a report does.
    without : iterable of str
        Kinds that are shown elsewhere.
    """
    left = set(without)
    parts = [
        [] if "estimate" in left else [estimates(found)],
        [] if "class" in left else [wide(found, "class", ("label",), full=full)],
        [] if "group" in left else [wide(found, "group", ("attribute", "group", "label"), full=full)],
        [] if "bin" in left else [bins(found, full=full)],
        [] if "difference" in left else [_folded_comparisons(found, full)],
        [] if "importance" in left else [wide(found, "importance", ("attribute", "label"), full=full)],
        *([about_data(found, kind, full=full)] for kind in OF_DATA if kind not in left),
    ]
    return join([t for part in parts for t in part if t])


def label_tables(found: AssessmentResult, *, full: bool = False) -> Html:
    """Return how groups differ in the data themselves: attributes alone, then intersections, folded."""
    compared = _select.Comparison(found)
    keys: tuple[str, ...] = ("attribute", "group", "reference", "label")
    if {v.reference for v in found.values if v.kind == "difference"} <= {"rest"}:
        keys = ("attribute", "group", "label")
    parts: list[object] = []
    for title, names in (("Each attribute", compared.single), ("Intersections", compared.crossed)):
        part = found.replace(values=tuple(v for v in found.values if v.attribute in names))
        made = [wide(part, kind, of, full=full, fold=False) for kind, of in (("difference", keys), ("group", keys))]
        parts.append(details(title, *made) if any(made) else "")
    rest = found.replace(values=tuple(v for v in found.values if v.attribute not in compared.attributes))
    told = "Differences are all others minus the group: above zero where the group has less."
    return join([el("p", told, class_="jg-quiet"), *parts, tables(rest, full=full)])


def _folded_comparisons(found: AssessmentResult, full: bool) -> Html:
    made = comparisons(others_than_data(found), full=full)
    rows = sum(v.kind in {"difference", "ratio"} for v in found.values)
    return details("Comparisons", made) if rows > _FOLDED else made


def estimates(found: AssessmentResult, without: Iterable[str] = ()) -> Html:
    """Return the values over all rows, in two columns where there are many."""
    left = set(without)
    values = [v for v in found.values if v.kind == "estimate" and v.measure not in left]
    parted = [v for v in values if v.attribute is not None]
    made = [halves("Over all rows", [v for v in values if v.attribute is None])]
    by = _columns(parted, ("attribute", "group", "label"), "By attribute")
    return join([*made, details("By attribute", by) if by else by])


def halves(title: str, values: Sequence[Value]) -> Html:
    """Return measures in one column of half a page, or in two where they are many."""
    half = (len(values) + 1) // 2 if len(values) > _HALF else len(values)
    made = [measures(title, part) for part in (values[:half], values[half:]) if part]
    return el("div", *made, class_="jg-columns" if len(made) > 1 else "jg-half") if made else Html("")


def measures(title: str, values: Iterable[Value]) -> Html:
    """Return measures with value, interval and number of rows."""
    listed = list(values)
    if not listed:
        return Html("")
    rows = [[measure_of(v), *cells(v)] for v in listed]
    return table([title, "Value", f"{words.confidence(listed)} interval", "n"], rows, class_="jg-measures")


def measure_of(value: Value) -> Html:
    """Return the measure of a value, with what else tells it from others of the measure."""
    told: list[object] = [words.measure(value.measure)]
    for where in (value.label, value.group):
        told += [] if where is None else [", ", name(where, limit=30)]
    return join(told)


def wide(found: AssessmentResult, kind: str, keys: Sequence[str], *, full: bool = False, fold: bool = True) -> Html:
    """Return the values of a kind with a column for each measure; many rows are folded."""
    values = [v for v in found.values if v.kind == kind and v.measure != "confusion_matrix"]  # it is drawn
    title = _TITLES.get(kind, words.measure(kind))
    made = _columns(values, keys, title, full=full)
    rows = len({tuple(getattr(v, k) for k in keys) for v in values})
    return _folded(title, rows, made) if fold else made


def about_data(found: AssessmentResult, kind: str, *, full: bool = False, fold: bool = True) -> Html:
    """Return the values of a kind that is about the data with a column for each measure, and for the tests of them."""
    values = values_about_data(found, kind)
    made = _columns(values, OF_DATA[kind], _TITLES[kind], full=full)
    rows = len({tuple(getattr(v, k) for k in OF_DATA[kind]) for v in values})
    return _folded(_TITLES[kind], rows, made) if fold else made


def _folded(title: str, rows: int, made: Html) -> Html:
    """Return a table, folded where it is long; paper, which has nothing to click on, does without the longest."""
    if rows <= _FOLDED:
        return made
    return details(f"{title}: {words.plural(rows, 'row')}", made, printed=rows <= _PRINTED)


def values_about_data(found: AssessmentResult, kind: str) -> list[Value]:
    """Return the values of a kind and the tests of them, by measure, each of which says what it is."""
    values = [_told(v, found.values) for v in found.values if v.kind == kind]
    places = {_place(v) for v in values}
    tests = [v for v in found.values if v.kind in _TESTS and _place(v) in places]
    several = len({v.measure for v in tests}) > 1
    named = [replace(v, measure=f"{_KINDS[v.kind]} of {words.short(v.measure)}" if several else v.kind) for v in tests]
    first = values[0].measure if values else ""
    # Tests stand beside the first measure, which is the one that they are of.
    return [v for v in values if v.measure == first] + named + [v for v in values if v.measure != first]


def others_than_data(found: AssessmentResult) -> list[Value]:
    """Return the values that are in no table about the data."""
    of_data = {_place(v) for v in found.values if v.kind in OF_DATA}
    return [v for v in found.values if v.kind not in OF_DATA and (v.kind not in _TESTS or _place(v) not in of_data)]


def _told(value: Value, values: Sequence[Value]) -> Value:
    """Return a value whose measure says that it is a difference, where the measure alone would be taken for itself."""
    if value.reference is None:
        return value
    itself = any(v.measure == value.measure and v.reference is None for v in values)
    if itself or value.measure in {*_select.HEADLINES, *_select.UNBOUNDED}:
        prefix = "change_in" if value.kind == "perturbation" else "difference_in"
        return replace(value, measure=f"{prefix}_{value.measure}")
    return value


def _place(value: Value) -> tuple[str | None, ...]:
    return value.attribute, value.group, value.label


def _columns(values: Sequence[Value], keys: Sequence[str], title: str, *, full: bool = False) -> Html:
    """Return values with a column for each measure; beyond five measures the others are folded."""
    if not values:
        return Html("")
    there = list(dict.fromkeys(v.measure for v in values))
    first = [m for m in _FIRST if m in there] + [m for m in there if m not in _FIRST]
    parts = []
    for at in range(0, len(first), _MOST_COLUMNS):
        shown = first[at : at + _MOST_COLUMNS]
        kept = [v for v in values if v.measure in shown]
        made = _pivot(kept, keys, "measure", shown, title, full=full)
        more = ", ".join(words.lower_first(words.measure(m)) for m in shown)
        parts.append(made if at == 0 else details(words.shorten(f"Also: {more}", 110), made))
    return join(parts)


def bins(found: AssessmentResult, *, full: bool = False) -> Html:
    """Return the values by bin, folded: a chart shows them."""
    values = [v for v in found.values if v.kind == "bin"]
    made = _columns(values, ("attribute", "label", "group"), "By bin", full=full)
    return details("By bin, as a table", made) if made else made


def comparisons(values: Iterable[Value], *, kinds: Sequence[str] = _COMPARED, full: bool = False) -> Html:
    """Return differences and ratios with the tests of them, a row for each comparison."""
    values = [v for v in values if v.kind in kinds]
    if not values:
        return Html("")
    shown = [k for k in kinds if any(v.kind == k for v in values)]
    return _pivot(values, ("attribute", "measure", "label", "group", "reference"), "kind", shown, "Compared", full=full)


def _pivot(
    values: Sequence[Value], keys: Sequence[str], column: str, columns: Sequence[str], caption: str, *, full: bool
) -> Html:
    keys = [k for k in keys if any(getattr(v, k) is not None for v in values)]
    rows: dict[tuple[str | None, ...], dict[str, Value]] = {}
    for v in values:
        rows.setdefault(tuple(getattr(v, k) for k in keys), {})[getattr(v, column)] = v
    most = _MOST_ROWS_FULL if full else _MOST_ROWS
    listed = []
    places = {} if column == "kind" else {c: _places(v for v in values if v.measure == c) for c in columns}
    for key, found in list(rows.items())[:most]:
        named = [_key(k, part) for k, part in zip(keys, key, strict=True)] or [caption]
        listed.append([*named, *(_cell(found.get(c), places.get(c)) for c in columns)])
    heads = _KEYS | _HEADS.get(values[0].kind, {})
    head = [heads.get(k, words.measure(k)) for k in keys] or [""]
    head += [heading_of(c) for c in columns]
    told = f"{caption}, with {words.confidence(values)} intervals"
    size = "jg-pairs jg-narrow" if len(columns) < 3 else "jg-pairs"
    made = table(head, listed, caption=told, class_=size, hidden_caption=True, text_columns=max(1, len(keys)))
    return join([made, left(len(rows), most)])


def heading_of(measure: str) -> str:
    """Return the heading of a column of values, of tests, or of a kind."""
    return _KINDS.get(measure) or words.measure(measure)


def left(total: int, most: int) -> Html:
    """Return how many rows are not listed."""
    told = f"and {words.plural(total - most, 'more row')} on record" if total > most else ""
    return el("p", told, class_="jg-quiet") if told else Html("")


def _key(key: str, part: str | None) -> object:
    if part is None:
        return "–"
    if key == "measure":
        return words.measure(part)
    if key == "reference":
        return _REFERENCES.get(part) or name(part)
    return name(part)


def _places(values: Iterable[Value]) -> int:
    """Return how many decimals a column of values takes."""
    return words.decimals(*(end for v in values for end in (v.value, v.lower, v.upper)))


def _cell(value: Value | None, places: int | None = None) -> Html:
    if value is None:
        return el("i", "–")
    if value.value is None:
        return missing()
    if value.kind in {"p_value", "q_value"}:
        return el("span", words.p_value(value.value))
    if value.method == "count":
        return el("b", words.number(value.value, 0 if is_count(value) else None))
    return pair(value, _places([value]) if places is None else places)


_KINDS = {"difference": "Difference", "ratio": "Ratio", "p_value": "p", "q_value": "q"}
_TESTS = ("p_value", "q_value")
OF_DATA = {
    "slice": ("group",),
    "perturbation": ("group", "attribute", "label"),
    "column": ("attribute", "group", "label"),
    "attribution": ("attribute", "label", "group", "reference"),
    "interaction": ("attribute", "label"),
}
"""Kinds of values that are about columns and rows of the data, with what tells those of a measure apart."""

_HEADS = {
    "bin": {"group": "Bin"},
    "importance": {"attribute": "Column"},
    "slice": {"group": "Rows where"},
    "perturbation": {"group": "Changed", "attribute": "Column"},
    "column": {"attribute": "Column", "label": "Of"},
    "attribution": {"attribute": "Column", "label": "Of"},
    "interaction": {"attribute": "Columns"},
}
_TITLES = {
    "class": "By class",
    "group": "By group",
    "bin": "By bin",
    "importance": "By column",
    "slice": "Slices",
    "perturbation": "What was changed",
    "column": "By column",
    "attribution": "Parts of the output",
    "interaction": "Pairs of columns",
}
_REFERENCES = {
    _select.EVERY: "highest – lowest",
    _select.JUDGED: "highest – lowest, large groups",
    "best": "the best group",
    "overall": "all rows",
}
_FIRST = (
    "count",
    "selection_rate",
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "precision",
    "recall",
    "f1",
    "accuracy",
    "roc_auc",
)
"""Measures that come first where there is no room for all."""
