"""Fits of classes that nobody announced, in threads, and in other processes."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.random((120, 3)), columns=list("abc")); y = (X.a > 0.5).astype(int)
"""

MODULE = """
class Ours:
    def __init__(self, depth=3, *, wide=False): self.depth, self.wide = depth, wide
    def fit(self, X, y): self.mean_ = float(X["a"].mean()); return self
    def predict(self, X): return (X["a"] > self.mean_).astype(int)
"""


@pytest.fixture
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


def test_classes_of_ones_own(kernel: Any) -> None:
    (kernel.folder / "ours.py").write_text(MODULE, encoding="utf-8")
    (kernel.folder / "before.py").write_text(MODULE, encoding="utf-8")
    kernel.run("import before")
    shown = kernel.session(
        "own",
        # Defined, fitted and scored in one cell.
        MODULE + "own = Ours(5).fit(X, y)\naccuracy_score(y, own.predict(X))",
        "import ours\nmine = ours.Ours(7, wide=True).fit(X, y); accuracy_score(y, mine.predict(X))",
        "early = before.Ours().fit(X, y)",
        "def build():\n    class Local(Ours):\n        def fit(self, X, y): return super().fit(X, y)\n"
        "    return Local()\nlocal = build().fit(X=X, y=y)",
        "exec('class Hidden(Ours):\\n    def fit(self, X, y): return self')\nhidden = Hidden().fit(X, y)",
        "again = Hidden().fit(X, y)",
        "class Network:\n    def fit(self, loader): return self\nnetwork = Network().fit(X)",
        "class Bare:\n    def __init__(self, size): pass\n    def fit(self, X, y): return self\n"
        "    def transform(self, X): return X\nbare = Bare(3).fit(X, y)",
        "import inspect; source = inspect.getsource(Ours.fit)",
    )
    fits = {f["name"]: f for f in shown["fits"]}
    assert list(fits) == ["own", "mine", "early", "local", "again", "bare"]
    assert [fits[n]["class"] for n in ("own", "mine", "early")] == ["__main__.Ours", "ours.Ours", "before.Ours"]
    assert fits["own"]["params"] == {"depth": 5, "wide": False}
    assert fits["mine"]["params"] == {"depth": 7, "wide": True}
    assert all(len(f["datasets"]) == 2 for f in shown["fits"])
    assert all(f["parent"] is None for f in shown["fits"])
    scored = [m["fits"] for m in shown["metrics"] if m["name"] == "accuracy_score"]
    assert scored == [[fits["own"]["id"]], [fits["mine"]["id"]]]
    gaps = {g["what"]: g for g in shown["gaps"]}
    assert gaps["what __main__.Hidden.fit did before it was first met"]["cell"] == shown["cells"][5]["id"]
    assert "docs/adapters.md" in gaps["the fits of __main__.Network"]["remedy"]
    assert gaps["the parameters of __main__.Bare"]["remedy"]
    assert kernel.run("source").result.startswith("'    def fit(self, X, y): self.mean_")
    # Where tracking is off, the class is as it was, and defining it again tells nobody.
    assert kernel.run("'__wrapped__' in vars(Ours.fit), get_ipython().ast_transformers").result == "(False, [])"
    kernel.run(MODULE)


def test_eight_threads(kernel: Any) -> None:
    shown = kernel.session(
        "threads",
        "import threading\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "parts = [X + i for i in range(8)]; truths = [y.sample(frac=1, random_state=i) for i in range(8)]\n"
        "m0, m1, m2, m3, m4, m5, m6, m7 = models = [\n"
        "    make_pipeline(StandardScaler(), LogisticRegression(C=1 + i)) for i in range(8)]\n"
        "start = threading.Barrier(8)\n"
        "def fit(i):\n    start.wait()\n    for _ in range(3): models[i].fit(parts[i], truths[i])\n"
        "threads = [threading.Thread(target=fit, args=(i,)) for i in range(8)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]; None",
        "again = [LogisticRegression().fit(parts[i], truths[i]) for i in range(8)]",
    )
    whole = [f for f in shown["fits"] if f["name"].startswith("m")]
    assert len(whole) == 24
    for i in range(8):
        mine = [f for f in whole if f["name"] == f"m{i}"]
        assert [f["params"]["logisticregression__C"] for f in mine] == [1 + i] * 3
        data = {tuple(f["datasets"]) for f in mine}
        assert len(data) == 1
        # The same data, seen again in this thread alone, are the same data sets.
        alone = [f for f in shown["fits"] if f["class"].endswith("LogisticRegression") and f["parent"] is None][i]
        assert data == {tuple(alone["datasets"])}
        assert len({f["model_digest"] for f in mine}) == 1
        for fit in mine:
            inner = [f for f in shown["fits"] if f["parent"] == fit["id"]]
            assert [(f["step"], f["params"].get("C")) for f in inner] == [
                ("standardscaler", None), ("logisticregression", 1 + i)
            ]  # fmt: skip
    assert len({f["model_digest"] for f in whole}) == 8


def test_other_processes(kernel: Any) -> None:
    shown = kernel.session(
        "processes",
        "from joblib import Parallel, delayed\nfrom sklearn.model_selection import GridSearchCV\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "def fit(C): return LogisticRegression(C=C).fit(X, y)",
        "away = Parallel(n_jobs=2)(delayed(fit)(c) for c in (1, 2)); len(away)",
        "near = Parallel(n_jobs=2, prefer='threads')(delayed(fit)(c) for c in (3, 4))",
        "here = Parallel(n_jobs=1)(delayed(fit)(c) for c in (5, 6))",
        "search = GridSearchCV(LogisticRegression(), {'C': [7, 8]}, cv=2, n_jobs=2).fit(X, y)",
        "pool = ProcessPoolExecutor(1); got = pool.submit(abs, -3).result(); pool.shutdown()",
    )
    plain = [f for f in shown["fits"] if f["class"].endswith("LogisticRegression") and f["parent"] is None]
    assert sorted(f["params"]["C"] for f in plain) == [3, 4, 5, 6]
    (search,) = [f for f in shown["fits"] if f["name"] == "search"]
    assert [c["params"]["C"] for c in search["candidates"]] == [7, 8]
    gaps = {g["what"]: g for g in shown["gaps"]}
    away = gaps["the fits, metrics and data of the functions that joblib.Parallel ran"]
    assert away["cell"] == shown["cells"][2]["id"]
    assert "2 models came back" in away["reason"]
    assert "prefer='threads'" in away["remedy"]
    assert gaps["the fits, metrics and data of the functions that ProcessPoolExecutor ran"]["remedy"]
