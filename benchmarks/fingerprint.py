"""How fast data is fingerprinted, beside two peers in the same process.

Prints gigabytes per second (of the data's own memory; for Python strings, of their UTF-8) at the best of a few runs,
and how many times as fast as each peer that is. ``--threads 1`` pins the process to one core. The peers' hashes are not
cryptographic (`pandas.util.hash_pandas_object`) or depend on how the data is stored (`joblib.hash`). The column
``unchanged`` is a second look at data that has not changed, by `ContentCache`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from jupyter_gov.fingerprints import ContentCache, fingerprint


def cases(rows: int) -> dict[str, tuple[Any, int]]:
    """Return the data of each case and its size in bytes."""
    generator = np.random.default_rng(0)
    matrix = generator.normal(size=(rows, 20))
    holed = matrix.copy()
    holed[::50, ::2] = np.nan
    frame = pd.DataFrame({f"x{i}": matrix[:, i] for i in range(20)})
    town = generator.integers(0, 977, rows)
    texts = pd.DataFrame({"who": [f"customer {i} of town {t}" for i, t in enumerate(town)]}, dtype="str")
    size = texts["who"].array.__arrow_array__().nbytes
    return {
        "numeric frame": (frame, matrix.nbytes),
        "row-major matrix": (matrix, matrix.nbytes),
        "row-major matrix with NaN": (holed, matrix.nbytes),
        "Arrow table with nulls": (pa.Table.from_pandas(pd.DataFrame(holed)), matrix.nbytes),
        "polars frame": (pl.from_numpy(matrix), matrix.nbytes),
        "Arrow strings": (texts, size),
        "polars strings": (pl.Series(texts["who"].array.__arrow_array__()), size),
        "object strings": (texts.astype(object), size),
        "category": (texts["who"].str[-3:].astype("category").to_frame(), 2 * rows),
    }


def best(run: Callable[[], object], repeats: int) -> float:
    """Return the least number of seconds that `run` takes."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def second_look(data: Any, repeats: int) -> float:
    """Return the least number of seconds that noticing no change takes."""
    cache = ContentCache()
    cache.fingerprint(data)
    return best(lambda: cache.fingerprint(data), repeats)


def hash_rows(data: Any) -> object:
    frame = data if isinstance(data, (pd.DataFrame, np.ndarray)) else data.to_pandas()
    frame = pd.DataFrame(frame)
    return pd.util.hash_pandas_object(frame, index=False).sum()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, help="cores to use, all by default (Linux only)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.threads:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])

    if not arguments.json:
        print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {arguments.rows:,} rows, GB/s\n")
        heads = {
            "digest": 8,
            "unchanged": 11,
            "rows_digest": 13,
            "pandas": 9,
            "joblib": 9,
            "× pandas": 10,
            "× joblib": 10,
        }
        print(" " * 28 + "".join(f"{head:>{width}}" for head, width in heads.items()))
    for name, (data, size) in cases(arguments.rows).items():
        speeds = {
            "digest": size / best(lambda d=data: fingerprint(d), arguments.repeats) / 1e9,
            "unchanged": size / second_look(data, arguments.repeats) / 1e9,
            "rows_digest": size / best(lambda d=data: fingerprint(d).rows_digest, 1) / 1e9,
            "pandas": size / best(lambda d=data: hash_rows(d), arguments.repeats) / 1e9,
            "joblib": size / best(lambda d=data: joblib.hash(d), 1) / 1e9,
        }
        if arguments.json:
            print(json.dumps({"case": name, "bytes": size, **speeds}))
            continue
        ratios = [speeds["digest"] / speeds[peer] for peer in ("pandas", "joblib")]
        shown = "".join(f"{speed:>{width}.2f}" for speed, width in zip(speeds.values(), (8, 11, 13, 9, 9), strict=True))
        print(f"{name:<28}{shown}{ratios[0]:>10.1f}{ratios[1]:>10.1f}")

    small = np.random.default_rng(0).normal(size=(2000, 20))
    for name, data in (("frame", pd.DataFrame(small)), ("matrix", small)):
        seconds, again = best(lambda d=data: fingerprint(d), 50), second_look(data, 50)
        if arguments.json:
            times = {"milliseconds": seconds * 1e3, "unchanged milliseconds": again * 1e3}
            print(json.dumps({"case": f"2,000 × 20 {name}", **times}))
        else:
            start = "" if name == "matrix" else "\n"
            print(f"{start}2,000 × 20 {name}: {seconds * 1e3:.2f} ms, unchanged {again * 1e3:.3f} ms")


if __name__ == "__main__":
    main()
