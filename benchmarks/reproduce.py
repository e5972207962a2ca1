"""What a reproduction costs beside a plain papermill run of the same cells.

One notebook is executed under tracking. Then papermill executes its cells without anything of ours, and they are
reproduced, in turns in this one process; of each the quickest counts. The processor's time, of this process and of the
kernels, is printed too: a busy machine blurs it less. Run with ``python benchmarks/reproduce.py``; exits 1 if a
reproduction takes more than 15% and 3 s longer.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import papermill

from jupyter_gov.services import close_stores, reproduce, run_notebook

SHARE, SECONDS = 0.15, 3.0
ROUNDS = 3

SETUP = """
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
"""
READ = """
data = pd.read_parquet("data.parquet")
train, test = train_test_split(data, test_size=0.25, random_state=0)
X_train, y_train, X_test, y_test = train.drop(columns="y"), train["y"], test.drop(columns="y"), test["y"]
"""
LINEAR = """
linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(X_train, y_train)
print(accuracy_score(y_test, linear.predict(X_test)))
"""
FOREST = """
forest = RandomForestClassifier(200, random_state=0).fit(X_train, y_train)
print(roc_auc_score(y_test, forest.predict_proba(X_test)[:, 1]))
"""
SEARCH = """
search = GridSearchCV(RandomForestClassifier(50, random_state=0), {"max_depth": [4, 8, 16]}, cv=3).fit(X_train, y_train)
print(cross_val_score(search.best_estimator_, X_train, y_train, cv=5, scoring="roc_auc"))
print(accuracy_score(y_test, search.predict(X_test)))
"""
NOTEBOOKS = {"a fit": (SETUP, READ, LINEAR), "a fit, a forest, a search": (SETUP, READ, LINEAR, FOREST, SEARCH)}


def write(path: Path, cells: tuple[str, ...]) -> Path:
    """Write a notebook of these cells."""
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nodes = [nbformat.v4.new_code_cell(cell.strip()) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=nodes, metadata=spec), path)
    return path


def measure(name: str, cells: tuple[str, ...], folder: Path, rounds: int) -> bool:
    """Print what one notebook takes; say whether it is within the limit."""
    store = f"sqlite:///{folder / 'gov.db'}"
    notebook = write(folder / "notebook.ipynb", cells)
    done = run_notebook(notebook, output=folder / "out.ipynb", store=store)
    assert done.error is None, done.error
    plain, again = [], []
    for _ in range(rounds):
        began = _times()
        papermill.execute_notebook(str(notebook), str(folder / "plain.ipynb"), cwd=str(folder), progress_bar=False)
        plain.append(_since(began))
        began = _times()
        made = reproduce(done.run.id, store=store)
        again.append(_since(began))
        assert made.verdict == "identical", made.summary
        assert len(made.cells) == len(cells)
    for what, least, most in zip(
        ("clock", "processor"), *(map(min, zip(*t, strict=True)) for t in (plain, again)), strict=True
    ):
        allowed = least * (1 + SHARE) + SECONDS
        print(f"{name:28}{what:>10}{least:11.2f}{most:12.2f}{most / least:8.2f}{most - least:+8.2f}{allowed:10.2f}")
        if what == "clock":
            good = most <= allowed
    return good


def _times() -> tuple[float, float]:
    """Return the clock, and the processor's time of this process and of those that it has seen end, in seconds."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), sum(u.ru_utime + u.ru_stime for u in (own, others))


def _since(began: tuple[float, float]) -> tuple[float, float]:
    now = _times()
    return now[0] - began[0], now[1] - began[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    print(f"{'seconds':38}{'papermill':>11}{'reproduced':>12}{'ratio':>8}{'more':>8}{'allowed':>10}")
    good = True
    for name, cells in NOTEBOOKS.items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            os.environ["IPYTHONDIR"] = str(folder / "ipython")
            _data(folder / "data.parquet")
            good &= measure(name, cells, folder, rounds)
            close_stores()
    sys.exit(0 if good else 1)


def _data(path: Path) -> None:
    import pandas as pd
    from sklearn.datasets import make_classification

    X, y = make_classification(4_000, 20, random_state=0)
    pd.DataFrame(X, columns=[f"x{i}" for i in range(20)]).assign(y=y).to_parquet(path)


if __name__ == "__main__":
    main()
