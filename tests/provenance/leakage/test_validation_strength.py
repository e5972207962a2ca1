"""Whether a result proves anything: rows, baselines and measures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from split_twin import divided, metric, telling

from jupyter_gov.provenance.leakage import CHECKS, LOOK_CHECKS, Case, Look
from jupyter_gov.provenance.leakage._measures import measured
from jupyter_gov.provenance.leakage._registry import LATE_CHECKS
from jupyter_gov.records import Fit

few = CHECKS["too_few_positives"]
beaten = LATE_CHECKS["baseline_not_beaten"]
apart = LOOK_CHECKS["too_few_positives"]
unfit = LATE_CHECKS["unfit_metric"]


def case_of(positives: int, rows: int = 500, *metrics, **known) -> Case:
    """Return a case of which `positives` of `rows` test rows are of class 1."""
    y = np.r_[np.zeros(rows - positives), np.ones(positives)]
    frame = pd.DataFrame({"x": np.arange(2.0 * rows) % 7, "y": np.tile(y, 2)})
    half = np.arange(rows)
    return divided(frame, "y", train=half, test=half + rows, metrics=metrics, **known)


def numbers(rows: int = 300, *metrics, zeros: int = 0) -> Case:
    y = np.r_[np.zeros(zeros), np.linspace(1, 9, rows - zeros)]
    frame = pd.DataFrame({"x": 1.0, "y": np.tile(y, 2)})
    half = np.arange(rows)
    fit = Fit(class_="sklearn.linear_model._base.LinearRegression")
    return divided(frame, "y", train=half, test=half + rows, metrics=metrics, fit=fit)


AUC, ACCURACY = metric("roc_auc_score", 0.8), metric("accuracy_score", 0.9)
RECALL = metric("recall_score", 0.7)


class TestPositives:
    @pytest.mark.parametrize(
        ("positives", "metrics", "found"),
        [
            (5, [AUC], True),
            (9, [metric("roc_auc_score", 0.99)], True),
            (15, [RECALL], True),
            (15, [metric("roc_auc_score", 0.97)], False),
            (5, [ACCURACY], False),
            (5, [], False),
            (40, [AUC, RECALL], False),
            (15, [metric("recall_score", 0.7, split="train")], False),
        ],
    )
    def test_few_of_a_class(self, positives: int, metrics: list, found: bool) -> None:
        told = list(few(case_of(positives, 500, *metrics)))
        assert bool(told) == found
        if told:
            assert told[0].count == positives
            assert told[0].of == 500
            assert f"Only {positives}" in told[0].message

    def test_whichever_class_is_the_rarer(self) -> None:
        assert list(few(case_of(494, 500, AUC)))

    def test_a_baseline_is_there_to_be_beaten(self) -> None:
        dummy = Fit(class_="sklearn.dummy.DummyClassifier")
        case = replace(case_of(5, 500, AUC, metric("accuracy_score", 0.99)), fit=dummy)
        assert not [f for check in (few, beaten, unfit) for f in check(case)]

    def test_intervals_are_of_the_rows_that_a_share_is_of(self) -> None:
        both = [metric("recall_score", 0.8), metric("precision_score", 0.4), metric("f1_score", 0.53)]
        (found,) = few(case_of(5, 500, *both))
        # 4 of 5 positives, and 4 of the 10 rows that were named positive.
        assert found.evidence["intervals"]["recall_score"] == pytest.approx([0.2836, 0.9949], abs=1e-4)
        assert found.evidence["intervals"]["precision_score"] == pytest.approx([0.1216, 0.7376], abs=1e-4)
        assert "f1_score" not in found.evidence["intervals"]
        (alone,) = few(case_of(5, 500, metric("precision_score", 0.4)))
        assert not alone.evidence["intervals"]
        assert "between" not in alone.message

    def test_what_a_comparison_could_show_is_evidence(self) -> None:
        (found,) = few(case_of(8, 500, AUC))
        assert 0.1 < found.evidence["smallest difference between two models that would show"] < 0.4


class TestBaseline:
    @pytest.mark.parametrize(
        ("metrics", "found"),
        [
            ([metric("accuracy_score", 0.75)], True),
            ([metric("accuracy_score", 0.755)], True),
            ([metric("accuracy_score", 0.78)], False),
            ([metric("accuracy_score", 0.85)], False),
            ([metric("accuracy_score", 0.75), AUC], False),
            ([metric("roc_auc_score", 0.51)], True),
            ([metric("balanced_accuracy_score", 0.5)], True),
            ([metric("balanced_accuracy_score", 0.6)], False),
            ([metric("matthews_corrcoef", 0.4), metric("accuracy_score", 0.75)], False),
            ([metric("f1_score", 0.6), metric("accuracy_score", 0.75)], False),
            ([metric("f1_score", 0.41)], False),
            ([metric("log_loss", 0.6)], False),
            ([metric("accuracy_score", 0.7, split="train")], False),
            ([metric("score", [0.75, 0.74, 0.76], origin="cross_validation")], True),
            ([metric("score", 0.9, origin="scorer")], False),
            ([], False),
        ],
    )
    def test_of_classes(self, metrics: list, found: bool) -> None:
        assert bool(telling(beaten(case_of(125, 500, *metrics)))) == found

    def test_a_model_is_judged_by_its_best_on_the_same_rows(self) -> None:
        shuffled = numbers(300, metric("r2_score", -0.1))
        assert telling(beaten(shuffled))
        assert not list(beaten(replace(shuffled, beside=(metric("score", 0.5, origin="scorer"),))))

    @pytest.mark.parametrize(
        ("value", "found"), [(-0.2, True), (0.0, True), (0.0005, True), (0.3, False), (0.99, False)]
    )
    def test_of_numbers(self, value: float, found: bool) -> None:
        assert bool(telling(beaten(numbers(300, metric("r2_score", value))))) == found

    def test_a_model_without_skill_is_told_of_about_as_often_as_promised(self) -> None:
        rng = np.random.default_rng(0)
        case = case_of(150, 500)
        passed = 0
        for _ in range(300):
            right = rng.binomial(500, 0.7) / 500
            passed += not list(beaten(replace(case, metrics=(metric("accuracy_score", right),))))
        assert passed <= 0.05 * 300 + 3 * (300 * 0.05 * 0.95) ** 0.5


class TestDifferences:
    def looks(self, name: str, values: list[float], size: int) -> list[Look]:
        fits = [Fit(class_=f"Model{i}", model_digest=str(i)) for i in range(len(values))]
        return [
            Look(run="r", cell=None, fit=fit, rows="rows", metric=metric(name, value), size=size)
            for fit, value in zip(fits, values, strict=True)
        ]

    @pytest.mark.parametrize(
        ("name", "values", "size", "found"),
        [
            ("accuracy_score", [0.90, 0.91], 100, True),
            ("accuracy_score", [0.80, 0.90], 100, False),
            ("accuracy_score", [0.90, 0.91], 10_000, False),
            ("accuracy_score", [0.90, 0.90], 100, False),
            ("accuracy_score", [0.90], 100, False),
            ("roc_auc_score", [0.80, 0.81], 200, True),
            ("roc_auc_score", [0.70, 0.80], 400, False),
            ("r2_score", [0.80, 0.81], 100, False),
        ],
    )
    def test_two_models_that_rows_cannot_tell_apart(self, name: str, values: list, size: int, found: bool) -> None:
        told = list(apart(self.looks(name, values, size)))
        assert bool(told) == found
        assert all(f.severity == "info" and len(f.fits) == 2 for f in told)


class TestMeasures:
    @pytest.mark.parametrize(
        ("positives", "metrics", "found"),
        [
            (20, [ACCURACY], True),
            (480, [ACCURACY], True),
            (60, [ACCURACY], False),
            (20, [ACCURACY, RECALL], False),
            (20, [ACCURACY, metric("confusion_matrix", [[470, 10], [10, 10]])], False),
            (20, [metric("own_measure", 0.4, origin="user"), ACCURACY], False),
            (3, [AUC], True),
            (3, [AUC, ACCURACY], True),
            (3, [AUC, metric("average_precision_score", 0.3)], False),
            (20, [AUC], False),
        ],
    )
    def test_of_rare_classes(self, positives: int, metrics: list, found: bool) -> None:
        assert bool(list(unfit(case_of(positives, 500, *metrics)))) == found

    def test_of_numbers(self) -> None:
        mape = metric("mean_absolute_percentage_error", 1e14)
        (found,) = unfit(numbers(300, mape, zeros=4))
        assert found.count == 4
        assert not list(unfit(numbers(300, mape)))
        (found,) = unfit(numbers(300, metric("r2_score", 0.9, split="train")))
        assert "training rows" in found.message
        assert not list(unfit(numbers(300, metric("r2_score", 0.9, split="train"), metric("r2_score", 0.8))))

    @pytest.mark.parametrize(
        ("name", "known", "measure"),
        [
            ("accuracy_score", {}, "accuracy"),
            ("test_accuracy", {}, "accuracy"),
            ("test_roc_auc", {"origin": "cross_validation"}, "roc_auc"),
            ("neg_brier_score", {}, "probability"),
            ("score", {"origin": "scorer"}, "accuracy"),
            ("auc_boosting", {"origin": "by_hand"}, "roc_auc"),
            ("acc", {"origin": "by_hand"}, "accuracy"),
            ("(y == p).mean()", {"origin": "by_hand"}, "accuracy"),
            ("np.mean(p == y)", {"origin": "by_hand"}, "accuracy"),
            ("cohen_kappa_score", {}, "mcc"),
            ("jaccard_score", {}, "f1"),
            ("something", {"origin": "by_hand"}, "other"),
            ("testF1Score", {}, "f1"),
        ],
    )
    def test_names_of_one_measure(self, name: str, known: dict, measure: str) -> None:
        (found,) = measured(case_of(50, 500, metric(name, 0.5, **known)), classes=True)
        assert found.measure == measure
