"""Which of two requirements asks for more, as far as that can be told from what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..records import Json
from ._explain_asked import CONFIDENCE, compared, days
from ._model import Applies, Combination, Requirement, Rule
from ._scopes import SCOPES, within

Direction = Literal["", "stricter", "looser"]
"""What a change comes to, where that can be told: whether less or more passes than before."""

_UNKNOWN = float("nan")
_SIGNS = {"at_least": 1, "above": 1, "at_most": -1, "below": -1}
_SEVERITIES = ("error", "warning", "info")
_EVERY = ("assessment", "finding", "document")
_ORDERED: Mapping[str, tuple[Json, ...]] = {
    "reference": ("max-min judged", "max-min"),
    "severity": _SEVERITIES,
}
"""Values by what they ask, the least first."""


def direction(before: Rule, after: Rule) -> Direction:
    """Tell whether a rule became stricter or looser: whether what meets the one always meets the other."""
    forth, back = implied(after, before), implied(before, after)
    return "" if forth == back else "stricter" if forth else "looser"


def implied(strict: Rule, loose: Rule) -> bool:
    """Say whether what meets `strict` meets `loose` too; False where that cannot be told.

    Of `n` parts of which `k` are met, at least `k` − (`n` − `m`) are among those `m` that each imply another part
    of the other rule.
    """
    if isinstance(strict, Requirement) and isinstance(loose, Requirement):
        return bool(signs := aspects(loose, strict)) and all(sign >= 0 for sign in signs.values())
    (needed, ours), (wanted, theirs) = _of(strict), _of(loose)
    if (wanted == 1 and strict in theirs) or (needed == len(ours) and loose in ours):
        return True
    if isinstance(loose, Combination) and loose.how == "if":
        condition, then = loose.parts
        if isinstance(strict, Combination) and strict.how == "if":
            return implied(condition, strict.parts[0]) and implied(strict.parts[1], then)
        return implied(strict, then)
    if isinstance(strict, Combination) and strict.how == "if" and isinstance(loose, Requirement):
        return False
    left = [*theirs]
    matched = 0
    for part in ours:
        found = next((other for other in left if implied(part, other)), None)
        if found is not None:
            left.remove(found)
            matched += 1
    return needed - (len(ours) - matched) >= wanted


def aspects(before: Requirement, after: Requirement) -> dict[str, float]:
    """Return for each thing that a requirement can say 1 where it became stricter, -1 looser, 0 where it is as before.

    Not a number where that cannot be told. Empty where the two ask for different things.
    """
    several = before.of in _EVERY or before.of == "reproduction"
    if before.of != after.of or (before.name != after.name and not several):
        return {}
    names = _more(_names(before.name), _names(after.name), every="any" if before.of == "finding" else None)
    where = {
        key: _narrowing(key, before, after)
        for key in dict.fromkeys((*before.where, *after.where))
        if before.where.get(key) != after.where.get(key)
    }
    return {
        "names": -names if before.of == "reproduction" else names,
        **where,
        "threshold": _threshold(before, after),
        "interval": _decision(before, after),
        "min_rows": 0.0 if before.min_rows == after.min_rows else _UNKNOWN,
        "at_most_days": _age(before, after),
    }


def in_words(rule: Requirement, aspect: str) -> str:
    """Return what a requirement says of one of its `aspects`."""
    if aspect == "names":
        return ", ".join(_names(rule.name))
    if aspect == "threshold":
        return compared(rule)
    if aspect == "interval":
        on = (
            "the estimate"
            if rule.decide_on == "estimate"
            else f"the {100 * (rule.confidence or CONFIDENCE):g}% interval"
        )
        return f"decided on {on}"
    if aspect == "at_most_days":
        return "" if rule.at_most_days is None else days(rule.at_most_days)
    value = rule.min_rows if aspect == "min_rows" else rule.where.get(aspect, "")
    return ", ".join(_names(value)) if isinstance(value, list | tuple) else str(value)


def scope_direction(before: Applies | None, after: Applies | None) -> Direction:
    """Tell whether what applies in other places than before asks for more or less; None applies nowhere."""
    forth, back = _covers(after, before), _covers(before, after)
    return "" if forth == back else "stricter" if forth else "looser"


def _covers(outer: Applies | None, inner: Applies | None) -> bool:
    if outer is None or inner is None:
        return inner is None
    pairs = ((scope, getattr(outer, scope), getattr(inner, scope)) for scope in SCOPES)
    return all(
        not out or (bool(ins) and all(any(within(scope, i, o) for o in out) for i in ins)) for scope, out, ins in pairs
    )


def _of(rule: Rule) -> tuple[int, tuple[Rule, ...]]:
    """Return how many of which parts a rule asks for; a condition is one."""
    if isinstance(rule, Requirement) or rule.how == "if":
        return 1, (rule,)
    return {"all": len(rule.parts), "any": 1}.get(rule.how, rule.k), rule.parts


def _narrowing(key: str, before: Requirement, after: Requirement) -> float:
    old, new = (_said(rule, key) for rule in (before, after))
    if old == new:
        return 0.0
    if key in ("min_words", "min_items"):
        return _sign(float(new or 0) - float(old or 0))
    if key in _ORDERED and old in _ORDERED[key] and new in _ORDERED[key]:
        return _sign(_ORDERED[key].index(new) - _ORDERED[key].index(old))
    if key in ("group", "label"):
        return 1.0 if new == "each" else -1.0 if old == "each" else _UNKNOWN
    if key == "attribute":
        every = ("each", "each with intersections")
        if old in every and new in every:
            return _sign(every.index(new) - every.index(old))
        return _UNKNOWN if old in every or new in every else _more(_names(old), _names(new))
    return _more(_names(old or []), _names(new or [])) if key == "each_with" else _UNKNOWN


def _said(rule: Requirement, key: str) -> Json:
    """Return what narrows a requirement, with what counts where it does not say."""
    implicit = {"severity": "warning", "kind": "estimate"}
    if rule.of == "measure" and rule.where.get("kind") in ("group", "ratio", "difference"):
        implicit |= {"attribute": "each", "group": "each"}
    return rule.where.get(key, implicit.get(key))


def _more(before: list[str], after: list[str], *, every: str | None = None) -> float:
    """Tell whether more or fewer are named; `every` names all there are."""
    old, new = set(before), set(after)
    if old == new:
        return 0.0
    if new == {every} or old < new:
        return 1.0
    return -1.0 if old == {every} or new < old else _UNKNOWN


def _threshold(before: Requirement, after: Requirement) -> float:
    old, new = before.threshold, after.threshold
    if (before.comparison, old) == (after.comparison, new):
        return 0.0
    if before.comparison == after.comparison == "one_of":
        return -_more([repr(v) for v in old], [repr(v) for v in new])
    if not before.comparison or not after.comparison:
        return 1.0 if after.comparison else -1.0
    sign = _SIGNS.get(before.comparison, 0)
    if sign != _SIGNS.get(after.comparison, 0) or not sign or isinstance(old, str) or isinstance(new, str):
        return _UNKNOWN
    open_ = [float(rule.comparison in ("above", "below")) for rule in (before, after)]
    return _sign(sign * (new - old)) or _sign(open_[1] - open_[0])


def _age(before: Requirement, after: Requirement) -> float:
    old, new = (float("inf") if r.at_most_days is None else r.at_most_days for r in (before, after))
    return 0.0 if old == new else _sign(old - new)


def _decision(before: Requirement, after: Requirement) -> float:
    """Tell what a change of the way to decide comes to: what an interval keeps, its estimate keeps too."""
    if before.of != "measure" or before.decide_on == after.decide_on == "estimate":
        return 0.0
    if before.decide_on != after.decide_on:
        return 1.0 if after.decide_on == "interval" else -1.0
    return _sign((after.confidence or CONFIDENCE) - (before.confidence or CONFIDENCE))


def _sign(number: float) -> float:
    return float((number > 0) - (number < 0))


def _names(value: Json) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else [str(v) for v in value]
