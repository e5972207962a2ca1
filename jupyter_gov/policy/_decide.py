"""Whether a number keeps a threshold: on its interval, or on the estimate alone."""

from __future__ import annotations

import math
from typing import Literal

from ..records import Json

Decided = Literal["pass", "fail", "inconclusive"]


def decide(comparison: str, threshold: Json, lower: float, upper: float) -> Decided:
    """Compare an interval with a threshold; for the estimate alone, both bounds are the estimate.

    Parameters
    ----------
    comparison : str
        One of `COMPARISONS`.
    threshold : number, or list of numbers for ``one_of``
    lower, upper : float
        The interval with its bounds; infinite where there is no bound on a side.

    Returns
    -------
    str
        ``pass`` where every number of the interval keeps the threshold, ``fail`` where none does, else
        ``inconclusive``: the decision by inclusion of confidence intervals, as for tests of non-inferiority
        (Piaggio et al., "Reporting of Noninferiority and Equivalence Randomized Trials", JAMA 2012, figure 1). With a
        two-sided interval of confidence 1 − α, a model that does not keep the threshold passes with a probability of at
        most α/2.

    Notes
    -----
    NaN anywhere is ``inconclusive``: no comparison with it holds.
    """
    if comparison in ("equals", "one_of"):
        wanted = threshold if isinstance(threshold, list | tuple) else (threshold,)
        if lower == upper:
            return "pass" if lower in wanted else "fail"
        return "fail" if all(lower > t or upper < t for t in wanted) else "inconclusive"
    t = float(threshold)
    keeps = {
        "at_least": (lower >= t, upper < t),
        "above": (lower > t, upper <= t),
        "at_most": (upper <= t, lower > t),
        "below": (upper < t, lower >= t),
    }
    passes, fails = keeps[comparison]
    return "pass" if passes else "fail" if fails else "inconclusive"


def bounds(lower: float | None, upper: float | None) -> tuple[float, float] | None:
    """Return an interval whose missing bound is infinite; None where both are missing, or one is no number."""
    if lower is None and upper is None:
        return None
    low, high = -math.inf if lower is None else lower, math.inf if upper is None else upper
    return None if math.isnan(low) or math.isnan(high) else (low, high)
