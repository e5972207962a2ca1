"""The reasons that are stated for one row as values, parameters and notes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ...records import Json, Outcome, Value
from .._robustness._changes import Changes
from .._robustness._smallest import Change
from .._values import estimate
from ._mapping import Reasons
from ._stating import Factors


def limited(measure: str, value: float, half: float, level: float, n: int, **where: Any) -> Value:
    """Return a value with the interval of its half width; without one where that is infinite."""
    limits = (value - half, value + half) if np.isfinite(half) else (np.nan, np.nan)
    return estimate(measure, value, *limits, level, n, "batch means", **where)


def stated_values(factors: Factors, level: float, n: int) -> list[Value]:
    """Return what each stated reason counted, the weightiest first."""
    return [
        limited(
            "adverse_attribution",
            float(factors.value[0, f]),
            float(factors.half[0, f]),
            level,
            n,
            kind="attribution",
            group=factors.reasons[f],
        )
        for f in factors.stated[0]
    ]


def told_of(factors: Factors, mapping: Reasons) -> dict[str, Json]:
    """Return the reasons, the columns behind them and what they leave unsaid, as parameters."""
    covered = float(factors.covered()[0])
    names = factors.names
    return {
        "reasons": [factors.reasons[f] for f in factors.stated[0]],
        "reason_columns": {factors.reasons[f]: factors.behind(0, f, mapping) for f in factors.stated[0]},
        "covered": None if np.isnan(covered) else covered,
        "contradicted": [name for j, name in enumerate(names) if factors.against[0, j]],
        "unnamed": [names[j] for j in factors.unnamed[0]],
        "limit": mapping.limit,
    }


def notes_of(factors: Factors, mapping: Reasons) -> list[str]:
    """Return a sentence for each main factor that could not be stated."""
    notes = []
    for j in factors.unnamed[0]:
        name = factors.names[j]
        held = mapping.features.get(name)
        called = held.label if held is not None and held.label else repr(name)
        opening = f"{called} is among the {mapping.limit} factors that counted most"
        if factors.against[0, j]:
            feature = mapping.features[name]
            side = {"high": "not high", "low": "not low"}.get(str(feature.adverse), "none of its adverse levels")
            notes.append(
                f"{opening}, but its value is {side} beside the reference, or missing, so it is not stated as "
                f"“{feature.reason}”."
            )
            continue
        why = "has no reason in the mapping" if held is None else f"is ignored ({held.ignore})"
        notes.append(f"{opening} and {why}. Regulation B lets no principal factor be left out.")
    if not factors.stated[0]:
        notes.append("No reason of the mapping counted against this row beyond its error, so none is stated.")
    return notes


def with_change(outcome: Outcome, changes: Changes, change: Change | None) -> Outcome:
    """Add the smallest change without the values that it is from and to: they would tell the row's own."""
    where: dict[str, Any] = {
        "kind": "perturbation", "group": "smallest change within bounds", "reference": "unchanged", "n": 1,
        "method": "search",
    }  # fmt: skip
    sizes: dict[str, float | None] = {"smallest_change": None, "columns_changed": None}
    if change is not None:
        sizes = {"smallest_change": change.distance, "columns_changed": float(len(change.columns))}
    told: dict[str, Json] = {
        "changeable": {one.column.name: one.words for one in changes.bounds},
        "changed": [] if change is None else list(change.columns),
    }
    added = tuple(Value(measure=measure, value=size, **where) for measure, size in sizes.items())
    return replace(outcome, values=(*outcome.values, *added), parameters={**outcome.parameters, **told})
