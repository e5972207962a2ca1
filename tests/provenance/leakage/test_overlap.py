"""The same source rows in two data sets: beside a search by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.provenance.leakage import CHECKS, Case, Sample
from jupyter_gov.provenance.leakage._overlap import shared_rows
from jupyter_gov.records import Fit

find = CHECKS["overlapping_rows"]


@st.composite
def origins(draw, rows):
    roots = draw(st.sets(st.sampled_from("abc"), max_size=3))
    places = st.lists(st.integers(-1, 6), min_size=rows, max_size=rows)
    return {root: np.array(draw(places), np.int64) for root in sorted(roots)}


def by_hand(one, other, rows, others):
    common = [root for root in one if root in other]
    if not common:
        return None
    held = {tuple(int(other[root][i]) for root in common) for i in range(others)} - {(-1,) * len(common)}
    return [tuple(int(one[root][i]) for root in common) in held for i in range(rows)]


@given(origins(5), origins(7))
def test_shared_rows_are_those_found_one_by_one(one, other):
    found, wanted = shared_rows(one, other), by_hand(one, other, 5, 7)
    assert (None if found is None else found.tolist()) == wanted


def case(train, test, **more):
    made = [Sample(id=n, name=n, rows=len(o["a"]), origins=o) for n, o in (("train", train), ("test", test))]
    return Case(fit=Fit(class_="m"), use="test", train=made[0], test=made[1], **more)


def test_rows_are_counted_whatever_their_order():
    (found,) = find(case({"a": np.arange(80)}, {"a": np.array([99, 3, 98, 2])}))
    assert (found.check, found.severity, found.count, found.of) == ("overlapping_rows", "error", 2, 4)


def test_rows_that_only_share_a_joined_source_are_not_the_same():
    customers = {"a": np.array([0, 1, 2, 3]), "customers": np.array([0, 0, 1, 1])}
    others = {"a": np.array([4, 5]), "customers": np.array([0, 1])}
    assert not list(find(case(customers, others)))


def test_rows_of_unknown_place_are_not_the_same():
    assert not list(find(case({"a": np.array([-1, 0])}, {"a": np.array([-1, -1])})))
