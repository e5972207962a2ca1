"""Model identity: the same for the same fit, another for another learned value, refused where it cannot be told."""

import functools
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from blake3 import blake3
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KernelDensity, KNeighborsClassifier, RadiusNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from jupyter_gov.errors import InputError
from jupyter_gov.fingerprints import fingerprint, fingerprint_model

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN = json.loads((HERE / "golden_models.json").read_text())


class Model:
    """A model made by hand, of the notebook's own kind."""

    def __init__(self, **held):
        self.__dict__.update(held)

    def fit(self, X, y):
        raise AssertionError("a model was asked to fit")


Model.__module__ = "golden"


def golden_models():
    nested = Model(child=Model(coef_=np.array([1.0])), steps=[("a", Model()), ("b", None)])
    nested.itself = nested
    return {
        "empty": Model(),
        "linear": Model(C=1.0, penalty=None, coef_=np.array([[0.5, -0.0]]), intercept_=np.array([np.nan])),
        "scalars": Model(a=1, b=-(10**30), c=2.5, d="ø", e=b"x", f=True, g=1j, h=np.float32(0.5)),
        "containers": Model(a=[1, 2], b=(1, 2), c={"x": 1, 2: "y"}, d={3, 1}, e=range(2)),
        "labels": Model(classes_=np.array(["a", None], object), names_=np.array(["u", "v"])),
        "frame": Model(X_=pd.DataFrame({"x": [1, 2]}), S_=sp.csr_array([[0, 1]])),
        "records": Model(nodes_=np.array([(1, 0.5)], [("left", "i4"), ("value", "f8")])),
        "nested": nested,
        "references": Model(a=np.add, b=len, c=dict, d=np.dtype("f4"), e=functools.partial(max, 1)),
        "generator": Model(random_state=np.random.RandomState(0)),
        "masked": Model(a=np.ma.MaskedArray([1, 2], mask=[False, True])),
    }


def golden_values():
    return {name: fingerprint_model(model) for name, model in golden_models().items()}


@pytest.mark.parametrize("name", golden_models())
def test_golden_values_never_change(name):
    assert fingerprint_model(golden_models()[name]) == GOLDEN[name]


def test_a_reference_value_by_hand():
    def text(s):
        return len(s).to_bytes(8, "little") + s.encode()

    one = (1).to_bytes(8, "little")
    array = b"a" + text("<i4") + one + one + blake3((7).to_bytes(4, "little")).digest()
    data = b"o" + text("golden.Model") + b"d" + one + b"s" + text("coef_") + array
    wanted = blake3(data, derive_key_context="jupyter-gov jg1 model").hexdigest()
    assert fingerprint_model(Model(coef_=np.array([7], "i4"))) == f"jg1:{wanted}"


@functools.cache
def data():
    X, y = load_breast_cancer(return_X_y=True)
    return X[:120, :6], y[:120]


def twice(values):
    return values * 2


def estimators():
    tree = DecisionTreeClassifier(random_state=0)
    scaled = make_pipeline(StandardScaler(), LogisticRegression())
    return {
        "linear": LogisticRegression(max_iter=2000),
        "stochastic": SGDClassifier(random_state=0),
        "bayes": GaussianNB(),
        "tree": tree,
        "forest": RandomForestClassifier(5, random_state=0),
        "isolation": IsolationForest(n_estimators=5, random_state=0),
        "boosting": GradientBoostingClassifier(n_estimators=3, random_state=0),
        "histogram boosting": HistGradientBoostingClassifier(max_iter=3, early_stopping=True, random_state=0),
        "bagging": BaggingClassifier(scaled, 3, random_state=np.random.RandomState(3)),
        "stacking": StackingClassifier([("a", tree), ("b", GaussianNB())], cv=2),
        "neighbours": KNeighborsClassifier(algorithm="kd_tree"),
        "ball": RadiusNeighborsClassifier(algorithm="ball_tree", radius=1e4),
        "density": KernelDensity(),
        "vectors": SVC(),
        "network": MLPClassifier((5,), max_iter=20, random_state=0, tol=1e9),
        "process": GaussianProcessClassifier(n_restarts_optimizer=1, random_state=0),
        "calibrated": CalibratedClassifierCV(tree, cv=2),
        "columns": ColumnTransformer(
            [("s", StandardScaler(), [0, 1]), ("f", FunctionTransformer(np.log1p), slice(2, 4))]
        ),
        "pipeline": Pipeline([("f", FunctionTransformer(twice)), ("s", StandardScaler()), ("m", tree)]),
        "grid": GridSearchCV(scaled, {"logisticregression__C": [0.1, 1.0]}, cv=2, scoring="roc_auc"),
        "random": RandomizedSearchCV(tree, {"max_depth": [1, 2, 3]}, n_iter=2, cv=2, random_state=0),
    }


def fitted(name):
    X, y = data()
    estimator = clone(estimators()[name])
    return estimator.fit(X, y)


def fitted_values():
    return {name: fingerprint_model(fitted(name)) for name in estimators()}


@pytest.mark.parametrize("name", estimators())
def test_the_same_fit_has_the_same_digest_and_other_data_another(name):
    X, y = data()
    model = fitted(name)
    digest = fingerprint_model(model)
    assert fingerprint_model(fitted(name)) == digest == fingerprint_model(model)
    other = X.copy()
    other[::3] += 0.5
    assert fingerprint_model(clone(estimators()[name]).fit(other, y)) != digest
    model.predict(X[:3]) if hasattr(model, "predict") else model.score(X) if hasattr(
        model, "score"
    ) else model.transform(X)
    assert fingerprint_model(model) == digest


def test_other_processes_agree():
    code = (
        "import sys, json; sys.path[:0] = [sys.argv[1], sys.argv[2]]; import test_models as t;"
        "print(json.dumps([t.golden_values(), t.fitted_values()]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(HERE), str(ROOT)],
        env={**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    golden, theirs = json.loads(done.stdout)
    assert golden == GOLDEN
    ours = fitted_values()
    # A function of a test module goes by the module's name, which differs where pytest imports it.
    del ours["pipeline"], theirs["pipeline"]
    assert theirs == ours


def test_every_learned_number_counts():
    model = fitted("linear")
    seen = {fingerprint_model(model)}
    for value in (model.coef_, model.intercept_, model.classes_, model.n_iter_):
        value.reshape(-1)[0] += 1
        seen.add(fingerprint_model(model))
    model.C = 2.0
    seen.add(fingerprint_model(model))
    assert len(seen) == 6
    forest = fitted("forest")
    seen = {fingerprint_model(forest)}
    forest.estimators_[3].tree_.threshold[0] += 1e-9
    seen.add(fingerprint_model(forest))
    forest.estimators_[3].tree_.value[0] += 1e-9
    seen.add(fingerprint_model(forest))
    assert len(seen) == 3
    boosted = fitted("histogram boosting")
    before = fingerprint_model(boosted)
    boosted._predictors[0][0].nodes["value"][1] += 1e-9
    assert fingerprint_model(boosted) != before
    near = fitted("neighbours")
    before = fingerprint_model(near)
    near._tree.data.base[0, 0] += 1.0
    assert fingerprint_model(near) != before
    counts = CountVectorizer().fit(["memory verbose mean_fit_time"])
    before = fingerprint_model(counts)
    counts.vocabulary_["memory"] = 7
    assert fingerprint_model(counts) != before


def test_how_a_model_was_fitted_and_shown_does_not_count():
    quiet, loud = (RandomForestClassifier(2, random_state=0, n_jobs=n, verbose=v) for n, v in ((1, 0), (2, 1)))
    X, y = data()
    assert fingerprint_model(quiet.fit(X, y)) == fingerprint_model(loud.fit(X, y))
    assert fingerprint_model(Model(_stop_words_id=1, n_jobs=2)) == fingerprint_model(Model())
    search = fitted("grid")
    before = fingerprint_model(search)
    search.refit_time_ += 1
    search.cv_results_["mean_fit_time"][0] += 1
    assert fingerprint_model(search) == before
    search.cv_results_["mean_test_score"][0] += 1e-9
    assert fingerprint_model(search) != before


def test_layout_and_numpy_scalars_do_not_count_and_types_do():
    matrix = np.arange(6.0).reshape(2, 3)

    def digest(value):
        return fingerprint_model(Model(a=value))

    assert digest(matrix) == digest(np.asfortranarray(matrix)) == digest(matrix.astype(">f8"))
    assert digest(np.float64(1)) == digest(1.0)
    assert digest(np.array(["a", "bb"])) == digest(np.array(["a", "bb"], "U9")) == digest(np.array(["a", "bb"], object))
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(float("nan")) == digest(-np.float64("nan"))
    different = [
        1,
        1.0,
        True,
        "1",
        b"1",
        None,
        [1],
        (1,),
        {1},
        {1: 1},
        np.float32(1),
        np.array(1),
        np.array([1]),
        -0.0,
        0.0,
    ]
    assert len({digest(value) for value in different}) == len(different)


def test_functions_of_the_notebook_count_by_their_code():
    def make(code):
        space = {"__name__": "__main__"}
        exec(code, space)  # as a cell would
        return fingerprint_model(Model(f=space["f"]))

    assert make("def f(x): return x + 1") == make("\n\ndef f(x):\n    return x + 1")
    assert make("f = lambda x: x + 1") == make("f = lambda x:  x + 1")
    assert (
        len({make(c) for c in ("def f(x): return x + 1", "def f(x): return x + 2", "def f(x, y=1): return x + 1")}) == 3
    )
    assert make("def g(n):\n  def f(x): return x + n\n  return f\nf = g(1)") != make(
        "def g(n):\n  def f(x): return x + n\n  return f\nf = g(2)"
    )
    assert make("def g():\n  def f(n): return f(n - 1)\n  return f\nf = g()").startswith("jg1:")


class Slotted:
    __slots__ = ("coef_", "unset")

    def __init__(self, coef):
        self.coef_ = coef


class Counted(dict):
    pass


def test_objects_of_any_python_class_count_by_what_they_hold():
    assert fingerprint_model(Slotted(1.0)) == fingerprint_model(Slotted(1.0)) != fingerprint_model(Slotted(2.0))
    one, other = Counted(a=1), Counted(a=1)
    assert fingerprint_model(one) == fingerprint_model(other) != fingerprint_model({"a": 1})
    other.learned_ = 3
    assert fingerprint_model(one) != fingerprint_model(other)


@pytest.mark.parametrize(
    ("held", "where"),
    [
        ({"foo_": threading.Lock()}, ".foo_ is an object of class _thread.lock"),
        ({"steps": [("a", 1), ("b", Model(x_=iter(())))]}, ".steps.b.x_"),
        ({"d": {"k": (i for i in ())}}, ".d['k']"),
        ({"a": memoryview(b"")}, ".a"),
        ({"frame": pd.DataFrame({"x": [object()]})}, ".frame is data without a fingerprint"),
        ({"o": np.array([threading.Lock()])}, ".o[0]"),
        ({"deep": functools.reduce(lambda inner, _: [inner], range(500), [])}, "too deeply"),
    ],
)
def test_what_cannot_be_identified_is_named_by_its_path(held, where):
    with pytest.raises(InputError) as caught:
        fingerprint_model(Model(**held))
    assert where in caught.value.message
    assert caught.value.hint


class Hostile(BaseEstimator):
    def _no(self, *args, **kwargs):
        raise AssertionError("a foreign object was asked something")

    __repr__ = __str__ = __eq__ = __bool__ = __len__ = __iter__ = __reduce_ex__ = __getstate__ = _no
    __getattr__ = __getattribute__ = __hash__ = __format__ = __call__ = _no


def test_no_code_of_a_foreign_object_runs():
    hostile = Hostile()
    object.__getattribute__(hostile, "__dict__")["coef_"] = 1.0
    assert fingerprint_model(hostile).startswith("jg1:")
    assert fingerprint_model([hostile]) != fingerprint_model([Hostile()])


# Other libraries


def test_boosters_of_lightgbm():
    lightgbm = pytest.importorskip("lightgbm")
    X, y = data()

    def fit(**options):
        return lightgbm.LGBMClassifier(n_estimators=4, random_state=0, verbose=-1, **options).fit(X, y)

    assert fingerprint_model(fit(n_jobs=1)) == fingerprint_model(fit(n_jobs=2)) != fingerprint_model(fit(max_depth=1))
    native = [lightgbm.train({"verbose": -1, "num_threads": n}, lightgbm.Dataset(X, y), 3) for n in (1, 2)]
    assert fingerprint_model(native[0]) == fingerprint_model(native[1])
    assert fingerprint_model(native[0]) != fingerprint_model(lightgbm.train({"verbose": -1}, lightgbm.Dataset(X, y), 2))


def test_boosters_of_xgboost():
    xgboost = pytest.importorskip("xgboost")
    X, y = data()

    def fit(**options):
        return xgboost.XGBClassifier(n_estimators=4, random_state=0, **options).fit(X, y)

    assert fingerprint_model(fit(n_jobs=1)) == fingerprint_model(fit(n_jobs=1)) != fingerprint_model(fit(max_depth=1))
    native = [xgboost.train({}, xgboost.DMatrix(X, y), n) for n in (3, 3, 2)]
    assert fingerprint_model(native[0]) == fingerprint_model(native[1]) != fingerprint_model(native[2])


def test_results_of_statsmodels():
    api = pytest.importorskip("statsmodels.api")
    X, y = data()
    one, other = (api.OLS(y, X).fit() for _ in range(2))
    digest = fingerprint_model(one)
    one.summary()
    assert fingerprint_model(one) == digest == fingerprint_model(other)
    assert fingerprint_model(api.OLS(y, X[:, :3]).fit()) != digest
    assert fingerprint_model(api.GLM(y, X).fit()) != digest


def test_nested_data_counts_as_its_fingerprint():
    frame = pd.DataFrame({"x": [1, 2]})
    arrow_backed = frame.convert_dtypes(dtype_backend="pyarrow")
    assert fingerprint(arrow_backed) == fingerprint(frame)
    assert fingerprint_model(Model(X_=arrow_backed)) == fingerprint_model(Model(X_=frame))


def test_an_encoder_of_strings():
    frame = pd.DataFrame({"town": ["Oslo", "Bergen", "Oslo"]})
    one, other = (OneHotEncoder().fit(frame) for _ in range(2))
    assert fingerprint_model(one) == fingerprint_model(other)
    other.categories_[0][0] = "Bodø"
    assert fingerprint_model(one) != fingerprint_model(other)
