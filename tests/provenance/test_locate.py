"""`locate` finds what a table was made of, and says so in words that can be read back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jupyter_gov.provenance import Beside, Located, Table, describe_rows, locate

Columns = dict[str, "np.ndarray[Any, Any]"]


def table(columns: Columns, labels: Any = None) -> Table:
    """Return a table as the capture makes it: numbers are their own bits."""
    rows = len(next(iter(columns.values()), ()))
    cells = {name: bits(values) for name, values in columns.items()}
    types = {name: values.dtype.name for name, values in columns.items()}
    digests = {name: f"{types[name]} {blake3(found.tobytes()).hexdigest()}" for name, found in cells.items()}
    told = None if labels is None else bits(np.asarray(labels, np.int64))
    return Table(rows=rows, digests=digests, cells=cells, types=types, labels=told)


def bits(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values.view(f"u{values.dtype.itemsize}").astype(np.uint64)


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
seeds = st.integers(0, 2**32 - 1)


@contextmanager
def told_rows() -> Iterator[list[np.ndarray[Any, Any]]]:
    """Note the positions that are told, also where a derivation has only their digest."""
    from jupyter_gov.provenance import _locate

    told: list[np.ndarray[Any, Any]] = []

    def describe(positions: Any, of: int, **others: Any) -> dict[str, Any]:
        told.append(positions)
        return describe_rows(positions, of, **others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_locate, "describe_rows", describe)
        yield told


def look(child: Table, parent: Table, **others: Any) -> Located | None:
    """Locate, and hold what is said to what is there."""
    with told_rows() as told:
        found = locate(child, parent, **others)
    if found is not None:
        (positions,) = told
        assert (found.rows["count"], found.rows["of"]) == (child.rows, parent.rows)
        assert sorted([*found.columns, *found.new_columns]) == sorted(child.digests)
        for ours, theirs in found.columns.items():
            assert child.types[ours] == parent.types[theirs]
            assert (parent.cells[theirs][positions] == child.cells[ours]).all()
        back = read_back(found.rows)
        assert back is None or back == positions.tolist()
    return found


def drawn(data: st.DataObject, n: int) -> Any:
    """Return positions as a notebook takes them: at random, in another order, a slice, those of a condition."""
    ways = (
        st.lists(st.integers(0, n - 1), max_size=40)
        | st.permutations(range(n))
        | st.builds(lambda a, b, step: list(range(n))[a:b:step], values, values, st.sampled_from([1, 2, 3, -1]))
    )
    return np.array(data.draw(ways), int)


@settings(max_examples=150, deadline=None)
@given(parents, st.data())
def test_what_is_said_of_rows_that_were_taken_is_true(parent: Columns, data: st.DataObject) -> None:
    positions = drawn(data, len(parent["c0"]))
    labels = np.random.default_rng(0).permutation(1000)[: len(parent["c0"])]
    for given_labels in (None, labels):
        ours = table(taken(parent, positions), None if given_labels is None else given_labels[positions])
        found = look(ours, table(parent, given_labels))
        if found is not None:
            assert found.columns == {c: c for c in parent}


@settings(max_examples=100, deadline=None)
@given(seeds, st.data())
def test_rows_that_can_be_told_apart_are_found(seed: int, data: st.DataObject) -> None:
    random = np.random.default_rng(seed)
    parent = {"x": random.normal(size=40), "flag": random.integers(0, 2, 40), "same": np.ones(40)}
    positions = drawn(data, 40)
    assume(len(set(positions)) >= 5 and 2 * len(set(positions)) >= len(positions))
    child = taken(parent, positions)
    found, brute = look(table(child), table(parent)), twin(child, parent)
    assert found is not None
    assert brute is not None
    assert found.columns == {c: c for c in parent}
    if "digest" in found.rows:
        assert found.rows["digest"] == "jg1:" + blake3(np.array(brute[0], "<i8").tobytes()).hexdigest()


@settings(max_examples=100, deadline=None)
@given(parents, parents)
def test_what_is_said_is_true_of_any_two_tables(child: Columns, parent: Columns) -> None:
    look(table(child), table(parent))
    n = min(len(child["c0"]), len(parent["c0"]))
    look(table(taken(child, slice(n)), np.arange(n)), table(parent, np.arange(len(parent["c0"]))))


def few_values(random: np.random.Generator, n: int) -> Columns:
    """Return columns as they abound in notebooks: labels, flags, classes, ranks, ages, counts, dates."""
    columns = {
        "target": random.integers(0, 2, n), "flag": random.integers(0, 2, n).astype(bool),
        "classes": random.integers(0, 10, n), "rate": random.integers(0, 5, n) / 4, "age": random.integers(18, 90, n),
        "rank": random.permutation(n), "share": random.permutation(n) / n, "count": random.poisson(1.0, n),
        "day": random.permutation(n).astype(np.int64) * 86_400_000_000, "constant": np.ones(n),
    }  # fmt: skip
    chosen = random.permutation(list(columns))[: random.integers(1, 4)]
    return {str(c): columns[str(c)] for c in chosen}


@settings(max_examples=300, deadline=None)
@given(seeds, st.integers(30, 300), st.integers(30, 300))
def test_columns_with_few_values_are_found_in_no_others(seed: int, ours: int, theirs: int) -> None:
    random = np.random.default_rng(seed)
    child, parent = few_values(random, ours), few_values(random, theirs)
    if random.integers(2):
        child = dict(zip(map(str, range(9)), child.values(), strict=False))
    assert look(table(child), table(parent)) is None
    labels = np.sort(random.permutation(600)[:ours]), random.permutation(600)[:theirs]
    assert look(table(child, labels[0]), table(parent, labels[1])) is None


@settings(max_examples=100, deadline=None)
@given(seeds, st.sampled_from(["age", "inc"]))
def test_a_condition_is_no_column(seed: int, name: str) -> None:
    random = np.random.default_rng(seed)
    for age in (np.arange(40), random.permutation(1000), np.arange(60.0), random.integers(0, 40, 500)):
        parent = {"age": age, "inc": age.astype(float) ** 2}
        for made in ((age > 20).astype(age.dtype), age > 20, age // 10, np.clip(age, 5, 6), age[::-1] * 0):
            labels = np.arange(len(age))
            assert look(table({name: made}, labels), table(parent, labels)) is None


@settings(max_examples=60, deadline=None)
@given(seeds, st.booleans())
def test_numbers_of_rows_are_no_content(seed: int, sparse: bool) -> None:
    random = np.random.default_rng(seed)
    kept = np.sort(random.permutation(100)[:60]) if sparse else np.arange(100)
    for made in (np.arange(100), 10 * np.arange(100) + 3, np.arange(100.0), np.arange(100) // 50):
        parent = {"key": made, "x": random.normal(size=100)}
        for shuffled in (kept, random.permutation(kept)):
            child = {"key": made[shuffled], "y": random.normal(size=len(kept)), "z": random.normal(size=len(kept))}
            assert look(table(child, shuffled), table(parent, np.arange(100))) is None
    y = np.repeat(np.arange(3), 50)
    assert look(table({"0": y}), table({"target": y, "x": random.normal(size=150)})) is not None


@settings(max_examples=60, deadline=None)
@given(seeds, st.booleans())
def test_labels_say_where_rows_with_few_values_were(seed: int, renamed: bool) -> None:
    random = np.random.default_rng(seed)
    parent = {"target": random.integers(0, 2, 200), "x": random.integers(0, 3, 200)}
    labels = random.permutation(10_000)[:200]
    positions = random.permutation(200)[:80]
    child = {"renamed" if renamed else "target": parent["target"][positions]}
    found = look(table(child, labels[positions]), table(parent, labels))
    assert found is not None
    assert list(found.columns.values()) == ["target"]
    assert found.rows["digest"] == describe_rows(positions, 200)["digest"]
    assert look(table(child), table(parent)) is None
    other = random.permutation(child.popitem()[1])
    assert look(table({"target": other}, labels[positions]), table(parent, labels)) is None


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_target_is_found_beside_its_features(seed: int) -> None:
    random = np.random.default_rng(seed)
    X = {"0": random.normal(size=200).round(2), "1": random.integers(18, 90, 200)}
    y = {"0": random.integers(0, 2, 200)}
    positions = random.permutation(200)[:120]
    beside = Beside(table(taken(X, positions)), table(X), {"0": "0", "1": "1"})
    assert look(table(taken(y, positions)), table(y)) is None
    found = look(table(taken(y, positions)), table(y), beside=[beside])
    assert found is not None
    assert found.columns == {"0": "0"}
    assert look(table({"0": random.permutation(y["0"][positions])}), table(y), beside=[beside]) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 60), st.randoms(use_true_random=False), st.data())
def test_columns_are_told_apart(n: int, random: Any, data: st.DataObject) -> None:
    parent = {f"c{i}": np.array([random.randrange(10**6) for _ in range(n)]) for i in range(5)}
    positions = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=8, max_size=n, unique=True)))
    child = taken(parent, positions)
    assume(len(set(parent["c4"].tolist())) > 1 and len(set(child["c1"].tolist())) > 1)
    del child["c0"]
    child["other"] = child.pop("c1")
    child["c2"] = child["c2"] + 10**7
    child["made"] = np.arange(len(positions)) + 10**8
    found = look(table(child), table(parent))
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
    assert locate(table({"a": np.arange(0)}), table({"a": np.arange(5)})) is None


def test_sorting_is_not_taken_for_leaving_alone(frame: Columns) -> None:
    parent = frame | {"same": np.ones(500, int)}
    positions = np.argsort(parent["income"], kind="stable")
    found = locate(table(taken(parent, positions)), table(parent))
    assert found is not None
    assert found.rows["digest"] == describe_rows(positions, 500)["digest"]
    assert found.columns == {c: c for c in parent}


def test_rows_with_equals_in_a_slice_are_those_of_the_slice() -> None:
    values = np.random.default_rng(0).integers(0, 2, 300)
    values[50] = 7
    found = look(table({"a": values[20:120]}), table({"a": values}))
    assert found is not None
    assert found.rows == {"count": 100, "of": 300, "ranges": [[20, 120, 1]], "ambiguous": 99}


def test_missing_values_do_not_widen_a_range() -> None:
    from jupyter_gov.fingerprints import column_cells
    from jupyter_gov.provenance._evidence import room_of

    cells = column_cells(np.array([1.0, np.nan, 3.0, 2.0]))["0"]
    assert room_of(cells, cells, "float64") == 3
    assert room_of(bits(np.array([-2, 1], np.int32)), bits(np.array([0], np.int32)), "int32") == 4
    assert room_of(cells, cells, "string") == float("inf")


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
