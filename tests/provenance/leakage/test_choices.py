"""Choices made by the rows that the result is reported on: when to stop, where to cut, which settings."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prepared_cases import fit, metric, parts
from sklearn.metrics import precision_recall_curve, roc_curve

from jupyter_gov.provenance.leakage import Case, Look
from jupyter_gov.provenance.leakage._choices import early_stopping_on_test, threshold_on_test
from jupyter_gov.provenance.leakage._cuts import chosen_labels
from jupyter_gov.provenance.leakage._looks import (
    FEWEST_MODELS,
    expected_maximum,
    find_reuse,
    tuned_and_reported,
    tuned_on_test,
)
from jupyter_gov.provenance.leakage._preparation import is_validation
from jupyter_gov.records import Candidate, Metric

A = np.random.default_rng(0).normal(size=100)
TEST = np.arange(75, 100)


@pytest.mark.parametrize("name", ["X_val", "valid", "X_valid_1", "dev_set", "df_validation", "X_calib"])
def test_words_for_validation(name: str) -> None:
    assert is_validation(name)


@pytest.mark.parametrize("name", ["X_test", "evaluate_me", "values", "interval", "device", "X", "retained", "Xtest"])
def test_other_words(name: str) -> None:
    assert not is_validation(name)


def stopping(class_: str, params: dict[str, Any], **more: Any) -> Case:
    case = parts({"a": A}, TEST, fit=fit(class_, params=params), metrics=(metric("accuracy_score", 0.8),))
    return dataclasses.replace(case, watched=(case.test,), **more)


@pytest.mark.parametrize(
    ("class_", "params", "severity"),
    [
        ("xgboost.sklearn.XGBClassifier", {"early_stopping_rounds": 10}, "error"),
        ("xgboost.sklearn.XGBClassifier", {"early_stopping_rounds": None}, "info"),
        ("lightgbm.sklearn.LGBMClassifier", {"n_estimators": 100}, "warning"),
        ("lightgbm.engine.train", {"callbacks": ["early_stopping(10)"]}, "error"),
        ("sklearn.ensemble.HistGradientBoostingClassifier", {"early_stopping": True, "n_iter_no_change": 10}, "error"),
        ("sklearn.ensemble.HistGradientBoostingClassifier", {"early_stopping": False, "n_iter_no_change": 10}, "info"),
        ("sklearn.pipeline.Pipeline", {"model__early_stopping_rounds": 5}, "error"),
    ],
)
def test_stopped_by_the_test(class_: str, params: dict, severity: str) -> None:
    (finding,) = early_stopping_on_test(stopping(class_, params))
    assert (finding.severity, finding.count, finding.of) == (severity, 25, 25)


def test_stopped_by_other_rows() -> None:
    case = stopping("a.Model", {"early_stopping": True})
    assert list(early_stopping_on_test(dataclasses.replace(case, watched=(case.train,)))) == []
    assert list(early_stopping_on_test(dataclasses.replace(case, metrics=()))) == []
    # Reported on the validation part too: that is what it is there for.
    named = dataclasses.replace(case.test, name="X_valid")
    assert list(early_stopping_on_test(dataclasses.replace(case, test=named, watched=(named,)))) == []


def test_watched_rows_in_another_form() -> None:
    case = stopping("a.Model", {"early_stopping": True})
    some = dataclasses.replace(case.test, id="again", rows=10, origins={"source": TEST[:10]})
    (finding,) = early_stopping_on_test(dataclasses.replace(case, watched=(some,)))
    assert finding.count == 10


def cut(*metrics: Metric, name: str = "X_test", labels: dict[str, str] | None = None) -> list[str]:
    """Return how severe what is found is; `labels` are those of metrics, by their place and the last by ``last``."""
    places = {"last": metrics[-1].id, **{str(place): m.id for place, m in enumerate(metrics)}}
    told = {places[place]: frozenset(digests.split()) for place, digests in (labels or {}).items()}
    case = parts({"a": A}, TEST, metrics=metrics, labels=told)
    case = dataclasses.replace(case, test=dataclasses.replace(case.test, name=name))
    return [f.severity for f in threshold_on_test(case)]


F1 = [metric("f1_score", v) for v in (0.5, 0.6, 0.72, 0.64)]


def test_the_best_of_several_thresholds() -> None:
    assert cut(*F1, metric("f1_score", 0.72)) == ["warning"]
    assert cut(*F1, metric("accuracy_score", 0.9)) == ["info"]
    assert cut(*F1, metric("accuracy_score", 0.9), labels={"2": "at_0.3", "last": "at_0.3"}) == ["warning"]
    assert cut(*F1, metric("accuracy_score", 0.9), labels={"1": "at_0.2", "2": "at_0.3", "last": "at_0.2"}) == ["info"]
    assert cut(*F1) == ["info"]
    assert cut(*F1, metric("f1_score", 0.72), name="X_val") == []


def test_several_metrics_for_each_threshold() -> None:
    turns = [m for v in (0.5, 0.6, 0.7) for m in (metric("precision_score", v), metric("recall_score", 1 - v))]
    assert cut(*turns) == ["info"]
    assert cut(*turns, metric("recall_score", 0.4)) == ["warning"] or cut(*turns, metric("recall_score", 0.4)) == [
        "info"
    ]
    assert cut(*turns, metric("f1_score", 0.6), labels={"4": "at_0.7", "last": "at_0.7"}) == ["warning"]


def test_what_is_no_choice_of_a_threshold() -> None:
    labels = [metric(n, v, of="labels") for n, v in (("f1_score", 0.6), ("accuracy_score", 0.8), ("recall_score", 0.7))]
    assert cut(*labels) == []
    assert cut(*labels, metric("roc_curve", [[0, 1], [0, 1], [2, 1]]), metric("roc_auc_score", 0.8)) == []
    # A metric of each group: their truth is another.
    groups = [metric("f1_score", v, on=f"y_test of {v}") for v in (0.5, 0.6, 0.7)]
    assert cut(*groups, metric("f1_score", 0.6)) == []
    assert cut(*[metric("f1_score", 0.6)] * 4, metric("accuracy_score", 0.8)) == []
    averages = [
        metric("f1_score", v, params={"average": a}) for a, v in (("micro", 0.5), ("macro", 0.6), ("none", 0.7))
    ]
    assert cut(*averages) == []


def test_a_curve_and_then_labels() -> None:
    curve = metric("precision_recall_curve", [[0, 1], [0, 1], [2]])
    assert cut(curve, metric("f1_score", 0.7)) == ["info"]
    assert cut(curve, metric("f1_score", 0.7), labels={"0": "youden f1", "last": "f1"}) == ["warning"]
    assert cut(curve, metric("f1_score", 0.7), labels={"0": "youden f1", "last": "half"}) == ["info"]
    assert cut(metric("f1_score", 0.7), curve) == []
    assert cut(curve, metric("f1_score", 0.7, of="what predict returned")) == []
    assert cut(curve, metric("average_precision_score", 0.7)) == []


def test_labels_that_usual_criteria_choose() -> None:
    rng = np.random.default_rng(1)
    y = rng.random(500) < 0.2
    scores = 1 / (1 + np.exp(2 - 1.5 * y - rng.normal(size=500)))
    chosen = [labels.tobytes() for labels in chosen_labels(y, scores)]
    fpr, tpr, thresholds = roc_curve(y, scores, drop_intermediate=False)
    assert (scores >= thresholds[np.argmax(tpr - fpr)]).tobytes() in chosen
    precision, recall, thresholds = precision_recall_curve(y, scores)
    f1 = 2 * precision * recall / (precision + recall)
    assert (scores >= thresholds[np.argmax(f1[:-1])]).tobytes() in chosen
    assert (scores > 0.5).tobytes() not in chosen
    # Where the default is the best, nothing was chosen.
    assert not list(chosen_labels(y, np.where(y, 0.9, 0.1)))


def look(number: int, *, run: str = "run", value: float = 0.8, name: str = "accuracy_score", **more: Any) -> Look:
    params = more.pop("params", {"alpha": number})
    class_ = more.pop("class_", "sklearn.linear_model._ridge.Ridge")
    model = fit(class_, params=params, model_digest=f"jg1:{class_} {params}")
    return Look(
        run=run,
        cell=more.pop("cell", f"cell {number}"),
        fit=model,
        rows="rows",
        size=400,
        metric=metric(name, value),
        **more,
    )


def test_a_test_set_that_was_looked_at_often() -> None:
    (finding,) = find_reuse([look(n, run=f"run {n % 4}") for n in range(12)])
    assert finding.severity == "warning"
    assert finding.evidence["models"] == 12
    assert finding.evidence["runs"] == 4
    assert finding.evidence["standard_error"] == pytest.approx(math.sqrt(0.8 * 0.2 / 400))
    assert finding.message == (
        "12 different models have been looked at on the same 400 held-out rows in 4 runs: the best of so many looks "
        "better than it is, by about 0.5 standard errors (0.010) even if they hardly differ."
    )


@given(st.integers(1, 60), st.integers(1, 4))
def test_the_same_models_again_add_nothing(models: int, times: int) -> None:
    looks = [look(n, run=f"run {t}") for t in range(times) for n in range(models)]
    found = list(find_reuse(looks))
    assert bool(found) == (models >= FEWEST_MODELS and times > 1)
    assert [f.evidence["models"] for f in found] == ([models] if found else [])


def test_several_metrics_of_a_model_are_one_look() -> None:
    looks = [look(n, name=name) for n in range(6) for name in ("accuracy_score", "f1_score")]
    assert list(find_reuse(looks)) == []


def test_validation_rows_are_there_to_be_looked_at() -> None:
    looks = [look(n) for n in range(30)]
    split = [dataclasses.replace(k, metric=dataclasses.replace(k.metric, split="validation")) for k in looks]
    assert list(find_reuse(split)) == []
    assert list(tuned_on_test(split)) == []


def test_looks_of_other_runs_alone_are_not_this_runs_finding() -> None:
    assert list(find_reuse([look(n, here=False) for n in range(30)])) == []


@pytest.mark.parametrize("count", [2, 3, 5, 10, 30, 100])
def test_the_expected_maximum_against_drawn_numbers(count: int) -> None:
    rng = np.random.default_rng(count)
    drawn = rng.normal(size=(200_000 // count, count))
    common = rng.normal(size=(len(drawn), 1))
    for correlation in (0.0, 0.5, 0.9):
        both = math.sqrt(correlation) * common + math.sqrt(1 - correlation) * drawn
        sure = 4 * both.max(1).std() / math.sqrt(len(drawn))
        assert both.max(1).mean() == pytest.approx(expected_maximum(count, correlation=correlation), abs=0.02 + sure)


def test_one_model_is_no_choice() -> None:
    assert expected_maximum(1) == 0
    assert expected_maximum(2) == pytest.approx(1 / math.sqrt(math.pi), abs=0.03)


def test_settings_compared_and_the_best_reported_on_the_same_rows() -> None:
    tried = [look(n, cell="loop", value=v) for n, v in enumerate((0.7, 0.8, 0.9, 0.6))]
    assert [f.severity for f in tuned_on_test(tried)] == ["info"]
    chosen = look(2, cell="loop", value=0.9)
    assert [f.severity for f in tuned_on_test([*tried, chosen])] == ["warning"]
    later = look(3, cell="result", value=0.6, name="f1_score")
    assert [f.severity for f in tuned_on_test([*tried, later])] == ["warning"]


def named(look: Look, name: str = "X_test") -> Look:
    return dataclasses.replace(look, name=name)


def test_what_a_person_calls_the_rows() -> None:
    looks = [look(n) for n in range(FEWEST_MODELS)]
    assert [f.severity for f in tuned_on_test(looks)] == ["info"]
    assert list(find_reuse(looks)) == []
    tests = [named(k) for k in looks]
    assert [f.severity for f in tuned_on_test(tests)] == ["warning"]
    assert [f.severity for f in find_reuse(tests)] == ["warning"]
    # Three settings can be a comparison; five on a test set are a search.
    assert [f.severity for f in tuned_on_test(tests[:3])] == ["info"]
    assert [f.severity for f in tuned_on_test(tests[:5])] == ["warning"]
    validation = [named(k, "X_valid") for k in looks]
    assert list(tuned_on_test(validation)) == list(find_reuse(validation)) == []


def test_stages_of_one_model() -> None:
    first = fit("a.Boosting", params={"n": 30}, model_digest="30")
    stages = [look(0, value=0.7 + n / 100) for n in range(30)]
    stages = [
        dataclasses.replace(k, fit=first, metric=dataclasses.replace(k.metric, predictions=(f"stage {n}",)))
        for n, k in enumerate(stages)
    ]
    # Such as to draw how the error falls.
    assert [f.severity for f in tuned_on_test([named(k) for k in stages])] == ["info"]
    best = dataclasses.replace(stages[0], fit=fit("a.Boosting", params={"n": 17}, model_digest="17"))
    (finding,) = tuned_on_test([*stages, best])
    assert finding.severity == "warning"
    assert finding.message.startswith("30 stages of Boosting were compared by accuracy_score")


def test_all_settings_shown_in_more_detail() -> None:
    tried = [look(n, cell="loop") for n in range(4)]
    detail = [look(n, cell="detail", name="f1_score") for n in range(4)]
    assert [f.severity for f in tuned_on_test([*tried, *detail])] == ["info"]


def test_pipelines_of_several_models_are_several_kinds() -> None:
    kinds = ("ridge__alpha", "tree__depth", "svm__C", "near__k", "net__layers")
    looks = [named(look(0, class_="sklearn.pipeline.Pipeline", params={kind: 1})) for kind in kinds]
    assert list(tuned_on_test(looks)) == []


def test_two_models_compared() -> None:
    looks = [look(0), look(0, class_="a.Forest"), look(0, class_="a.Boost"), look(1)]
    assert list(tuned_on_test(looks)) == []


def searched(shared: np.ndarray[Any, Any]) -> Case:
    model = fit("sklearn.model_selection._search.GridSearchCV", candidates=(Candidate(params={}), Candidate(params={})))
    case = parts({"a": A}, TEST, fit=model, metrics=(metric("accuracy_score", 0.9),))
    return dataclasses.replace(case, test=dataclasses.replace(case.test, origins={"source": shared}))


def test_a_search_reported_on_what_it_searched() -> None:
    assert list(tuned_and_reported(searched(TEST))) == []
    (finding,) = tuned_and_reported(searched(np.arange(60, 85)))
    assert (finding.check, finding.count, finding.of) == ("tuned_on_test", 15, 25)
    case = searched(TEST)
    trained = tuple(dataclasses.replace(m, split="train") for m in case.metrics)
    same = dataclasses.replace(case, test=case.train, use="cross_validation")
    (finding,) = tuned_and_reported(dataclasses.replace(same, metrics=trained))
    assert finding.count == 75
    assert list(tuned_and_reported(same)) == []
