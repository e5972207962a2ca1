"""How explanation, permutation importance and agreement are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jupyter_gov.records import AssessmentResult, Json, Value

from . import _select, charts, words
from ._headline import Name, Parts
from ._parts import cells
from ._showing import Showing
from ._tables import about_data, tables
from .charts import Spec
from .html import Html, details, join, name, table

_MOST_BARS = 12
_MOST_PAIRS = 6
_MOST_GROUPS = 2
_MOST_PARTS = 8
_LEVEL = 0.05
_METRICS = {"roc_auc": "ROC AUC", "r2": "R²", "log_loss": "log loss", "balanced_accuracy": "balanced accuracy"}


def _headline(found: AssessmentResult) -> Parts:
    """Return which columns move the output most, and by how much."""
    ranked = [v for v in _ranked(found) if v.value]
    if not ranked:
        return ["The output does not depend on any column."] if _ranked(found) else []
    first, *others = ranked[:3]
    parts: Parts = ["The output depends most on ", Name(first.attribute or "")]
    parts += [f", which moves it by {words.with_interval(first)}{_unit(found)} on average"]
    for other, before in zip(others, (", then ", " and "), strict=False):
        parts += [before, Name(other.attribute or ""), f" ({words.number(other.value)})"]
    return [*parts, "."]


def _figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    """Yield importance, beeswarm, dependence, interactions, and the gaps between groups."""
    ranked = _ranked(found)
    unit = _unit(found, brackets=True)
    if ranked:
        yield charts.importance(ranked, limit=_MOST_BARS), _explained(found, ranked)
    swarm = _curves(found, "beeswarm")
    if swarm:
        about = "Each dot is a row: how far the column moved its output; colour is the column’s value in the row."
        output = _output(found)
        yield (
            charts.beeswarm(swarm, f"part in the output{unit}", about),
            f"Each dot is a row: right of zero the column raised {output}, left of zero it lowered it. Blue rows have "
            "a low value of the column, amber rows a high one; values of grey ones have no order.",
        )
    for column, curve in _curves(found, "dependence").items():
        about = f"Mean part of {column} in the output, by its value."
        spec = charts.effect(curve, name=column, y=f"part in the output{unit}", about=about)
        if spec is not None:
            at = words.shorten(words.printable(column), 40)
            yield spec, f"The mean part of {at} by its value, with {words.confidence(found.values)} intervals."
    pairs = [v for v in found.values if v.kind == "interaction" and v.value]
    if pairs:
        shown = sorted(pairs, key=lambda v: -(v.value or 0.0))[:_MOST_PAIRS]
        spec = charts.signed_bars(
            [(v.attribute or "", v) for v in shown],
            f"Joint part in the output{unit}",
            "Pairs of columns by interaction.",
        )
        yield spec, "What two columns do together beyond what each does alone: the root mean square over rows."
    yield from _gaps(found)


def _gaps(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    """Yield where the clearest differences in output between groups come from."""
    unit = _unit(found, brackets=True)
    whole = [v for v in found.values if v.kind == "attribution" and v.measure == "output_gap" and v.value is not None]
    for gap in sorted((v for v in whole if _is_told_apart(v, found)), key=_clearness)[:_MOST_GROUPS]:
        of = (gap.group, gap.label)
        parts = [v for v in found.values if _is_part(v) and (v.group, v.label) == of and v.value is not None]
        parts = sorted(parts, key=lambda v: -abs(v.value or 0.0))[:_MOST_PARTS]
        named = (words.group(gap.group, gap.label), gap.label or "")
        group, attribute = (words.shorten(words.printable(text), 40) for text in named)
        rows = [("all columns together", gap), *((v.attribute or "", v) for v in parts)]
        about = f"Difference in output between {group} and the rest of {attribute}, by column."
        yield (
            charts.signed_bars(rows, f"{group} minus the rest, by {attribute}{unit}", about),
            f"Where the difference in output between {group} and the rest ({attribute}) comes from, "
            f"with {words.confidence([gap, *parts])} intervals.",
        )


def _is_told_apart(gap: Value, found: AssessmentResult) -> bool:
    """Return whether a group's gap, or that of one of its columns, can be told from zero."""
    if gap.lower is not None and gap.upper is not None and (gap.lower > 0 or gap.upper < 0):
        return True
    of = (gap.group, gap.label)
    return any(v.kind == "q_value" and (v.group, v.label) == of and (v.value or 0.0) <= _LEVEL for v in found.values)


def _is_part(value: Value) -> bool:
    return value.kind == "attribution" and value.measure == "attribution_gap"


def _tables(found: AssessmentResult, full: bool) -> Html:
    """Return columns with importance and direction, pairs, and gaps; what charts show is folded."""
    ranked = _ranked(found)
    by = {v.attribute: v for v in found.values if v.measure == "direction"}
    places = words.decimals(*(v.value for v in ranked))
    rows = []
    for v in ranked:
        direction = by.get(v.attribute)
        told = "–" if direction is None or direction.value is None else words.with_interval(direction, 2)
        rows.append([name(v.attribute or ""), *cells(v, places), told])
    measure = words.measure(ranked[0].measure) if ranked else ""
    head = ["Column", measure, f"{words.confidence(ranked)} interval", "n", "Direction (−1 to 1)"]
    caption = "Importance by column, and whether the output rises with its value"
    listed = details(
        f"All {words.plural(len(ranked), 'column')} as a table", table(head, rows, caption=caption, hidden_caption=True)
    )
    of_data = [about_data(found, kind, full=full) for kind in ("interaction", "attribution")]
    folded = [details(title, made) if made else made for title, made in zip(_FOLDS, of_data, strict=True)]
    rest = tables(found, full=full, without=("importance", "column", "interaction", "attribution"))
    return join([listed if ranked else "", *folded, rest])


def _shuffled_headline(found: AssessmentResult) -> Parts:
    """Return what the model loses most by, and how many columns it would not miss."""
    ranked = _ranked(found)
    if not ranked:
        return []
    metric = _METRICS.get(str(found.parameters.get("metric")), "the metric")
    first = ranked[0]
    change = "raises" if first.measure.startswith("rise") else "lowers"
    unneeded = sum(1 for v in ranked if v.lower is None or v.lower <= 0)
    parts: Parts = ["Shuffling ", Name(first.attribute or ""), f" {change} {metric} by {words.with_interval(first)}"]
    told = f"; {unneeded:,} of {len(ranked):,} columns could be shuffled without a loss that can be told from zero"
    return [*parts, told if unneeded else "", "."]


def _shuffled_figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    ranked = _ranked(found)
    if ranked:
        told = found.parameters
        rows = [(v.attribute or "", v) for v in ranked[:_MOST_BARS]]
        of = f", the {_MOST_BARS} largest of {len(ranked)} columns" if len(ranked) > _MOST_BARS else ""
        yield (
            charts.signed_bars(rows, words.measure(ranked[0].measure), "How much worse the model gets, by column."),
            f"How much worse the model gets when a column is shuffled{of}: mean of {told.get('repeats', 'several')} "
            f"shuffles of {words.plural(int(ranked[0].n or 0), 'row')}, with {words.confidence(ranked)} intervals.",
        )


def _shuffled_tables(found: AssessmentResult, full: bool) -> Html:
    made = tables(found, full=full)
    return details("As a table", made) if made else made


def _agreement_headline(found: AssessmentResult) -> Parts:
    """Return which two methods agree least, in words."""
    methods = found.parameters.get("methods")
    known = list(methods) if isinstance(methods, Sequence) else []
    between = [v for v in found.values if v.measure == "rank_correlation" and v.value is not None and v.group in known]
    if not between:
        return []
    least = min(between, key=lambda v: v.value or 0.0)
    how = next(word for bound, word in _HOW if (least.value or 0.0) >= bound)
    return [
        f"Methods {how} on which columns matter: the lowest rank correlation is {words.with_interval(least, 2)}, "
        f"between {least.reference} and {words.lower_first(least.group or '')}."
    ]


def _agreement_figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    rows: dict[str, dict[str, Value]] = {}
    for v in found.values:
        if v.kind == "estimate" and v.group is not None and v.reference is not None:
            rows.setdefault(f"{v.reference} and {v.group}", {})[v.measure] = v
    shown = [(pair, by) for pair, by in rows.items() if "rank_correlation" in by]
    if shown:
        spec = charts.marked(
            shown,
            {"rank_correlation": "Rank correlation (Spearman)"},
            "How much rankings of the columns agree.",
            references={"rank_correlation": 1.0},
        )
        yield spec, f"How much two rankings of the columns agree, with {words.confidence(found.values)} intervals."


def _agreement_tables(found: AssessmentResult, full: bool) -> Html:  # noqa: ARG001
    """Return how the methods rank the columns, side by side, and all numbers."""
    told = found.parameters.get("rankings")
    parts: list[object] = []
    if isinstance(told, Mapping) and told:
        orders = {str(k): [str(c) for c in v] for k, v in told.items() if isinstance(v, Sequence)}
        longest = max(len(v) for v in orders.values())
        ranked = [
            [str(i + 1), *(name(order[i]) if i < len(order) else "" for order in orders.values())]
            for i in range(min(longest, _MOST_BARS))
        ]
        titles = ["Rank", *(words.title_of(k) for k in orders)]
        parts.append(table(titles, ranked, caption="Columns by rank", hidden_caption=True, text_columns=len(titles)))
    rows: list[list[object]] = [
        [f"{v.reference} and {v.group}", words.measure(v.measure), *cells(v, 3)]
        for v in found.values
        if v.kind == "estimate"
    ]
    head = ["Rankings", "Measure", "Value", f"{words.confidence(found.values)} interval", "n"]
    made = table(head, rows, caption="Agreement of rankings", hidden_caption=True, text_columns=2)
    parts.append(details("All numbers", made) if rows else "")
    return join(parts)


def _ranked(found: AssessmentResult) -> list[Value]:
    """Return the importances, largest first."""
    return _select.ranked(found)


def _explained(found: AssessmentResult, ranked: Sequence[Value]) -> str:
    told = found.parameters
    of = f", the {_MOST_BARS} largest of {len(ranked)} columns" if len(ranked) > _MOST_BARS else ""
    rows = (
        f", over {words.count(told['rows'])} of {words.plural(told['rows_available'], 'row')}"
        if "rows_available" in told
        else ""
    )
    return (
        f"How far a column moves the output on average (mean absolute SHAP value){rows}{of}, with "
        f"{words.confidence(ranked)} intervals. It says what the model relies on, not what causes the outcome."
    )


def _curves(found: AssessmentResult, kind: str) -> dict[str, Json]:
    return {key.partition(":")[2]: curve for key, curve in found.curves.items() if key.startswith(f"{kind}:")}


def _unit(found: AssessmentResult, *, brackets: bool = False) -> str:
    """Return the unit of the output: none of a prediction, which is in that of the target."""
    output = str(found.parameters.get("output", ""))
    unit = _UNITS.get(output.removesuffix(" of the most likely class"), output)
    return (f" ({unit})" if brackets else f" {unit}") if unit else ""


def _output(found: AssessmentResult) -> str:
    """Return what the output stands for, in words."""
    positive = found.parameters.get("positive_label")
    if positive is not None:
        return f"the score of {words.shorten(words.printable(str(positive)), 40)}"
    return "the output"


def _clearness(gap: Value) -> float:
    half = ((gap.upper or 0.0) - (gap.lower or 0.0)) / 2
    return -abs(gap.value or 0.0) / half if half else 0.0


_UNITS = {"prediction": "", "probability": "of probability"}
_FOLDS = ("Pairs of columns", "Differences between groups, by column")
_HOW = ((0.9, "agree"), (0.7, "mostly agree"), (0.4, "agree in part"), (-1.0, "disagree"))

SHOWN: Mapping[str, Showing] = {
    "explanation": Showing(headline=_headline, figures=_figures, tables=_tables),
    "permutation_importance": Showing(headline=_shuffled_headline, figures=_shuffled_figures, tables=_shuffled_tables),
    "agreement": Showing(headline=_agreement_headline, figures=_agreement_figures, tables=_agreement_tables),
}
