"""What an output does as columns change, the tree that imitates a model, and proxies: as lines and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jupyter_gov.records import AssessmentResult, Json, Value

from . import charts, words
from ._headline import Name, Parts
from ._sentence import plain
from ._showing import Showing
from ._text import columns
from .charts import Spec

_MOST_COLUMNS = 12
_MUCH = 0.5
_DEEPER = "· "


def _effects_headline(found: AssessmentResult) -> Parts:
    ranges = [v for v in found.values if v.measure == "partial_dependence_range" and v.value is not None]
    if not ranges:
        return []
    most = max(ranges, key=lambda v: v.value or 0.0)
    parts: Parts = ["The output moves most along ", Name(most.attribute or ""), ": on average by "]
    parts.append(words.with_interval(most))
    for measure, way in (("ice_rising", "up"), ("ice_falling", "down")):
        share = found.find(measure, attribute=most.attribute)
        if share is not None and (share.value or 0.0) > _MUCH:
            parts.append(f", {way} for {_percent(share.value)} of rows")
    apart = found.find("ice_heterogeneity", attribute=most.attribute)
    if apart is not None and (apart.value or 0.0) > _MUCH:
        parts.append("; rows differ more than they agree")
    return [*parts, "."]


def _effects_figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    output = _output(found)
    looked = found.parameters.get("columns")
    domain = _domain(found.curves)
    for name in looked if isinstance(looked, Sequence) and not isinstance(looked, str) else ():
        about = f"Mean {output} as {words.printable(str(name))} changes, with its interval, and single rows behind it."
        curve, rows = found.curves.get(f"pdp:{name}"), found.curves.get(f"ice:{name}")
        drawn = charts.effect(curve, name=str(name), y=f"mean {output}", behind=rows, about=about, domain=domain)
        if drawn is not None:
            yield drawn, _heterogeneity(found, str(name))


def _domain(curves: Mapping[str, Json]) -> tuple[float, float] | None:
    """Return the range of all curves, so that a flat column looks flat beside a steep one."""
    ends: list[float] = []
    for curve in curves.values():
        if isinstance(curve, Mapping):
            several = curve.get("lines")
            lines = [*several] if isinstance(several, Sequence) else []
            for line in [*lines, curve.get("y"), curve.get("lower"), curve.get("upper")]:
                ends += [end for one in line if (end := _number(one)) is not None] if isinstance(line, list) else []
    room = 0.03 * (max(ends) - min(ends)) if ends else 0.0
    return (min(ends) - room, max(ends) + room) if room else None


def _heterogeneity(found: AssessmentResult, name: str) -> str:
    apart = found.find("ice_heterogeneity", attribute=name)
    told = "Thick: on average; thin: single rows, moved to the same level."
    if apart is None or apart.value is None:
        return told
    return f"{told} {_percent(apart.value)} of what lines do is not shared by all rows."


def _surrogate_headline(found: AssessmentResult) -> Parts:
    fidelity, agreement = found.find("surrogate_r2"), found.find("surrogate_agreement")
    if fidelity is None or fidelity.value is None:
        return []
    told = f"A tree of a few questions reproduces the model's output with R² {words.with_interval(fidelity)}"
    if agreement is not None and agreement.value is not None:
        told += f" and decides as it does in {words.with_interval(agreement)} of rows"
    least = found.parameters.get("faithful_from")
    if isinstance(least, int | float) and fidelity.value < least:
        told += ": too little to explain it"
    return [f"{told}."]


def _surrogate_figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    rows = list(_nodes(found.parameters.get("tree"), "all rows", 0, found))
    if rows:
        about = "The questions of the tree, with the mean output and the share of rows after each answer."
        panels = {"mean": f"Mean {_output(found)}", "share": "Share of rows"}
        level = words.confidence(found.values)
        told = f"Each answer leads to the lines indented below it. On rows held out, with {level} intervals."
        yield charts.marked(rows, panels, about, bars=["share"]), told


def _nodes(node: Json, rule: str, depth: int, found: AssessmentResult) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield the questions of a tree, from the top down, each with what was measured after its answer."""
    if not isinstance(node, Mapping):
        return
    label = node.get("label")
    told = rule if label is None else f"{rule} → {label}"
    mean, lower, upper, share = (_number(node.get(key)) for key in ("mean", "lower", "upper", "share"))
    values = {"mean": Value(measure="mean_output", value=mean, lower=lower, upper=upper)}
    values["share"] = Value(measure="share_of_rows", value=share)
    yield _DEEPER * depth + told, values
    for answer, condition in (("yes", "rule"), ("no", "otherwise")):
        yield from _nodes(node.get(answer), str(node.get(condition, "")), depth + 1, found)


def _surrogate_text(found: AssessmentResult) -> list[str]:
    rows = [["", "mean output", "interval", "share of rows"]]
    for told, values in _nodes(found.parameters.get("tree"), "all rows", 0, found):
        mean, share = values["mean"], values["share"]
        digits = words.decimals(mean.value, mean.lower, mean.upper)
        interval = words.interval(mean, digits) or "–"
        rows.append([plain(told, 60), words.number(mean.value, digits), interval, _percent(share.value)])
    return [columns(rows)] if len(rows) > 1 else []


def _proxies_headline(found: AssessmentResult) -> Parts:
    named = found.parameters.get("proxies")
    if not isinstance(named, Mapping):
        return []
    pairs = [(a, str(c)) for a, columns in named.items() if isinstance(columns, Sequence) for c in columns]
    gaps = [gap for attribute, column in pairs if (gap := _carried(found, column, attribute)) is not None]
    if not any(v.measure == "output_gap" for v in found.values):
        return _rebuilding(found)
    if not gaps:
        parts: Parts = ["No column both tells groups apart and carries a tenth or more of a difference in output that "]
        return [*parts, "is told from zero."]
    most = max(gaps, key=lambda v: abs(v.value or 0.0))
    where = {"attribute": most.attribute, "label": most.label}
    alone = found.find("rebuild_roc_auc", kind="column", group=most.group, **where)
    alone = alone or found.find("rebuild_roc_auc", kind="column", **where)
    share = found.find("attribution_gap_share", group=most.group, **where)
    parts = [Name(most.attribute or ""), " tells groups of ", Name(most.label or ""), " apart (ROC AUC "]
    part = (share.value if share else None) or 0.0
    # Others make up for what is above one.
    carried = "more than all" if part > 1 else _percent(part)
    parts += [f"{words.with_interval(alone)}) and carries {carried} of the difference "]
    parts += ["in output between ", Name(words.group(most.group, most.label)), " and the rest"]
    more = len(pairs) - 1
    return [*parts, f"; {words.plural(more, 'more such pair')} found." if more else "."]


def _rebuilding(found: AssessmentResult) -> Parts:
    """Return what rebuilds best, where what columns carry is not known."""
    alone = [v for v in found.values if v.measure == "rebuild_roc_auc" and v.kind == "column" and v.value is not None]
    if not alone:
        return []
    best = max(alone, key=lambda v: v.value or 0.0)
    parts: Parts = [Name(best.attribute or ""), " tells groups of ", Name(best.label or ""), " apart best (ROC AUC "]
    return [*parts, f"{words.with_interval(best)}); what columns carry was not measured."]


def _carried(found: AssessmentResult, column: str, attribute: str) -> Value | None:
    """Return the largest part of a column in a difference of which it has a share to be called a proxy."""
    least = _number(found.parameters.get("share_from")) or 0.0
    where = {"attribute": column, "label": attribute}
    gaps = [v for v in found.values if v.measure == "attribution_gap" and (v.attribute, v.label) == (column, attribute)]
    shares = {v.group: found.find("attribution_gap_share", group=v.group, **where) for v in gaps}
    there = [v for v in gaps if (share := shares[v.group]) is not None and (share.value or 0.0) >= least]
    return max(there, key=lambda v: abs(v.value or 0.0), default=None)


def _proxies_figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    named = found.parameters.get("proxies")
    for attribute in named if isinstance(named, Mapping) else ():
        group = _farthest(found, attribute)
        total = found.find("output_gap", label=attribute, group=group)
        rows = _columns(found, attribute, group)
        if not rows:
            continue
        together = found.find("rebuild_roc_auc", kind="estimate", attribute=attribute)
        first = {k: v for k, v in (("auc", together), ("gap", total)) if v is not None}
        panels = {"auc": f"Tells {attribute} apart (ROC AUC)"}
        if total is not None:
            panels["gap"] = f"Part of the difference in {_output(found)}"
        level = words.confidence(found.values)
        told = f"Left: how well a column alone tells groups of {words.printable(attribute)} apart; 0.5 is not at all. "
        if group is not None:
            of = words.printable(words.group(group, attribute))
            told += f"Right: its part of how far the output of {of} is from that of the rest. "
        told += f"{level} intervals."
        yield charts.marked([("all columns", first), *rows], panels, told, references={"auc": 0.5}, bars=["gap"]), told


def _proxies_text(found: AssessmentResult) -> list[str]:
    blocks = []
    named = found.parameters.get("proxies")
    for attribute in named if isinstance(named, Mapping) else ():
        group = _farthest(found, attribute)
        head = [plain(attribute, 30), "ROC AUC", "q", "part of difference", "share"]
        rows = []
        for column, values in _columns(found, attribute, group):
            where = {"attribute": column, "label": attribute}
            q = found.find("rebuild_roc_auc", kind="q_value", **where)
            share = found.find("attribution_gap_share", group=group, **where)
            told = [words.with_interval(values.get(key)) if key in values else "–" for key in ("auc", "gap")]
            part = "–" if share is None or share.value is None else _percent(share.value)
            rows.append([f"  {plain(column, 30)}", told[0], words.p_value(q.value) if q else "–", told[1], part])
        together = found.find("rebuild_roc_auc", kind="estimate", attribute=attribute)
        whole = found.find("output_gap", label=attribute, group=group)
        told = ["–" if v is None else words.with_interval(v) for v in (together, whole)]
        blocks.append(columns([head, ["  all columns", told[0], "–", told[1], "–"], *rows]) if rows else "")
    return blocks


def _farthest(found: AssessmentResult, attribute: str) -> str | None:
    """Return the group whose output is farthest from that of the rest; None where none is known."""
    totals = [v for v in found.values if v.measure == "output_gap" and v.label == attribute]
    return max(totals, key=lambda v: abs(v.value or 0.0)).group if totals else None


def _columns(found: AssessmentResult, attribute: str, group: str | None) -> Sequence[tuple[str, Mapping[str, Value]]]:
    """Return the columns that carry most of a group's difference, else those that rebuild best, with both numbers."""
    rows: dict[str, dict[str, Value]] = {}
    for v in found.values:
        if v.label == attribute and v.attribute is not None and v.value is not None:
            if v.measure == "attribution_gap" and v.group == group:
                rows.setdefault(v.attribute, {})["gap"] = v
            elif v.measure == "rebuild_roc_auc" and v.kind == "column" and v.group is None:
                rows.setdefault(v.attribute, {})["auc"] = v

    def size(values: Mapping[str, Value]) -> tuple[float, float]:
        gap, auc = values.get("gap"), values.get("auc")
        return (abs(gap.value or 0.0) if gap else 0.0, auc.value or 0.0 if auc else 0.0)

    return sorted(rows.items(), key=lambda row: size(row[1]), reverse=True)[:_MOST_COLUMNS]


def _output(found: AssessmentResult) -> str:
    told = str(found.parameters.get("output") or "output")
    label = found.parameters.get("class")
    return told if label is None else f"{told} of {words.shorten(words.printable(str(label)), 30)}"


def _percent(value: float | None) -> str:
    if value is not None and 0.995 <= value < 1:
        return "over 99%"
    # Adding zero turns a rounded minus zero into zero.
    return f"{round(value or 0.0, 2) + 0.0:.0%}".replace("-", "−")


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


SHOWN: Mapping[str, Showing] = {
    "effects": Showing(headline=_effects_headline, figures=_effects_figures),
    "surrogate": Showing(headline=_surrogate_headline, figures=_surrogate_figures, text=_surrogate_text),
    "proxies": Showing(headline=_proxies_headline, figures=_proxies_figures, text=_proxies_text),
}
