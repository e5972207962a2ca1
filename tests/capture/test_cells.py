"""Cells in real kernels: source, order, start, duration, error, digest of outputs."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest


def _digests(shown: dict[str, Any]) -> dict[str, str | None]:
    return {cell["source"]: cell["outputs_digest"] for cell in shown["cells"]}


def test_every_cell_in_order_from_the_first(kernel: Any) -> None:
    first = "%load_ext jupyter_gov\n%gov_track first"
    run = kernel.run(first, cell_id="aa").gov("track")[0].rpartition(" ")[2]
    kernel.run("x = 1", cell_id="bb")
    kernel.run("import time; time.sleep(0.2)")
    kernel.run("1 / 0", check=False)
    kernel.run("x = = 2", check=False)
    kernel.run("   ")
    kernel.run("x + 1")
    kernel.untrack()
    shown = kernel.show(run)
    cells = shown["cells"]
    assert [c["source"] for c in cells] == [
        first, "x = 1", "import time; time.sleep(0.2)", "1 / 0", "x = = 2", "x + 1", "%gov_track --off",
    ]  # fmt: skip
    assert [c["order"] for c in cells] == [c["execution_count"] for c in cells] == [1, 2, 3, 4, 5, 6, 7]
    assert [c["cell_id"] for c in cells[:3]] == ["aa", "bb", None]
    assert [c["status"] for c in cells] == ["ok", "ok", "ok", "error", "error", "ok", "ok"]
    assert cells[3]["error"] == "ZeroDivisionError: division by zero"
    assert cells[4]["error"].startswith("SyntaxError: ")
    assert 0.2 <= cells[2]["seconds"] < 1
    starts = [datetime.fromisoformat(c["started"]) for c in cells]
    assert starts == sorted(starts)
    assert shown["status"] == "finished"
    assert shown["name"] == "first"
    assert not [g for g in shown["gaps"] if "before tracking" in g["what"]]


def test_same_outputs_same_digest_however_a_stream_is_cut(kernel: Any) -> None:
    digests = _digests(
        kernel.session(
            "digests",
            "print('a'); print('b')",
            "import sys, time\nfor c in 'a\\nb\\n': sys.stdout.write(c); sys.stdout.flush(); time.sleep(0.02)",
            "sys.stdout.write('a\\nb\\n'); None",
            "print('a'); print('c')",
            "sys.stderr.write('a\\nb\\n'); None",
            "pass",
            "1 + 1",
            "2",
            "print(2)",
            "from IPython.display import clear_output, display, HTML",
            "print('noise'); clear_output(); print('a'); print('b')",
            "print('noise'); clear_output(wait=True); print('a'); print('b') # wait",
            "display(HTML('<b>x</b>')); print('a')",
            "print('a'); display(HTML('<b>x</b>'))",
        )
    )
    d = list(digests.values())[1:]
    assert all(isinstance(x, str) and x.startswith("jg1:") and len(x) == 68 for x in d[:-1])
    # One text, cut into one, four or one messages.
    assert d[0] == d[1] == d[2]
    assert d[0] == d[10] == d[11]
    assert len({d[0], d[3], d[4], d[5], d[6], d[8]}) == 6
    assert d[6] == d[7]
    assert d[5] == d[9]
    # Streams and displays are told apart by what they are, since their order in time depends on the front end.
    assert d[12] == d[13]


def test_the_digest_of_an_error_holds_what_was_raised(kernel: Any) -> None:
    digests = _digests(kernel.session("errors", "raise ValueError('x')", "raise ValueError('y')", check=False))
    assert digests["raise ValueError('x')"] not in (None, digests["raise ValueError('y')"])


def test_what_governance_displays_is_not_an_output(kernel: Any) -> None:
    digests = _digests(kernel.session("ours", "pass", "%gov_status", "%%gov_doc purpose\nText", "%gov_assess a b c"))
    assert len({digests[s] for s in ("pass", "%gov_status", "%%gov_doc purpose\nText", "%gov_assess a b c")}) == 1


def test_a_cell_that_runs_cells_stays_one(kernel: Any) -> None:
    nested = "print('outer')\nget_ipython().run_cell('print(1)\\n5')\nget_ipython().run_cell('1/0')\nprint('end')"
    shown = kernel.session("nested", nested, "print('outer')", "y = 3")
    assert [c["source"] for c in shown["cells"][1:4]] == [nested, "print('outer')", "y = 3"]
    assert [c["order"] for c in shown["cells"]] == [1, 2, 3, 4, 5]
    assert shown["cells"][1]["status"] == "ok"
    assert shown["cells"][1]["outputs_digest"] != shown["cells"][2]["outputs_digest"]


def test_run_magic_and_async_cells(kernel: Any) -> None:
    (kernel.folder / "other.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": null,'
        ' "source": "from_other = 7"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    shown = kernel.session(
        "various",
        "%run other.ipynb",
        "from_other",
        "import asyncio\nawait asyncio.sleep(0.05)\nprint('awaited')",
        "async def work(n):\n    await asyncio.sleep(0.01)\n    return n\nawait asyncio.gather(work(1), work(2))",
    )
    assert [c["order"] for c in shown["cells"]] == [1, 2, 3, 4, 5, 6]
    assert all(c["status"] == "ok" and c["outputs_digest"] for c in shown["cells"][:-1])
    assert 0.05 <= shown["cells"][3]["seconds"] < 5


@pytest.mark.parametrize("source", ["import time\ntime.sleep(30)", "import asyncio\nawait asyncio.sleep(2)"])
def test_an_interrupted_cell_is_recorded(kernel: Any, source: str) -> None:
    run = kernel.track("interrupted")
    message = kernel.send("print('begun', flush=True)\n" + source)
    while kernel.client.get_iopub_msg(timeout=30)["msg_type"] != "stream":
        pass
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    assert kernel.collect(message).status == "error"
    assert kernel.run("40 + 2").result == "42"
    kernel.untrack()
    cells = kernel.show(run)["cells"]
    assert [c["status"] for c in cells] == ["ok", "error", "ok", "ok"]
    assert cells[1]["source"].endswith(source)


def test_streams_that_the_user_replaced(kernel: Any) -> None:
    shown = kernel.session(
        "replaced",
        "import io, sys\nsaved = sys.stdout; sys.stdout = io.StringIO()",
        "1 + 1",
        "sys.stdout = saved",
        "print('back')",
    )
    assert [c["order"] for c in shown["cells"]] == [1, 2, 3, 4, 5, 6]


def test_reset_and_hostile_namespaces(kernel: Any) -> None:
    shown = kernel.session("reset", "%reset -f", "In = Out = 5; globals()[7] = 7", "value = 1", "value")
    assert [c["source"] for c in shown["cells"][1:5]] == [
        "%reset -f", "In = Out = 5; globals()[7] = 7", "value = 1", "value",
    ]  # fmt: skip


def test_rerunning_the_first_cell_continues_the_run(kernel: Any) -> None:
    run = kernel.track("same")
    assert kernel.track("same") == run
    assert kernel.run("%gov_track").gov("track")[0].endswith(run)
    other = kernel.track("other")
    assert other != run
    assert kernel.show(run)["status"] == "finished"
    assert kernel.show(other)["status"] == "running"
    kernel.untrack()
    assert kernel.show(other)["status"] == "finished"
    assert [c["order"] for c in kernel.show(run)["cells"]] == [1, 2, 3, 4]


def test_loaded_in_the_middle(kernel: Any) -> None:
    kernel.run("before = 1")
    shown = kernel.session("middle", "after = 2")
    gap = next(g for g in shown["gaps"] if "before tracking began" in g["what"])
    assert gap["what"].split()[1:] == ["cell", "executions", "before", "tracking", "began"]
    assert "restart the kernel" in gap["remedy"]


def test_shutdown_writes_everything_and_ends_the_run(kernel: Any) -> None:
    run = kernel.track("shutdown")
    kernel.run("print('last')")
    kernel.restart()
    shown = kernel.show(run)
    assert shown["status"] == "finished"
    assert [c["source"] for c in shown["cells"]][-1] == "print('last')"
    assert shown["cells"][-1]["outputs_digest"].startswith("jg1:")
    assert shown["environment"]["packages"]["ipykernel"]
    assert shown["source"] is not None
