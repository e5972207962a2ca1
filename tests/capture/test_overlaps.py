"""Whether data share rows is told by how they were made, and compared with the rows themselves."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.capture.data._overlaps import Overlaps

STEPS = st.lists(
    st.tuples(st.sampled_from(["part", "whole", "stack"]), st.integers(0, 50), st.integers(0, 50), st.randoms()),
    min_size=1,
    max_size=12,
)


@given(STEPS)
def test_against_the_rows_themselves(steps: list) -> None:
    rows = {"0": frozenset(range(20))}
    overlaps = Overlaps()
    for number, (what, first, second, random) in enumerate(steps, 1):
        names = sorted(rows)
        one, other = names[first % len(names)], names[second % len(names)]
        child = f"n{number}"
        if what == "part" and len(rows[one]) > 1:
            kept = frozenset(random.sample(sorted(rows[one]), len(rows[one]) // 2))
            rows[child] = kept
            overlaps.add(child, one, {"count": len(kept), "of": len(rows[one]), "digest": "x"}, len(kept))
        elif what == "whole":
            rows[child] = rows[one]
            overlaps.add(child, one, {"count": len(rows[one]), "of": len(rows[one]), "all": True}, len(rows[one]))
        elif one != other:
            rows[child] = rows[one] | rows[other]
            total = len(rows[one]) + len(rows[other])
            for part in (one, other):
                overlaps.add(child, part, {"count": len(rows[part]), "of": len(rows[part]), "all": True}, total)
    for one in rows:
        for other in rows:
            found = overlaps.of(one, other)
            if found == "inside":
                assert rows[one] <= rows[other]
            elif found == "around":
                assert rows[one] & rows[other]


def test_what_a_split_and_what_follows_share() -> None:
    overlaps = Overlaps()
    for child, parent, count, whole in (
        ("X", "df", 10, True), ("train", "X", 7, False), ("test", "X", 3, False), ("train scaled", "train", 7, True),
        ("test scaled", "test", 3, True), ("X scaled", "X", 10, True), ("head", "train", 2, False),
    ):  # fmt: skip
        overlaps.add(child, parent, {"count": count, "of": 10, **({"all": True} if whole else {})}, count)
    assert overlaps.of("test scaled", "train scaled") == ""
    assert overlaps.of("train", "train scaled") == "inside"
    assert overlaps.of("head", "train scaled") == "inside"
    assert overlaps.of("X scaled", "train scaled") == "around"
    assert overlaps.of("df", "train scaled") == "around"


def test_the_split_of_metrics_on_rows_that_were_fitted_on(kernel: Any) -> None:
    shown = kernel.session(
        "splits",
        "import numpy as np, pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
        "from sklearn.model_selection import train_test_split\nfrom sklearn.metrics import accuracy_score\n"
        "g = np.random.default_rng(0); X = pd.DataFrame(g.normal(size=(300, 4)), columns=list('abcd'))\n"
        "y = (X.a + g.normal(size=300) > 0).astype(int)\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\n"
        "model = LogisticRegression().fit(X_train, y_train)",
        "test = accuracy_score(y_test, model.predict(X_test))",
        "part = model.score(X_train.head(50), y_train.head(50))",
        "everything = accuracy_score(y, model.predict(X))",
        "other = accuracy_score(y_test, np.roll(y_test, 1))",
        "%gov_assess model X y",
    )
    assert [m["split"] for m in shown["metrics"]] == ["test", "train", "unknown", "unknown"]
    (finding,) = [f for f in shown["findings"] if f["check"] == "assessed_on_training_data"]
    assert finding["count"] == 0
