"""Drift as a line and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jupyter_gov.records import AssessmentResult, Value

from . import charts, words
from ._headline import Name, Parts
from ._showing import Showing
from .charts import Spec

_NAMED = 3
_ROWS = 20
_DRAWN = 6
_ATTRIBUTION = "attribution of "


def _headline(found: AssessmentResult) -> Parts:
    lost = _listed(found, "missing_columns")
    parts: Parts = []
    for i, name in enumerate(lost[:_NAMED]):
        parts += [", " if i else "", Name(name)]
    if lost:
        more = f" and {words.count(len(lost) - _NAMED)} more" if len(lost) > _NAMED else ""
        parts.append(f"{more} {'is' if len(lost) == 1 else 'are'} missing from the current data. ")
    return [*parts, *_change(found)]


def _change(found: AssessmentResult) -> Parts:
    told = found.parameters
    # The data first: where a column has changed, so has mostly what is made of it.
    names = sorted(_drifted(found), key=lambda name: name.startswith(_ATTRIBUTION))
    columns = words.plural(int(str(told.get("columns", 0))), "column")
    if told.get("alarm") and names:
        parts: Parts = ["Something has changed: "]
        for i, name in enumerate(names[:_NAMED]):
            parts += [", " if i else "", *_named(name), f" ({_distance(found, name)})"]
        more = len(names) - _NAMED
        return [*parts, f" and {words.count(more)} more." if more > 0 else "."]
    apart = found.find("domain_classifier_roc_auc", kind="estimate")
    if told.get("alarm"):
        if apart is not None and (apart.lower or 0.0) > 0.5:
            return [
                "Something has changed in how columns go together: a classifier tells the data sets apart with ROC AUC "
                f"{words.with_interval(apart)}, though no single column shows it."
            ]
        return [
            "Something has changed, though no single column can be named; the first sign is in ",
            *_named(_first_sign(found)),
            ".",
        ]
    p = found.find("drift", kind="p_value")
    if p is not None and p.value is not None and p.value <= float(str(told.get("level", 0))):
        return [f"Changes in {columns} are beyond chance, but none is surely larger than {_floor(found):g}, the floor."]
    shift = words.number(float(str(told.get("detectable_shift", "nan"))), 2)
    rows = words.count(float(str(told.get("current_rows", 0))))
    return [
        f"No change beyond chance in {columns} at {rows} rows; a shift of about {shift} standard deviations in one of "
        "them would have been found in 80% of such data."
    ]


def _figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    drifted = _drifted(found)
    largest = sorted(
        (v for v in found.values if v.kind == "column" and v.measure == "distance" and v.value is not None),
        key=lambda v: (v.attribute not in drifted, -(v.value or 0.0)),
    )
    if largest:
        left = len(largest) - _ROWS
        caption = "Distance between the two data sets by column, with its interval: 0 the same, 1 nothing in common"
        yield (
            charts.marked(
                [(v.attribute or "", {"distance": v}) for v in largest[:_ROWS]],
                {"distance": "Distance (0 to 1)"},
                _about(largest[:_ROWS]),
                references={"distance": _floor(found)},
                bars=["distance"],
            ),
            f"{caption}." if left <= 0 else f"{caption}; {words.count(left)} smaller ones are left out.",
        )
    for name in _drawn(found, drifted):
        made = charts.distributions(
            found.curves[f"distribution:{name}"],
            name=name,
            note=_note(found, name),
            about=f"Shares of {name} in the reference and in the current data.",
        )
        if made is not None:
            yield made, "Shares of rows in the reference and in the current data; behind the name the distance."


def _drifted(found: AssessmentResult) -> list[str]:
    return _listed(found, "drifted")


def _listed(found: AssessmentResult, key: str) -> list[str]:
    names = found.parameters.get(key, [])
    return [str(name) for name in names] if isinstance(names, Sequence) and not isinstance(names, str) else []


def _drawn(found: AssessmentResult, drifted: Sequence[str]) -> list[str]:
    """Return the columns whose distributions are drawn: those that changed, else the two that differ most."""
    known = [name.partition(":")[2] for name in found.curves if name.startswith("distribution:")]
    return [name for name in known if name in drifted][:_DRAWN] or known[:2]


def _named(name: str) -> Parts:
    if name.startswith(_ATTRIBUTION):
        return [_ATTRIBUTION, Name(name.removeprefix(_ATTRIBUTION))]
    return [Name(name)]


def _value(found: AssessmentResult, name: str) -> float | None:
    value = found.find("distance", kind="column", attribute=name)
    return None if value is None else value.value


def _note(found: AssessmentResult, name: str) -> str:
    """Return a column's distance, and by how much the share of rows without a value has changed."""
    distance = words.number(_value(found, name), 2)
    lost = found.find("missing_rate_difference", kind="column", attribute=name)
    if lost is None or not lost.value:
        return distance
    return f"{distance}, missing {lost.value:+.1%}"


def _distance(found: AssessmentResult, name: str) -> str:
    measure = "attribution_distance" if name.startswith(_ATTRIBUTION) else "distance"
    value = found.find(measure, kind="column", attribute=name.removeprefix(_ATTRIBUTION))
    return f"distance {words.with_interval(value, 2)}"


def _first_sign(found: AssessmentResult) -> str:
    tests = [v for v in found.values if v.kind == "p_value" and v.attribute is not None and v.value is not None]
    if not tests:
        return "all of them"
    first = min(tests, key=lambda v: v.value or 0.0)
    return f"{'' if first.measure == 'distance' else _ATTRIBUTION}{first.attribute}"


def _floor(found: AssessmentResult) -> float:
    return float(str(found.parameters.get("floor", 0.0)))


def _about(values: Sequence[Value]) -> str:
    return "; ".join(f"{v.attribute}: distance {words.with_interval(v, 2)}" for v in values)


SHOWN: Mapping[str, Showing] = {"drift": Showing(headline=_headline, figures=_figures)}
