"""Which candidates no other beats, and which one is proposed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from jupyter_gov.display import mitigation_change, mitigation_value
from jupyter_gov.records import Json, Tried, Value

from ._decisions import HARDLY
from ._held_out import ORIGINAL

_BADNESS = {"pass": 0, "inconclusive": 1, "fail": 2}


def frontier(tried: Sequence[Tried], performance: Mapping[str, Json], disparity: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the names of those that no other beats in both, or in one while being as good in the other."""
    points = {}
    sign = 1 if performance.get("better") == "higher" else -1
    for one in tried:
        found = [
            v.value
            for picked in (performance, disparity)
            if (v := mitigation_value(one, picked)) and v.value is not None
        ]
        if one.status == "done" and len(found) == 2:
            points[one.name] = (sign * found[0], -_size(found[1], disparity))

    def beaten(name: str) -> bool:
        mine = points[name]
        return any(other != mine and other[0] >= mine[0] and other[1] >= mine[1] for other in points.values())

    return tuple(name for name in points if not beaten(name))


def _size(value: float, disparity: Mapping[str, Json]) -> float:
    """Return how large a disparity is, whichever of two groups is ahead: without sign, ratios on logarithmic scale."""
    if disparity.get("kind") != "ratio":
        return abs(value)
    return abs(math.log(value)) if value > 0 else math.inf


def loss(tried: Tried, performance: Mapping[str, Json]) -> float:
    """Return how much worse a candidate performs than the original; below zero where it performs better."""
    found = mitigation_change(tried.changes, performance)
    if found is None or found.value is None:
        return float("inf")
    return -found.value if performance.get("better") == "higher" else found.value


def distance(verdicts: Mapping[str, str], estimates: Mapping[str, str]) -> int:
    """Return how far a model is from what is asked.

    Parameters
    ----------
    verdicts, estimates : mapping
        Statuses by control: as the policy decides, and as the estimates alone would.

    Returns
    -------
    int
        0 where all is met; 1 where the estimates meet all and no interval speaks against it; else the more, the more
        controls fail, then the more are open, then the more the estimates do not meet.
    """
    if all(status == "pass" for status in verdicts.values()):
        return 0
    if "fail" not in verdicts.values() and all(status == "pass" for status in estimates.values()):
        return 1
    worse = sum(_BADNESS.get(status, 2) for status in verdicts.values())
    return 1 + 100 * worse + sum(status != "pass" for status in estimates.values())


def rank(
    tried: Sequence[Tried],
    performance: Mapping[str, Json],
    disparity: Mapping[str, Json],
    distances: Mapping[str, int],
    together: Mapping[str, Value],
) -> tuple[str, ...]:
    """Return the names of the candidates that may be proposed, the first of them best.

    Of those that come closest to what was asked, by their `distances`, first those that need no sensitive attribute
    when they predict; of these the one that costs the least performance, then the one with the fewest other decisions.
    Without controls, of those that reduce the disparity beyond chance, which their changes say with intervals that
    allow for all comparisons (`together`). One that is no nearer than the original is left out; so is, where none
    meets all, one that hardly decides any more, unless there is no other.
    """
    done = [t for t in tried if t.status == "done" and t.name != ORIGINAL]
    original = next(t for t in tried if t.name == ORIGINAL)
    if original.verdicts:
        nearer = [t for t in done if distances[t.name] < distances[ORIGINAL]]
        if all(distances[t.name] for t in nearer):
            # Who approves everybody treats all groups alike, and is no model any more.
            nearer = [t for t in nearer if HARDLY not in " ".join(t.costs)] or nearer
        least = min((distances[t.name] for t in nearer), default=0)
        kept = [t for t in nearer if distances[t.name] == least]
    else:
        kept = [t for t in done if reduces(together.get(t.name), disparity)]

    def order(one: Tried) -> tuple[bool, float, int]:
        changed = one.decisions.get("changed")
        return one.needs_attribute, loss(one, performance), changed if isinstance(changed, int) else 0

    return tuple(one.name for one in sorted(kept, key=order))


def reduces(change: Value | None, disparity: Mapping[str, Json]) -> bool:
    """Return whether a disparity is smaller than the original's, beyond chance."""
    if change is None or change.lower is None or change.upper is None:
        return False
    return change.lower > 0 if disparity.get("kind") == "ratio" else change.upper < 0
