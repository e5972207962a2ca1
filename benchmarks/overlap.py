"""Rows of one table in another: speed beside pandas and polars, and what live checks add to a cell.

``python benchmarks/overlap.py`` prints tables for ``docs/benchmarks.md``; ``--rows`` shrinks them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl

from jupyter_gov.capture.leakage._columns import column_values
from jupyter_gov.capture.leakage._near import near_cells
from jupyter_gov.fingerprints import column_cells, fold_cells
from jupyter_gov.provenance.leakage import CHECKS, Case, Sample
from jupyter_gov.records import Fit

COLUMNS = 50
TEXTS = 5


def timed(work: Callable[[], object], repeats: int = 3) -> float:
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def tables(rows: int, *, texts: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return training and test data with a hundred rows in common."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.standard_normal((rows + rows // 4, COLUMNS)).copy(order="F"))
    frame.columns = [f"x{i}" for i in range(COLUMNS)]
    if texts:
        words = np.array([f"word number {i}" for i in range(5_000)])
        for i in range(TEXTS):
            frame[f"x{i}"] = words[rng.integers(0, len(words), len(frame))]
    train, test = frame.iloc[:rows].reset_index(drop=True), frame.iloc[rows:].reset_index(drop=True)
    test.iloc[:100] = train.iloc[:100].to_numpy()
    return train, test.astype(train.dtypes)


def sample(frame: pd.DataFrame, hashes: Callable[[], object]) -> Sample:
    places = {name: place for place, name in enumerate(frame.columns)}

    def values(name: str) -> object:
        return column_values(frame, places[name])

    def near() -> object:
        return fold_cells((near_cells(values(name)) for name in sorted(frame.columns)), len(frame))

    reads = {"values": values, "hashes": hashes, "near": near}
    return Sample(id=str(id(frame)), name="", rows=len(frame), columns=tuple(frame.columns), **reads)


def row_hashes(frame: pd.DataFrame) -> np.ndarray:
    return fold_cells((next(iter(column_cells(frame[name]).values())) for name in sorted(frame.columns)), len(frame))


def overlap(rows: int, *, texts: bool) -> None:
    train, test = tables(rows, texts=texts)
    find = CHECKS["identical_rows"]

    def count(train_hashes: Callable[[], object], test_hashes: Callable[[], object]) -> int:
        case = Case(fit=Fit(class_=""), use="test", train=sample(train, train_hashes), test=sample(test, test_hashes))
        return sum(finding.count for finding in find(case))

    def only_count(ours: np.ndarray, theirs: np.ndarray) -> int:
        from jupyter_gov.provenance.leakage._twins import _in

        return int(_in(theirs, ours).sum())

    ours, theirs = row_hashes(train), row_hashes(test)
    assert count(lambda: ours, lambda: theirs) == only_count(ours, theirs) == 100
    scratch = timed(lambda: only_count(row_hashes(train), row_hashes(test)))
    remembered = timed(lambda: only_count(ours, theirs), 7)
    judged = timed(lambda: count(lambda: ours, lambda: theirs), 1)
    names = list(train.columns)
    merged = timed(lambda: len(test.merge(train.drop_duplicates(), on=names)), 1)
    both = pd.concat([train, test], ignore_index=True)
    twice = timed(lambda: int(both.duplicated(keep=False).sum()), 1)
    one, other = pl.from_pandas(train), pl.from_pandas(test)
    joined = timed(lambda: other.join(one, on=names, how="semi").height, 1)
    what = f"{TEXTS} text columns" if texts else "numbers"
    print(f"| {rows:,} × {COLUMNS} against {rows // 4:,}, {what} | seconds |")
    print("|---|---|")
    print(f"| ours, from scratch | {scratch:.2f} |")
    print(f"| ours, with remembered row hashes | {remembered:.3f} |")
    print(f"| ours, and how many chance would give | {judged:.2f} |")
    print(f"| `pandas` merge | {merged:.2f} |")
    print(f"| `pandas` duplicated, of both together | {twice:.2f} |")
    print(f"| `polars` semi-join, {pl.thread_pool_size()} threads | {joined:.2f} |\n")


def live(rows: int, columns: int, cells: int) -> tuple[float, float]:
    """Return the seconds of a cell without tracking's checks, and the most that they added to one."""
    code = f"""
import time, numpy as np, pandas as pd
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("%load_ext jupyter_gov")
shell.run_cell("%gov_track live")
from jupyter_gov.capture._active import active
leakage = active().leakage
spent = []
ended = leakage.cell_ended
def measured():
    start = time.perf_counter()
    ended()
    spent.append((time.perf_counter() - start, start - leakage._began))
leakage.cell_ended = measured
shell.run_cell('''
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.standard_normal(({rows}, {columns}))).add_prefix("x")
y = (X["x0"] + rng.standard_normal({rows}) > 0).astype(int)
A, B, u, v = train_test_split(X, y, random_state=0)
''')
for i in range({cells}):
    split = f"A, B, u, v = train_test_split(X, y, random_state={{i}})"
    shell.run_cell(split + "; LogisticRegression().fit(A, u).score(B, v)")
print(*[f"{{a:.6f}},{{b:.6f}}" for a, b in spent[1:]])
shell.run_cell("%gov_track --off")
"""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "JUPYTER_GOV_STORE": f"sqlite:///{folder}/gov.db", "IPYTHONDIR": folder}
        command = [sys.executable, "-W", "ignore", "-c", code]
        out = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    line = next(line for line in reversed(out.stdout.splitlines()) if "," in line and line[0].isdigit())
    pairs = [tuple(map(float, pair.split(","))) for pair in line.split()]
    return statistics.median(b for _, b in pairs), max(a for a, _ in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    overlap(rows, texts=False)
    overlap(rows, texts=True)
    print("| cell: split, fit and score | takes | the checks add at most | allowed |")
    print("|---|---|---|---|")
    for count, columns in ((2_000, 20), (100_000, 20), (rows // 2, 40)):
        took, added = live(count, columns, 4)
        print(f"| {count:,} × {columns} | {took:.2f} s | {1000 * added:.0f} ms | {max(50, 50 * took):.0f} ms |")


if __name__ == "__main__":
    main()
