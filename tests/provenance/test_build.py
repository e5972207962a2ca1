"""The graph holds what the records say, joins runs by content, and has no circles."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.provenance import Graph, Node, build
from jupyter_gov.records import (
    AssessmentResult,
    Column,
    Dataset,
    Derivation,
    Fit,
    Metric,
    Mitigation,
    Prediction,
    Record,
    Tried,
)


def data(key: str, digest: str = "", **more: object) -> Dataset:
    columns = tuple(Column(name=n, type="double", missing=0) for n in "ab")
    return Dataset(id=key, name=key, digest=digest or f"jg1:{key}", rows=10, columns=columns, **more)


def step(parent: str, child: str, operation: str = "content", **more: object) -> Derivation:
    return Derivation(parent=parent, child=child, operation=operation, **more)


def steps(graph: Graph) -> set[tuple[str, str, str]]:
    return {(e.source, e.target, e.label) for e in graph.edges}


RUN: list[Record] = [
    data("df", source="in/loans.csv", door="pandas.read_csv", file_bytes=1234, file_digest="jg1:file", cell="c1"),
    data("X", cell="c2"),
    step("df", "X", "train_test_split", rows={"count": 4, "of": 10, "ranges": [[2, 6, 1]]}),
    Fit(id="inner", class_="a.Scaler", parent="fit", step="scale", datasets=("X",)),
    Fit(id="fit", class_="a.b.Model", name="model", datasets=("X",), cell="c3"),
    Prediction(id="p", method="predict", fit="fit", dataset="X", rows=4, digest="jg1:out"),
    data("out"),
    Metric(id="m", name="accuracy", value=0.51234, predictions=("p",), fits=("fit",), datasets=("X",), split="test"),
    Metric(id="n", name="rmse", value=2, fits=("fit",), datasets=("gone",), identified="content"),
    AssessmentResult(id="a", name="fairness", act="x", fit="fit", dataset="X", target="X"),
    Fit(id="more", class_="a.b.Model", previous="fit", method="partial_fit", datasets=("X",), status="error"),
    step("X", "out", "transform", fit="inner"),
]


def test_every_record_has_its_node_and_its_steps() -> None:
    graph = build({"run": RUN})
    assert [(n.id, n.kind) for n in graph.nodes.values()] == [
        ("file:jg1:file", "file"), ("df", "dataset"), ("X", "dataset"), ("inner", "fit"), ("fit", "fit"),
        ("p", "prediction"), ("out", "dataset"), ("m", "metric"), ("n", "metric"), ("a", "assessment"), ("more", "fit"),
    ]  # fmt: skip
    assert steps(graph) == {
        ("file:jg1:file", "df", "pandas.read_csv"), ("df", "X", "train_test_split rows 2–5"), ("X", "inner", "fit"),
        ("inner", "fit", "scale"), ("X", "fit", "fit"), ("fit", "p", "predict"), ("X", "p", ""), ("p", "m", ""),
        ("X", "m", ""), ("fit", "n", "content"), ("fit", "a", ""), ("X", "a", "X"), ("fit", "more", "goes on"),
        ("X", "more", "partial_fit"), ("p", "out", "same content"), ("X", "out", "transform"),
        ("inner", "out", "transform"),
    }  # fmt: skip
    assert (graph.nodes["file:jg1:file"].label, graph.nodes["file:jg1:file"].detail) == ("loans.csv", "1,234 bytes")
    assert graph.nodes["m"].detail == "0.5123 · test"
    assert (graph.nodes["more"].label, graph.nodes["more"].detail) == ("Model", "failed")
    assert graph.nodes["df"].detail == "10 × 2 · source"
    assert graph.nodes["df"].cell == "c1"
    assert json.loads(json.dumps(graph.to_json())) == graph.to_json()


def test_up_and_down() -> None:
    graph = build({"run": RUN})
    assert set(graph.upstream("p").nodes) == {"file:jg1:file", "df", "X", "inner", "fit", "p"}
    assert set(graph.downstream("p").nodes) == {"p", "m", "out"}
    assert set(graph.around("p").nodes) == {"file:jg1:file", "df", "X", "inner", "fit", "p", "m", "out"}
    assert set(graph.upstream("unknown").nodes) == set()
    assert "unknown" not in graph
    assert [n.id for n in graph.of_kind("metric", "assessment")] == ["m", "n", "a"]


def test_runs_are_joined_by_content() -> None:
    second: list[Record] = [
        data("df2", digest="jg1:df", source="elsewhere.csv", file_digest="jg1:file"),
        Fit(id="fit2", class_="a.Other", datasets=("df2",)),
    ]
    graph = build({"one": RUN, "two": second})
    assert graph.nodes["df"].runs == graph.nodes["file:jg1:file"].runs == ("one", "two")
    assert "df2" not in graph.nodes
    assert "df2" in graph
    assert ("df", "fit2", "fit") in steps(graph)
    assert set(graph.upstream("fit2").nodes) == {"file:jg1:file", "df", "fit2"}
    assert set(graph.downstream("df2").nodes) > {"fit2", "m"}


def test_what_leads_back_is_told_apart() -> None:
    graph = build({"run": [data("a"), data("b"), step("a", "b", "scale"), step("b", "a", "unscale"), step("a", "a")]})
    assert steps(graph) == {("a", "b", "scale")}
    assert {(e.source, e.target) for e in graph.back} == {("b", "a"), ("a", "a")}


def test_queries_and_addresses_are_files_of_their_own() -> None:
    queries = [data(k, source="db", query=f"select {k}") for k in "qr"]
    made = build({"run": [*queries, data("s", source="https://x/y.csv")]})
    told = [(n.label, n.detail) for n in made.of_kind("file")]
    assert told == [("db", "select q"), ("db", "select r"), ("y.csv", "")]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40), st.lists(st.integers(0, 3), max_size=10))
def test_there_are_no_circles_and_no_step_is_lost(pairs: list[tuple[int, int]], digests: list[int]) -> None:
    sets = [data(f"d{i}", digest=f"jg1:{digests[i] if i < len(digests) else -i}") for i in range(10)]
    graph = build({"one": [*sets[:5], *(step(f"d{a}", f"d{b}") for a, b in pairs)], "two": sets[5:]})
    here = graph.known_as
    named = {(here.get(f"d{a}", f"d{a}"), here.get(f"d{b}", f"d{b}")) for a, b in pairs}
    assert {(e.source, e.target) for e in (*graph.edges, *graph.back)} == named
    for node in graph.nodes:
        followers = {e.target for e in graph.edges if e.source == node}
        assert node not in graph.downstream(*followers).nodes
    for edge in graph.back:
        assert edge.source in graph.downstream(edge.target).nodes
    assert all(isinstance(n, Node) for n in graph.nodes.values())


def test_a_chosen_candidate_came_from_its_data_the_original_and_the_mitigation() -> None:
    original = Fit(id="fit", class_="a.Model", name="model", datasets=("X",))
    chosen = Fit(id="new", class_="b.Reweighed", name="chosen", method="mitigate", datasets=("X",), previous="fit")
    tried = (
        Tried(name="original", method="original", fit="fit"),
        Tried(name="reweighing", method="reweighing", fit="new"),
    )
    made = Mitigation(id="m", model="model", fit="fit", train="X", tried=tried, chosen="reweighing", policy="lending 1")
    graph = build({"run": [data("X"), original, made, chosen]})
    assert steps(graph) == {
        ("X", "fit", "fit"), ("X", "new", "mitigate"), ("X", "m", "train"), ("fit", "m", ""),
        ("fit", "new", "mitigate"), ("m", "new", "reweighing"),
    }  # fmt: skip
    assert graph.nodes["m"].detail == "reweighing chosen of 1 candidates · lending 1"
    # Keeping the original makes nothing of it.
    kept = build({"run": [data("X"), original, made.replace(chosen="original")]})
    assert steps(kept) == {("X", "fit", "fit"), ("X", "m", "train"), ("fit", "m", "")}
