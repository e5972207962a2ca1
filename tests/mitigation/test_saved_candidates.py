"""Candidates that were saved decide alike in another process."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from jupyter_gov.mitigation import METHODS
from jupyter_gov.records import Finding

LEAKS = (
    Finding(check="identifier_as_feature", severity="error", message="", columns=("plain",)),
    Finding(
        check="preparation_on_test_rows",
        severity="warning",
        message="shifted was standardised with the test rows among them",
    ),
)
LATER = """
import sys, joblib, numpy as np, pandas as pd, skops.io
folder = sys.argv[1]
X, A = pd.read_pickle(folder + "/X"), pd.read_pickle(folder + "/A")
for i, (told, decided, types) in enumerate(joblib.load(folder + "/all")):
    told = {"sensitive_features": A} if told else {}
    for one in (joblib.load(f"{folder}/{i}.joblib"), skops.io.load(f"{folder}/{i}.skops", trusted=types)):
        assert (one.predict(X, **told) == decided).all(), one
        assert one.predict_proba(X, **told).shape == (len(X), 2)
print("alike", i + 1)
"""


def test_joblib_and_skops_bring_back_what_was_saved(
    problem: Any, test: Any, candidates: Any, decide: Any, tmp_path: Path
) -> None:
    skops = pytest.importorskip("skops.io")
    made = [one for key in METHODS for one in candidates(key)[:1]]
    made += METHODS["corrected_pipeline"].make(replace(problem, findings=LEAKS, threshold=0.4))
    kept = []
    for i, one in enumerate(made):
        joblib.dump(one.estimator, tmp_path / f"{i}.joblib")
        skops.dump(one.estimator, tmp_path / f"{i}.skops")
        types = skops.get_untrusted_types(file=tmp_path / f"{i}.skops")
        assert all(name.startswith(("jupyter_gov.mitigation.", "fairlearn.")) for name in types)
        kept.append((one.needs_attribute, np.asarray(decide(one, test)), types))
    test.X.to_pickle(tmp_path / "X")
    test.A.to_pickle(tmp_path / "A")
    joblib.dump(kept, tmp_path / "all")
    done = subprocess.run([sys.executable, "-c", LATER, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == f"alike {len(made)}", done.stderr
    assert len(made) == len(METHODS)  # all but more data, and the corrected pipeline
