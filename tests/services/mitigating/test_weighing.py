"""Which candidate is proposed, and which ones no other beats."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.records import Tried, Value
from jupyter_gov.services.mitigating._weighing import distance, frontier, rank, reduces

PERFORMANCE = {"measure": "accuracy", "better": "higher"}
DISPARITY = {"measure": "selection_rate", "kind": "difference", "attribute": "race", "reference": "max-min"}


def tried(name: str, performance: float, gap: float = 0.1, **more: Any) -> Tried:
    where: Any = {"kind": "difference", "attribute": "race"}
    return Tried(
        name=name,
        method=name,
        values=(
            Value(measure="accuracy", value=performance),
            Value(measure="selection_rate", value=gap, reference="max-min", **where),
        ),
        changes=(Value(measure="accuracy", kind="difference", reference="original", value=performance - 0.8),),
        **more,
    )


def proposed(original: dict[str, str], *others: Tried, distances: dict[str, int] | None = None) -> str:
    every = [tried("original", 0.8, 0.3, verdicts=original), *others]
    found = {t.name: distance(t.verdicts, t.verdicts) for t in every} | (distances or {})
    together = {t.name: v for t in others for v in t.changes if v.measure.endswith("_difference")}
    return next(iter(rank(every, PERFORMANCE, DISPARITY, found, together)), "")


def test_of_those_that_meet_all_the_cheapest() -> None:
    met, failed = {"a": "pass"}, {"a": "fail"}
    others = (tried("one", 0.7, verdicts=met), tried("two", 0.75, verdicts=met), tried("three", 0.8, verdicts=failed))
    assert proposed(failed, *others) == "two"
    fewer = tried("four", 0.75, verdicts=met, decisions={"changed": 2})
    more = tried("two", 0.75, verdicts=met, decisions={"changed": 9})
    assert proposed(failed, more, fewer) == "four"


def test_those_that_need_no_attribute_come_first() -> None:
    met = {"a": "pass"}
    by_group = tried("by group", 0.79, verdicts=met, needs_attribute=True)
    assert proposed({"a": "fail"}, by_group, tried("for all", 0.7, verdicts=met)) == "for all"
    assert proposed({"a": "fail"}, by_group, tried("for all", 0.7, verdicts={"a": "inconclusive"})) == "by group"


@pytest.mark.parametrize(
    ("kind", "values", "best"),
    [("difference", (-0.3, -0.1, 0.05), "2"), ("ratio", (0.5, 1.6, 0.9), "2"), ("ratio", (2.0, 1.1, 0.2), "1")],
)
def test_whichever_group_is_ahead_the_smaller_disparity_is_better(
    kind: Any, values: tuple[float, ...], best: str
) -> None:
    picked = {"measure": "selection_rate", "kind": kind, "attribute": "race", "group": "b", "reference": "a"}
    every = [
        Tried(
            name=f"{i}",
            method="",
            values=(
                Value(measure="accuracy", value=0.8),
                Value(measure="selection_rate", kind=kind, attribute="race", group="b", reference="a", value=value),
            ),
        )
        for i, value in enumerate(values)
    ]
    assert frontier(every, PERFORMANCE, picked) == (best,)


def test_estimates_that_meet_it_come_before_open_questions() -> None:
    open_ = {"a": "inconclusive", "b": "pass"}
    others = (tried("cheap", 0.79, verdicts=open_), tried("near", 0.7, verdicts=open_))
    assert distance(open_, {"a": "pass", "b": "pass"}) == 1
    assert proposed({"a": "fail", "b": "fail"}, *others, distances={"near": 1}) == "near"
    assert proposed({"a": "fail", "b": "fail"}, *others) == "cheap"


def test_what_is_no_nearer_is_not_proposed() -> None:
    assert proposed({"a": "fail"}, tried("same", 0.9, verdicts={"a": "fail"})) == ""
    assert proposed({"a": "fail"}, tried("worse", 0.9, verdicts={"a": "pass", "b": "fail"})) == ""
    assert proposed({"a": "fail"}) == ""


def test_who_hardly_decides_is_not_proposed_where_there_is_another() -> None:
    open_, costs = {"a": "inconclusive"}, ("It hardly decides any more: 99% of these rows get 1, of the original 70%.",)
    flat = tried("flat", 0.79, verdicts=open_, costs=costs)
    assert proposed({"a": "fail"}, flat, tried("other", 0.6, verdicts=open_)) == "other"
    assert proposed({"a": "fail"}, flat) == "flat"


def test_without_controls_the_reduction_must_be_beyond_chance() -> None:
    def with_change(name: str, upper: float, performance: float) -> Tried:
        about: Any = {"measure": "selection_rate_difference", "kind": "difference", "attribute": "race"}
        change = Value(**about, value=-0.1, lower=-0.2, upper=upper)
        made = tried(name, performance)
        return Tried(name=name, method=name, values=made.values, changes=(*made.changes, change))

    every = (with_change("clear", -0.01, 0.7), with_change("clearer", -0.05, 0.75), with_change("unclear", 0.01, 0.8))
    assert proposed({}, *every) == "clearer"
    assert proposed({}, every[2]) == ""
    assert reduces(Value(measure="m", value=0.2, lower=0.1, upper=0.3), {"kind": "ratio"})
    assert not reduces(None, DISPARITY)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_the_frontier_is_what_nobody_beats_in_any_order(points: list[tuple[int, int]]) -> None:
    every = [tried(f"{i}", performance, gap) for i, (performance, gap) in enumerate(points)]
    found = set(frontier(every, PERFORMANCE, DISPARITY))
    assert found == set(frontier(every[::-1], PERFORMANCE, DISPARITY))
    for i, (performance, gap) in enumerate(points):
        beaten = any(o != (performance, gap) and o[0] >= performance and o[1] <= gap for o in points)
        assert (str(i) in found) is not beaten


@pytest.mark.parametrize(("status", "far"), [("pass", 0), ("inconclusive", 102), ("fail", 202)])
def test_distances_grow_with_what_is_not_met(status: str, far: int) -> None:
    assert distance({"a": status}, {"a": status}) == far
