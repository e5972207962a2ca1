"""Thresholds by group: what each would decide, and the best that keep a disparity within a bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from ..assessment._prepare import Bools, Floats, Ints
from ..errors import InputError, did_you_mean

CUTS = 250
"""Thresholds that are tried for each group at most."""
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
    """

    thresholds: Floats
    tp: Floats
    fp: Floats
    tn: Floats
    fn: Floats

    def right(self, price: float) -> Floats:
        """Return the rows that are decided rightly, those of the positive class counting twice the price."""
        return 2 * (price * self.tp + (1 - price) * self.tn)


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


def cuts_of(score: Floats, true: Ints, weight: Floats | None = None) -> Cuts:
    """Return thresholds between the scores of one group, all or `CUTS` of them at quantiles, and what they decide."""
    weight = np.ones(len(score)) if weight is None else weight
    values, places = np.unique(score, return_inverse=True)
    positive = np.bincount(places, weights=weight * true, minlength=len(values))
    negative = np.bincount(places, weights=weight * (1 - true), minlength=len(values))
    # Halfway between neighbours, so that a row that comes later falls to the nearer side.
    thresholds = np.concatenate([values[:1], (values[:-1] + values[1:]) / 2, [np.nextafter(values[-1], np.inf)]])
    fn, tn = np.append(0.0, np.cumsum(positive)), np.append(0.0, np.cumsum(negative))
    if len(thresholds) > CUTS:
        rows = np.append(0.0, np.cumsum(positive + negative))
        kept = np.unique(np.searchsorted(rows, np.linspace(0, rows[-1], CUTS)))
        kept = kept[kept < len(rows)]
        thresholds, fn, tn = thresholds[kept], fn[kept], tn[kept]
    return Cuts(thresholds, positive.sum() - fn, negative.sum() - tn, tn, fn)


def price_at(score: Floats, true: Ints, threshold: float, weight: Floats | None = None) -> float:
    """Return the price of a positive row at which this threshold decides the most rows rightly, between 0.05 and 0.95.

    Who uses a threshold has weighed the two errors by it; thresholds by group are to weigh them alike, not to move all
    decisions to where accuracy is highest, which may be where nobody is approved.

    Notes
    -----
    A row at the threshold is worth approving exactly if price · P(positive) = (1 − price) · P(negative) (Elkan 2001,
    *The Foundations of Cost-Sensitive Learning*, IJCAI), so that the price is the share of negative rows there, among
    the twentieth of the rows on either side of it.
    """
    order = np.argsort(score, kind="stable")
    at, reach = int((score < threshold).sum()), max(len(score) // 20, 1)
    near = order[max(at - reach, 0) : at + reach]
    positive = float(np.average(true[near], weights=None if weight is None else weight[near] + 1e-12))
    return float(np.clip(1 - positive, 0.05, 0.95))


def threshold_of(score: Floats, decided: Bools) -> float:
    """Return the score from which on rows are decided positively, halfway between the nearest of both decisions."""
    if decided.all() or not decided.any():
        return float(score.min()) if decided.all() else float(np.nextafter(score.max(), np.inf))
    return float((score[~decided].max() + score[decided].min()) / 2)


def best_thresholds(
    groups: Mapping[str, Cuts], rates: Sequence[str], *, goal: float, ratio: bool = False, price: float = 0.5
) -> dict[str, float]:
    """Return the thresholds with the most rows decided rightly whose rates differ by no more than the goal.

    Parameters
    ----------
    groups : mapping of group to Cuts
    rates : sequence of str
        Of `RATES`; each must keep the goal.
    goal : float
        The largest difference, or the smallest ratio, between any two groups.
    ratio : bool
    price : float
        What a positive row that is decided rightly counts, a negative one counting the rest to 1; see `price_at`.

    Raises
    ------
    InputError
        If no thresholds keep it.

    Notes
    -----
    Rates differ by at most d exactly if one interval of that width holds all of them, so that for each interval that
    begins at a rate of some group each group may take its own best threshold within. For one rate and at most `CUTS`
    different scores in each group this is the best of all choices; for two rates where there are few.
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
    total = np.zeros(len(starts))
    chosen: dict[str, Ints] = {}
    for group, cuts in groups.items():
        inside = _inside(tables[group], starts, ends)
        right = np.where(inside, cuts.right(price), -np.inf)
        chosen[group] = right.argmax(axis=1)
        total += right.max(axis=1, initial=-np.inf)
    if not len(total) or not np.isfinite(total.max()):
        raise InputError("No thresholds keep the disparity within what is asked.", hint="Ask for less.")
    at = int(total.argmax())
    return {group: float(cuts.thresholds[chosen[group][at]]) for group, cuts in groups.items()}


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
