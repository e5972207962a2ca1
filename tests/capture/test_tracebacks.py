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
