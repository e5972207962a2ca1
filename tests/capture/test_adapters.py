"""Libraries that an adapter describes: the documentation's example, one that is broken, and our own three."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "adapters.md"

DATA = """
import numpy as np, pandas as pd
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.random((300, 3)), columns=list("abc")); y = (X.a + rng.normal(size=300) / 5 > 0.5).astype(int)
X_train, X_test, y_train, y_test = X[:200], X[200:], y[:200], y[200:]
"""


def _install(folder: Path) -> None:
    """Lay out the packages of the documentation's example, and two whose adapters are broken."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, code in re.findall(r"```python\n# (\w+\.py)\n(.*?)```", text, re.S):
        (folder / name).write_text(code, encoding="utf-8")
    (entry,) = re.findall(r'```toml\n\[project.entry-points."jupyter_gov.adapters"\]\n(\w+) = "(.*?)"', text)
    (folder / "fallen_gov.py").write_text("raise RuntimeError('broken')", encoding="utf-8")
    wrong = """
        from jupyter_gov.capture.adapters import Adapter, Training
        def fails(arguments): raise RuntimeError("broken")
        ADAPTER = Adapter(name="wrong", package="wrong", trainings=(
            Training(function="wrong:train", data=fails, params=fails, models=lambda a, r: fails(a)),
            Training(function="wrong:absent", data=fails),
        ))
        NO_ADAPTER = 3
    """
    (folder / "wrong_gov.py").write_text(textwrap.dedent(wrong), encoding="utf-8")
    (folder / "wrong.py").write_text("def train(x):\n    return x + 1\n", encoding="utf-8")
    entries = {"bricks": entry[1], "fallen": "fallen_gov:ADAPTER", "wrong": "wrong_gov:ADAPTER",
               "number": "wrong_gov:NO_ADAPTER"}  # fmt: skip
    for name, value in entries.items():
        info = folder / f"{name}_gov-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-gov\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[jupyter_gov.adapters]\n{name} = {value}\n", encoding="utf-8")


def test_the_example_of_the_documentation(make_kernel: Any, tmp_path: Path) -> None:
    _install(tmp_path)
    kernel = make_kernel(PYTHONPATH=str(tmp_path))
    kernel.run(DATA)
    shown = kernel.session(
        "bricks",
        "import bricks\nA, target = X_train.to_numpy(), y_train.to_numpy(); B = X_test.to_numpy()",
        "wall = bricks.build(A, target, height=0.5, seed=3)",
        "value = accuracy_score(y_test, wall.estimate(B))",
        "higher = bricks.build(A, target, start_from=wall)",
        "import wrong\nassert wrong.train(1) == 2",
    )
    assert all(c["status"] == "ok" for c in shown["cells"])
    wall, higher, broken = shown["fits"]
    names = {d["id"]: d["name"] for d in shown["datasets"]}
    assert (wall["name"], wall["class"], wall["method"]) == ("wall", "bricks.Wall", "build")
    assert wall["params"] == {"height": 0.5, "seed": 3}
    assert wall["seeds"] == {"seed": 3}
    assert [names[d] for d in wall["datasets"]] == ["A", "target"]
    assert wall["model_digest"].startswith("jg1:")
    assert higher["previous"] == wall["id"]
    assert (broken["datasets"], broken["params"]) == ([], {})
    (metric,) = shown["metrics"]
    assert metric["fits"] == [wall["id"]]
    assert names[metric["datasets"][0]] == "B"
    gaps = {g["what"]: g["reason"] for g in shown["gaps"]}
    assert gaps["the adapter fallen"] == "It could not be captured: RuntimeError."
    assert gaps["the adapter number"].startswith("wrong_gov:NO_ADAPTER is no")
    assert any(r.startswith("wrong:absent is not") for r in gaps.values())
    assert gaps["the data of train"] == "It could not be captured: RuntimeError."


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(DATA)
    return started


def _fits(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["name"]: f for f in shown["fits"]}


def test_lightgbm(kernel: Any) -> None:
    shown = kernel.session(
        "lightgbm",
        "import lightgbm as lgb\nquiet = {'objective': 'binary', 'verbose': -1, 'num_threads': 1}",
        "train = lgb.Dataset(X_train, y_train); watched = lgb.Dataset(X_test, y_test, reference=train)\n"
        "first = lgb.train({**quiet, 'seed': 5}, train, 4, valid_sets=[watched])",
        "auc = roc_auc_score(y_test, first.predict(X_test))",
        "kept = lgb.Dataset(X_train, y_train, free_raw_data=False)\nmore = lgb.train(quiet, kept, 2, init_model=first)",
        # Built, and its raw data gone, before it is trained on.
        "built = lgb.Dataset(X_train, y_train).construct(); assert built.data is None\n"
        "late = lgb.train(quiet, built, 2)",
        "scores = lgb.cv(quiet, lgb.Dataset(X, y), 3, nfold=2)",
        "own = lgb.LGBMClassifier(n_estimators=3, verbose=-1).fit(X_train, y_train); share = own.score(X_test, y_test)",
        "class Wraps:\n    def fit(self, X, y):\n        self.booster_ = lgb.train(quiet, lgb.Dataset(X, y), 2)\n"
        "        return self\n    def predict(self, X): return self.booster_.predict(X)",
        "wraps = Wraps().fit(X_train, y_train)",
    )
    fits = _fits(shown)
    names = {d["id"]: (d["name"], d["role"]) for d in shown["datasets"]}
    trained = [("X_train", "train"), ("y_train", "train")]
    for name in ("first", "more", "late"):
        assert [names[d] for d in fits[name]["datasets"]] == trained
        assert fits[name]["class"] == "lightgbm.basic.Booster"
        assert fits[name]["model_digest"].startswith("jg1:")
    assert fits["first"]["params"]["num_boost_round"] == 4
    assert fits["first"]["params"]["objective"] == "binary"
    assert fits["first"]["seeds"] == {"seed": 5}
    assert fits["more"]["previous"] == fits["first"]["id"]
    metrics = {m["name"]: m for m in shown["metrics"]}
    assert metrics["roc_auc_score"]["fits"] == [fits["first"]["id"]]
    # It was watched during training.
    assert names[metrics["roc_auc_score"]["datasets"][0]] == ("X_test", "validation")
    cv = next(f for f in shown["fits"] if f["method"] == "cv")
    assert metrics["valid binary_logloss-mean"]["fits"] == [cv["id"]]
    assert metrics["valid binary_logloss-mean"]["origin"] == "cross_validation"
    assert fits["own"]["class"] == "lightgbm.sklearn.LGBMClassifier"
    inner = [f for f in shown["fits"] if f["parent"]]
    assert [(f["parent"], f["step"], f["class"]) for f in inner] == [
        (fits["wraps"]["id"], "booster", "lightgbm.basic.Booster")
    ]


def test_xgboost(kernel: Any) -> None:
    shown = kernel.session(
        "xgboost",
        "import xgboost as xgb\nquiet = {'objective': 'binary:logistic', 'nthread': 1}",
        "train, test = xgb.DMatrix(X_train, label=y_train), xgb.DMatrix(X_test)",
        "booster = xgb.train({**quiet, 'seed': 2}, train, 4, evals=[(train, 'train')], verbose_eval=False)",
        "auc = roc_auc_score(y_test, booster.predict(test))",
        "same = roc_auc_score(y_test, booster.inplace_predict(X_test))",
        "more = xgb.train(quiet, xgb.QuantileDMatrix(X_train, y_train), 2, xgb_model=booster)",
        "scores = xgb.cv(quiet, train, 3, nfold=2)",
        "own = xgb.XGBClassifier(n_estimators=3, n_jobs=1).fit(X_train, y_train); share = own.score(X_test, y_test)",
    )
    fits = _fits(shown)
    names = {d["id"]: (d["name"], d["role"]) for d in shown["datasets"]}
    for name in ("booster", "more"):
        assert [names[d] for d in fits[name]["datasets"]] == [("X_train", "train"), ("y_train", "train")]
    assert fits["more"]["previous"] == fits["booster"]["id"]
    scored = [m for m in shown["metrics"] if m["name"] == "roc_auc_score"]
    assert [m["fits"] for m in scored] == [[fits["booster"]["id"]]] * 2
    assert [names[m["datasets"][0]] for m in scored] == [("X_test", "test")] * 2
    assert {m["split"] for m in shown["metrics"] if m["name"] == "test-logloss-mean"} == {"validation"}
    assert fits["own"]["class"] == "xgboost.sklearn.XGBClassifier"
    assert all(f["parent"] is None for f in shown["fits"])


def test_statsmodels(kernel: Any) -> None:
    shown = kernel.session(
        "statsmodels",
        "import statsmodels.api as sm, statsmodels.formula.api as smf",
        "A = sm.add_constant(X_train)\nline = sm.OLS(y_train, A).fit()",
        "value = r2_score(y_test, line.predict(sm.add_constant(X_test)))",
        "table = X.assign(y=y)\nformula = smf.ols('y ~ a + b', table).fit()",
        "logit = smf.logit('y ~ a', table).fit(disp=0); glm = sm.GLM(y_train, A, family=sm.families.Binomial()).fit()",
        "short = sm.OLS(y_train, A).fit_regularized(alpha=0.1)",
    )
    fits = _fits(shown)
    names = {d["id"]: d["name"] for d in shown["datasets"]}
    assert {n: f["class"].rpartition(".")[2] for n, f in fits.items()} == {
        "line": "OLS", "formula": "OLS", "logit": "Logit", "glm": "GLM", "short": "OLS"
    }  # fmt: skip
    assert [names[d] for d in fits["line"]["datasets"]] == ["A", "y_train"]
    assert [names[d] for d in fits["formula"]["datasets"]] == ["table"]
    assert fits["formula"]["params"]["formula"] == "y ~ a + b"
    assert fits["short"]["method"] == "fit_regularized"
    assert all(f["model_digest"] for f in shown["fits"])
    assert all(f["parent"] is None for f in shown["fits"])
    (metric,) = [m for m in shown["metrics"] if m["name"] == "r2_score"]
    assert metric["fits"] == [fits["line"]["id"]]
