"""Groups and time that cross a split, and splits that keep them apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold, GroupShuffleSplit, TimeSeriesSplit
from split_twin import divided, telling

from jupyter_gov.provenance.leakage import CHECKS
from jupyter_gov.provenance.leakage._names import is_identifier, is_person, is_place, is_time

groups = CHECKS["groups_across_split"]
time = CHECKS["time_across_split"]


def visits(
    people: int = 150, each: int = 6, *, alike: float = 1.0, seed: int = 0, name: str = "patient_id"
) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(people), each)
    own = rng.random(people) < 0.5
    ill = np.where(rng.random(people * each) < alike, own[who], rng.random(people * each) < 0.5)
    frame = pd.DataFrame({name: who, "pulse": rng.normal(size=people * each), "ill": ill.astype(int)})
    return frame.sample(frac=1, random_state=0).reset_index(drop=True)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("patient_id", lambda w: w),
        ("Kundennummer", lambda w: [f"K-{v:04}" for v in w]),
        ("client", lambda w: [f"{v:x}" for v in w]),
        ("idUsuario", lambda w: w * 7 + 3.0),
        ("SubjectID", lambda w: [f"s{v}" for v in w]),
        ("device", lambda w: [f"dev{v}" for v in w]),
        ("standort_nr", lambda w: w),
    ],
)
@pytest.mark.parametrize("features", [("pulse",), ()])
def test_groups_on_both_sides_are_found(name: str, form, features: tuple[str, ...]) -> None:
    frame = visits(name=name)
    frame[name] = form(frame[name].to_numpy())
    found = telling(groups(divided(frame, "ill", features=features)))
    if features == () and is_place(name):
        assert not found  # a model that is told the place may be meant for these places
        return
    assert [f.columns for f in found] == [(name,)]
    assert found[0].count > 0.9 * found[0].of == 0.9 * 225
    assert found[0].evidence["intraclass correlation"] > 0.9


def test_folds_that_know_no_groups_are_found_and_others_are_not() -> None:
    frame = visits()
    (found,) = groups(divided(frame, "ill", features=["pulse"], validated=True))
    assert found.check == "cross_validation_leak"
    assert found.severity == "warning"
    for splitter in ({"class": "GroupKFold"}, {"class": "sklearn.model_selection._split.LeaveOneGroupOut"}, {}):
        case = divided(frame, "ill", features=["pulse"], validated=True, splitter=splitter or {"class": "custom"})
        assert not list(groups(case))
    ordered = frame.sort_values("patient_id")
    folds = {"class": "KFold", "params": {"n_splits": 5, "shuffle": False}}
    assert not telling(groups(divided(ordered, "ill", features=["pulse"], validated=True, splitter=folds)))
    (found,) = telling(groups(divided(frame, "ill", features=["pulse"], validated=True, splitter=folds)))
    assert found.columns == ("patient_id",)


def test_groups_that_were_kept_apart_raise_nothing() -> None:
    frame = visits()
    train, test = next(GroupShuffleSplit(1, random_state=0).split(frame, groups=frame["patient_id"]))
    assert not list(groups(divided(frame, "ill", features=["pulse"], train=train, test=test)))
    assert not list(time(divided(frame, "ill", features=["pulse"], train=train, test=test)))


def test_who_has_one_row_is_no_group() -> None:
    frame = visits(800, 1, name="person_id")
    assert not list(groups(divided(frame, "ill", features=["pulse"])))


def test_a_name_alone_is_told_of_quietly() -> None:
    (found,) = groups(divided(visits(alike=0.0), "ill", features=["pulse"]))
    assert found.severity == "info"


def test_a_name_that_only_sounds_like_a_group_is_none() -> None:
    for name in ("customer_age", "site_area", "number_of_patients", "user_rating", "group_size", "unit", "multi"):
        assert not any(asked(name) for asked in (is_person, is_place)), name
    for name in ("patient", "Patient ID", "customerId", "kunden_nr", "numero_cliente", "id", "MRN"):
        assert is_person(name), name
    assert is_identifier("case_id")
    assert is_identifier("Unnamed: 0")
    assert not is_identifier("number_of_rooms")
    assert is_time("sale_date")
    assert is_time("created_at")
    assert is_time("Jahr")
    assert not is_time("birth_date")


@settings(max_examples=50, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), people=st.integers(5, 200), each=st.integers(2, 8), share=st.floats(0.03, 0.5))
def test_groups_that_mean_nothing_raise_no_warning(seed: int, people: int, each: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    n = people * each
    frame = pd.DataFrame(
        {
            "customer_id": rng.integers(0, people, n),
            "y": (rng.random(n) < share).astype(int),
            "z": rng.standard_t(2, n),
            "x": rng.random(n),
        }
    )
    assert not telling(groups(divided(frame, "y", features=["x"])))
    assert not telling(groups(divided(frame, "z", features=["x"], validated=True)))


def series(n: int = 900, *, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"date": pd.date_range("2021-01-01", periods=n), "demand": np.cumsum(rng.normal(size=n))})
    frame["yesterday"] = frame["demand"].shift(1)
    frame["rain"] = rng.random(n)
    return frame.dropna().reset_index(drop=True)


WHEN = {
    "times": lambda d: d,
    "iso texts": lambda d: d.dt.strftime("%Y-%m-%d"),
    "texts with hours": lambda d: d.dt.strftime("%Y-%m-%d %H:%M:%S"),
    "German texts": lambda d: d.dt.strftime("%d.%m.%Y"),
    "American texts": lambda d: d.dt.strftime("%m/%d/%Y"),
    "seconds": lambda d: (d - pd.Timestamp("1970-01-01")).dt.total_seconds(),
    "digits": lambda d: d.dt.strftime("%Y%m%d").astype(int),
    "dates": lambda d: [v.date() for v in d],
}


@pytest.mark.parametrize("form", WHEN)
def test_a_series_that_was_divided_at_random_is_found(form: str) -> None:
    frame = series()
    frame["date"] = WHEN[form](frame["date"])
    columns = ["rain"]
    (found,) = telling(time(divided(frame, "demand", features=columns)))
    assert found.check == "time_across_split"
    assert found.columns == ("date",)
    assert found.count > 0.9 * found.of
    (found,) = telling(time(divided(frame, "demand", features=columns, validated=True)))
    assert found.check == "cross_validation_leak"
    cut = np.arange(len(frame))
    assert not list(time(divided(frame, "demand", features=columns, train=cut[:700], test=cut[700:])))
    (found,) = telling(time(divided(frame, "demand", features=columns, train=cut[200:], test=cut[:200])))
    assert found.count == 200


def test_years_are_times() -> None:
    frame = series()
    frame["year"] = frame.pop("date").dt.year + 0
    frame["demand"] += 30 * (frame["year"] - 2021)
    (found,) = telling(time(divided(frame, "demand", features=["rain"])))
    assert found.columns == ("year",)


@pytest.mark.parametrize("features", [["yesterday", "rain"], ["rain"]])
def test_a_series_without_a_date_is_known_by_its_rows(features: list[str]) -> None:
    frame = series().drop(columns="date")
    (found,) = telling(time(divided(frame, "demand", features=features)))
    assert found.columns == ()
    cut = np.arange(len(frame))
    assert not list(time(divided(frame, "demand", features=features, train=cut[:700], test=cut[700:])))


def test_splits_that_know_time_raise_nothing() -> None:
    case = divided(series(), "demand", validated=True, splitter={"class": TimeSeriesSplit.__name__})
    assert not list(time(case))
    assert not list(groups(case))


def test_folds_of_stretches_of_time_are_told_of_quietly() -> None:
    folds = {"class": "KFold", "params": {"n_splits": 5, "shuffle": False}}
    (found,) = time(divided(series(), "demand", features=["rain"], validated=True, splitter=folds))
    assert found.severity == "info"


def test_rows_sorted_by_the_target_are_no_series() -> None:
    frame = pd.DataFrame({"y": np.sort(np.random.default_rng(0).normal(size=600)), "x": 1.0})
    assert not list(time(divided(frame, "y")))


def test_rows_divided_by_group_may_overlap_in_time_and_the_other_way_round() -> None:
    frame = visits()
    frame["visited"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(len(frame)), "D")
    frame["ill"] = (np.sin(np.arange(len(frame)) / 99) + 0.6 * frame["ill"] > 0.3).astype(int)
    train, test = next(GroupKFold(4).split(frame, groups=frame["patient_id"]))
    by_group = divided(frame, "ill", features=["pulse"], train=train, test=test)
    assert not telling(time(by_group))
    assert not telling(groups(by_group))
    cut = np.arange(len(frame))
    by_time = divided(frame, "ill", features=["pulse"], train=cut[:700], test=cut[700:])
    assert not telling(time(by_time))
    assert not telling(groups(by_time))


def test_birth_dates_are_about_something_else() -> None:
    frame = series().rename(columns={"date": "date_of_birth"}).drop(columns="yesterday")
    frame["demand"] += np.random.default_rng(0).normal(0, 30, len(frame))
    assert not list(time(divided(frame, "demand", features=["rain"])))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(60, 500), days=st.integers(4, 500), share=st.floats(0.05, 0.5))
def test_dates_that_do_not_matter_raise_no_warning(seed: int, n: int, days: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "sold_on": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, days, n), "D"),
            "y": (rng.random(n) < share).astype(int),
            "z": rng.standard_t(2, n),
            "x": rng.random(n),
        }
    )
    assert not telling(time(divided(frame, "y", features=["x"])))
    assert not telling(time(divided(frame, "z", features=["x"])))
    assert not telling(time(divided(frame.drop(columns="sold_on"), "z", features=["x"], validated=True)))
