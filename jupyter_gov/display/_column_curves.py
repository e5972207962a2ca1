"""The curves of a record that are about columns of the data, as charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jupyter_gov.records import AssessmentResult, Json

from . import charts, words
from .charts import Spec

KINDS = ("beeswarm", "dependence", "pdp", "ice", "distribution")
"""The beginnings of their names; what follows a colon is the column."""

_MOST = 8


def of_kind(found: AssessmentResult, kind: str) -> dict[str, Json]:
    """Return the curves whose names begin with `kind`, by column."""
    parted = ((name.partition(":"), curve) for name, curve in found.curves.items())
    return {column.strip(): curve for (first, _, column), curve in parted if first == kind}


def column_curves(found: AssessmentResult, *, most: int = _MOST) -> Iterator[tuple[Spec, str]]:
    """Yield a chart with its caption for each column that a curve is about, at most so many of a kind.

    Those of a result whose store has put their names in the order of letters are in the order of its values.
    """
    level = words.confidence(found.values)
    output = str(found.parameters.get("output") or "output")
    swarms = _ordered(found, "beeswarm")
    if swarms:
        told = "Each dot is a row: how far the column moves its output. Grey: values without an order."
        yield charts.beeswarm(swarms, f"part of the {output}"), told
    for column, curve in list(_ordered(found, "dependence").items())[:most]:
        yield from _effect(column, curve, f"part of the {output}", f"Its mean with a {level} interval", None)
    single = of_kind(found, "ice")
    for column, curve in list(_ordered(found, "pdp").items())[:most]:
        told = f"The mean {output} with a {level} interval" + ("; thin: single rows" if column in single else "")
        yield from _effect(column, curve, output, told, single.get(column))
    for column, curve in list(_ordered(found, "distribution").items())[:most]:
        shown = words.shorten(words.printable(column), 40)
        told = f"Shares of rows by {shown}: the reference grey, the current rows in blue."
        spec = charts.distributions(curve, name=column, about=told)
        if spec is not None:
            yield spec, ""


def _effect(column: str, curve: Json, y: str, told: str, behind: Json) -> Iterator[tuple[Spec, str]]:
    shown = words.shorten(words.printable(column), 40)
    spec = charts.effect(curve, name=column, y=y, about=f"{told}, by {shown}.", behind=behind)
    if spec is not None:
        yield spec, f"{told}."


def _ordered(found: AssessmentResult, kind: str) -> Mapping[str, Json]:
    there = of_kind(found, kind)
    order = {column: i for i, column in enumerate(dict.fromkeys(v.attribute for v in found.values))}
    return {c: there[c] for c in sorted(there, key=lambda c: order.get(c, len(order)))}
