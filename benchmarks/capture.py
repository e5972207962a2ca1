"""What capture costs beside MLflow's autologging, in one process.

Each case is run untracked, tracked by us, and under `mlflow.sklearn.autolog(log_models=False)` with an SQLite store, in
turns. Prints the medians, what each adds (and what we add where the data are new: one value is changed before each
run), and how many times as much MLflow adds. Memory is the growth of the process's peak while one fit of the large case
runs for the first time. `make bench` installs MLflow (`mlflow-skinny`).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import platform
import statistics
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

Work = Callable[[], object]
"""Runs one case once."""


def cases(rows: int) -> dict[str, tuple[Work, Work, int, int]]:
    """Return each case: the work, a change of its data, how often to run it, and how often under MLflow."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.naive_bayes import GaussianNB

    generator = np.random.default_rng(0)
    X = generator.normal(size=(2000, 20))
    y = (X[:, 0] > 0).astype(int)
    large = generator.normal(size=(rows, 20))
    target = (large[:, 0] > 0).astype(int)
    grid = {"var_smoothing": np.logspace(-12, -3, 200)}

    def change(data: Any) -> Work:
        return lambda: data.__setitem__((0, 0), data[0, 0] + 1)

    found: dict[str, tuple[Work, Work, int, int]] = {
        "LogisticRegression, 2,000 × 20": (lambda: LogisticRegression().fit(X, y), change(X), 100, 7),
        "grid search, 200 candidates": (lambda: GridSearchCV(GaussianNB(), grid, cv=3).fit(X, y), change(X), 5, 3),
    }
    if rows:
        found[f"GaussianNB, {rows:,} × 20"] = (lambda: GaussianNB().fit(large, target), change(large), 5, 1)
    return found


def median_seconds(work: Work, times: int, before: Work = lambda: None) -> float:
    """Return the median wall time of a number of runs, without what is done before each."""
    seconds = []
    for _ in range(times):
        before()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


@contextlib.contextmanager
def tracked() -> Iterator[None]:
    """Track with jupyter-gov."""
    from jupyter_gov.capture import track, untrack

    track("benchmark")
    try:
        yield
    finally:
        untrack()


@contextlib.contextmanager
def autologged() -> Iterator[None]:
    """Log with MLflow."""
    import mlflow
    import mlflow.sklearn

    mlflow.sklearn.autolog(log_models=False, silent=True, max_tuning_runs=0)
    try:
        yield
    finally:
        mlflow.sklearn.autolog(disable=True)


def peak_growth(work: Work) -> float:
    """Return by how many bytes the resident memory grew at most while `work` ran."""
    process = psutil.Process()
    before = most = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.005):
            most = max(most, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    done.set()
    watcher.join()
    return most - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000, help="of the large case; 0 leaves it out")
    parser.add_argument("--without-mlflow", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # before NumPy is imported, so that linear algebra does not fight with itself
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["JUPYTER_GOV_STORE"] = f"sqlite:///{Path(folder) / 'gov.db'}"
        os.environ["IPYTHONDIR"] = folder
        results = run(arguments, Path(folder))
    if arguments.json:
        print(json.dumps(results, indent=1))
        return
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; milliseconds, medians\n")
    print(f"{'':<34}{'untracked':>11}{'adds':>9}{'new data':>10}{'MLflow adds':>13}{'ratio':>8}")
    for name, found in results["cases"].items():
        shown = "".join(
            f"{found[k]:>{width}.2f}" for k, width in (("plain", 11), ("gov_adds", 9), ("gov_new_adds", 10))
        )
        peer = f"{found['mlflow_adds']:>13.1f}{found['ratio']:>8.0f}" if "mlflow_adds" in found else ""
        print(f"{name:<34}{shown}{peer}")
    if "memory_mb" in results:
        print(f"\nPeak memory of the first large fit: {results['memory_mb']:.0f} MB more than untracked")


def run(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Measure every case."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from jupyter_gov.services import current

    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    shell.run_line_magic("load_ext", "jupyter_gov")
    results: dict[str, Any] = {"cases": {}}
    with_peer = not arguments.without_mlflow
    if with_peer:
        import mlflow

        mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
        mlflow.create_experiment("benchmark", artifact_location=(folder / "mlruns").as_uri())
        mlflow.set_experiment("benchmark")
    for name, (work, change, times, peer_times) in cases(arguments.rows).items():
        work()
        if name.startswith("GaussianNB"):
            # The peaks of a first look; what the allocator keeps from one is then part of both.
            untracked = peak_growth(work)
            with tracked():
                results["memory_mb"] = (peak_growth(work) - untracked) / 1e6
        # Once before and once after, since a machine is not as fast all the time.
        plain = median_seconds(work, times)
        with tracked():
            # What a run begins with, on another thread, is over.
            current().flush()
            work()
            gov = median_seconds(work, times)
            new = median_seconds(work, times, change)
        plain = (plain + median_seconds(work, times)) / 2
        found = {
            "plain": plain * 1e3,
            "gov": gov * 1e3,
            "gov_adds": (gov - plain) * 1e3,
            "gov_new_adds": (new - plain) * 1e3,
        }
        if with_peer:
            with autologged():
                work()
                found["mlflow_adds"] = (median_seconds(work, peer_times) - plain) * 1e3
            found["ratio"] = found["mlflow_adds"] / max(found["gov_adds"], 1e-9)
        results["cases"][name] = found
    return results


if __name__ == "__main__":
    main()
