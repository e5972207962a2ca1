"""What came from what can be read, at 5 and at 500 things, whatever it is called."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.display import lineage_html, lineage_svg, lineage_text
from jupyter_gov.display._lineage_fold import MOST_DRAWN, fold
from jupyter_gov.display._lineage_layout import WIDTH, lay_out, layers_of
from jupyter_gov.provenance import Edge, Graph, Node, build
from jupyter_gov.records import AssessmentResult, Column, Dataset, Derivation, Fit, Metric, Prediction, Record

NAMESPACE = {"s": "http://www.w3.org/2000/svg"}
HOSTILE = '</text><script>alert(1)</script>"&\u202e\x00 ' + "long " * 50


MODELS = ("LogisticRegression", "RandomForestClassifier", "HistGradientBoostingClassifier", "GaussianNB", "SVC")
METRICS = ("roc_auc_score", "brier_score_loss", "log_loss", "accuracy_score")
ASSESSMENTS = ("performance", "fairness")
FILE = {"source": "data/mortgages.csv", "door": "pandas.read_csv", "file_bytes": 403_211, "file_digest": "f"}


def data(name: str, rows: int, columns: int, role: str = "source", *, run: str = "", **more: object) -> Dataset:
    made = tuple(Column(name=f"c{i}", type="double", missing=0) for i in range(columns))
    return Dataset(id=f"{run}{name}", name=name, digest=f"jg1:{name}{rows}", rows=rows, columns=made, role=role, **more)


def split(run: str, parent: str, child: str, rows: dict[str, object] | None = None, by: str = "") -> Derivation:
    return Derivation(
        parent=f"{run}{parent}", child=f"{run}{child}", operation=by or "train_test_split", rows=rows or {}
    )


def small() -> list[Record]:
    return [
        data(
            "loans", 1989, 60, source="data/mortgages.csv", door="pandas.read_csv", file_bytes=403_211, file_digest="f"
        ),
        Fit(id="model", class_="sklearn.linear_model._logistic.LogisticRegression", name="model", datasets=("loans",)),
        Prediction(id="p", method="predict", fit="model", dataset="loans", rows=1989),
        Metric(id="accuracy", name="accuracy_score", value=0.8361, predictions=("p",), fits=("model",), split="train"),
    ]


def notebook(run: str = "", *, models: int = 3, metrics: int = 4, slices: int = 1) -> list[Record]:
    """A run as people make them: read, clean, split, scale, fit some models, predict, count."""
    train, test = {"count": 1591, "of": 1989, "digest": "d"}, {"count": 398, "of": 1989, "digest": "e"}
    made: list[Record] = [
        data("loans", 1989, 60, run=run, **FILE),
        data("clean", 1989, 12, run=run),
        split(run, "loans", "clean", {}, by="content"),
    ]  # fmt: skip
    for name, rows, columns, of, role in (
        ("X_train", 1591, 11, train, "train"), ("X_test", 398, 11, test, "test"),
        ("y_train", 1591, 1, train, "train"), ("y_test", 398, 1, test, "test"),
    ):  # fmt: skip
        made += [data(name, rows, columns, role, run=run), split(run, "clean", name, of)]
    scaler = f"{run}scaler"
    made += [
        Fit(id=scaler, class_="sklearn.preprocessing._data.StandardScaler", name="scaler", datasets=(f"{run}X_train",)),
        data("X_train_scaled", 1591, 11, "train", run=run), data("X_test_scaled", 398, 11, "test", run=run),
        Derivation(parent=f"{run}X_train", child=f"{run}X_train_scaled", operation="transform", fit=scaler),
        Derivation(parent=f"{run}X_test", child=f"{run}X_test_scaled", operation="transform", fit=scaler),
    ]  # fmt: skip
    for i in range(models):
        fit = f"{run}fit{i}"
        used = (f"{run}X_train_scaled", f"{run}y_train")
        made.append(Fit(id=fit, class_=f"sklearn.x.{MODELS[i % 5]}", name=f"model_{i}", datasets=used))
        for k in range(slices):
            guess = Prediction(
                id=f"{fit}p{k}", method="predict_proba", fit=fit, dataset=f"{run}X_test_scaled", rows=398
            )
            made.append(guess)
            made += [
                Metric(
                    id=f"{fit}m{k}.{m}", name=METRICS[m % 4],
                    value=0.7 + m / 100, predictions=(guess,), fits=(fit,), datasets=(f"{run}y_test",), split="test",
                )
                for m in range(metrics)
            ]  # fmt: skip
    assessed = {"fit": f"{run}fit0", "dataset": f"{run}X_test_scaled", "target": f"{run}y_test"}
    return [
        *made,
        *(AssessmentResult(id=f"{run}{n}", name=n, act="a", **assessed) for n in ("performance", "fairness")),
    ]


def of_size(nodes: int) -> Graph:
    if nodes == 5:
        return build({"run": small()})
    if nodes == 50:
        return build({"run": notebook(models=6, metrics=4)})
    return build({f"run {i}": notebook(f"{i}:", models=5, metrics=12) for i in range(7)})


def drawn(graph: Graph) -> ET.Element:
    return ET.fromstring(lineage_svg(graph))


def test_a_small_graph_is_told_line_by_line() -> None:
    assert lineage_text(of_size(5)).split("\n") == [
        "mortgages.csv · file · 403,211 bytes",
        "└─ loans · data set · 1,989 × 60 · source · pandas.read_csv",
        "   └─ model · fit · LogisticRegression",
        "      └─ predict · prediction · 1,989 rows · with loans",
        "         └─ accuracy_score · metric · 0.8361 · train",
        "",
        "1 file, 1 data set, 1 fit, 1 prediction, 1 metric.",
    ]


@pytest.mark.parametrize("size", [5, 50, 500])
def test_everything_fits_and_nothing_is_left_out(size: int) -> None:
    graph = of_size(size)
    assert len(graph.nodes) >= size - 2
    picture = fold(graph, most=MOST_DRAWN)
    assert len(picture.boxes) <= MOST_DRAWN
    assert sum(b.count for b in picture.boxes.values()) == len(graph.nodes)
    assert all(len(line) <= 100 for line in lineage_text(graph).split("\n"))
    svg = drawn(graph)
    boxes = svg.findall(".//s:rect[@class='jg-face']", NAMESPACE)
    assert len(boxes) == len(picture.boxes)
    assert "desc" in {e.tag.rpartition("}")[2] for e in svg}
    assert svg.get("role") == "img"
    assert ("one: 520 things in 17 boxes" in lineage_text(graph)) == (size == 500)


def test_what_is_alike_is_one_box_that_says_so() -> None:
    texts = [e.text for e in drawn(of_size(500)).iter() if e.tag.endswith("}text")]
    assert "336 metrics" in texts
    assert "28 fits" in texts
    assert "train_test_split 1,591 of 1,989" in texts


def test_a_name_cannot_break_out() -> None:
    graph = build({"run": [Dataset(id="d", name=HOSTILE, digest="x", rows=1, source=HOSTILE, door=HOSTILE)]})
    svg = lineage_svg(graph)
    assert "<script" not in svg
    assert not set("\u202e\x00") & set(svg)
    assert max(len(e.text or "") for e in ET.fromstring(svg).iter() if e.tag.endswith("}text")) < 40
    html = lineage_html(graph)
    assert "<script" not in html
    assert "jg-root" in html
    text = lineage_text(graph)
    assert not set("\u202e\x00") & set(text)


def test_nothing_is_known_yet() -> None:
    graph = build({})
    assert lineage_text(graph) == "Nothing is known yet."
    assert drawn(graph).find("s:desc", NAMESPACE).text == "Nothing is known yet."


def test_steps_back_are_told() -> None:
    made = [Dataset(id=i, name=i, digest=i, rows=1) for i in "ab"]
    steps = [Derivation(parent=p, child=c, operation="scale") for p, c in ("ab", "ba")]
    assert lineage_text(build({"run": [*made, *steps]})).endswith(
        "Not drawn: 1 step leads back to what was there before."
    )


def test_a_chain_longer_than_the_stack() -> None:
    fits = [Fit(id=f"f{i}", class_=f"C{i}", previous=f"f{i - 1}" if i else None) for i in range(3000)]
    graph = build({"run": fits})
    assert len(fold(graph, most=10**9).boxes) == 3000
    assert lineage_text(graph)


def test_a_loop_is_one_box() -> None:
    fits = [Fit(id=f"f{i}", class_="m.Model", name="m", previous=f"f{i - 1}" if i else None) for i in range(500)]
    for i, fit in enumerate(fits):
        fits[i] = fit.replace(datasets=(f"b{i % 7}",))
    batches = [Dataset(id=f"b{i}", name=f"batch {i}", digest=f"b{i}", rows=9) for i in range(7)]
    picture = fold(build({"run": [*batches, *fits]}))
    assert [(b.kind, b.count) for b in picture.boxes.values()] == [("dataset", 7), ("fit", 500)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=80), st.randoms(use_true_random=False))
def test_folding_keeps_everything_and_makes_no_circle(pairs: list[tuple[int, int]], random: Any) -> None:
    kinds = ("file", "dataset", "fit", "prediction", "metric", "assessment")
    nodes = {str(i): Node(id=str(i), kind=random.choice(kinds[1:4]), label=str(i)) for i in range(40)}
    edges = {Edge(source=str(a), target=str(b)) for a, b in pairs if a < b}
    graph = Graph(nodes, tuple(sorted(edges, key=lambda e: (int(e.source), int(e.target)))))
    for most in (1000, 25, 12, 1):
        picture = fold(graph, most=most)
        assert sum(b.count for b in picture.boxes.values()) + picture.inside == 40
        place = {key: i for i, key in enumerate(picture.boxes)}
        assert all(place[s] < place[key] for key in place for s in picture.sources[key])
        assert lineage_text(graph, most=most)
        drawn(graph)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 14), st.sets(st.tuples(st.integers(0, 13), st.integers(0, 13))))
def test_boxes_never_overlap_and_lines_go_down(n: int, pairs: set[tuple[int, int]]) -> None:
    sources: dict[str, list[str]] = {str(i): [] for i in range(n)}
    for a, b in sorted(pairs):
        if a < b < n:
            sources[str(b)].append(str(a))
    layer = layers_of(list(sources), sources, 3)
    assert sorted(set(layer.values())) == list(range(max(layer.values()) + 1))
    assert max(Counter(layer.values()).values()) <= 3
    assert all(layer[s] < layer[key] for key in sources for s in sources[key])
    heights = {key: 40.0 + 10 * (int(key) % 3) for key in sources}
    layout = lay_out(heights, sources, layer)
    for one, other in combinations(heights, 2):
        (x, y), (u, v) = layout.boxes[one], layout.boxes[other]
        assert abs(x - u) >= WIDTH or y + heights[one] <= v or v + heights[other] <= y
    for key, (x, y) in layout.boxes.items():
        assert -1e-6 <= x <= layout.width - WIDTH + 1e-6
        assert -1e-6 <= y <= layout.height - heights[key] + 1e-6
    for points in layout.lines:
        assert [p[1] for p in points] == sorted(p[1] for p in points)
