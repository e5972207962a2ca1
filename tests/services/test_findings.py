"""What an assessment shows that a reviewer should look at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_gov.assessment import fairness
from jupyter_gov.records import AssessmentResult, Finding
from jupyter_gov.services._findings import findings_of

TABLE = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
rng = np.random.default_rng(0)
n = 600
X = pd.DataFrame({'income': rng.normal(size=n), 'sex': rng.choice(['f', 'm'], n)})
X.loc[X['sex'] == 'm', 'income'] += 2
y = (X['income'] + rng.normal(size=n) > 1).astype(int)
train, test = X[:300], X[300:]
columns = ['income']
class Model(LogisticRegression):
    def fit(self, X, y): return super().fit(X[['income']], y)
    def predict(self, X): return super().predict(X[['income']])
    def predict_proba(self, X): return super().predict_proba(X[['income']])
model = Model().fit(train, y[:300])
"""


def fair(groups: Any, predicted: Any, true: Any) -> AssessmentResult:
    found = fairness(true, predicted, sensitive_features={"g": groups}).outcome
    return AssessmentResult(
        name="fairness", act="a", model="m", cell="c", values=found.values, parameters=found.parameters
    )


def checks(findings: list[Finding]) -> list[str]:
    return [f.check for f in findings]


@pytest.fixture
def true() -> Any:
    return np.tile([0, 1], 200)


def test_a_difference_that_the_rows_support(true: Any) -> None:
    groups = np.repeat(["a", "b"], 200)
    (finding,) = findings_of([fair(groups, np.repeat([0, 1], 200), true)], seen="")
    assert (finding.check, finding.severity, finding.count, finding.columns) == ("disparity", "warning", 400, ("g",))
    assert finding.cells == ("c",)
    assert "demographic parity by 1.000 [" in finding.message
    assert "and equalized odds by 1.000 [" in finding.message


def test_a_difference_whose_interval_includes_zero_is_none(true: Any) -> None:
    predicted = np.where(np.arange(400) % 20 == 0, 1 - true, true)
    predicted[-4:] = 1
    assert findings_of([fair(np.repeat(["a", "b"], 200), predicted, true)], seen="") == []


@pytest.mark.parametrize(("attributes", "groups"), [(1, 2), (1, 5), (3, 3)])
def test_where_no_groups_differ_few_assessments_say_so(attributes: int, groups: int) -> None:
    rng = np.random.default_rng(attributes * 10 + groups)
    repeats, raised = 150, 0
    for _ in range(repeats):
        labels, predicted = rng.integers(0, 2, 400), rng.integers(0, 2, 400)
        columns = {f"a{i}": rng.integers(0, groups, 400) for i in range(attributes)}
        found = fairness(labels, predicted, sensitive_features=columns).outcome
        result = AssessmentResult(name="fairness", act="a", values=found.values, parameters=found.parameters)
        raised += "disparity" in checks(findings_of([result], seen=""))
    # Three standard errors above the promise of one in twenty.
    assert raised / repeats <= 0.05 + 3 * (0.05 * 0.95 / repeats) ** 0.5


def test_small_and_unknown_groups_are_counted(true: Any) -> None:
    groups = pd.Series(["a"] * 190 + ["b"] * 190 + ["c"] * 12 + [None] * 8)
    small, unknown = findings_of([fair(groups, true, true)], seen="")
    assert (small.check, small.severity, small.count) == ("small_groups", "info", 12)
    assert "c (12)" in small.message
    assert (unknown.check, unknown.count) == ("unknown_group", 8)
    assert unknown.message.startswith("8 rows")


def test_skipped_results_have_no_findings() -> None:
    skipped = AssessmentResult(name="fairness", act="a", status="skipped", reason="No.")
    assert findings_of([skipped], seen="") == []


def test_assessing_again_replaces_and_assessing_on_training_data_is_an_error(kernel: Any) -> None:
    run = kernel.track("findings")
    kernel.run("%load_ext jupyter_gov")
    kernel.run(TABLE)
    for _ in range(2):
        kernel.run("%gov_assess model test y[300:] --sensitive sex --include performance,fairness")
    kernel.flush()
    (finding,) = kernel.show(run)["findings"]
    assert (finding["check"], finding["count"], finding["columns"]) == ("disparity", 300, ["sex"])
    assert "Findings" in kernel.run("%gov_status").gov("status")[0]

    kernel.run("%gov_assess model train y[:300] --include performance")
    kernel.untrack()
    found = kernel.show(run)["findings"]
    assert [(f["check"], f["severity"], f["count"]) for f in found] == [
        ("disparity", "warning", 300),
        ("assessed_on_training_data", "error", 300),
    ]
    cells = {c["id"]: c["source"] for c in kernel.show(run)["cells"]}
    assert "model train" in cells[found[1]["cells"][0]]
