"""What it takes to change a model's answers, as lines and charts: disturbed input, small changes, retraining."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jupyter_gov.records import AssessmentResult, Value

from . import charts, words
from ._headline import Name, Parts
from ._sentence import plain
from ._showing import Showing
from ._tables import measures
from ._text import columns
from .charts import Spec
from .html import Html, join, name, table

_MOST_COLUMNS = 10
_WORST = 3
_ALL: tuple[str, Mapping[str, Value]] = ("All columns at once", {})
_FAMILIES = {
    "missing column": "One column missing",
    "unseen category": "A level never seen, in one column",
    "extreme value": "An extreme value in one column",
    "unit": "Another unit in one column",
}
_SIZES = ("decisions_changed", "mean_absolute_change")
_FLIPS = {"decisions_flipped": "Flipped by this column alone", "part_of_smallest_change": "Part of the smallest change"}
_TITLES = {"decisions_changed": "Decisions that change", "mean_absolute_change": "Mean change of the score"}


class _Changes:
    """The values of a result by what was changed."""

    def __init__(self, found: AssessmentResult) -> None:
        self.by: dict[tuple[str | None, str], dict[str, Value]] = {}
        for value in found.values:
            if value.value is not None and value.reference == "unchanged":
                self.by.setdefault((value.attribute, value.group or ""), {})[value.measure] = value
        told = found.parameters.get("families")
        self.families: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        self.metrics = _texts(found.parameters.get("metrics"))
        self.size = next((m for m in _SIZES if any(m in there for there in self.by.values())), "")

    def of(self, family: str) -> list[tuple[str | None, str]]:
        """Return the changes of a family, the one that does most first."""
        keys = [key for key in self.by if self.families.get(key[1]) == family and self.size in self.by[key]]
        return sorted(keys, key=lambda key: -(self.by[key][self.size].value or 0.0))

    def worst(self, family: str) -> list[tuple[str | None, str]]:
        """Return the changes of a family that do most, one for each column."""
        first: dict[str | None, tuple[str | None, str]] = {}
        for key in self.of(family):
            first.setdefault(key[0], key)
        return list(first.values())[:_WORST]


def _robustness(found: AssessmentResult) -> Parts:
    changes = _Changes(found)
    if not changes.size:
        return []
    parts: Parts = []
    noisy = changes.by.get((None, "noise of 0.1 standard deviations"), {}).get(changes.size)
    if noisy is not None:
        parts.append(f"Noise of a tenth of a standard deviation {_does(noisy)}. ")
    wrong = [key for family in ("unit", "extreme value", "missing column") for key in changes.worst(family)[:1]]
    if wrong:
        key = max(wrong, key=lambda key: changes.by[key][changes.size].value or 0.0)
        parts += ["The worst fault in one column, ", Name(key[0] or ""), f" {_where(key[1])}, "]
        parts.append(f"{_does(changes.by[key][changes.size])}.")
    refused = found.parameters.get("refused")
    if isinstance(refused, Sequence) and any(_is_missing(changes, one) for one in refused):
        parts.append(" The model does not take missing values.")
    return parts


def _where(group: str) -> str:
    """Return what was changed as it stands behind the name of a column."""
    return group if group.startswith(("in ", "by ", "missing")) else f"at {group}"


def _is_missing(changes: _Changes, one: Any) -> bool:
    return str(changes.families.get(one.get("change"), "")).startswith("missing")


def _does(value: Value) -> str:
    if value.measure == "decisions_changed":
        return f"changes {_percent(value)} of decisions"
    return f"moves the prediction by {words.with_interval(value)} on average"


def _disturbed(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    changes = _Changes(found)
    if not changes.size:
        return
    every: list[tuple[str, Mapping[str, Value]]] = [(g, there) for (c, g), there in changes.by.items() if c is None]
    every.sort(key=lambda row: (str(changes.families.get(row[0])) != "noise", _leading(row[0])))
    single: list[tuple[str, Mapping[str, Value]]] = []
    for family, title in _FAMILIES.items():
        worst = changes.worst(family)
        single += [(title, {})] if worst else []
        single += [(f"{column}, {group}", changes.by[column, group]) for column, group in worst]
    # Of shares both fit one axis; of numbers a wrong unit would leave nothing to be seen of noise.
    together = changes.size == "decisions_changed"
    panels = _panels(changes)
    about = "How far disturbed input changes what the model says, by what was disturbed"
    references = {m: 0.0 for m in panels if m != changes.size}
    caption = f"Disturbed input beside the same rows undisturbed, with {_confidence(found)} intervals"
    worst_of = f"of changes of one column the worst {_WORST} of each kind."
    chart = charts.marked(
        [_ALL, *every, *(single if together else ())], panels, about, bars=[changes.size], references=references
    )
    yield chart, f"{caption}; {worst_of}" if together and single else f"{caption}."
    if single and not together:
        alone = {changes.size: panels[changes.size]}
        yield charts.marked(single, alone, about, bars=[changes.size]), f"The same, {worst_of}"
    steps = changes.of("step")[:_MOST_COLUMNS]
    if steps:
        sized = {m: _TITLES[m] for m in _SIZES if any(m in changes.by[key] for key in steps)} | {
            changes.size: panels[changes.size]
        }
        moved = [(key[0] or "", changes.by[key]) for key in steps]
        chart = charts.marked(moved, sized, "How far a small step of each column changes answers", bars=list(sized))
        more = len(changes.of("step")) - len(steps)
        left = f"; {words.plural(more, 'column')} that do less are in the table" if more > 0 else ""
        yield chart, f"Each column moved by half a standard deviation, or to another level{left}."


def _leading(group: str) -> float:
    """Return the first number in what was changed, to put sizes in order."""
    digits = "".join(c if c.isdigit() or c == "." else " " for c in group).split()
    return float(digits[0]) if digits else 0.0


def _panels(changes: _Changes) -> dict[str, str]:
    first = "Mean change of the prediction" if "r2" in changes.metrics else _TITLES[changes.size]
    return {changes.size: first} | {m: f"Change of {words.lower_first(words.measure(m))}" for m in changes.metrics[:1]}


def _adversarial(found: AssessmentResult) -> Parts:
    whole = _first(found, "decisions_flipped", attribute=None)
    if whole is None:
        return []
    parts: Parts = [f"{_percent(whole)} of declined rows can be decided otherwise within the bounds"]
    used = [v for v in found.values if v.measure == "part_of_smallest_change" and v.value]
    if used:
        parts += [", most often by ", Name(used[0].attribute or "")]
    parts.append(".")
    fragile = _first(found, "fragile_decisions")
    if fragile is not None and fragile.value:
        parts.append(f" For {_percent(fragile)} a tenth of a typical deviation is enough.")
    return parts


def _flip_tables(found: AssessmentResult, _full: bool) -> Html:
    whole = [replace(v, group=None) for v in found.values if v.attribute is None]
    told = found.parameters.get("bounds")
    bounds: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    rows = []
    for column in dict.fromkeys(v.attribute for v in found.values if v.attribute is not None):
        there = (found.find(measure, attribute=column) for measure in _FLIPS)
        shown = [words.with_interval(value) for value in there]
        rows.append([name(column), name(bounds.get(column, "")), *shown])
    head = ["Column", "Bounds", *_FLIPS.values()]
    return join([measures("Declined rows", whole), table(head, rows, text_columns=2) if rows else ""])


def _flip_text(found: AssessmentResult) -> list[str]:
    whole = [["Declined rows", "value"]]
    whole += [[words.measure(v.measure), words.with_interval(v)] for v in found.values if v.attribute is None]
    rows = [["Column", *(words.lower_first(title) for title in _FLIPS.values())]]
    for column in dict.fromkeys(v.attribute for v in found.values if v.attribute is not None):
        there = (found.find(measure, attribute=column) for measure in _FLIPS)
        rows.append([plain(column, 30), *(words.with_interval(value) for value in there)])
    return [columns(whole), columns(rows)] if found.values else []


def _flips(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    columns = dict.fromkeys(v.attribute for v in found.values if v.attribute is not None)
    panels = _FLIPS
    rows = []
    for column in list(columns)[:_MOST_COLUMNS]:
        there = {m: v for m in panels if (v := _first(found, m, attribute=column)) is not None}
        if there:
            rows.append((column, there))
    if rows:
        about = "Share of declined rows that each column flips"
        chart = charts.marked(rows, panels, about, bars=list(panels), unit=list(panels))
        caption = "Declined rows that a column flips by itself, and flipped rows whose smallest change changes it"
        yield chart, f"{caption}; shares with {_confidence(found)} intervals."
    curve = found.curves.get("smallest_change")
    if isinstance(curve, Mapping):
        x, y = (_numbers(curve.get(axis)) for axis in ("x", "y"))
        line = charts.Line(name="", x=[0.0, *x], y=[0.0, *y])
        about = "Share of declined rows that flip, by the size of the change"
        across, up = "change, in typical deviations", "declined rows flipped"
        chart = charts.lines([line], x=across, y=up, about=about, unit=(False, True))
        yield chart, "A typical deviation is 1.48 times the median absolute one; a level counts as one."


def _retraining(found: AssessmentResult) -> Parts:
    parts: Parts = []
    seeds, samples = (_first(found, "churn", group=group) for group in ("other random states", _SAMPLES))
    if seeds is not None:
        parts.append(f"With another random state {_percent(seeds)} of rows are decided otherwise")
    if samples is not None:
        start = "; with" if parts else "With"
        parts.append(f"{start} another sample of the training rows {_percent(samples)}{'' if seeds else _OTHERWISE}")
    if not parts:
        spread = next((v for v in found.values if v.group == _SAMPLES and v.value is not None), None)
        if spread is None:
            return []
        label = words.lower_first(words.measure(spread.measure))
        parts.append(f"With other samples of the training rows: {label} {words.with_interval(spread)}")
    return [*parts, "."]


_SAMPLES = "other samples of the training rows"
_OTHERWISE = " of rows are decided otherwise"


def _refit_text(found: AssessmentResult) -> list[str]:
    rows = [["", "value", "beside"]]
    metrics = _texts(found.parameters.get("metrics"))

    def label(measure: str) -> str:
        named = words.lower_first(words.measure(measure))
        return f"  change of {named}" if measure in metrics else f"  {named}"

    for group in dict.fromkeys(v.group for v in found.values):
        rows.append([group or "", "", ""])
        rows += [
            [label(v.measure), words.with_interval(v), v.reference or ""] for v in found.values if v.group == group
        ]
    return [columns(rows, numeric=3)]


def _refits(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    groups = list(dict.fromkeys(v.group for v in found.values if v.group is not None))
    by = {group: {v.measure: v for v in found.values if v.group == group and v.value is not None} for group in groups}
    metric = next(iter(_texts(found.parameters.get("metrics"))), "")
    stable = [(g, there) for g, there in by.items() if "mean_score_deviation" in there]
    if stable:
        titles = {
            "churn": "Churn",
            "ambiguity": "Ambiguity",
            "mean_score_deviation": "Deviation of the score",
            f"{metric}_deviation": f"Deviation of {words.lower_first(words.measure(metric))}",
        }
        panels = {m: t for m, t in titles.items() if any(m in there for _, there in stable)}
        panels = dict(list(panels.items())[:3])
        chart = charts.marked(stable, panels, "How far refits differ from each other", bars=list(panels))
        yield (
            chart,
            (
                "Refits beside each other, with intervals over rows. Churn: rows that two refits decide differently; "
                "ambiguity: rows that any two do."
            ),
        )
    wrong = [(g, there) for g, there in by.items() if "labels wrong" in g]
    if wrong:
        size = next((m for m in _SIZES if m in wrong[0][1]), "")
        panels = {size: _TITLES[size]} if size else {}
        panels |= {metric: f"Change of {words.lower_first(words.measure(metric))}"} if metric else {}
        chart = charts.marked(wrong, panels, "What wrong training labels do", bars=[size], references={metric: 0.0})
        yield chart, "Trained with some wrong labels, beside a refit without, with intervals over rows and repeats."


def _first(found: AssessmentResult, measure: str, **where: str | None) -> Value | None:
    value = found.find(measure, **where)
    return None if value is None or value.value is None else value


def _percent(value: Value) -> str:
    """Return a share with its interval, such as ``3.2% [2.2%, 4.5%]``."""
    ends = (value.value, value.lower, value.upper)
    point, lower, upper = ("" if end is None else f"{end:.1%}".replace(".0%", "%") for end in ends)
    return f"{point} [{lower}, {upper}]" if lower and upper else point


def _confidence(found: AssessmentResult) -> str:
    return words.confidence(found.values)


def _texts(held: Any) -> list[str]:
    return [str(one) for one in held] if isinstance(held, list | tuple) else []


def _numbers(held: Any) -> list[float]:
    listed: Iterable[Any] = held if isinstance(held, list | tuple) else ()
    return [float(one) for one in listed]


SHOWN: Mapping[str, Showing] = {
    "robustness": Showing(headline=_robustness, figures=_disturbed),
    "adversarial": Showing(headline=_adversarial, figures=_flips, tables=_flip_tables, text=_flip_text),
    "retraining": Showing(headline=_retraining, figures=_refits, text=_refit_text),
}
