"""Steps that were fitted on rows that are tested later, before a split and before cross-validation."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prepared_cases import fit, folds, metric, parts, sample, step

from jupyter_gov.provenance.leakage import Case
from jupyter_gov.provenance.leakage._cross_validation import cross_validation_leak
from jupyter_gov.provenance.leakage._preparation import (
    preparation_on_test_rows,
    resampling_on_test_rows,
    selection_on_test_rows,
)
from jupyter_gov.records import Candidate, Finding

RNG = np.random.default_rng(0)
A = RNG.lognormal(size=100)
TEST = np.arange(75, 100)
TRAIN = np.arange(75)

SCALER = "sklearn.preprocessing._data.StandardScaler"
SELECTOR = "sklearn.feature_selection._univariate_selection.SelectKBest"
ENCODER = "sklearn.preprocessing._target_encoder.TargetEncoder"


def found(case: Case) -> list[tuple[str, str, int]]:
    checks = (preparation_on_test_rows, selection_on_test_rows, resampling_on_test_rows, cross_validation_leak)
    return [(f.check, f.severity, f.count) for check in checks for f in check(case)]


@pytest.mark.parametrize(
    ("class_", "more", "expected"),
    [
        (SCALER, {}, ("preparation_on_test_rows", "warning")),
        # It is handed the target and makes nothing of it.
        (SCALER, {"supervised": True}, ("preparation_on_test_rows", "warning")),
        (ENCODER, {"supervised": True}, ("preparation_on_test_rows", "error")),
        (SELECTOR, {"supervised": True}, ("selection_on_test_rows", "error")),
        ("sklearn.feature_selection._variance_threshold.VarianceThreshold", {}, ("selection_on_test_rows", "warning")),
        ("boruta.boruta_py.BorutaPy", {"supervised": True}, ("selection_on_test_rows", "error")),
        ("imblearn.over_sampling._smote.base.SMOTE", {"method": "fit_resample"}, ("resampling_on_test_rows", "error")),
        ("mine.Scaler", {}, ("preparation_on_test_rows", "warning")),
        # What a class of the notebook's own learns is seen in the numbers alone.
        ("__main__.Picker", {}, ("preparation_on_test_rows", "info")),
        ("__main__.Mixer", {"method": "fit_resample"}, ("resampling_on_test_rows", "error")),
    ],
)
def test_a_step_that_has_seen_the_test(class_: str, more: dict, expected: tuple) -> None:
    case = parts({"a": A}, TEST, steps=(step(class_, np.arange(100), **more),))
    assert found(case) == [(*expected, 25)]
    assert found(parts({"a": A}, TEST, steps=(step(class_, TRAIN, **more),))) == []


@pytest.mark.parametrize("name", ["Normalizer", "FunctionTransformer", "PolynomialFeatures", "LabelEncoder"])
def test_what_learns_nothing_of_other_rows(name: str) -> None:
    assert found(parts({"a": A}, TEST, steps=(step(f"sklearn.preprocessing.{name}", np.arange(100)),))) == []


@given(st.sets(st.integers(0, 99)), st.sets(st.integers(0, 99), min_size=1, max_size=60))
def test_the_rows_are_counted(seen: set[int], tested: set[int]) -> None:
    case = parts({"a": A}, sorted(tested), steps=(step(SCALER, sorted(seen)),))
    counted = [f.count for f in preparation_on_test_rows(case)]
    assert counted == ([len(seen & tested)] if seen & tested else [])


def test_rows_of_another_table_are_others() -> None:
    other = dataclasses.replace(step(SCALER, np.arange(100)), rows={"another": np.arange(100)})
    assert found(parts({"a": A}, TEST, steps=(other,))) == []


def test_rows_that_nothing_is_known_of() -> None:
    case = parts({"a": A}, TEST, steps=(step(SCALER, [-1, -1]),))
    unknown = dataclasses.replace(case.test, origins={"source": np.full(25, -1)})
    assert found(dataclasses.replace(case, test=unknown)) == []


def test_a_model_tried_on_what_it_learned_from() -> None:
    case = parts({"a": A}, TEST, steps=(step(SCALER, TRAIN),))
    assert found(dataclasses.replace(case, test=case.train)) == []
    again = dataclasses.replace(case.train, id="the same rows")
    assert found(dataclasses.replace(case, test=again)) == []


def test_what_a_step_did_is_not_told_twice() -> None:
    scaled = (A - A.mean()) / A.std()
    assert found(parts({"a": scaled}, TEST, steps=(step(SCALER, np.arange(100)),))) == [
        ("preparation_on_test_rows", "warning", 25)
    ]
    assert found(parts({"a": scaled}, TEST)) == [("preparation_on_test_rows", "warning", 25)]


def test_a_scaler_of_ones_own() -> None:
    scaled = (A - A.mean()) / A.std()
    own = step("__main__.Scaler", np.arange(100))
    assert ("preparation_on_test_rows", "warning", 25) in found(parts({"a": scaled}, TEST, steps=(own,)))
    assert ("cross_validation_leak", "warning", 100) in found(folds({"a": scaled}, steps=(own,)))


def test_a_validation_part() -> None:
    """What is scaled before validation rows are set apart hardly touches the choice; what knows the target does."""

    def tried(case: Case) -> list[tuple[str, str, int]]:
        return found(dataclasses.replace(case, test=dataclasses.replace(case.test, name="X_val")))

    assert tried(parts({"a": A}, TEST, steps=(step(SCALER, np.arange(100)),))) == [
        ("preparation_on_test_rows", "info", 25)
    ]
    assert tried(parts({"a": (A - A.mean()) / A.std()}, TEST)) == [("preparation_on_test_rows", "info", 25)]
    supervised = (step(SELECTOR, np.arange(100), supervised=True),)
    assert tried(parts({"a": A}, TEST, steps=supervised)) == [("selection_on_test_rows", "error", 25)]


def test_a_step_that_changed_nothing() -> None:
    """Such as one that picks columns by their names."""
    picker = step("mine.Picker", np.arange(100))
    columns = {"a": A, "hole": np.where(A > 1, np.nan, A)}
    source = {"source": sample("source", {**columns, "left out": A})}
    assert found(parts(columns, TEST, steps=(picker,), sources=source)) == []
    changed = {"a": A * 2, "hole": columns["hole"]}
    expected = [("preparation_on_test_rows", "warning", 25)]
    assert found(parts(changed, TEST, steps=(picker,), sources=source)) == expected
    texts = {"source": sample("source", {"a": np.array([str(v) for v in A], object), "hole": columns["hole"]})}
    assert found(parts(columns, TEST, steps=(picker,), sources=texts)) == expected
    # To choose columns is not to change them.
    selector = step("sklearn.feature_selection.VarianceThreshold", np.arange(100))
    assert found(parts(columns, TEST, steps=(selector,), sources=source)) == [("selection_on_test_rows", "warning", 25)]


def test_what_was_read_so_is_not_the_notebooks_doing() -> None:
    """A file may hold standardised columns."""
    scaled = (A - A.mean()) / A.std()
    source = dataclasses.replace(sample("source", {"a": scaled}), read=True)
    assert found(parts({"a": scaled}, TEST, sources={"source": source})) == []


def test_the_words() -> None:
    (finding,) = preparation_on_test_rows(parts({"a": A}, TEST, steps=(step(SCALER, np.arange(90)),)))
    assert finding.message == (
        "StandardScaler was fitted on 15 of the 25 rows that LogisticRegression is tested on: "
        "what it learned from them is in the data."
    )
    assert finding.remedy.startswith("Split first, then fit StandardScaler on the training rows alone")
    assert finding.cells == ("cell of the fit",)
    assert len(finding.fits) == 2
    scaled = {name: (v - v.mean()) / v.std() for name, v in zip("abcde", RNG.lognormal(size=(5, 100)), strict=True)}
    (finding,) = preparation_on_test_rows(parts(scaled, TEST))
    assert finding.message == (
        "The columns a, b, c and 2 more were standardised with the test rows among them: mean 0 and standard deviation "
        "1 hold exactly over all 100 training and test rows, not over the training rows alone."
    )
    assert finding.columns == tuple("abcde")


@pytest.mark.parametrize(
    ("class_", "more", "severity"),
    [
        (SCALER, {}, "warning"),
        (SELECTOR, {"supervised": True}, "error"),
        ("x.SMOTE", {"method": "fit_resample"}, "error"),
    ],
)
def test_a_step_before_cross_validation(class_: str, more: dict, severity: str) -> None:
    case = folds({"a": A}, steps=(step(class_, np.arange(100), **more),))
    assert found(case) == [("cross_validation_leak", severity, 100)]
    other = dataclasses.replace(step(class_, np.arange(100), **more), rows={"another": np.arange(100)})
    assert found(folds({"a": A}, steps=(other,))) == []


def search(rows: np.ndarray, of: int, **more: object) -> Case:
    model = fit("sklearn.model_selection._search.GridSearchCV", candidates=(Candidate(params={"C": 1}),))
    case = folds({"a": A}, fit=model, steps=(step(SCALER, rows),), sources={"source": sample("source", {}, rows=of)})
    return dataclasses.replace(case, **more)  # type: ignore[arg-type]


def test_a_scaler_before_a_search() -> None:
    """Where rows are held back for the result the choice is hardly touched; where none are, the score is the result."""
    assert found(search(np.arange(100), of=130)) == [("cross_validation_leak", "info", 100)]
    assert found(search(np.arange(100), of=100)) == [("cross_validation_leak", "warning", 100)]
    reported = (metric("accuracy_score", 0.8),)
    assert found(search(np.arange(100), of=130, metrics=reported)) == [("cross_validation_leak", "warning", 100)]


def test_by_hand_before_cross_validation() -> None:
    scaled = (A - A.mean()) / A.std()
    assert found(folds({"a": scaled})) == [("cross_validation_leak", "warning", 100)]
    assert found(folds({"a": A})) == []


def copies(case: Case) -> list[Finding]:
    return [f for f in cross_validation_leak(case) if "copies" in f.message]


def test_copies_in_several_folds() -> None:
    again = np.r_[np.arange(100), [3, 3, 7]]
    data = sample("X", {"a": A[again]}, origins={"source": again})
    (finding,) = copies(Case(fit=fit("a.Model"), use="cross_validation", train=data, test=data))
    assert (finding.severity, finding.count, finding.of) == ("error", 5, 103)
    kept = Case(fit=fit("a.Model"), use="cross_validation", train=data, test=data, splitter={"groups": True})
    assert copies(kept) == []
    # One row of a customer joined to several orders is one source row, and no copy.
    joined = dataclasses.replace(data, hashes=lambda: np.arange(103, dtype=np.uint64))
    assert copies(Case(fit=fit("a.Model"), use="cross_validation", train=joined, test=joined)) == []
    unknown = dataclasses.replace(data, origins={"source": np.full(103, -1)})
    assert copies(Case(fit=fit("a.Model"), use="cross_validation", train=unknown, test=unknown)) == []
