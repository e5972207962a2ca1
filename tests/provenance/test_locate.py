"""`locate` finds what a table was made of, and says so in words that can be read back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jupyter_gov.provenance import Table, describe_rows, locate

Columns = dict[str, "np.ndarray[Any, Any]"]


def table(columns: Columns) -> Table:
    cells = {name: values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) for name, values in columns.items()}
    digests = {name: blake3(found.tobytes()).hexdigest() for name, found in cells.items()}
    return Table(rows=len(next(iter(columns.values()), ())), digests=digests, cells=cells)


def taken(columns: Columns, positions: Any) -> Columns:
    return {name: values[positions] for name, values in columns.items()}


def read_back(rows: Any) -> list[int] | None:
    """Return the positions that `rows` tells; None where it has but their digest."""
    if rows.get("all"):
        assert rows["count"] == rows["of"]
        return list(range(rows["of"]))
    return None if "digest" in rows else [p for r in rows["ranges"] for p in range(*r)]


def twin(child: Columns, parent: Columns) -> tuple[list[int], int] | None:
    """For each row of the child the parent's row, by looking at all of them; how many have several to choose from."""
    ours, theirs = ([tuple(r) for r in np.column_stack(list(t.values())).tolist()] for t in (child, parent))
    seen: dict[tuple[int, ...], int] = {}
    positions, ambiguous = [], 0
    for row in ours:
        equal = [i for i, other in enumerate(theirs) if other == row]
        if not equal:
            return None
        positions.append(equal[min(seen.get(row, 0), len(equal) - 1)])
        seen[row] = seen.get(row, 0) + 1
        ambiguous += len(equal) > 1
    return positions, ambiguous


values = st.integers(0, 40)
parents = st.integers(1, 30).flatmap(
    lambda n: st.lists(st.lists(values, min_size=n, max_size=n), min_size=1, max_size=4)
).map(lambda columns: {f"c{i}": np.array(v) for i, v in enumerate(columns)})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(parents, st.data())
def test_rows_are_those_that_were_taken(parent: Columns, data: st.DataObject) -> None:
    n = len(parent["c0"])
    positions = data.draw(
        st.lists(st.integers(0, n - 1), max_size=40)
        | st.permutations(range(n))
        | st.builds(lambda a, b, step: list(range(n))[a:b:step], values, values, st.sampled_from([1, 2, 3, -1]))
    )
    child = taken(parent, np.array(positions, int))
    found, brute = locate(table(child), table(parent)), twin(child, parent)
    assert brute is not None
    if found is None:
        assert brute[1] == len(positions)  # each row has several that equal it
        return
    assert found.columns == {c: c for c in parent}
    assert found.new_columns == ()
    told = read_back(found.rows)
    if told is not None:
        assert all((taken(parent, told)[c] == child[c]).all() for c in parent)
        if brute[1] == 0:
            assert told == positions
    if not found.rows.get("all"):
        assert found.rows.get("ambiguous", 0) == brute[1]
    if "digest" in found.rows and brute[1] == 0:
        assert found.rows["digest"] == "jg1:" + blake3(np.array(positions, "<i8").tobytes()).hexdigest()


@settings(max_examples=100, deadline=None)
@given(parents, parents)
def test_what_is_said_is_true_of_any_two_tables(child: Columns, parent: Columns) -> None:
    found = locate(table(child), table(parent))
    if found is None:
        return
    told = read_back(found.rows)
    assert sorted([*found.columns, *found.new_columns]) == sorted(child)
    if told is not None:
        for ours, theirs in found.columns.items():
            assert (parent[theirs][told] == child[ours]).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(8, 60), st.randoms(use_true_random=False), st.data())
def test_columns_are_told_apart(n: int, random: Any, data: st.DataObject) -> None:
    parent = {f"c{i}": np.array([random.randrange(10**6) for _ in range(n)]) for i in range(5)}
    positions = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=n)))
    child = taken(parent, positions)
    assume(len(set(parent["c4"].tolist())) > 1 and len(set(child["c1"].tolist())) > 1)
    del child["c0"]
    child["other"] = child.pop("c1")
    child["c2"] = child["c2"] + 10**7
    child["made"] = np.arange(len(positions)) + 10**8
    found = locate(table(child), table(parent))
    assert found is not None
    assert found.columns == {"c3": "c3", "c4": "c4", "other": "c1"}
    assert set(found.new_columns) == {"c2", "made"}


@pytest.fixture
def frame() -> Columns:
    random = np.random.default_rng(0)
    names = ("id", "age", "income", "sex", "state")
    return dict(zip(names, [np.arange(500), *(random.integers(0, m, 500) for m in (60, 10**6, 2, 9))], strict=True))


def test_values_that_were_filled_in_leave_the_rest_to_go_by(frame: Columns) -> None:
    child = taken(frame, slice(20, 480))
    child["age"] = np.where(np.arange(460) % 50 == 7, 30, child["age"])  # a value that the parent has too
    found = locate(table(child), table(frame))
    assert found is not None
    assert found.rows == {"count": 460, "of": 500, "ranges": [[20, 480, 1]]}
    assert found.new_columns == ("age",)


def test_a_column_alone_is_found_by_its_digest(frame: Columns) -> None:
    found = locate(table({"0": frame["sex"]}), table(frame))
    assert found is not None
    assert (found.rows, found.columns) == ({"count": 500, "of": 500, "all": True}, {"0": "sex"})


def test_a_matrix_is_found_by_the_places_of_its_columns(frame: Columns) -> None:
    positions = np.random.default_rng(1).permutation(500)[:400]
    child = {str(i): v for i, v in enumerate(taken(frame, positions).values())}
    found = locate(table(child), table(frame))
    assert found is not None
    assert list(found.columns.values()) == list(frame)
    assert found.rows["digest"] == describe_rows(positions, 500)["digest"]


def test_chance_is_no_lineage(frame: Columns) -> None:
    assert locate(table({"sex": frame["sex"][:100]}), table({"sex": frame["sex"][::-1]})) is None
    random = np.random.default_rng(2)
    batch = dict(zip(frame, (random.integers(0, m, 300) for m in (10**7, 60, 10**6, 2, 9)), strict=True))
    assert locate(table(batch), table(frame)) is None
    more = {c: np.r_[v, v[:3] + 10**6] for c, v in frame.items()}
    assert locate(table(more), table(frame)) is None
    assert locate(table({"a": np.arange(3)}), table({"b": np.arange(5), "c": np.arange(5)})) is None


def test_sorting_is_not_taken_for_leaving_alone(frame: Columns) -> None:
    parent = frame | {"same": np.ones(500, int)}
    positions = np.argsort(parent["income"], kind="stable")
    found = locate(table(taken(parent, positions)), table(parent))
    assert found is not None
    assert found.rows["digest"] == describe_rows(positions, 500)["digest"]
    assert found.columns == {c: c for c in parent}


def test_rows_with_equals_in_a_slice_are_those_of_the_slice() -> None:
    parent = {"a": np.array([1, 1, 1, 1, 2, 1, 1])}
    found = locate(table(taken(parent, slice(2, 7))), table(parent))
    assert found is not None
    assert found.rows == {"count": 5, "of": 7, "ranges": [[2, 7, 1]], "ambiguous": 4}


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(301, 400))
def test_positions_can_be_read_back(positions: list[int], of: int) -> None:
    rows = describe_rows(np.array(positions, int), of)
    assert (rows["count"], rows["of"]) == (len(positions), of)
    assert read_back(rows) in (positions, None)
    assert "all" not in rows
    assert len(rows.get("ranges", [])) <= 32


def test_positions_in_few_pieces_are_ranges() -> None:
    assert describe_rows(np.arange(7), 7) == {"count": 7, "of": 7, "all": True}
    assert describe_rows(np.arange(7)[::-1], 7)["ranges"] == [[6, -1, -1]]
    assert describe_rows(np.r_[0:5, 9:20:5, 3], 30)["ranges"] == [[0, 5, 1], [9, 20, 5], [3, 4, 1]]
    assert describe_rows(np.r_[4, 4], 5)["ranges"] == [[4, 5, 1], [4, 5, 1]]
    assert describe_rows(np.array([], int), 5) == {"count": 0, "of": 5, "ranges": []}
