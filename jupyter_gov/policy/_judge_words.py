"""Numbers and subjects in the reasons of verdicts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ..records import Json

COMPARED = {
    "at_least": "at least",
    "at_most": "at most",
    "above": "above",
    "below": "below",
    "equals": "equal to",
    "one_of": "one of",
}

_KINDS = {
    "p_value": "p-value of {}",
    "q_value": "adjusted p-value of {}",
    "importance": "{}, importance",
    "perturbation": "{} under a change of the data",
    "interaction": "{}, interaction",
}


def number(value: float, beside: Json = None) -> str:
    """Return a number to three digits, and with as many more as tell it from the threshold beside it."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    digits = 3
    if type(beside) in (int, float) and value != beside and abs(value - beside) <= abs(beside) / 50:
        while digits < 15 and f"{value:.{digits}g}" == f"{beside:.{digits}g}":
            digits += 1
    shown = f"{value:.{digits}g}"
    return (f"{value:,.0f}" if "e+" in shown and abs(value) < 1e15 else shown).replace("-", "−")


def plainly(value: Json) -> str:
    """Return a value of a policy or record as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list | tuple):
        return listed([str(v) for v in value])
    return str(value)


def listed(names: Sequence[str], last: str = "or") -> str:
    """Return names in a row, with a word before the last."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def threshold(comparison: str, wanted: Json) -> str:
    """Return a threshold in words, such as ``at least 0.8``."""
    return f"{COMPARED[comparison]} {plainly(wanted)}"


def subject(of: Mapping[str, Json]) -> str:
    """Return what a value is about, such as ``selection rate, smallest ratio between groups of race``."""
    name = plain(str(of.get("measure", "")))
    kind, attribute, group = of.get("kind"), _text(of.get("attribute")), _text(of.get("group"))
    reference, label = of.get("reference"), of.get("label")
    whose = f" of {attribute}" if attribute else ""
    if kind in ("difference", "ratio"):
        if str(reference).startswith("max-min") or (reference is None and not group):
            which = "largest difference" if kind == "difference" else "smallest ratio"
            judged = "judged groups" if reference == "max-min judged" else "groups"
            name += f", {which} between {judged}{whose}" if attribute else f", {kind}"
        else:
            against = {"best": "the group with the highest", "overall": "everybody", "rest": "all others"}
            name += f", {kind}" + (f" of {group}{f' ({attribute})' if attribute else ''}" if group else whose)
            name += f" to {against.get(str(reference), _text(reference))}" if reference else ""
    else:
        name = _KINDS.get(str(kind), "{}").format(name)
        name += f" of {group}{f' ({attribute})' if attribute else ''}" if group else whose
    return name + (f", class {label}" if label is not None else "")


def plain(name: str) -> str:
    """Return the name of a measure or metric in words."""
    return name.replace("_", " ").replace("roc auc", "ROC AUC")


def capital(text: str) -> str:
    """Return a sentence with a capital at its start."""
    return text[:1].upper() + text[1:]


def days(count: float) -> str:
    """Return a number of days in words."""
    return f"{count:,.0f} day{'' if round(count) == 1 else 's'}"


def _text(value: Json) -> str:
    return "" if value is None else plainly(value)
