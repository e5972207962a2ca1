"""Thresholds by group against all choices there are, and reweighing against its definition."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.errors import InputError
from jupyter_gov.mitigation._cuts import CRITERIA, CUTS, best_thresholds, cuts_of
from jupyter_gov.mitigation._reweighing import reweighing

row = st.tuples(st.integers(0, 5), st.booleans(), st.integers(1, 3))
groups = st.lists(st.lists(row, min_size=2, max_size=7), min_size=2, max_size=3)


def counted(score: Any, true: Any, weight: Any, threshold: float) -> dict[str, float]:
    chosen = score >= threshold
    tp, fp = weight[chosen & true].sum(), weight[chosen & ~true].sum()
    fn, tn = weight[~chosen & true].sum(), weight[~chosen & ~true].sum()
    with np.errstate(invalid="ignore"):
        return {
            "selection_rate": (tp + fp) / (tp + fp + fn + tn),
            "true_positive_rate": tp / (tp + fn) if tp + fn else np.nan,
            "false_positive_rate": fp / (fp + tn) if fp + tn else np.nan,
            "accuracy": (tp + tn) / (tp + fp + fn + tn),
            "right": tp + tn,
        }


@given(rows=groups, measure=st.sampled_from(["selection_rate", "equalized_odds", "accuracy"]), ratio=st.booleans())
@settings(max_examples=120, deadline=None)
def test_no_other_thresholds_decide_more_rows_rightly(rows: list[Any], measure: str, ratio: bool) -> None:
    goal = 0.7 if ratio else 0.25
    rates = CRITERIA[measure]
    tables = [tuple(np.array(part) for part in zip(*group, strict=True)) for group in rows]
    tables = [(s.astype(float), t.astype(bool), w.astype(float)) for s, t, w in tables]
    choices = [[counted(*table, threshold) for threshold in np.arange(-0.5, 6)] for table in tables]

    def keeps(chosen: Any) -> bool:
        for rate in rates:
            of = [one[rate] for one in chosen]
            if np.isnan(of).any() or (
                min(of) < goal * max(of) - 1e-9 or max(of) == 0 if ratio else np.ptp(of) > goal + 1e-9
            ):
                return False
        return True

    best = max((sum(one["right"] for one in chosen) for chosen in product(*choices) if keeps(chosen)), default=None)
    cuts = {str(i): cuts_of(s, t.astype(int), w) for i, (s, t, w) in enumerate(tables)}
    if best is None:
        with pytest.raises(InputError, match="No thresholds keep"):
            best_thresholds(cuts, rates, goal=goal, ratio=ratio)
        return
    found = best_thresholds(cuts, rates, goal=goal, ratio=ratio)
    chosen = [counted(*table, found[str(i)]) for i, table in enumerate(tables)]
    assert keeps(chosen)
    assert sum(one["right"] for one in chosen) == pytest.approx(best)


def test_many_scores_are_cut_at_quantiles() -> None:
    rng = np.random.default_rng(0)
    score, true = rng.random(5_000), rng.integers(0, 2, 5_000)
    cuts = cuts_of(score, true)
    assert len(cuts.thresholds) <= CUTS
    chosen = (cuts.tp + cuts.fp) / 5_000
    assert chosen[0] == 1
    assert chosen[-1] == 0
    assert np.abs(np.diff(chosen)).max() < 2 / CUTS
    for i in (0, 10, -1):
        assert cuts.tp[i] == (true[score >= cuts.thresholds[i]] == 1).sum()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("yn"), st.integers(1, 4)), min_size=1, max_size=40))
@settings(deadline=None)
def test_weights_are_expected_over_observed_shares(rows: list[tuple[str, str, int]]) -> None:
    before = np.array([float(w) for *_, w in rows])
    found = reweighing([g for g, *_ in rows], [y for _, y, _ in rows], before)
    total = before.sum()
    for (group, label, weight), got in zip(rows, found, strict=True):
        of_group = sum(w for g, _, w in rows if g == group)
        of_label = sum(w for _, y, w in rows if y == label)
        both = sum(w for g, y, w in rows if (g, y) == (group, label))
        assert got == pytest.approx(weight * of_group * of_label / (total * both))
    if len({(g, y) for g, y, _ in rows}) == len({g for g, *_ in rows}) * len({y for _, y, _ in rows}):
        # Afterwards every group has the same share of each label.
        shares = {
            group: sum(w for (g, y, _), w in zip(rows, found, strict=True) if g == group and y == "y")
            / sum(w for (g, *_), w in zip(rows, found, strict=True) if g == group)
            for group in {g for g, *_ in rows}
        }
        assert max(shares.values()) - min(shares.values()) < 1e-9
        assert found.sum() == pytest.approx(total)
