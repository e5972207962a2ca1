"""Runs a notebook with and without tracking, and says what each run put out and what was seen."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import oracle
from jupyter_core.utils import ensure_event_loop

from notebooks import cells

T = TypeVar("T")

_TIMEOUT = 180

_TIMES_AND_ADDRESSES = (
    (re.compile(r"[0.]x[0-9a-fA-F]{6,}"), "0x…"),
    (re.compile(r"ipykernel_\d+/\d+"), "ipykernel_…"),
    (re.compile(r"\b\d+(\.\d+)?(e-?\d+)?\s?(s|sec|secs|seconds|ms|µs)\b"), "… s"),
)

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""Sums of several threads differ in their last bits from run to run."""

_OUTPUTS = ("display_data", "execute_result", "update_display_data", "clear_output")

Call = tuple[str, str]
"""A kind (``fit``, ``score``, ``validation``, ``metric``) and a name: of a fit the class, else the function."""


@dataclass(frozen=True)
class Compared:
    """One notebook, run twice.

    Attributes
    ----------
    plain, tracked : list
        What each cell put out, without times and addresses.
    called : Counter
        What the user's own code called, as Python itself tells.
    recorded : Counter
        The same from the records.
    gaps : list of str
        What the gap list says.
    run, store : str
        Where the tracked run is recorded.
    """

    plain: list[Any]
    tracked: list[Any]
    called: Counter[Call]
    recorded: Counter[Call]
    gaps: list[str]
    run: str
    store: str

    def missed(self) -> Counter[Call]:
        """Return the calls that were not recorded."""
        return self.called - self.recorded


def compare(example: str, make_kernel: Callable[..., Any]) -> Compared:
    """Run an example in two new kernels at once, one of them tracked."""
    with ThreadPoolExecutor(2) as pool:
        without = pool.submit(in_own_loop, _plain, example, make_kernel(**_ONE_THREAD))
        kernel = make_kernel(**_ONE_THREAD)
        with_ = pool.submit(in_own_loop, _tracked, example, kernel)
        (plain, called), (tracked, run) = without.result(), with_.result()
    gaps = [f"{gap['what']}: {gap['reason']}" for gap in run["gaps"]]
    return Compared(plain, tracked, called, _recorded(run), gaps, run["id"], kernel.store)


def in_own_loop(work: Callable[..., T], *args: Any) -> T:
    """Do work in a thread, and close the event loop that Jupyter's clients make for it and leave open."""
    with contextlib.closing(ensure_event_loop()):
        return work(*args)


def _plain(example: str, kernel: Any) -> tuple[list[Any], Counter[Call]]:
    try:
        kernel.run(oracle.SOURCE)
        outputs = _execute(example, kernel)
        counted = json.loads(kernel.run(oracle.RESULT).text())
        return outputs, Counter({(kind, name): count for kind, name, count in counted})
    finally:
        kernel.stop()


def _tracked(example: str, kernel: Any) -> tuple[list[Any], dict[str, Any]]:
    try:
        run = kernel.track("corpus")
        outputs = _execute(example, kernel)
        kernel.untrack()
        return outputs, kernel.show(run)
    finally:
        kernel.stop()


def _execute(example: str, kernel: Any) -> list[Any]:
    return [_said(kernel.run(source, timeout=_TIMEOUT, check=False).outputs) for source in cells(example)]


def _recorded(run: dict[str, Any]) -> Counter[Call]:
    counted: Counter[Call] = Counter()
    # An estimator that a cell defines fits others in the user's own code.
    own = {fit["id"] for fit in run["fits"] if fit["class"].startswith("__main__.")}
    for fit in run["fits"]:
        if fit["method"] in oracle.VALIDATION:
            counted["validation", fit["method"]] += 1
        elif fit["parent"] is None or fit["parent"] in own:
            counted["fit", fit["class"]] += 1
    for metric in run["metrics"]:
        if metric["origin"] in ("function", "scorer"):
            counted["score" if metric["name"] == "score" else "metric", metric["name"]] += 1
    return counted


def _said(outputs: list[dict[str, Any]]) -> list[Any]:
    """Return what a notebook keeps, but for findings: each stream as one text, displays as they came."""
    streams: dict[str, str] = {}
    said: list[Any] = []
    for output in outputs:
        content = output["content"]
        if output["type"] == "stream":
            streams[content["name"]] = streams.get(content["name"], "") + content["text"]
        elif output["type"] == "error":
            said.append([content["ename"], content["evalue"], content["traceback"]])
        elif output["type"] in _OUTPUTS and "jupyter_gov" not in content.get("metadata", ()):
            said.append([output["type"], content.get("data")])
    return [_without_times(part) for part in (sorted(streams.items()), *said)]


def _without_times(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    for pattern, instead in _TIMES_AND_ADDRESSES:
        text = pattern.sub(instead, text)
    return text
