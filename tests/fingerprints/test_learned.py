"""What a model has learned by the way to it: the leaves of the very walk that its digest comes from."""

import copy
import functools

import lightgbm
import numpy as np
import pytest
import statsmodels.api as sm
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from jupyter_gov.errors import InputError
from jupyter_gov.fingerprints import fingerprint_model, learned, read_model
from jupyter_gov.records import pack, unpack


class Held:
    """A model that holds what it is given."""

    def __init__(self, **held):
        self.__dict__.update(held)


Held.__module__ = "held"


@functools.cache
def data():
    X, y = load_breast_cancer(return_X_y=True)
    return X[:150, :5], y[:150]


def pipeline():
    columns = ColumnTransformer([("scale", StandardScaler(), [0, 1, 2])], remainder="passthrough")
    return Pipeline([("columns", columns), ("model", LogisticRegression(max_iter=9000))])


MODELS = {
    "linear": LogisticRegression(max_iter=5000),
    "pipeline": pipeline(),
    "forest": RandomForestClassifier(4, random_state=0),
    "boosting": GradientBoostingRegressor(n_estimators=3, random_state=0),
    "histograms": HistGradientBoostingClassifier(max_iter=3, random_state=0),
    "neighbours": KNeighborsClassifier(),
    "vectors": SVC(),
    "lightgbm": lightgbm.LGBMClassifier(n_estimators=3, n_jobs=1, verbose=-1),
    "xgboost": xgboost.XGBClassifier(n_estimators=3, n_jobs=1),
}


@functools.cache
def fitted(name):
    return MODELS[name].fit(*data())


@pytest.mark.parametrize("name", MODELS)
def test_the_leaves_can_be_kept_and_the_digest_is_the_same(name):
    model = fitted(name)
    found = read_model(model)
    assert found.digest == fingerprint_model(model)
    content = pack(learned(model))
    assert content == pack(found.values()) == pack(found.copy().values())
    assert content == pack(unpack(content))
    assert 0.5 < found.size / len(content) < 2


def test_ways_read_like_python():
    model, X = fitted("pipeline"), data()[0]
    found = learned(model)
    np.testing.assert_allclose(found["steps.columns.transformers_.scale.mean_"], X[:, :3].mean(axis=0))
    np.testing.assert_array_equal(found["steps.model.coef_"], model[-1].coef_)
    assert found["steps.model.C"] == 1.0
    assert found["steps.columns.transformers_.scale#[2]"].tolist() == [0, 1, 2]
    forest = learned(fitted("forest"))
    np.testing.assert_array_equal(
        forest["estimators_[3].tree_['nodes'].threshold"], fitted("forest").estimators_[3].tree_.threshold
    )


def test_boosters_are_numbers():
    found = learned(fitted("lightgbm"))
    leaves = found["_Booster.model['Tree=2']['leaf_value']"]
    trees = fitted("lightgbm").booster_.trees_to_dataframe()
    assert set(leaves) == set(trees.loc[(trees.tree_index == 2) & trees.split_feature.isna(), "value"])
    assert not [way for way in found if "tree_sizes" in way]  # the length of a text, which goes with its digits
    found = learned(fitted("xgboost"))
    (weights,) = (v for way, v in found.items() if way.endswith("['trees'][2]['base_weights']"))
    assert weights.dtype == float
    (score,) = (v for way, v in found.items() if way.endswith("['base_score']"))
    assert score.shape == (1,)
    named = lightgbm.LGBMRegressor(n_estimators=1, verbose=-1, n_jobs=1)
    named.fit(*data(), feature_name=["01", "02", "3", "4", "5"])
    assert learned(named)["_Booster.model['tree']['feature_names']"] == "01 02 3 4 5"


def test_a_regression_of_statsmodels():
    X, y = data()
    found = learned(sm.OLS(y, X).fit())
    assert found["params"].shape == (5,)


def test_what_fills_a_container_is_one_leaf():
    found = learned(Held(a=[1.0, 2.0], b={"x": 3, "y": 4}, c=("u", "v\0"), d=[True], e=[1, 2.0], f=[2**70], g=b"ab\0"))
    assert found["a"].tolist() == [1.0, 2.0]
    assert found["b"].tolist() == [3, 4]
    assert found["c"].tolist() == ["u", "v\0"]
    assert found["d"].tolist() == [True]
    assert (found["e[0]"], found["e[1]"]) == (1, 2.0)
    assert found["f"].tolist() == [2**70]
    assert found["g"].tolist() == [97, 98, 0]
    words = learned(CountVectorizer().fit(["to be or not to be"]))
    assert words["vocabulary_"].tolist() == [0, 2, 3, 1]  # be, or, to, not: by the bytes of the keys


def test_what_is_not_a_number_is_part_of_the_structure():
    one, other = (learned(FunctionTransformer(function)) for function in (np.log, np.exp))
    assert {way for way in one if one[way] != other[way]} == {"(structure)"}
    one, other = (learned(Held(a=held)) for held in ([1.0], (1.0,)))
    assert one["(structure)"] != other["(structure)"]
    assert learned(Held(a={1.5: 1, 2.5: 2}))["(structure)"] != learned(Held(a={1.5: 1, 3.5: 2}))["(structure)"]


def test_two_ways_that_read_the_same_are_told_apart():
    model = Held()
    model.__dict__.update({"a.b": 1, "a": Held(b=2)})
    found = learned(model)
    assert {found["a.b"], found["a.b'"]} == {1, 2}


def test_there_is_one_nan():
    one, other = (Held(a=np.array([1, bits], "u8").view(float)) for bits in (0x7FF8 << 48, 0xFFF8 << 48))
    assert np.isnan(one.a[1])
    assert np.isnan(other.a[1])
    assert fingerprint_model(one) == fingerprint_model(other)
    assert pack(learned(one)) == pack(learned(other))


def test_a_copy_stays_what_it_was():
    model = copy.deepcopy(fitted("linear"))
    kept = read_model(model).copy()
    before = model.coef_.copy()
    model.coef_ += 1
    np.testing.assert_array_equal(kept.values()["coef_"], before)


def test_what_cannot_be_identified_is_refused():
    with pytest.raises(InputError, match=r"\.a"):
        learned(Held(a=iter(())))


numbers = st.one_of(st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=3), st.binary(max_size=3))
scalars = st.one_of(numbers, st.floats(width=32).map(np.float32), st.integers(0, 3).map(np.int16))
arrays = st.one_of(
    st.lists(st.floats(), max_size=4).map(np.array),
    st.lists(st.integers(0, 3), max_size=4).map(lambda values: np.array(values, np.int32)),
    st.lists(st.text(max_size=2), max_size=3).map(lambda values: np.array(values, object)),
    st.lists(st.sampled_from("abc"), max_size=3).map(np.array),
    st.lists(st.tuples(st.integers(0, 2), st.floats()), max_size=3).map(lambda v: np.array(v, "i4,f8")),
)
leaves = st.one_of(scalars, arrays)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.one_of(st.sampled_from("abc"), st.integers(0, 2), st.floats(0, 1)), inner, max_size=3),
        st.lists(st.tuples(st.sampled_from("abc"), inner), max_size=3),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=2).map(lambda held: Held(**held)),
        st.frozensets(st.integers(0, 3), max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=200)
@given(values, values)
def test_the_same_leaves_are_the_same_digest(one, other):
    models = Held(x=one), Held(x=other)
    same = fingerprint_model(models[0]) == fingerprint_model(models[1])
    assert (pack(learned(models[0])) == pack(learned(models[1]))) == same


@settings(max_examples=200)
@given(values, st.data())
def test_a_change_of_one_leaf_is_a_change_of_both(value, choice):
    """Two values that are made to be nearly the same differ in leaves where they differ in digest, and only then."""

    def change(held):
        if isinstance(held, list | tuple) and held:
            i = choice.draw(st.integers(0, len(held) - 1))
            return type(held)(change(v) if i == j else v for j, v in enumerate(held))
        if isinstance(held, dict) and held:
            key = choice.draw(st.sampled_from(sorted(held, key=repr)))
            return {**held, key: change(held[key])}
        if isinstance(held, Held) and held.__dict__:
            return Held(**change(held.__dict__))
        return choice.draw(leaves)

    models = Held(x=value), Held(x=change(value))
    same = fingerprint_model(models[0]) == fingerprint_model(models[1])
    assert (pack(learned(models[0])) == pack(learned(models[1]))) == same


def test_encoders_keep_their_categories():
    encoder = OneHotEncoder().fit(np.array([["b"], ["a"]], object))
    assert learned(encoder)["categories_[0]"].tolist() == ["a", "b"]
