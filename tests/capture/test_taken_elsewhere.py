"""What users take with them needs nothing of ours: classes and functions that were defined and used while tracked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

DEFINED = """
import numpy as np, pandas as pd, pickle
from joblib import wrap_non_picklable_objects
from joblib.externals.loky import set_loky_pickler
from joblib.externals.loky.backend.reduction import get_loky_pickler
from sklearn.base import BaseEstimator, ClassifierMixin
X = np.random.default_rng(0).random((60, 3)); y = (X[:, 0] > 0.5).astype(int)
def dump(thing, file):
    with open(file, "wb") as into:
        get_loky_pickler()(into).dump(thing)
class Threshold(ClassifierMixin, BaseEstimator):
    def __init__(self, level=0.5): self.level = level
    def fit(self, X, y):
        super().__init__()
        self.classes_ = np.unique(y)
        return self
    def predict(self, X):
        if X is None: raise ValueError("nothing given")
        return (X[:, 0] > self.level).astype(int)
class Plain:
    def fit(self, X, y=None): self.mean_ = X.mean(); return self
    def predict(self, X): return X[:, 0] > self.mean_
def factory():
    class Inner:
        def fit(self, X): return self
        def predict(self, X): return X
    return Inner
"""

ELSEWHERE = """
import sys
sys.modules["jupyter_gov"] = None
import pickle
import numpy as np
with open(sys.argv[1], "rb") as file:
    threshold, plain, factory = pickle.load(file)
rows = np.array([[0.9, 0], [0.1, 0]])
print(threshold.predict(rows), threshold.fit(rows, [0, 1]).predict(rows), plain.fit(rows).predict(rows))
print(factory()().fit(1).predict(2))
try:
    threshold.predict(None)
except ValueError as error:
    print(error)
print([name for name in sys.modules if name.startswith("jupyter_gov.")])
"""


def test_what_is_saved_while_tracked_loads_without_us(kernel: Any, tmp_path: Path) -> None:
    file = tmp_path / "saved.pkl"
    kernel.session(
        "saved",
        DEFINED,
        f"dump((Threshold().fit(X, y), Plain().fit(X), factory), {str(file)!r})",
    )
    script = tmp_path / "elsewhere.py"
    script.write_text(ELSEWHERE, encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script), str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["[1 0] [1 0] [ True False]", "2", "nothing given", "[]"]
