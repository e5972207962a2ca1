"""What the kernel tells front ends while it tracks, and what they tell it; in a real kernel."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov.services import show_run

ON = "%load_ext jupyter_gov\n%gov_track {name}"


class FrontEnd:
    """Hears the comm as JupyterLab does, and executes code for itself."""

    def __init__(self, kernel: Any) -> None:
        self.kernel = kernel
        self.client = kernel.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.heard: list[dict[str, Any]] = []

    def listen(self, until: Callable[[dict[str, Any]], bool], timeout: float = 30) -> dict[str, Any]:
        """Return the first comm message that `until` accepts."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                continue
            if message["msg_type"].startswith("comm_"):
                heard = {"type": message["msg_type"], "parent": message["parent_header"], **message["content"]}
                self.heard.append(heard)
                if until(heard):
                    return heard
        raise TimeoutError(self.heard)

    def execute(self, code: str) -> dict[str, Any]:
        """Execute code outside of the history, as the panel's switch does; return the reply."""
        # Over the kernel's other client: this one would take the comm's messages away.
        return self.kernel.client.execute_interactive(code, store_history=False, output_hook=lambda _: None, timeout=60)

    def comms(self) -> dict[str, Any]:
        """Return the open comms by id."""
        message = self.client.comm_info(target_name="jupyter_gov")
        while True:
            reply = self.client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == message:
                return reply["content"]["comms"]

    def send(self, comm: str, **data: Any) -> None:
        self.client.shell_channel.send(self.client.session.msg("comm_msg", {"comm_id": comm, "data": data}))

    def close(self, comm: str) -> None:
        self.client.shell_channel.send(self.client.session.msg("comm_close", {"comm_id": comm, "data": {}}))


@pytest.fixture
def front_end(kernel: Any) -> Iterator[FrontEnd]:
    made = FrontEnd(kernel)
    yield made
    kernel.untrack()
    made.client.stop_channels()


def test_a_cell_is_told_of_once_it_is_in_the_store(kernel: Any, front_end: FrontEnd) -> None:
    run = kernel.track("told")
    opened = front_end.listen(lambda m: m["type"] == "comm_open")
    assert opened["target_name"] == "jupyter_gov"
    assert opened["data"] == {"run": run, "seq": 0, "tracking": True}

    kernel.run("x = 1", cell_id="one")
    told = front_end.listen(
        lambda m: m["data"]["seq"] and any(c["cell_id"] == "one" for c in kernel.show(run)["cells"])
    )
    assert told["data"]["tracking"] is True
    assert told["comm_id"] == opened["comm_id"]

    kernel.untrack()
    last = front_end.listen(lambda m: m["type"] == "comm_msg" and not m["data"]["tracking"])
    assert last["data"]["run"] == run
    assert front_end.listen(lambda m: m["type"] == "comm_close")["comm_id"] == opened["comm_id"]


def test_growth_is_told_while_a_cell_still_runs(kernel: Any, front_end: FrontEnd) -> None:
    kernel.track("long cell")
    front_end.listen(lambda m: m["type"] == "comm_open")
    message = kernel.send(
        "from pathlib import Path\nimport time\nimport pandas as pd\nPath('a.csv').write_text('x\\n1')\n"
        "a = pd.read_csv('a.csv')\nend = time.monotonic() + 60\n"
        "while not Path('go on').exists() and time.monotonic() < end: time.sleep(0.01)"
    )
    try:
        run = front_end.heard[-1]["data"]["run"]
        front_end.listen(lambda m: any(d["rows"] == 1 for d in kernel.show(run)["datasets"]))
    finally:
        (kernel.folder / "go on").touch()
        kernel.collect(message)


def test_a_page_that_comes_later_finds_the_run(kernel: Any, front_end: FrontEnd) -> None:
    assert front_end.comms() == {}
    run = kernel.track("earlier")
    kernel.run("1 + 1")
    kernel.flush()
    (comm,) = front_end.comms()
    front_end.heard.clear()
    front_end.send(comm)
    told = front_end.listen(lambda m: m["type"] == "comm_msg" and m["data"]["seq"] > 0)
    assert told["data"]["run"] == run


def test_a_front_end_that_does_not_know_us_cannot_close_the_comm_for_others(kernel: Any, front_end: FrontEnd) -> None:
    kernel.track("closed by one")
    opened = front_end.listen(lambda m: m["type"] == "comm_open")
    front_end.close(opened["comm_id"])
    assert list(front_end.comms()) == [opened["comm_id"]]
    kernel.run("1")
    front_end.listen(lambda m: m["type"] == "comm_msg")


class TestANotebookThatIsRenamed:
    """The kernel was started for ``root/m/train.ipynb``, which the front end calls ``m/train.ipynb``."""

    @pytest.fixture
    def root(self, kernel: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        root = kernel.folder / "root"
        for name in ("m/train.ipynb", "m/m/train.ipynb", "m/other.ipynb", "moved/new.ipynb", "m/new.ipynb"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
        kernel.run(f"import os; os.environ['JPY_SESSION_NAME'] = {str(root / 'm' / 'train.ipynb')!r}")
        yield root
        kernel.run("del os.environ['JPY_SESSION_NAME']")

    def notebook_after(self, kernel: Any, front_end: FrontEnd, *told: Any) -> str:
        kernel.run("%load_ext jupyter_gov\n%gov_track")
        opened = front_end.listen(lambda m: m["type"] == "comm_open")
        for data in told:
            content = {"comm_id": opened["comm_id"], "data": data}
            message = front_end.client.session.msg("comm_msg", content)
            front_end.client.shell_channel.send(message)
            # What is recorded is told of too: the answer to ours names it as its parent.
            asked = message["header"]["msg_id"]
            front_end.listen(lambda m, asked=asked: m["type"] == "comm_msg" and m["parent"].get("msg_id") == asked)
        kernel.untrack()
        shown = show_run(opened["data"]["run"], kernel.store)
        assert shown["status"] == "finished"
        assert shown["name"] == Path(shown["notebook"]).stem
        assert not any("path" in gap["what"] for gap in shown["gaps"])
        return shown["notebook"]

    @pytest.mark.parametrize("to", ["m/new.ipynb", "moved/new.ipynb"])
    def test_goes_on_under_its_new_name(self, kernel: Any, front_end: FrontEnd, root: Path, to: str) -> None:
        renamed = {"from": "m/train.ipynb", "notebook": to}
        assert self.notebook_after(kernel, front_end, {"notebook": "m/train.ipynb"}, renamed) == str(root / to)

    def test_is_found_again_by_a_kernel_that_was_restarted(self, kernel: Any, front_end: FrontEnd, root: Path) -> None:
        (root / "m" / "train.ipynb").rename(root / "m" / "after.ipynb")
        (root / "m" / "m" / "train.ipynb").unlink()
        after = self.notebook_after(kernel, front_end, {"notebook": "m/after.ipynb"})
        assert after == str(root / "m" / "after.ipynb")

    @pytest.mark.parametrize(
        "told",
        [
            # Where another notebook lies in a folder of the same name; on another notebook with this kernel.
            {"notebook": "m/train.ipynb"},
            {"notebook": "m/other.ipynb"},
            {"notebook": "m/new.ipynb", "from": "m/other.ipynb"},
            {"notebook": "gone/new.ipynb", "from": "m/train.ipynb"},
            {"notebook": "m/x.txt", "from": "m/train.ipynb"},
            {"notebook": 17, "from": []},
            [],
            None,
            "x",
        ],
    )
    def test_believes_nothing_else(self, kernel: Any, front_end: FrontEnd, root: Path, told: Any) -> None:
        kernel.run(f"os.chdir({str(root / 'm' / 'm')!r})")
        assert self.notebook_after(kernel, front_end, told) == str(root / "m" / "train.ipynb")


def test_the_switch_is_no_cell_of_the_notebook(kernel: Any, front_end: FrontEnd) -> None:
    before = kernel.run("1").status
    assert before == "ok"
    assert front_end.execute(ON.format(name="switched"))["content"]["status"] == "ok"
    run = front_end.listen(lambda m: m["type"] == "comm_open")["data"]["run"]
    kernel.run("inside = 1", cell_id="inside")
    front_end.execute("hidden = 1")
    front_end.execute("hidden = 2")
    kernel.run("get_ipython().run_cell('part = 1')", cell_id="with a part")
    front_end.execute("%gov_track --off")
    kernel.run("outside = 1")
    shown = kernel.show(run)
    # What else a front end executes for itself is said to be missing, once; the switch is nothing that is missing.
    hidden = [g for g in shown["gaps"] if "history" in g["what"]]
    assert len(hidden) == 1
    assert [c["cell_id"] for c in shown["cells"]] == ["inside", "with a part"]
    assert [c["order"] for c in shown["cells"]] == [1, 2]
    assert shown["status"] == "finished"


def test_the_switch_alone_leaves_no_gap(kernel: Any, front_end: FrontEnd) -> None:
    front_end.execute(ON.format(name="alone"))
    run = front_end.listen(lambda m: m["type"] == "comm_open")["data"]["run"]
    front_end.execute("%gov_track --off")
    assert not [g for g in kernel.show(run)["gaps"] if "history" in g["what"]]


def test_tracking_that_begins_in_a_cell_within_a_cell(kernel: Any, front_end: FrontEnd) -> None:
    kernel.run("%load_ext jupyter_gov")
    source = "get_ipython().run_cell('%gov_track nested', store_history=True)\nlater = 'still the outer cell'"
    kernel.run(source, cell_id="outer")
    run = front_end.listen(lambda m: m["type"] == "comm_open")["data"]["run"]
    kernel.run("after = 1", cell_id="after")
    kernel.untrack()
    cells = kernel.show(run)["cells"]
    assert [(c["cell_id"], c["source"]) for c in cells[:2]] == [("outer", source), ("after", "after = 1")]


def test_the_switch_tells_how_many_cells_ran_before(make_kernel: Callable[..., Any]) -> None:
    kernel = make_kernel()
    kernel.run("1")
    kernel.run("2")
    front_end = FrontEnd(kernel)
    front_end.execute(ON.format(name="late"))
    run = front_end.listen(lambda m: m["type"] == "comm_open")["data"]["run"]
    front_end.execute("%gov_track --off")
    front_end.client.stop_channels()
    assert "2 cell executions before tracking began" in [g["what"] for g in kernel.show(run)["gaps"]]


def test_a_forked_child_says_nothing(kernel: Any, front_end: FrontEnd) -> None:
    kernel.track("forked")
    opened = front_end.listen(lambda m: m["type"] == "comm_open")
    kernel.run(
        "import gc, multiprocessing\n"
        "child = multiprocessing.get_context('fork').Process(target=gc.collect)\nchild.start(); child.join()\n"
        "child.exitcode"
    )
    assert list(front_end.comms()) == [opened["comm_id"]]
