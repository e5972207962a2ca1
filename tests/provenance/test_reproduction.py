"""What a run made beside what its reproduction made: pairs, verdicts, where the two part, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.provenance import compare_runs, examine, judge, spread_of, tell_spread
from jupyter_gov.records import (
    AssessmentResult,
    Cause,
    Cell,
    Column,
    Compared,
    Dataset,
    Derivation,
    Environment,
    Finding,
    Fit,
    Metric,
    Module,
    Notebook,
    NotebookCell,
    Prediction,
    Record,
    Spread,
    Value,
    new_id,
)

FOREST = "sklearn.ensemble._forest.RandomForestClassifier"


@dataclass
class Made:
    """A run: its records by name, and what it has kept."""

    records: dict[str, Record]
    content: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    @property
    def listed(self) -> list[Record]:
        return list(self.records.values())

    @property
    def cells(self) -> list[Cell]:
        return [r for r in self.listed if isinstance(r, Cell)]

    def kept(self, record: str, role: str) -> Mapping[str, Any] | None:
        return self.content.get((record, role))

    def change(self, name: str, /, **fields: Any) -> None:
        self.records[name] = self.records[name].replace(**fields)


def run() -> Made:
    """Return a run that reads, splits, fits two models, predicts, and measures; each time with ids of its own."""
    read, split, fit, predict, measure = cells = [
        Cell(order=i, execution_count=i, cell_id=f"c{i}", source=s)
        for i, s in enumerate(["read", "split", "fit", "predict", "measure"], 1)
    ]
    raw = Dataset(name="loans", digest="raw", rows=8, source="data/loans.csv", door="pandas.read_csv", cell=read.id)
    train = Dataset(name="X_train", digest="train", rows=6, cell=split.id)
    test = Dataset(name="X_test", digest="test", rows=2, cell=split.id)
    forest = Fit(class_=FOREST, name="forest", cell=fit.id, datasets=(train.id,), model_digest="forest")
    baseline = Fit(class_="sklearn.dummy.Dummy", name="base", cell=fit.id, datasets=(train.id,), model_digest="dummy")
    scores = Prediction(method="predict_proba", fit=forest.id, dataset=test.id, digest="p", rows=2, cell=predict.id)
    auc = Metric(name="roc_auc", value=0.75, cell=measure.id, fits=(forest.id,), predictions=(scores.id,))
    report = Metric(name="report", value={"a": [1.5, 2.5], "n": 3, "none": None, "nan": math.nan}, cell=measure.id)
    found = AssessmentResult(
        name="performance", act="a", model="forest", fit=forest.id, dataset=test.id, cell=measure.id,
        values=(Value(measure="roc_auc", value=0.75, lower=0.7, upper=0.8), Value(measure="brier", value=0.1)),
    )  # fmt: skip
    chain = [
        replace(c, reads={"x": cells[i - 1].id} if i else {}, writes=("x",)) for i, c in enumerate(cells)
    ]  # fmt: skip
    named: dict[str, Record] = {c.source: c for c in chain}
    named |= {"raw": raw, "train": train, "test": test}
    named |= {f"of {d.name}": Derivation(child=d.id, parent=raw.id, operation="split") for d in (train, test)}
    named |= {"forest": forest, "base": baseline, "scores": scores, "auc": auc, "report": report, "assessed": found}
    content: dict[tuple[str, str], Mapping[str, Any]] = {
        (forest.id, "learned"): {"trees[0].threshold": np.array([0.25, 1.5, -3.0]), "classes": np.array(["n", "y"])},
        (scores.id, "predictions"): {"values": np.array([[0.25, 0.75], [0.5, 0.5]])},
    }
    return Made(named, content)


def compare(before: Made, after: Made, **options: Any) -> dict[str, Compared]:
    """Compare two runs whose cells correspond; returns items by the names of the run's records."""
    pairs = options.pop("pairs", None)
    if pairs is None:
        pairs = {a.id: b.id for a, b in zip(before.cells, after.cells, strict=True)}
    items = compare_runs(
        before.listed, after.listed, pairs=pairs, kept=before.kept, kept_again=after.kept, **options
    )  # fmt: skip
    names = {r.id: name for name, r in before.records.items()}
    return {names.get(i.record, f"new {i.name}"): i for i in items}


def verdicts(items: Mapping[str, Compared]) -> dict[str, str]:
    return {name: i.verdict for name, i in items.items() if i.verdict != "identical"}


def judged(before: Made, after: Made, **options: Any) -> Any:
    items = list(compare(before, after).values())
    return judge(items, before.listed, after.listed, **options)


# -- verdicts of single things -----------------------------------------------------------------------------------------


def test_a_run_beside_itself_is_identical() -> None:
    made = run()
    items = compare(made, made)
    assert list(items) == ["raw", "train", "test", "forest", "base", "scores", "auc", "report", "assessed"]
    assert verdicts(items) == {}
    found = judge(list(items.values()), made.listed, made.listed)
    assert (found.verdict, found.first, found.causes) == ("identical", "", ())
    assert found.summary == (
        "Identical: all 9 things compared (3 data sets, 2 models, 1 prediction, 2 metrics, 1 assessment) came out the "
        "same."
    )


def _numbers(made: Made) -> dict[str, Callable[[float], None]]:
    """Return, by the name of what first shows it, how to multiply one number of a run."""

    def learned(by: float) -> None:
        made.change("forest", model_digest=f"forest {by}")
        key = (made.records["forest"].id, "learned")
        made.content[key] = {**made.content[key], "trees[0].threshold": np.array([0.25, 1.5 * by, -3.0])}

    def predicted(by: float) -> None:
        made.change("scores", digest=f"p {by}")
        key = (made.records["scores"].id, "predictions")
        made.content[key] = {"values": np.array([[0.25, 0.75], [0.5, 0.5 * by]])}

    def assessed(by: float) -> None:
        made.change("assessed", values=(Value(measure="roc_auc", value=0.75, lower=0.7 * by, upper=0.8),
                                        Value(measure="brier", value=0.1)))  # fmt: skip

    return {
        "forest": learned,
        "scores": predicted,
        "auc": lambda by: made.change("auc", value=0.75 * by),
        "report": lambda by: made.change("report", value={"a": [1.5, 2.5 * by], "n": 3, "none": None, "nan": math.nan}),
        "assessed": assessed,
    }


@settings(max_examples=60, deadline=None)
@given(
    where=st.sampled_from(["forest", "scores", "auc", "report", "assessed"]),
    small=st.floats(1e-12, 9e-9),
    large=st.floats(1.1e-8, 1e3),
    sign=st.sampled_from([1, -1]),
)
def test_one_number_moved_is_found_and_weighed(where: str, small: float, large: float, sign: int) -> None:
    for by, verdict in ((small, "equivalent"), (min(large, 0.9), "different")):
        before, after = run(), run()
        _numbers(after)[where](1 + sign * by)
        assert verdicts(compare(before, after)) == {where: verdict}
        found = judged(before, after)
        assert (found.verdict, found.first) == (verdict, before.records[where].id)
        item = compare(before, after)[where]
        assert item.difference == pytest.approx(by if sign < 0 else by / (1 + by), rel=1e-3)
    # A tolerance that somebody states counts for what it says.
    assert verdicts(compare(before, after, tolerance=1.0)) == {where: "equivalent"}


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(["forest", "scores", "auc", "report", "assessed"]), min_size=1))
def test_the_first_difference_is_one_whose_origins_do_not_differ(names: set[str]) -> None:
    before, after = run(), run()
    for name in names:
        _numbers(after)[name](1.5)
    order = ["forest", "scores", "auc", "report", "assessed"]
    assert judged(before, after).first == before.records[min(names, key=order.index)].id


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (math.nan, math.nan, "identical"),
        ("NaN", math.nan, "identical"),
        ("Infinity", math.inf, "identical"),
        (math.inf, -math.inf, "different"),
        (1.0, math.nan, "different"),
        (1, 1.0, "identical"),
        (0.0, -0.0, "identical"),
        (0.0, 1e-300, "different"),
        (10**12, 10**12 + 1, "different"),
        (1e308, -1e308, "different"),
        (5e-324, 1e-323, "different"),
        ([1.0, 2.0], [1.0], "different"),
        ({"a": 1.0}, {"b": 1.0}, "different"),
        (True, False, "different"),
        (None, 0.0, "different"),
        ("a", "b", "different"),
        ([[1.0]], [[1.0 + 1e-12]], "equivalent"),
    ],
)
def test_metrics_of_all_kinds(one: Any, other: Any, verdict: str) -> None:
    before, after = run(), run()
    before.change("auc", value=one)
    after.change("auc", value=other)
    assert compare(before, after)["auc"].verdict == verdict
    assert compare(after, before)["auc"].verdict == verdict


def test_both_values_are_told_with_as_many_digits_as_tell_them_apart() -> None:
    before, after = run(), run()
    after.change("auc", value=0.7500001)
    after.change("assessed", values=(Value(measure="roc_auc", value=0.7, lower=0.6, upper=0.8),
                                     Value(measure="brier", value=0.1)))  # fmt: skip
    items = compare(before, after)
    assert items["auc"].detail == "0.75 became 0.7500001"
    assert items["assessed"].detail == "`value.roc_auc` 0.75 became 0.7, and 1 more of 6 numbers differ"


def test_no_single_value_of_data_is_told() -> None:
    before, after = run(), run()
    _numbers(after)["forest"](2.0)
    _numbers(after)["scores"](2.0)
    items = compare(before, after)
    assert items["forest"].detail == (
        "1 of 5 learned values differ, the first in `trees[0].threshold`; the largest relative difference is 0.5"
    )
    assert (
        items["scores"].detail == "1 of 4 values differ, the first in `values`; the largest relative difference is 0.5"
    )


def test_labels_and_shapes_must_be_equal() -> None:
    before, after = run(), run()
    key = (after.records["forest"].id, "learned")
    after.change("forest", model_digest="other")
    after.content[key] = {**after.content[key], "classes": np.array(["n", "z"])}
    assert (
        compare(before, after, tolerance=10.0)["forest"].detail
        == "1 of 5 learned values differ, the first in `classes`"
    )
    after.content[key] = {"trees[0].threshold": np.zeros(4), "classes": np.array(["n", "y"])}
    assert "has the shape (3,) in the run and (4,) now" in compare(before, after)["forest"].detail
    after.content[key] = {"classes": np.array(["n", "y"])}
    assert "is not there" in compare(before, after)["forest"].detail


def test_what_was_not_kept_is_judged_by_what_came_of_it() -> None:
    before, after = run(), run()
    after.change("forest", model_digest="other")
    after.content.clear()
    item = compare(before, after)["forest"]
    assert item.verdict == "equivalent"
    assert item.detail == "it learned otherwise; judged by the 3 results that came of it"
    _numbers(after)["auc"](1.5)
    item = compare(before, after)["forest"]
    assert (item.verdict, item.detail) == ("different", "it learned otherwise; see the metric roc_auc")
    # Nothing came of the other one.
    after.change("base", model_digest="other")
    assert compare(before, after)["base"].detail == "it learned otherwise; by how much was not kept"


def test_a_model_without_a_digest_may_still_be_identical() -> None:
    before, after = run(), run()
    for made in (before, after):
        made.change("forest", model_digest="")
        made.change("base", model_digest="")
    assert compare(before, after)["forest"].verdict == "identical"
    before.content.clear()
    assert judge([compare(before, after)["forest"]], before.listed, after.listed).summary.endswith(
        "came out the same. Of these, 1 could only be judged by what came of it."
    )
    items = compare(before, after)
    assert items["forest"].detail == "what it learned is not on record; judged by the 3 results that came of it"
    assert items["base"].verdict == "impossible"
    found = judged(before, after)
    assert found.verdict == "impossible"
    assert [c.what for c in found.causes] == ["not_recorded"]
    assert found.summary == (
        "Impossible: the Dummy base could not be compared: what it learned is not on record."
    )  # fmt: skip


def test_a_cross_validation_leaves_only_its_results() -> None:
    before, after = run(), run()
    for made in (before, after):
        made.change("base", method="cross_validate", model_digest="")
        made.records["score"] = Metric(
            name="score", value=[0.5, 0.25], cell=made.records["measure"].id, fits=(made.records["base"].id,)
        )
    item = compare(before, after)["base"]
    assert (item.verdict, item.detail) == ("identical", "")
    after.change("score", value=[0.5, 0.75])
    item = compare(before, after)["base"]
    assert (item.verdict, item.detail) == ("different", "what came of it differs; see the metric score")


def test_failed_fits_are_alike_if_both_failed() -> None:
    before, after = run(), run()
    before.change("base", status="error", model_digest="")
    assert compare(before, after)["base"].detail == "had failed in the run"
    after.change("base", status="error", model_digest="")
    assert compare(before, after)["base"].verdict == "identical"


# -- pairs -------------------------------------------------------------------------------------------------------------


def test_what_one_side_lacks_is_named() -> None:
    before, after = run(), run()
    del after.records["report"]
    after.records["extra"] = Metric(name="f1", value=0.5, cell=after.records["measure"].id)
    items = compare(before, after)
    assert verdicts(items) == {"report": "different", "new f1": "different"}
    assert items["report"].detail == "was not made again"
    assert items["new f1"].detail == "is new: the run had none"


def test_cells_that_were_not_asked_for_are_left_out_and_those_not_reached_are_impossible() -> None:
    before, after = run(), run()
    pairs = {a.id: b.id for a, b in zip(before.cells[1:4], after.cells[1:4], strict=True)}
    items = compare(before, after, pairs={**pairs, before.cells[3].id: ""})
    assert list(items) == ["train", "test", "forest", "base", "scores"]
    assert verdicts(items) == {"scores": "impossible"}
    assert items["scores"].detail == "as far as is on record, its cell did not come to its end again"


def test_data_are_known_by_content_wherever_they_were_seen_first() -> None:
    before, after = run(), run()
    # In the run, a cell that was not asked for had seen them before.
    other = Cell(order=9, source="look")
    before.records = {"look": other, **before.records, "raw": before.records["raw"].replace(cell=other.id)}
    pairs = {a.id: b.id for a, b in zip(before.cells[1:], after.cells, strict=True)}
    assert verdicts(compare(before, after, pairs=pairs)) == {}
    after.change("train", name="renamed", cell=after.records["fit"].id)
    assert verdicts(compare(before, after, pairs=pairs)) == {}


def test_data_belong_to_the_cell_that_made_them() -> None:
    before, after = run(), run()
    split, fit = before.records["split"], before.records["fit"]
    before.change("fit", reads={"X_train": split.id})
    before.change("train", cell=fit.id)
    after.change("train", digest="other", cell=after.records["fit"].id)
    item = compare(before, after)["train"]
    assert (item.verdict, item.cell) == ("different", split.id)
    assert judged(before, after).summary.startswith("Different: the data set X_train in cell [2] came out otherwise;")


def test_many_of_a_kind_are_told_apart_by_what_they_learned() -> None:
    before, after = run(), run()
    for made in (before, after):
        for i in range(4):
            digest = "odd" if made is after and i == 2 else str(i)
            fit = Fit(class_="m.Model", cell=made.records["fit"].id, model_digest=digest)
            made.records[f"model {i}"] = fit
    assert verdicts(compare(before, after)) == {"model 2": "different"}


def test_a_cell_that_ran_twice_has_two_pairs() -> None:
    before, after = run(), run()
    for made in (before, after):
        made.records["measure again"] = Cell(order=6, source="measure", cell_id="c5")
        made.records["auc again"] = Metric(name="roc_auc", value=0.5, cell=made.records["measure again"].id)
    after.change("auc again", value=0.25)
    assert verdicts(compare(before, after)) == {"auc again": "different"}


# -- why ---------------------------------------------------------------------------------------------------------------


def test_a_fit_that_draws_without_a_seed_is_the_cause() -> None:
    before, after = run(), run()
    before.change("forest", randomness="unseeded")
    for name in ("forest", "scores", "auc", "assessed"):
        _numbers(after)[name](1.5)
    changes = [{"what": "package scikit-learn", "before": "1.8", "after": "1.9"}]
    found = judged(before, after, changes=changes)
    assert found.summary == (
        "Different: the RandomForestClassifier forest in cell [3] came out otherwise; it draws random numbers without "
        "a seed."
    )
    assert [(c.what, c.decides) for c in found.causes] == [("unseeded", True), ("environment", False)]
    assert found.causes[0].cells == (before.records["fit"].id,)
    assert found.first == before.records["forest"].id


@pytest.mark.parametrize("how", ["finding", "entropy"])
def test_a_cell_that_draws_without_a_seed_is_the_cause(how: str) -> None:
    before, after = run(), run()
    split = before.records["split"]
    if how == "finding":
        before.records["finding"] = Finding(
            check="unseeded_randomness", severity="warning", message="m", cells=(split.id,)
        )  # fmt: skip
    else:
        before.change("split", reads={**split.reads, "os.urandom": ""})  # type: ignore[attr-defined]
    after.change("test", digest="other")
    found = judged(before, after)
    assert found.first == before.records["test"].id
    assert found.summary == (
        "Different: the data set X_test in cell [2] came out otherwise; cell [2] draws random numbers without a seed."
    )
    # What stands behind the first difference counts too, and what does not does not.
    after = run()
    _numbers(after)["report"](1.5)
    assert [c.what for c in judged(before, after).causes if c.decides] == ["unseeded"]
    after = run()
    after.change("raw", digest="other")
    assert [c.what for c in judged(before, after).causes if c.decides] == ["unknown"]


def test_a_cell_that_seeds_what_it_draws_from_is_no_cause() -> None:
    before, after = run(), run()
    before.change("measure", reads={"numpy.random": None}, writes=("numpy.random",))
    _numbers(after)["auc"](1.5)
    assert [c.what for c in judged(before, after).causes] == ["unknown"]


def test_repetitions_separate_chance_from_change() -> None:
    before = run()
    before.change("forest", randomness="unseeded")

    def times(*values: float) -> tuple[Any, Made]:
        runs = [run() for _ in values]
        for made, value in zip(runs, values, strict=True):
            made.change("auc", value=value)
            made.change("forest", model_digest=str(value))
            made.content.clear()
        told = [(m.listed, {a.id: b.id for a, b in zip(before.cells, m.cells, strict=True)}) for m in runs]
        return spread_of(before.listed, told), runs[0]

    spread, again = times(0.7, 0.8)
    auc = next(s for s in spread if s.name == "roc_auc")
    assert (auc.original, auc.values) == (0.75, (0.7, 0.8))
    assert tell_spread(auc) == "varies by chance, the run's value within"
    assert [s.name for s in spread] == [
        "roc_auc",
        "report a[0]",
        "report a[1]",
        "report n",
        "report nan",
        "roc_auc",
        "brier",
    ]
    assert tell_spread(spread[1]) == tell_spread(spread[4]) == "always as in the run"
    assert [c.what for c in judged(before, again, spread=spread).causes if c.decides] == ["unseeded"]
    spread, again = times(0.7, 0.7)
    assert tell_spread(spread[0]) == "always the same, but not as in the run"
    assert [c.what for c in judged(before, again, spread=spread).causes if c.decides] == ["unknown"]
    # What varies without anything on record that draws is chance all the same.
    before.change("forest", randomness="")
    spread, again = times(0.7, 0.8)
    assert [c.what for c in judged(before, again, spread=spread).causes if c.decides] == ["unseeded"]
    assert tell_spread(replace(spread[0], values=(0.1,))) == ""


@pytest.mark.parametrize(
    ("what", "tier"),
    [
        ("package scikit-learn", True),
        ("package Scikit_Learn", True),
        ("package numpy", True),
        ("python", True),
        ("package tqdm", True),
    ],
)
def test_another_environment_is_the_cause_where_nothing_else_is(what: str, tier: bool) -> None:
    before, after = run(), run()
    _numbers(after)["forest"](1.5)
    changes = [{"what": what, "before": "1.8", "after": "1.9"}]
    found = judged(before, after, changes=changes)
    name = {"python": "Python"}.get(what, what.removeprefix("package "))
    assert found.summary.endswith(f"came out otherwise; {name} was 1.8 in the run and is 1.9 now.")
    same = judged(before, before, changes=changes)
    assert same.verdict == "identical"
    assert [(c.what, c.decides) for c in same.causes] == [("environment", False)]
    assert "which made no difference" in same.causes[0].message


def test_the_packages_that_what_differs_comes_from_are_named_first() -> None:
    before, after = run(), run()
    _numbers(after)["forest"](1.5)
    changes = [{"what": f"package {n}", "before": "1", "after": "2"} for n in ("aaa", "numpy", "scikit-learn")]
    found = judged(before, after, changes=changes)
    assert found.summary.endswith("scikit-learn was 1 in the run and is 2 now.")
    assert [c.decides for c in found.causes] == [True, False]
    assert "aaa" in found.causes[1].message


def test_a_changed_file_is_the_cause_of_data_that_were_read_from_it() -> None:
    before, after = run(), run()
    after.change("raw", digest="other")
    _numbers(after)["forest"](1.5)
    inputs = [{"path": "data/loans.csv", "verdict": "different", "detail": "8 bytes became 9"}]
    found = judged(before, after, inputs=inputs)
    assert found.summary == (
        "Different: the data set loans in cell [1] came out otherwise; the file `data/loans.csv` has changed since the "
        "run."
    )
    assert found.causes[0].what == "input"
    assert judged(before, before, inputs=inputs).causes[0].decides is False


def test_data_from_elsewhere_may_change_by_themselves() -> None:
    before, after = run(), run()
    for made in (before, after):
        made.change("raw", source="https://example.org/loans.csv")
    after.change("raw", digest="other")
    found = judged(before, after)
    assert found.summary.endswith(
        "it was read from `https://example.org/loans.csv`, which may give other data each time."
    )


def test_a_changed_module_is_the_cause() -> None:
    before, after = run(), run()
    before.records["module"] = Module(name="helpers", path="helpers.py", digest="1", cell=before.records["read"].id)
    after.records["module"] = Module(name="helpers", path="helpers.py", digest="2")
    _numbers(after)["report"](1.5)
    inputs = [{"path": "helpers.py", "verdict": "different", "detail": ""}]
    found = judged(before, after, inputs=inputs)
    assert found.summary.endswith("came out otherwise; the module `helpers` (helpers.py) has changed.")
    assert [c.what for c in found.causes] == ["code"]


def test_cells_out_of_order_are_named_by_what_the_notebook_shows() -> None:
    before, after = run(), run()
    order = ["read", "fit", "split", "predict", "measure"]
    listed = tuple(NotebookCell(cell_id=str(before.records[n].cell_id), digest=n) for n in order)  # type: ignore[attr-defined]
    session = examine(before.cells, Notebook(cells=listed), digest_of=str)
    found = judged(before, after, session=session)
    assert found.verdict == "identical"
    assert [(c.what, c.decides) for c in found.causes] == [("order", False)]
    assert found.causes[0].message == (
        "Cell [2] ran out of the notebook's order: `x` came from cell [1], though cell [3] stands between the two and "
        "changes it. So did cell [3] and cell [4]."
    )
    assert found.summary.endswith(found.causes[0].message)
    _numbers(after)["auc"](1.5)
    found = judged(before, after, session=session)
    assert found.summary.startswith("Different: the metric roc_auc in cell [5] came out otherwise; cell [2] ran out of")
    assert [c.what for c in found.causes if c.decides] == ["order"]


def test_what_stops_it_makes_it_impossible() -> None:
    before, after = run(), run()
    stop = Cause(what="raised", message="Cell [4] raised ValueError: no.", cells=(before.records["predict"].id,))
    aside = Cause(what="secret", message="A secret was given.", decides=False)
    pairs = {a.id: b.id for a, b in zip(before.cells[:3], after.cells[:3], strict=True)}
    items = list(compare(before, after, pairs={**pairs, before.cells[3].id: "", before.cells[4].id: ""}).values())
    changes = [{"what": "package scikit-learn", "before": "1.8", "after": "1.9"}]
    found = judge(items, before.listed, after.listed, facts=[aside, stop], changes=changes)
    assert (found.verdict, found.summary) == ("impossible", "Impossible: cell [4] raised ValueError: no.")
    assert found.causes[0] == stop
    assert [c.what for c in found.causes] == ["raised", "secret", "environment"]
    nothing = judge([], before.listed, [], facts=[Cause(what="secret", message="The secret KEY is not given.")])
    assert nothing.summary == "Impossible: the secret KEY is not given."
    assert [c.what for c in nothing.causes] == ["secret"]
    empty = judge([], [], [])
    assert (empty.verdict, [c.what for c in empty.causes]) == ("impossible", ["not_recorded"])


def test_a_difference_that_nothing_explains_says_so() -> None:
    before, after = run(), run()
    _numbers(after)["auc"](1.5)
    found = judged(before, after)
    assert (
        found.summary == "Different: the metric roc_auc in cell [5] came out otherwise; nothing on record explains it."
    )
    assert [c.what for c in found.causes] == ["unknown"]


def test_unseeded_randomness_that_made_no_difference_is_still_told() -> None:
    before, after = run(), run()
    before.change("forest", randomness="unseeded")
    found = judged(before, after)
    assert found.verdict == "identical"
    assert (
        found.causes[0].message == "Cell [3] draws random numbers without a seed, and came out all the same this time."
    )
    assert not found.causes[0].decides
    told = judged(before, after, restored=True).causes[0].message
    assert told.endswith("without a seed: the states that the generators had in the run were put back.")
    # Only what was executed again counts.
    assert judged(before, after, cells=[before.records["read"].id]).causes == ()


def test_rounding_is_told_with_its_size() -> None:
    before, after = run(), run()
    _numbers(after)["scores"](1 + 1e-10)
    found = judged(before, after)
    assert found.summary.startswith("Equivalent: all 9 things compared (")
    assert found.summary.endswith(
        "came out the same up to rounding. The largest relative difference is 1e-10, where 1e-8 is allowed; the first "
        "is in the result of predict_proba of RandomForestClassifier forest in cell [4]."
    )


def test_only_something_new_is_different_too() -> None:
    before, after = run(), run()
    after.records["extra"] = Metric(id=new_id(), name="f1", value=0.5, cell=after.records["measure"].id)
    found = judged(before, after)
    assert (found.verdict, found.first) == ("different", "")
    assert found.summary.startswith("Different: the metric f1 in cell [5] was not in the run; ")


def _here(*variables: str) -> Environment:
    return Environment(
        python="3.11", implementation="CPython", packages={}, os="Linux", machine="x86_64", cpu="c", cores=2,
        memory_bytes=1, variables=variables,
    )  # fmt: skip


def test_the_order_of_sets_is_offered_where_nothing_fixes_it() -> None:
    before, after = run(), run()
    for made in (before, after):
        made.change(
            "train", columns=(Column(name="a", type="int64", missing=0), Column(name="b", type="int64", missing=0))
        )
    after.change(
        "train",
        digest="other",
        columns=(Column(name="b", type="int64", missing=0), Column(name="a", type="int64", missing=0)),
    )
    assert compare(before, after)["train"].detail == "it has the same columns in another order"
    assert "PYTHONHASHSEED" not in judged(before, after).causes[0].remedy
    before.records["here"] = _here("PYTHONHASHSEED")
    assert "PYTHONHASHSEED" not in judged(before, after).causes[0].remedy
    before.records["here"] = _here("TZ")
    cause = judged(before, after).causes[0]
    assert cause.what == "unknown"
    assert "It may well be the order of sets, and of lists and dicts made of them" in cause.remedy
    # A cell that makes a set is named; where none does and no order differs, it is one thing of many.
    before.change("split", source="X_train = X[list({'a', 'b'})]")
    assert ", as in cell [2]: sort them." in judged(before, after).causes[0].remedy
    after = run()
    before.change("split", source="split")
    before.change("train", columns=())
    _numbers(after)["auc"](1.5)
    told = judged(before, after).causes[0].remedy
    assert "Look for the order of sets, and of lists and dicts made of them (PYTHONHASHSEED is not set), the" in told


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import os\nn = int(os.environ['TREES'])", "variable `TREES`: what it was set"),
        (
            "from os import getenv, environ\ngetenv('A', '1'), environ.get('B')",
            "variables `A`, `B`: what they were set",
        ),
        ("%matplotlib inline\nos.environ['TREES'] = '1'", ""),
        ("os.environ[name]; {}.get('A')", ""),
        ("not python at all", ""),
    ],
)
def test_environment_variables_that_cells_read_are_named(source: str, names: str) -> None:
    before, after = run(), run()
    before.change("fit", source=source)
    assert judged(before, after).causes == ()
    _numbers(after)["auc"](1.5)
    told = [c for c in judged(before, after).causes if c.what == "not_recorded"]
    assert [c.decides for c in told] == ([False] if names else [])
    if names:
        assert told[0].message.startswith("Cell [3] reads the environment ")
        assert names in told[0].message
        assert told[0].cells == (before.records["fit"].id,)
        # What no result rests on does not count.
        after = run()
        after.change("raw", digest="other")
        assert [c.what for c in judged(before, after).causes] == ["unknown"]


def test_a_run_that_saw_nothing_has_nothing_to_compare() -> None:
    cell = Cell(order=1, execution_count=1, source="print()")
    none = Cause(what="not_recorded", message="The run has no result.", remedy="Reproduce with --all.")
    for facts in ([], [none]):
        found = judge([], [cell], [], facts=facts, cells=[])
        assert found.summary == "Impossible: the run saw no data, model or metric: there is nothing to compare."
        assert [(c.what, c.remedy) for c in found.causes] == [("not_recorded", "")]
    # What no cell gave cannot be given by one either.
    found = judge([], [cell, Metric(name="m", value=1.0)], [], facts=[none], cells=[])
    assert found.summary.endswith("belongs to a recorded cell: there is nothing to execute again.")
    assert [c.remedy for c in found.causes] == [""]
    made = Metric(name="m", value=1.0, cell=cell.id)
    assert judge([], [cell, made], [], facts=[none], cells=[]).causes == (none,)


@pytest.mark.parametrize("kind", ["auc", "train", "forest", "scores", "assessed"])
def test_repetitions_tell_whether_what_differs_first_varies(kind: str) -> None:
    before = run()

    def repeated(*factors: float) -> Any:
        runs = []
        for by in factors:
            made = run()
            _numbers(made)[kind](by) if kind != "train" else made.change("train", digest=f"{by}")
            runs.append(made)
        told = [(m.listed, list(compare(before, m).values())) for m in runs]
        return judge(told[0][1], before.listed, told[0][0], repeated=told)

    same = repeated(1.5, 1.5, 1.5)
    assert [c.what for c in same.causes if c.decides] == ["unknown"]
    assert "all 3 repetitions agree: it has changed, not varied." in same.summary
    assert "--times" not in same.causes[0].remedy
    other = repeated(1.5, 0.5, 1.5)
    assert [c.what for c in other.causes if c.decides] == ["unseeded"]
    assert "repetitions differ from one another" in other.summary
    assert "--times" not in other.causes[0].remedy
    before.change("forest", randomness="unseeded")
    said = {
        True: "without a seed, and 2 repetitions of it differ.",
        False: "without a seed, but all 2 repetitions agree.",
    }
    for factors in ((1.5, 0.5), (1.5, 1.5)):
        causes = [c for c in repeated(*factors).causes if c.what == "unseeded"]
        assert [c.message.endswith(said[factors[0] != factors[1]]) for c in causes] == [True] or kind == "train"
    assert repeated(1.5).causes[-1].what in ("unseeded", "unknown")


def test_a_value_outside_says_something_only_with_many_repetitions() -> None:
    few = Spread(metric="m", name="auc", original=0.9, values=tuple(i / 100 for i in range(19)))
    assert tell_spread(few) == "varies by chance"
    many = replace(few, values=(*few.values, 0.5))
    assert tell_spread(many) == "varies by chance, the run's value outside (chance alone: 9.5 %)"
    assert tell_spread(replace(few, original=0.05)) == "varies by chance, the run's value within"


def test_a_run_that_ended_with_an_error_says_how_far_it_came() -> None:
    before, after = run(), run()
    before.change("measure", status="error", error="ValueError: no")
    found = judged(before, after)
    assert found.summary.endswith("came out the same, as far as the run came before its cell [5] raised.")
    _numbers(after)["auc"](1 + 1e-10)
    assert "up to rounding, as far as the run came before its cell [5] raised. The" in judged(before, after).summary
    _numbers(after)["auc"](1.5)
    assert judged(before, after).summary.endswith(" The run itself ended when its cell [5] raised.")
    # An error that was gone on after is none that it ended with.
    before.change("measure", status="ok")
    before.change("fit", status="error")
    assert "raised" not in judged(before, before).summary


def test_what_was_executed_but_never_written_is_the_reason_why_it_cannot_be_compared() -> None:
    before, after = run(), run()
    pairs = {a.id: b.id for a, b in zip(before.cells, after.cells, strict=True)}
    items = list(compare(before, after, pairs={**pairs, before.cells[4].id: ""}).values())
    found = judge(items, before.listed, after.listed)
    assert found.summary == (
        "Impossible: the second execution of cell [5] is not on record, although nothing stopped it."
    )
    assert [(c.what, c.cells) for c in found.causes] == [("not_recorded", (before.cells[4].id,))]
