"""Thresholds by group: what each would decide, and those that keep a bound and as many positive decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from ..assessment._prepare import Bools, Floats, Ints
from ..errors import InputError, did_you_mean

CUTS = 250
"""Thresholds that are tried for each group at most."""
SLACK = 0.01
"""Share of the rows by which the number of positive decisions may differ from the original's."""
_LOWS = {1: 1_000, 2: 40}
_SLACK = 1e-12


class Cuts(NamedTuple):
    """Thresholds of one group and what they decide; a row is positive from its threshold on.

    Attributes
    ----------
    thresholds : ndarray of shape (T,)
        Ascending: the lowest decides all rows positively, the highest none.
    tp, fp, tn, fn : ndarray of shape (T,)
        Rows, or their weight.
    at : int
        Which of them is the original's own.
    """

    thresholds: Floats
    tp: Floats
    fp: Floats
    tn: Floats
    fn: Floats
    at: int

    @property
    def more(self) -> Floats:
        """How many more rows are decided positively than by the original's own threshold."""
        chosen = self.tp + self.fp
        return np.asarray(chosen - chosen[self.at], np.float64)

    @property
    def rows(self) -> float:
        """All rows of the group."""
        return float(self.tp[0] + self.fp[0] + self.tn[0] + self.fn[0])


def _share(part: Floats, whole: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


RATES: dict[str, Callable[[Cuts], Floats]] = {
    "selection_rate": lambda c: _share(c.tp + c.fp, c.tp + c.fp + c.tn + c.fn),
    "true_positive_rate": lambda c: _share(c.tp, c.tp + c.fn),
    "false_positive_rate": lambda c: _share(c.fp, c.fp + c.tn),
    "true_negative_rate": lambda c: _share(c.tn, c.fp + c.tn),
    "false_negative_rate": lambda c: _share(c.fn, c.tp + c.fn),
    "accuracy": lambda c: _share(c.tp + c.tn, c.tp + c.fp + c.tn + c.fn),
    "precision": lambda c: _share(c.tp, c.tp + c.fp),
    "negative_predictive_value": lambda c: _share(c.tn, c.tn + c.fn),
}
"""Measures by group of which thresholds decide."""

CRITERIA: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in RATES},
    "demographic_parity": ("selection_rate",),
    "equal_opportunity": ("true_positive_rate",),
    "equalized_odds": ("true_positive_rate", "false_positive_rate"),
    "predictive_parity": ("precision",),
    "overall_accuracy_equality": ("accuracy",),
    "false_positive_error_rate_balance": ("false_positive_rate",),
    "false_negative_error_rate_balance": ("false_negative_rate",),
}
"""Measures and criteria as assessments name them, and the rates that they are about."""


def cuts_of(score: Floats, true: Ints, own: float, weight: Floats | None = None) -> Cuts:
    """Return what thresholds of one group decide.

    Parameters
    ----------
    score, true : array of shape (n,)
    own : float
        The original's threshold, which is one of them.
    weight : array of shape (n,), optional

    Returns
    -------
    Cuts
        Those between all scores, or `CUTS` of them at quantiles.
    """
    weight = np.ones(len(score)) if weight is None else weight
    values, places = np.unique(score, return_inverse=True)
    positive = np.bincount(places, weights=weight * true, minlength=len(values))
    negative = np.bincount(places, weights=weight * (1 - true), minlength=len(values))
    # Halfway between neighbours, so that a row that comes later falls to the nearer side.
    thresholds = np.concatenate([values[:1], (values[:-1] + values[1:]) / 2, [np.nextafter(values[-1], np.inf)]])
    at = int(np.searchsorted(values, own, side="left"))
    thresholds[at] = own
    fn, tn = np.append(0.0, np.cumsum(positive)), np.append(0.0, np.cumsum(negative))
    if len(thresholds) > CUTS:
        rows = np.append(0.0, np.cumsum(positive + negative))
        kept = np.searchsorted(rows, np.linspace(0, rows[-1], CUTS - 1))
        kept = np.unique(np.append(kept[kept < len(rows)], at))
        thresholds, fn, tn, at = thresholds[kept], fn[kept], tn[kept], int(np.searchsorted(kept, at))
    return Cuts(thresholds, positive.sum() - fn, negative.sum() - tn, tn, fn, at)


def threshold_of(score: Floats, decided: Bools) -> float:
    """Return the score from which on rows are decided positively, halfway between the nearest of both decisions."""
    if decided.all() or not decided.any():
        return float(score.min()) if decided.all() else float(np.nextafter(score.max(), np.inf))
    return float((score[~decided].max() + score[decided].min()) / 2)


def threshold_for(score: Floats, rows: float, weight: Floats) -> float:
    """Return the threshold from which on there are so many rows, by their weight, as nearly as the scores allow."""
    values, places = np.unique(score, return_inverse=True)
    above = np.append(np.cumsum(np.bincount(places, weights=weight)[::-1])[::-1], 0.0)
    thresholds = np.concatenate([values[:1], (values[:-1] + values[1:]) / 2, [np.nextafter(values[-1], np.inf)]])
    return float(thresholds[np.abs(above - rows).argmin()])


def best_thresholds(
    groups: Mapping[str, Cuts], rates: Sequence[str], *, goal: float, ratio: bool = False
) -> dict[str, float]:
    """Return thresholds whose rates differ by no more than the goal, with as many positive decisions as before.

    Parameters
    ----------
    groups : mapping of group to Cuts
    rates : sequence of str
        Of `RATES`; each must keep the goal.
    goal : float
        The largest difference, or the smallest ratio, between any two groups.
    ratio : bool

    Returns
    -------
    dict of group to float
        Of all that decide as many rows positively as the original, within `SLACK`, those that change the fewest
        decisions; where there are none, those that come nearest.

    Raises
    ------
    InputError
        If no thresholds keep the goal.

    Notes
    -----
    Rates differ by at most d exactly if one interval of that width holds all of them, and each interval is tried that
    begins at a rate of some group. The fewest decisions change within it if each group goes to its nearest end, if it
    is outside at all. If these changes do not balance, each row that balances them is one more, in whichever group.
    So with as many groups as one likes no combination of thresholds has to be searched for: for selection, true or
    false positive rates, and at most `CUTS` different scores of each group, there are none that balance exactly and
    change less.
    """
    for name in rates:
        if name not in RATES:
            hint = did_you_mean(name, RATES, label="Rates")
            raise InputError(f"Thresholds do not decide the rate {name!r}.", hint=hint)
    tables = {group: [RATES[name](cuts) for name in rates] for group, cuts in groups.items()}
    lows = [_lows(np.concatenate([table[i] for table in tables.values()]), len(rates)) for i in range(len(rates))]
    starts = np.array(list(product(*lows))).reshape(-1, len(rates))
    if ratio:
        starts = starts[(starts > 0).all(axis=1)]
    ends = starts / goal if ratio else starts + goal
    inside = {group: _inside(table, starts, ends) for group, table in tables.items()}
    possible = np.logical_and.reduce([one.any(axis=1) for one in inside.values()])
    if not possible.any():
        raise InputError("No thresholds keep the disparity within what is asked.", hint="Ask for less.")
    inside = {group: one[possible] for group, one in inside.items()}
    slack = SLACK * sum(cuts.rows for cuts in groups.values())
    best, least = {}, (np.inf, np.inf)
    for i in _order(groups, inside, slack).tolist():
        chosen = _balanced(groups, {group: np.flatnonzero(one[i]) for group, one in inside.items()})
        moved = [float(cuts.more[chosen[group]]) for group, cuts in groups.items()]
        found = (max(abs(sum(moved)) - slack, 0.0), sum(map(abs, moved)))
        if found < least:
            best, least = chosen, found
        if found[0] == 0:
            break
    return {group: float(cuts.thresholds[best[group]]) for group, cuts in groups.items()}


def _order(groups: Mapping[str, Cuts], inside: Mapping[str, Bools], slack: float) -> Ints:
    """Return intervals, those first that may be balanced, of these the ones that change the fewest decisions."""
    changed, off, fewest, most = np.zeros((4, len(next(iter(inside.values())))))
    for group, cuts in groups.items():
        moved = np.where(inside[group], np.abs(cuts.more), np.inf)
        changed += moved.min(axis=1)
        off += cuts.more[moved.argmin(axis=1)]
        fewest += np.where(inside[group], cuts.more, np.inf).min(axis=1)
        most += np.where(inside[group], cuts.more, -np.inf).max(axis=1)
    beyond = np.maximum(np.maximum(fewest, -most) - slack, 0)
    return np.lexsort((changed + np.abs(off), beyond))


def _balanced(groups: Mapping[str, Cuts], allowed: Mapping[str, Ints]) -> dict[str, int]:
    """Return the nearest thresholds that are allowed, then, from the largest group on, those that balance them."""
    more = {group: cuts.more for group, cuts in groups.items()}
    chosen = {group: int(kept[np.abs(more[group][kept]).argmin()]) for group, kept in allowed.items()}
    for group in sorted(groups, key=lambda name: -groups[name].rows):
        off = sum(float(more[name][at]) for name, at in chosen.items())
        wanted = more[group][chosen[group]] - off
        kept = allowed[group]
        chosen[group] = int(kept[np.abs(more[group][kept] - wanted).argmin()])
    return chosen


def _lows(values: Floats, rates: int) -> Floats:
    found = np.unique(values[np.isfinite(values)])
    most = _LOWS[rates]
    return found if len(found) <= most else np.unique(np.quantile(found, np.linspace(0, 1, most), method="lower"))


def _inside(table: Sequence[Floats], starts: Floats, ends: Floats) -> Bools:
    """Return whether each threshold keeps each interval, of shape (intervals, T)."""
    out = np.ones((len(starts), len(table[0])), bool)
    for i, rate in enumerate(table):
        out &= (rate >= starts[:, i, None] - _SLACK) & (rate <= ends[:, i, None] + _SLACK)
    return out
