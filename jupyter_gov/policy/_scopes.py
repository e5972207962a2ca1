"""Where policies and controls apply together: parts of a place lie in it, other words meet only themselves."""

from __future__ import annotations

from dataclasses import fields

from ._model import Applies, Control, Policy
from ._places import meets

SCOPES = tuple(field.name for field in fields(Applies))
"""What can narrow a policy or control."""


def within(scope: str, inner: str, outer: str) -> bool:
    """Say whether one value of a scope is another, or lies in it: ``US-NY`` lies in ``US``, and ``DE`` in ``EU``."""
    if scope != "jurisdiction" or inner == outer:
        return inner == outer
    depth = [-1 if place == "EU" else place.count("-") for place in (inner, outer)]
    return meets(inner, outer) and depth[0] > depth[1]


def both(scope: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return where two apply together, None where they never do; an empty tuple does not narrow."""
    if not ours or not theirs:
        return ours or theirs
    found = [a for a in ours if any(within(scope, a, b) for b in theirs)]
    found += [b for b in theirs if any(within(scope, b, a) for a in ours)]
    return tuple(dict.fromkeys(found)) or None


def together(control: Control, policy: Policy) -> Applies | None:
    """Return where a control of a policy applies; None where it never does."""
    made = {}
    for scope in SCOPES:
        values = both(scope, getattr(control.applies, scope), getattr(policy.applies, scope))
        if values is None:
            return None
        made[scope] = values
    return Applies(**made)
