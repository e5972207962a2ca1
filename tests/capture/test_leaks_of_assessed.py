"""A model that is only assessed is checked for leaks as one that is measured, before anybody asks for verdicts."""

from __future__ import annotations

from typing import Any

DATA = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
X = pd.DataFrame({"age": rng.normal(50, 12, 400), "income": rng.normal(3000, 900, 400)})
y = (X["age"] + rng.normal(0, 12, 400) > 50).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""
LEAK = "X_train, y_train = pd.concat([X_train, X_test[:60]]), pd.concat([y_train, y_test[:60]])\n"
ASSESS = """model = LogisticRegression().fit(X_train, y_train)
%gov_assess model X_test y_test --include performance
import jupyter_gov as gov
found = gov.check(policy="good-practice")
print({v.control: v.status for v in found.verdicts}["gp.rows-apart"])
"""


def test_it_is_checked_in_the_same_cell(kernel: Any) -> None:
    run = kernel.track("only assessed")
    assert kernel.run(DATA + ASSESS).text().strip().splitlines()[-1] == "pass"
    kernel.flush()
    assert kernel.show(run)["findings"] == []


def test_a_leak_is_found(kernel: Any) -> None:
    run = kernel.track("only assessed, with a leak")
    ran = kernel.run(DATA + LEAK + ASSESS)
    assert ran.text().strip().splitlines()[-1] == "fail"
    assert ran.gov("findings")
    kernel.flush()
    (found,) = [f for f in kernel.show(run)["findings"] if f["check"] == "overlapping_rows"]
    assert found["count"] == 60
