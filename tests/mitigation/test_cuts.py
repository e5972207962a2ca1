"""Thresholds by group against all choices there are, and reweighing against its definition."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.errors import InputError
from jupyter_gov.mitigation._cuts import CRITERIA, CUTS, best_thresholds, cuts_of, threshold_for
from jupyter_gov.mitigation._reweighing import reweighing

row = st.tuples(st.integers(0, 5), st.booleans(), st.integers(1, 3))
groups = st.lists(st.lists(row, min_size=2, max_size=7), min_size=2, max_size=3)
MEASURES = ["selection_rate", "true_positive_rate", "false_positive_rate", "equalized_odds"]


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
            "chosen": tp + fp,
        }


def keeps(chosen: Any, measure: str, *, ratio: bool) -> bool:
    for rate in CRITERIA[measure]:
        of = [one[rate] for one in chosen]
        apart = min(of) < 0.7 * max(of) - 1e-9 or max(of) == 0 if ratio else np.ptp(of) > 0.25 + 1e-9
        if np.isnan(of).any() or apart:
            return False
    return True


@given(rows=groups, measure=st.sampled_from([*MEASURES, "accuracy"]), ratio=st.booleans(), own=st.integers(0, 6))
@settings(max_examples=120, deadline=None)
def test_thresholds_keep_the_bound_whenever_any_do(rows: list[Any], measure: str, ratio: bool, own: int) -> None:
    tables = [tuple(np.array(part) for part in zip(*group, strict=True)) for group in rows]
    tables = [(s.astype(float), t.astype(bool), w.astype(float)) for s, t, w in tables]
    choices = [[counted(*table, threshold) for threshold in np.arange(-0.5, 6)] for table in tables]
    cuts = {str(i): cuts_of(s, t.astype(int), own - 0.5, w) for i, (s, t, w) in enumerate(tables)}
    for cut, table in zip(cuts.values(), tables, strict=True):
        assert (cut.tp + cut.fp)[cut.at] == counted(*table, own - 0.5)["chosen"]
    if not any(keeps(chosen, measure, ratio=ratio) for chosen in product(*choices)):
        with pytest.raises(InputError, match="No thresholds keep"):
            best_thresholds(cuts, CRITERIA[measure], goal=0.7 if ratio else 0.25, ratio=ratio)
        return
    found = best_thresholds(cuts, CRITERIA[measure], goal=0.7 if ratio else 0.25, ratio=ratio)
    assert keeps([counted(*table, found[str(i)]) for i, table in enumerate(tables)], measure, ratio=ratio)


@given(
    rows=st.lists(st.lists(st.booleans(), min_size=2, max_size=7), min_size=2, max_size=3),
    measure=st.sampled_from(MEASURES),
    ratio=st.booleans(),
    own=st.lists(st.integers(0, 7), min_size=3, max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_no_others_that_approve_as_many_change_fewer_decisions(
    rows: list[Any], measure: str, ratio: bool, own: list[int]
) -> None:
    # The original's threshold is 0; each group's scores begin so far below.
    tables = [(np.arange(len(t)) - k + 0.5, np.array(t), np.ones(len(t))) for t, k in zip(rows, own, strict=False)]
    choices = [[counted(*table, s) for s in [*table[0], np.inf]] for table in tables]
    before = [counted(*table, 0.0)["chosen"] for table in tables]

    def moved(chosen: Any) -> list[float]:
        return [one["chosen"] - was for one, was in zip(chosen, before, strict=True)]

    kept = [moved(chosen) for chosen in product(*choices) if keeps(chosen, measure, ratio=ratio)]
    fewest = min((sum(map(abs, m)) for m in kept if sum(m) == 0), default=None)
    if not kept:
        return
    cuts = {str(i): cuts_of(s, t.astype(int), 0.0, w) for i, (s, t, w) in enumerate(tables)}
    found = best_thresholds(cuts, CRITERIA[measure], goal=0.7 if ratio else 0.25, ratio=ratio)
    mine = moved([counted(*table, found[str(i)]) for i, table in enumerate(tables)])
    assert abs(sum(mine)) == min(abs(sum(m)) for m in kept)
    if fewest is not None:
        assert sum(map(abs, mine)) == fewest
    if fewest == 0:
        assert set(found.values()) == {0.0}


def test_many_scores_are_cut_at_quantiles() -> None:
    rng = np.random.default_rng(0)
    score, true = rng.random(5_000), rng.integers(0, 2, 5_000)
    cuts = cuts_of(score, true, 0.4321)
    assert len(cuts.thresholds) <= CUTS
    assert cuts.thresholds[cuts.at] == 0.4321
    chosen = (cuts.tp + cuts.fp) / 5_000
    assert chosen[0] == 1
    assert chosen[-1] == 0
    assert np.abs(np.diff(chosen)).max() < 2 / CUTS
    for i in (0, 10, cuts.at, -1):
        assert cuts.tp[i] == (true[score >= cuts.thresholds[i]] == 1).sum()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3)), min_size=1, max_size=9), st.floats(0, 30))
def test_one_threshold_for_a_number_of_rows(rows: list[tuple[int, int]], wanted: float) -> None:
    score, weight = (np.array(part, float) for part in zip(*rows, strict=True))
    found = threshold_for(score, wanted, weight)
    off = [abs(weight[score >= t].sum() - wanted) for t in np.arange(-0.5, 7)]
    assert abs(weight[score >= found].sum() - wanted) == min(off)


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
