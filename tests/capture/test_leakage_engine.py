"""What is looked at for leakage, in a real kernel: when, how often, and what is said of it."""

from __future__ import annotations

import pytest

START = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, train_test_split
from jupyter_gov.provenance.leakage import CHECKS
rng = np.random.default_rng(0)
pd.DataFrame(rng.normal(size=(400, 3)), columns=["a", "b", "c"]).assign(
    label=rng.integers(0, 2, 400)).to_csv("rows.csv", index=False)
kept = dict(CHECKS)
for name in kept:
    if name != "overlapping_rows":
        del CHECKS[name]
seen = []
def look(case):
    columns = [case.test.values(c) for c in case.test.columns]
    here = sorted(r.tolist() for r in case.test.origins.values())
    seen.append((case.use, case.splitter.get("class"), None in [type(c) for c in columns], here, len(case.metrics)))
    return []
CHECKS["look"] = look
"""

SPLIT = """
df = pd.read_csv("rows.csv")
X, y = df[["a", "b", "c"]], df["label"]
A, B, u, v = train_test_split(X, y, random_state=0)
"""


@pytest.fixture(autouse=True)
def start(kernel):
    """One check that is real, and one that tells what it was given."""
    kernel.run("%reset -f")
    kernel.run(START)
    yield
    kernel.run("CHECKS.pop('look', None); CHECKS.update(kept)")


def found(shown):
    return [(f["check"], f["count"]) for f in shown["findings"] if f["check"] == "overlapping_rows"]


def test_a_finding_is_shown_once_and_names_every_model(kernel):
    run = kernel.track("shown")
    kernel.run(SPLIT)
    first = kernel.run("first = LogisticRegression().fit(X, y); first.score(B, v)")
    again = kernel.run("again = LogisticRegression(C=2).fit(X, y); again.score(B, v)")
    clean = kernel.run("LogisticRegression().fit(A, u).score(B, v)")
    kernel.untrack()
    assert [len(ran.gov("findings")) for ran in (first, again, clean)] == [1, 0, 0]
    shown = kernel.show(run)
    assert found(shown) == [("overlapping_rows", 100)]
    (finding,) = (f for f in shown["findings"] if f["check"] == "overlapping_rows")
    assert len(finding["fits"]) == 2 == len(finding["cells"])


def test_folds_by_hand_say_how_they_were_made_and_where_rows_are_from(kernel):
    kernel.track("folds")
    kernel.run(SPLIT)
    kernel.run("tests = []")
    kernel.run(
        "for train, test in KFold(4, shuffle=True, random_state=1).split(X):\n"
        "    LogisticRegression().fit(X.iloc[train], y.iloc[train]).score(X.iloc[test], y.iloc[test])\n"
        "    tests.append(sorted(test.tolist()))"
    )
    kernel.run("import time; time.sleep(0.5)")
    kernel.untrack()
    told = kernel.run("sorted({(s[0], s[1]) for s in seen}), sorted(sorted(s[3][0]) for s in seen) == sorted(tests)")
    assert told.result == "([('test', 'KFold')], True)"


def test_what_a_file_is_written_with_is_what_is_read_from_it(kernel):
    run = kernel.track("files")
    kernel.run(SPLIT)
    kernel.run("X.iloc[:300].to_csv('train.csv', index=False); X.iloc[250:].to_csv('test.csv', index=False)")
    kernel.run("P, Q = pd.read_csv('train.csv'), pd.read_csv('test.csv')")
    kernel.run("LogisticRegression().fit(P, y[:300]).score(Q, y[250:])")
    kernel.untrack()
    assert found(kernel.show(run)) == [("overlapping_rows", 50)]


def test_rows_are_followed_into_another_run(kernel):
    kernel.track("before")
    kernel.run(SPLIT)
    kernel.run("A.to_csv('train.csv', index=False); X.sample(120, random_state=3).to_csv('test.csv', index=False)")
    kernel.untrack()
    shared = kernel.run("len(set(A.index) & set(X.sample(120, random_state=3).index))").result
    kernel.run("del X, A, B, df")
    run = kernel.track("after")
    kernel.run("P, Q = pd.read_csv('train.csv'), pd.read_csv('test.csv')")
    kernel.run("LogisticRegression().fit(P, u.to_numpy()).score(Q, [0, 1] * 60)")
    kernel.untrack()
    assert found(kernel.show(run)) == [("overlapping_rows", int(shared))]


def test_what_takes_long_waits_until_nothing_runs(kernel):
    run = kernel.track("long")
    kernel.run(SPLIT)
    kernel.run("import time\nCHECKS['slow'] = lambda case: [time.sleep(0.2), seen.append('slow')] and []")
    kernel.run("CHECKS['late'] = kept['overlapping_rows']; model = LogisticRegression().fit(X, y)")
    kernel.run("model.score(B, v)")
    kernel.run("time.sleep(1)")
    assert kernel.run("'slow' in seen").result == "True"
    kernel.untrack()
    kernel.run("del CHECKS['slow'], CHECKS['late']")
    assert ("overlapping_rows", 100) in found(kernel.show(run))


def test_a_check_that_fails_is_a_gap_and_nothing_else(kernel):
    run = kernel.track("failing")
    kernel.run(SPLIT)
    kernel.run("CHECKS['broken'] = lambda case: 1 / 0")
    ran = kernel.run("LogisticRegression().fit(X, y).score(B, v)")
    kernel.untrack()
    kernel.run("del CHECKS['broken']")
    shown = kernel.show(run)
    assert ran.status == "ok"
    assert [g["what"] for g in shown["gaps"] if "broken" in g["what"]] == ["the check broken"]
    assert found(shown) == [("overlapping_rows", 100)]


def test_resampled_rows_are_rows_of_what_was_resampled(kernel):
    run = kernel.track("resampled")
    kernel.run(SPLIT)
    kernel.run(
        "from sklearn.base import BaseEstimator\n"
        "class Twice(BaseEstimator):\n"
        "    def fit_resample(self, X, y):\n"
        "        at = np.r_[np.arange(len(X)), np.arange(40)]\n"
        "        return X.iloc[at].reset_index(drop=True), y.iloc[at].reset_index(drop=True)\n"
        "R, r = Twice().fit_resample(X, y)"
    )
    kernel.run("LogisticRegression().fit(R[:400], r[:400]).score(R[400:], r[400:])")
    kernel.untrack()
    assert found(kernel.show(run)) == [("overlapping_rows", 40)]
