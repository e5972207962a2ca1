"""What is found once a cell has ended appears below that cell, also when nothing runs any more."""

from __future__ import annotations

import queue
import time
from typing import Any

SETUP = """
import numpy as np
from sklearn.linear_model import LinearRegression
import jupyter_gov.capture.leakage._engine as engine
engine._LEAST = engine._SHARE = 0.0  # no time at all while the cell runs
X = np.random.default_rng(0).normal(size=(300, 4))
y = X.sum(axis=1)
"""


def late(kernel: Any, message: str) -> str:
    """Return the text of the next display that belongs to a cell that has ended."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            got = kernel.client.get_iopub_msg(timeout=1)
        except queue.Empty:
            continue
        if got["msg_type"] == "display_data" and got["parent_header"].get("msg_id") == message:
            assert got["content"]["metadata"]["jupyter_gov"] == {"kind": "findings"}
            return str(got["content"]["data"]["text/plain"])
    raise TimeoutError("nothing was displayed")


def test_a_late_finding_appears_below_its_cell(kernel: Any) -> None:
    kernel.track("late")
    kernel.run(SETUP)
    message = kernel.send("LinearRegression().fit(X, y).score(X[:100], y[:100])")
    assert kernel.collect(message).gov() == []
    assert "all 100 rows" in late(kernel, message)
    assert kernel.run("1 + 1").gov() == []
