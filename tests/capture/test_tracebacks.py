"""An error reads the same with and without tracking, wherever it was raised."""

from __future__ import annotations

import re
from typing import Any

SETUP = """
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
def double(X):
    raise ValueError("mine")
"""
CELLS = (
    "LogisticRegression(C=-1).fit(np.eye(2), [0, 1])",
    "accuracy_score([0, 1], [0])",
    "make_pipeline(FunctionTransformer(double), LogisticRegression()).fit(np.eye(2), [0, 1])",
    "try:\n    LogisticRegression().fit(None, None)\nexcept Exception as error:\n    raise OSError('later') from error",
    "share = np.mean(double(1) == 1)",
)


def shown(kernel: Any) -> list[str]:
    kernel.run(SETUP)
    found = [kernel.run(cell, check=False).traceback for cell in CELLS]
    return [re.sub(r"0x[0-9a-fA-F]+|ipykernel_\d+/\d+|In\[\d+\]|\[\d+\]", "…", text) for text in found]


def test_tracebacks_are_the_same_with_and_without_tracking(kernel: Any) -> None:
    kernel.run("%load_ext jupyter_gov\nformatter = get_ipython().InteractiveTB; own = dict(vars(formatter))")
    without = shown(kernel)
    kernel.track("errors")
    tracked = shown(kernel)
    kernel.untrack()
    assert tracked == without
    assert all("hidden" not in text for text in tracked)
    assert kernel.run("'structured_traceback' in vars(formatter)").result == "False"


PRINTED = """
import traceback, logging, threading
from sklearn.linear_model import LinearRegression
def attempt(work):
    try: work()
    except Exception as error: print(traceback.format_exc()); return error
class Mine:
    def fit(self, X, y=None): LogisticRegression(C=-1).fit(X, y)
    def predict(self, X): raise KeyError("mine")
error = attempt(lambda: Mine().fit(np.eye(2), [0, 1]))
attempt(lambda: Mine().predict(1))
attempt(lambda: LinearRegression().predict(np.eye(2)))
attempt(lambda: accuracy_score())
print([f.name for f in traceback.extract_tb(error.__traceback__)])
try: accuracy_score([1], [1, 2])
except ValueError: logging.getLogger("x").exception("bad")
failing = threading.Thread(target=lambda: LogisticRegression().fit(np.eye(2), None)); failing.start(); failing.join()
raise ExceptionGroup("several", [error])
"""


def test_what_the_user_prints_of_an_error(kernel: Any) -> None:
    kernel.run(SETUP)

    def printed() -> str:
        ran = kernel.run(PRINTED, check=False)
        text = ran.text() + ran.text("stderr") + ran.traceback
        return re.sub(r"0x[0-9a-fA-F]+|ipykernel_\d+/\d+|In\[\d+\]|\[\d+\]|Thread-\d+", "…", text)

    without = printed()
    kernel.track("printed")
    tracked = printed()
    kernel.untrack()
    assert "jupyter_gov" not in tracked
    assert tracked == without
    assert "InvalidParameterError" in without
    assert "bad" in without
