"""Drift: speed beside SciPy and Evidently, and how often each rule raises an alarm, with drift and without.

``python benchmarks/drift.py`` prints tables for ``docs/benchmarks.md``. Evidently needs an environment of its own, as
it does not import on pandas 3::

    python -m venv /tmp/evidently
    /tmp/evidently/bin/pip install evidently "pandas<3"
    python benchmarks/drift.py --evidently /tmp/evidently/bin/python
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from scipy import stats
from scipy.spatial.distance import jensenshannon

from jupyter_gov.assessment import drift
from jupyter_gov.assessment._drift._distance import ks_distance

EVIDENTLY = """
import time, numpy as np, pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
rng = np.random.default_rng(0)
reference, current = (pd.DataFrame(rng.standard_normal(({rows}, {columns})).copy(order="F")) for _ in range(2))
reference.columns = current.columns = [f"x{{i}}" for i in range({columns})]
start = time.perf_counter()
Report([DataDriftPreset()]).run(current, reference).dict()
print(time.perf_counter() - start)
"""


def timed(work: Callable[[], object], repeats: int = 3) -> float:
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def distances(rows: int, columns: int, measured: int) -> None:
    rng = np.random.default_rng(0)
    sides = [[rng.standard_t(1.5, rows) for _ in range(columns)] for _ in range(2)]
    pairs = list(zip(*sides, strict=True))
    ks_distance(pairs[0][0][:100], pairs[0][1][:100])
    stats.ks_2samp(pairs[0][0][:100], pairs[0][1][:100])

    def ours() -> list[float]:
        with ThreadPoolExecutor() as pool:
            return list(pool.map(lambda pair: ks_distance(*pair), pairs))

    together = timed(ours)
    alone = timed(lambda: [ks_distance(*pair) for pair in pairs])
    theirs = timed(lambda: [stats.ks_2samp(*pair) for pair in pairs[:measured]], 2) / measured * columns
    error = max(
        abs(found - stats.ks_2samp(*pair).statistic) for found, pair in zip(ours()[:measured], pairs, strict=False)
    )
    print(
        f"| KS distance, 2 × {rows:,} × {columns}, Student's t with 1.5 degrees of freedom | seconds | times faster |"
    )
    print("|---|---|---|")
    print(f"| `scipy.stats.ks_2samp` by column ({measured} measured, times {columns / measured:g}) | {theirs:.2f} | |")
    print(f"| ours, one thread (largest error {error:.1e}) | {alone:.3f} | {theirs / alone:.0f} |")
    print(f"| ours, a thread for each core | {together:.3f} | {theirs / together:.0f} |\n")


def preset(rows: int, columns: int, python: str | None) -> None:
    rng = np.random.default_rng(0)
    reference, current = (pd.DataFrame(rng.standard_normal((rows, columns)).copy(order="F")) for _ in range(2))
    drift(reference[:200], current[:200])
    ours = timed(lambda: drift(reference, current))
    theirs = None
    if python:
        script = EVIDENTLY.format(rows=rows, columns=columns)
        done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
        theirs = float(done.stdout.split()[-1])
    print(f"| everything, 2 × {rows:,} × {columns} | seconds | times faster |")
    print("|---|---|---|")
    print(f"| Evidently's drift preset | {'not measured' if theirs is None else f'{theirs:.1f}'} | |")
    print(f"| ours, with permutations and a domain classifier | {ours:.2f} | {theirs / ours if theirs else 0:.0f} |\n")


def shares(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    edges = np.quantile(left, np.linspace(0.1, 0.9, 9))
    a, b = (np.bincount(np.searchsorted(edges, side), minlength=10) / len(side) for side in (left, right))
    return np.maximum(a, 1e-4), np.maximum(b, 1e-4)


def psi(left: np.ndarray, right: np.ndarray) -> float:
    a, b = shares(left, right)
    return float(((b - a) * np.log(b / a)).sum())


def js(left: np.ndarray, right: np.ndarray) -> float:
    return float(jensenshannon(*shares(left, right), base=2))


def alarms(a: np.ndarray, b: np.ndarray, seed: int) -> dict[str, bool]:
    columns = range(a.shape[1])
    p = np.array([stats.ks_2samp(a[:, j], b[:, j], method="asymp").pvalue for j in columns])
    return {
        "ours": bool(drift(a, b, seed=seed).parameters["alarm"]),
        "KS, each column at 5%": bool((p <= 0.05).any()),
        "KS, Bonferroni": bool((p <= 0.05 / len(p)).any()),
        "PSI > 0.1": any(psi(a[:, j], b[:, j]) > 0.1 for j in columns),
        "Jensen–Shannon > 0.1": any(js(a[:, j], b[:, j]) > 0.1 for j in columns),
        "Wasserstein > 0.1 sd": any(
            stats.wasserstein_distance(a[:, j], b[:, j]) > 0.1 * a[:, j].std() for j in columns
        ),
    }


def rates(sizes: list[int], batches: int, columns: int) -> None:
    print(f"Share of batches with an alarm; {columns} columns, reference of the batch's size.\n")
    print("| rows | data | " + " | ".join(alarms(np.random.rand(60, 1), np.random.rand(60, 1), 0)) + " |")  # noqa: NPY002
    print("|---" * 8 + "|")
    for rows in sizes:
        repeats = batches if rows <= 1_000 else max(batches // 4, 1)
        for name, shift, scale in (("no drift", 0, 1), ("one column + 0.1 sd", 0.1, 1), ("one column × 1.2", 0, 1.2)):
            found = []
            for seed in range(repeats):
                rng = np.random.default_rng([rows, seed])
                a, b = rng.standard_normal((rows, columns)), rng.standard_normal((rows, columns))
                b[:, 0] = b[:, 0] * scale + shift
                found.append(alarms(a, b, seed))
            told = " | ".join(f"{np.mean([one[key] for one in found]):.0%}" for key in found[0])
            print(f"| {rows:,} ({repeats} batches) | {name} | {told} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evidently", metavar="PYTHON", help="a Python that has Evidently")
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--only", choices=("distances", "preset", "rates"))
    asked = parser.parse_args()
    if asked.only in (None, "distances"):
        distances(1_000_000, asked.columns, 5)
    if asked.only in (None, "preset"):
        preset(100_000, asked.columns, asked.evidently)
    if asked.only in (None, "rates"):
        rates([100, 300, 1_000, 10_000], asked.batches, 10)


if __name__ == "__main__":
    main()
