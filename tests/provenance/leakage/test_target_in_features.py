"""Columns that tell the target by themselves, and honest ones that look alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from split_twin import divided, sample_of, telling

from jupyter_gov.provenance.leakage import CHECKS
from jupyter_gov.provenance.leakage._separation import r_squared_bound

find = CHECKS["target_in_features"]
identify = CHECKS["identifier_as_feature"]


def patients(n: int = 900, seed: int = 0) -> pd.DataFrame:
    """Return a target and features of which none tells it beyond an AUC of about 0.93."""
    rng = np.random.default_rng(seed)
    ill = rng.integers(0, 2, n)
    return pd.DataFrame(
        {
            "ill": ill,
            "age": rng.normal(50, 12, n),
            "marker": rng.normal(0, 1, n) + 2.1 * ill,
            "ward": rng.choice(["north", "south", "east"], n),
            "pulse": np.where(rng.random(n) < 0.1, np.nan, rng.normal(70, 9, n)),
            "town": [f"t{k}" for k in rng.integers(0, 200, n)],
        }
    )


def homes(n: int = 700, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rooms, size = rng.integers(1, 9, n), rng.gamma(4, 25, n)
    return pd.DataFrame({"rooms": rooms, "size": size, "price": 90 * rooms + 3 * size + rng.normal(0, 90, n)})


DISGUISES = {
    "copy": lambda y, rng: y,
    "other codes": lambda y, rng: np.where(y == 1, -4.0, 9.0),
    "texts": lambda y, rng: np.where(y == 1, "refused", "granted"),
    "several texts for one": lambda y, rng: np.array([f"{'ab'[v]}{rng.integers(0, 9)}" for v in y]),
    "several codes for one": lambda y, rng: y + 2 * rng.integers(0, 12, len(y)),
    "a score": lambda y, rng: 10 * y + rng.normal(0, 2, len(y)),
    "rescaled": lambda y, rng: (y - y.mean()) / y.std() * 17 + 3,
    "two wrong ones": lambda y, rng: np.where(np.isin(np.arange(len(y)), (5, 300)), 1 - y, y),
    "filled in afterwards": lambda y, rng: np.where(y == 1, rng.normal(size=len(y)), np.nan),
    "text filled in afterwards": lambda y, rng: pd.Series(
        np.where(y == 1, [f"x{k}" for k in range(len(y))], "")
    ).replace("", None),
    "a number as text": lambda y, rng: [f"{10 * v + rng.random():.3f}" for v in y],
    "a date": lambda y, rng: pd.Timestamp("2020-01-01") + pd.to_timedelta(400 * y + rng.integers(0, 300, len(y)), "D"),
}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_class_in_disguise_is_found(name: str) -> None:
    frame = patients()
    frame["leak"] = DISGUISES[name](frame["ill"].to_numpy(), np.random.default_rng(1))
    (found,) = find(divided(frame, "ill"))
    assert found.columns == ("leak",)
    assert found.severity == ("error" if name in ("copy", "other codes", "texts", "rescaled") else "warning")
    assert found.count == found.of == 675
    assert "'leak'" in found.message
    assert "'ill'" in found.message


@pytest.mark.parametrize(
    "make",
    [
        lambda y, rng: y * 11.3,
        lambda y, rng: np.log(y + 500),
        lambda y, rng: (y * 11.3).round(0),
        lambda y, rng: -(y**3),
        lambda y, rng: y + rng.normal(0, 0.02 * y.std(), len(y)),
        lambda y, rng: y.rank(),
        lambda y, rng: [f"{v:.2f}" for v in y],
    ],
)
def test_a_number_in_disguise_is_found(make) -> None:
    frame = homes()
    frame["leak"] = make(frame["price"], np.random.default_rng(1))
    (found,) = telling(find(divided(frame, "price")))
    assert found.columns == ("leak",)


def test_each_class_of_several_is_told() -> None:
    frame = patients(1200)
    frame["kind"] = np.random.default_rng(3).choice(["a", "b", "c"], len(frame))
    assert not list(find(divided(frame, "kind")))
    frame["code"] = frame["kind"].map({"a": 7, "b": 1, "c": 4})
    (found,) = find(divided(frame, "kind"))
    assert found.columns == ("code",)
    assert found.severity == "error"


@pytest.mark.parametrize("load", ["load_iris", "load_wine", "load_breast_cancer", "load_diabetes", "load_digits"])
def test_known_data_are_clean(load: str) -> None:
    import sklearn.datasets

    frame = getattr(sklearn.datasets, load)(as_frame=True).frame
    assert not list(find(divided(frame, "target")))
    assert not list(identify(divided(frame, "target")))


def test_honest_columns_raise_nothing() -> None:
    assert not list(find(divided(patients(), "ill")))
    assert not list(find(divided(homes(), "price")))


def test_the_only_column_of_a_good_model_is_no_leak() -> None:
    x = np.linspace(0, 9, 400)
    line = pd.DataFrame({"x": x, "y": 3 * x + np.random.default_rng(0).normal(0, 0.1, 400)})
    assert not list(find(divided(line, "y")))


def test_yesterday_tells_today_of_a_series_that_changes_little() -> None:
    walk = pd.Series(np.cumsum(np.random.default_rng(0).normal(size=900)))
    series = pd.DataFrame({"yesterday": walk.shift(1), "rain": np.random.default_rng(1).random(900), "y": walk})
    assert not list(find(divided(series.iloc[1:], "y")))
    series["today"] = walk * 2 + 1
    (found,) = find(divided(series.iloc[1:], "y"))
    assert found.columns == ("today",)


def test_few_rows_prove_nothing() -> None:
    few = patients(36)
    few["same"] = few["ill"]
    assert not list(find(divided(few, "ill")))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(120, 600),
    share=st.floats(0.05, 0.95),
    values=st.integers(2, 400),
)
def test_noise_tells_nothing(seed: int, rows: int, share: float, values: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "y": (rng.random(rows) < share).astype(int),
            "z": rng.standard_cauchy(rows),
            "few": rng.integers(0, values, rows),
            "texts": [f"v{k}" for k in rng.integers(0, values, rows)],
            "holes": np.where(rng.random(rows) < share, np.nan, rng.random(rows)),
            "constant": 1.0,
        }
    )
    assert not list(find(divided(frame, "y")))
    assert not list(find(divided(frame, "z")))


def test_what_is_odd_is_no_reason_to_fail() -> None:
    odd = pd.DataFrame(
        {
            "y": [0, 1] * 100,
            "lists": [[k] for k in range(200)],
            "nothing": [None] * 200,
            "nan": np.nan,
            "inf": [np.inf, -np.inf, 1, 2] * 50,
            "mixed": [1, "a", None, 2.5] * 50,
            "flags": [True, False, None, True] * 50,
        }
    )
    for target in ("y", "nan", "mixed", "nothing"):
        for check in CHECKS.values():
            list(check(divided(odd, target)))
    empty = divided(odd.iloc[:0], "y")
    assert not [f for check in CHECKS.values() for f in check(empty)]


def test_data_that_are_gone_are_passed_over() -> None:
    from dataclasses import replace

    case = divided(patients(), "ill")
    gone = replace(case, train=replace(case.train, values=lambda _: None), sources={})
    assert not [f for check in CHECKS.values() for f in check(gone)]
    assert not list(find(replace(case, train_target=None)))


class TestIdentifiers:
    def frame(self, n: int = 800) -> pd.DataFrame:
        return patients(n).drop(columns=["marker"])

    def test_rows_numbered_in_the_order_of_the_outcome(self) -> None:
        frame = self.frame().sort_values("ill", kind="stable").reset_index(drop=True)
        frame["case_id"] = 100_000 + np.arange(len(frame))
        (found,) = identify(divided(frame, "ill"))
        assert found.severity == "warning"
        assert found.columns == ("case_id",)
        assert not list(find(divided(frame, "ill")))

    def test_the_beginning_of_a_number_tells(self) -> None:
        frame = self.frame()
        rng = np.random.default_rng(2)
        frame["record_no"] = [f"{'AB'[v if rng.random() < 0.8 else 1 - v]}-{rng.integers(10**7)}" for v in frame["ill"]]
        (found,) = identify(divided(frame, "ill"))
        assert found.severity == "warning"
        assert found.evidence["record_no"]["by"] in ("beginning", "order")

    def test_a_number_at_random_is_told_of_quietly(self) -> None:
        frame = self.frame()
        frame["customer_id"] = np.random.default_rng(0).permutation(len(frame))
        (found,) = identify(divided(frame, "ill"))
        assert found.severity == "info"

    def test_amounts_and_trends_are_no_identifiers(self) -> None:
        frame = self.frame()
        frame["income"] = np.random.default_rng(0).integers(10_000, 10_000_000, len(frame)) + 3_000_000 * frame["ill"]
        frame["year"] = 1900 + np.arange(len(frame))
        assert not list(identify(divided(frame, "ill")))

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(seed=st.integers(0, 2**32 - 1))
    def test_numbers_at_random_tell_nothing(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame(
            {
                "id": rng.permutation(400),
                "code": [f"{k:08x}" for k in rng.integers(0, 2**32, 400)],
                "x": rng.random(400),
                "y": rng.integers(0, 2, 400),
            }
        )
        assert not telling(identify(divided(frame, "y")))
        assert not telling(identify(divided(frame, "x", features=["id", "code", "y"])))


def test_a_column_is_named_and_its_values_are_not() -> None:
    frame = patients()
    frame["note"] = np.where(frame["ill"] == 1, "secret diagnosis", "quiet matter")
    (found,) = find(divided(frame, "ill"))
    assert "secret" not in str(found)
    assert "quiet" not in str(found)


def test_a_sample_alone_is_enough() -> None:
    # What the engine knows nothing of, such as sources, a check does without.
    frame = patients()
    from jupyter_gov.provenance.leakage import Case
    from jupyter_gov.records import Fit

    X, y = sample_of(frame[["ill", "age"]]), sample_of(frame[["ill"]])
    (found,) = find(Case(fit=Fit(class_="M"), use="test", train=X, test=X, train_target=y, test_target=y))
    assert found.columns == ("ill",)


@pytest.mark.parametrize(("kind", "most"), [("normal", 4), ("t3", 6), ("lognormal", 6)])
def test_the_bound_of_r_squared_is_above_the_truth_as_rarely_as_promised(kind: str, most: int) -> None:
    rng, r, times = np.random.default_rng(1), 0.98**0.5, 1_000
    above = 0
    for _ in range(times):
        x, e = rng.normal(size=(2, 100))
        if kind == "t3":
            w = np.sqrt(3 / rng.chisquare(3, 100))
            x, y = x * w, (r * x + (1 - r * r) ** 0.5 * e) * w
        elif kind == "lognormal":
            rho = np.log(1 + r * (np.e - 1))
            x, y = np.exp(x), np.exp(rho * x + (1 - rho**2) ** 0.5 * e)
        else:
            y = r * x + (1 - r * r) ** 0.5 * e
        above += r_squared_bound(x, y, alpha=0.001) > 0.98
    # By the bound of Fisher's z 0, 90 and 170 of them.
    assert above <= most


def test_a_bound_hangs_on_neither_scale_nor_place() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    y = x + rng.normal(0, 0.05, 200)
    bound = r_squared_bound(x, y, alpha=0.001)
    assert 0.98 < bound < np.corrcoef(x, y)[0, 1] ** 2
    assert r_squared_bound(1e200 * x, -1e-200 * y, alpha=0.001) == pytest.approx(bound)
    assert r_squared_bound(np.exp(x), y, ranks=True, alpha=0.001) == r_squared_bound(x, y, ranks=True, alpha=0.001)
    assert r_squared_bound(x, x, alpha=0.001) == pytest.approx(1.0)
    assert r_squared_bound(x, np.ones(200), alpha=0.001) == 0.0
