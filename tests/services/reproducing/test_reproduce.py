"""Reproductions from end to end, with real kernels: what comes out again, what does not, and what cannot."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from jupyter_gov.errors import ConflictError, ExecutionError, InputError, NotFoundError
from jupyter_gov.records import Reproduction
from jupyter_gov.services import close_stores, list_records, reproduce

if TYPE_CHECKING:
    from ...conftest import Kernel

ROWS = "x,y\n" + "".join(f"{i % 17},{int(i % 17 + i % 5 > 9)}\n" for i in range(200))
LOAD = "import pandas as pd\ndata = pd.read_csv('{}')"
FIT = "from sklearn.linear_model import SGDClassifier\nmodel = SGDClassifier({}).fit(data[['x']], data['y'])"
READ = "import numpy as np\nrows = np.loadtxt({!r}, delimiter=',', skiprows=1{})"
SCORE = "from sklearn.metrics import accuracy_score\naccuracy_score(data['y'], model.predict(data[['x']]))"


@pytest.fixture(scope="module")
def lab(kernel: Kernel) -> Iterator[Kernel]:
    """A kernel with data beside it."""
    (kernel.folder / "rows.csv").write_text(ROWS)
    yield kernel
    close_stores()


@pytest.fixture(scope="module")
def run(lab: Kernel) -> str:
    """A run that draws nothing without a seed, with a cell that no result rests on."""
    cells = (LOAD.format("rows.csv"), "aside = data.describe()", FIT.format("random_state=0"), SCORE)
    return str(lab.session("seeded", *cells)["id"])


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither temporary files nor kernels stay, whatever a test has done."""
    place = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    runtime = Path(os.environ["JUPYTER_RUNTIME_DIR"])
    before = set(runtime.glob("*"))
    yield
    assert _wait(lambda: [*place.iterdir(), *set(runtime.glob("*")) - before, *_kernels()]) == []


def _wait(left: Callable[[], list[Any]]) -> list[Any]:
    for _ in range(50):
        if not left():
            break
        time.sleep(0.1)
    return left()


def _kernels() -> list[int]:
    """Return the processes that were started to reproduce."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.environ().get("JUPYTER_GOV_REPRODUCING") and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def causes(made: Reproduction) -> list[str]:
    return [c.what for c in made.causes if c.decides]


def test_a_run_comes_out_again(lab: Kernel, run: str) -> None:
    told: list[tuple[str, int, int]] = []
    before = dict(os.environ)
    made = reproduce(run, store=lab.store, progress=lambda *step: told.append(step))
    assert (made.verdict, made.causes, made.scope) == ("identical", (), "slice")
    assert {i.of for i in made.items} == {"dataset", "fit", "prediction", "metric"}
    sources = {c["id"]: c["source"] for c in lab.show(run)["cells"]}
    assert [sources[c] for c in made.cells] == [LOAD.format("rows.csv"), FIT.format("random_state=0"), SCORE]
    assert made.inputs == ({"path": "rows.csv", "verdict": "identical", "detail": ""},)
    assert made.changes == ()
    assert made.environment["python"] == sys.version.split()[0]
    assert told[0] == ("Executing cells", 0, 3)
    assert told[-1] == ("Executing cells", 3, 3)
    assert dict(os.environ) == before
    (recorded,), _ = list_records(run, "reproductions", lab.store)
    assert recorded == made.to_json()
    assert lab.show(run)["reproductions"] == [recorded]


def test_every_cell_is_executed_where_that_is_asked_for(lab: Kernel, run: str) -> None:
    made = reproduce(run[:13], store=lab.store, scope="all")
    assert (made.verdict, made.scope, len(made.cells)) == ("identical", "all", 4)


def test_one_value_that_has_changed_is_named(lab: Kernel) -> None:
    place = lab.folder / "changing.csv"
    place.write_text(ROWS)
    run = lab.session("changing", READ.format("changing.csv", ""))["id"]
    place.write_text(ROWS.replace("\n3,0\n", "\n4,0\n", 1))
    made = reproduce(run, store=lab.store)
    assert made.verdict == "different"
    assert causes(made) == ["input"]
    assert "changing.csv" in made.summary
    assert [(i["path"], i["verdict"]) for i in made.inputs] == [("changing.csv", "different")]
    place.unlink()
    gone = reproduce(run, store=lab.store)
    assert (gone.verdict, causes(gone)) == ("impossible", ["input"])
    assert "changing.csv is gone" in gone.summary
    assert f"{len(ROWS):,} bytes" in gone.summary
    # It is there all the same, under another name.
    (lab.folder / "elsewhere").mkdir()
    (lab.folder / "elsewhere" / "moved.csv").write_text(ROWS)
    moved = reproduce(run, store=lab.store, inputs={"changing.csv": str(lab.folder / "elsewhere" / "moved.csv")})
    assert moved.verdict == "identical"
    with pytest.raises(NotFoundError, match=r"read no file 'chaning\.csv'"):
        reproduce(run, store=lab.store, inputs={"chaning.csv": "elsewhere/moved.csv"})


def test_unseeded_numbers_differ_and_come_again_with_their_states(lab: Kernel) -> None:
    run = lab.session("unseeded", LOAD.format("rows.csv"), "unused = 1", FIT.format(""), SCORE)["id"]
    made = reproduce(run, store=lab.store)
    assert (made.verdict, causes(made)) == ("different", ["unseeded"])
    restored = reproduce(run, store=lab.store, restore=True, times=2)
    assert (restored.verdict, restored.restored) == ("identical", True)
    assert any(c.what == "unseeded" and not c.decides for c in restored.causes)
    assert restored.times == 2
    (spread,) = [s for s in restored.spread if s.name == "accuracy_score"]
    assert spread.values == (spread.original, spread.original)


def test_cells_are_executed_in_the_order_of_the_run(lab: Kernel) -> None:
    lab.track("disorder")
    lab.run("factor = 2", cell_id="above")
    lab.run(READ.format("rows.csv", ", max_rows=factor * 10"), cell_id="middle")
    lab.run("factor = 5", cell_id="below")
    lab.run("unused = 1", cell_id="aside")
    lab.run(READ.format("rows.csv", ", max_rows=factor * 10"), cell_id="middle")
    lab.untrack()
    made = reproduce("latest", store=lab.store)
    assert made.verdict == "identical", (made.summary, made.items)
    assert len(made.cells) == 4
    assert sorted(i.name for i in made.items) == ["rows", "rows"]


def test_a_slice_that_does_not_stand_alone_is_widened_and_that_is_said(lab: Kernel) -> None:
    hidden = "import builtins\nbuiltins.hidden_size = 20"
    run = lab.session("hidden", hidden, "unused = 1", READ.format("rows.csv", ", max_rows=hidden_size"))["id"]
    lab.run("del builtins.hidden_size")
    made = reproduce(run, store=lab.store)
    assert (made.verdict, made.scope, len(made.cells)) == ("identical", "all", 3)
    assert [c.what for c in made.causes] == ["code"]
    assert "does not stand alone" in made.causes[0].message


def test_secrets_are_given_and_written_nowhere(lab: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "Zx81-qwertz'Spectrum"
    login = f'password = "{secret}"\nlength = len(password)'
    run = lab.session("secret", login, READ.format("rows.csv", ", max_rows=length * 5"))["id"]
    made = reproduce(run, store=lab.store)
    assert (made.verdict, causes(made)) == ("impossible", ["secret"])
    assert "--secret PASSWORD" in made.causes[0].remedy
    with pytest.raises(NotFoundError, match="No secret 'PASSWORD'"):
        reproduce(run, store=lab.store, secrets=["PASSWORD"])
    monkeypatch.setenv("PASSWORD", secret)
    made = reproduce(run, store=lab.store, secrets=["PASSWORD"])
    assert made.verdict == "identical", (made.summary, made.items)
    assert secret not in str(made.to_json())
    home = Path(os.environ["JUPYTER_DATA_DIR"]).parents[1]
    assert [p for p in home.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()] == []


def test_what_stops_an_execution_is_said(lab: Kernel) -> None:
    sleepy = "import os, time\ntime.sleep(60 if os.environ.get('JUPYTER_GOV_REPRODUCING') else 0)\nsize = 150"
    rest = READ.format("rows.csv", ", max_rows=size")
    run = lab.session("slow", sleepy, rest)["id"]
    began = time.monotonic()
    made = reproduce(run, store=lab.store, timeout=3)
    assert time.monotonic() - began < 30
    assert (made.verdict, causes(made)) == ("impossible", ["timeout"])
    assert "after 3 seconds" in made.summary

    run = lab.session(
        "raises", "import os\nif os.environ.get('JUPYTER_GOV_REPRODUCING'):\n    1 / 0\nsize = 150", rest
    )["id"]
    made = reproduce(run, store=lab.store)
    assert (made.verdict, causes(made)) == ("impossible", ["raised"])
    assert "ZeroDivisionError" in made.summary

    run = lab.session(
        "dies", "import os\nif os.environ.get('JUPYTER_GOV_REPRODUCING'):\n    os._exit(3)\nsize = 150", rest
    )["id"]
    made = reproduce(run, store=lab.store)
    assert (made.verdict, causes(made)) == ("impossible", ["raised"])
    assert "kernel died" in made.summary


def test_a_person_that_is_asked_makes_it_impossible(lab: Kernel) -> None:
    asks = "answer = 150 if True else int(input('How many?'))"
    run = lab.session("asks", asks, READ.format("rows.csv", ", max_rows=answer"))["id"]
    made = reproduce(run, store=lab.store)
    assert (made.verdict, causes(made)) == ("impossible", ["person"])


def test_what_was_made_before_tracking_is_missing(lab: Kernel) -> None:
    lab.run("before_tracking = 3")
    run = lab.session("late", READ.format("rows.csv", ", max_rows=40 * before_tracking"))["id"]
    made = reproduce(run, store=lab.store)
    assert (made.verdict, causes(made)) == ("impossible", ["not_recorded"])
    assert "'before_tracking', which was made before tracking began" in made.summary


def test_it_ends_when_nobody_wants_it_any_more(lab: Kernel, run: str) -> None:
    with pytest.raises(ExecutionError, match="was stopped"):
        reproduce(run, store=lab.store, stopped=lambda: True)

    def interrupt(_: str, done: int, __: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reproduce(run, store=lab.store, progress=interrupt)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_behind(lab: Kernel, sent: int, tmp_path: Path) -> None:
    marker = tmp_path / "begun"
    sleepy = (
        "import os, subprocess, sys, time\n"
        "if os.environ.get('JUPYTER_GOV_REPRODUCING'):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        f"    open({str(marker)!r}, 'w').write(str(child.pid))\n"
        "    time.sleep(600)\n"
        "size = 150"
    )
    run = lab.session("sleepy", sleepy, READ.format("rows.csv", ", max_rows=size"))["id"]
    command = [sys.executable, "-m", "jupyter_gov.cli", "reproduce", run, "--store", lab.store]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not (marker.exists() and marker.read_text()):
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(sent)
        process.communicate(timeout=60)
    assert process.returncode == 128 + sent
    child = int(marker.read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    assert lab.show(run)["reproductions"] == []


@pytest.fixture
def repository(lab: Kernel, tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs git in a new repository."""

    def git(*arguments: str) -> str:
        names = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"]
        done = subprocess.run(["git", *names, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    git("init", "--quiet", "--initial-branch", "main")
    return git


def test_the_source_is_that_of_the_run(lab: Kernel, repository: Callable[..., str], tmp_path: Path) -> None:
    work = tmp_path / "notebooks"
    (tmp_path / "shared" / "deep").mkdir(parents=True)
    work.mkdir()
    (tmp_path / "shared" / "deep" / "committed_part.py").write_text("FACTOR = 2\n")
    (tmp_path / "rows.csv").write_text(ROWS)
    (tmp_path / ".gitignore").write_text("*.csv\n")
    repository("add", ".")
    repository("commit", "--quiet", "-m", "first")
    (work / "untracked_part.py").write_text("from committed_part import FACTOR\nSIZE = 50 * FACTOR\n")
    path, here = str(lab.folder), str(work)
    lab.run(f"import os\nos.chdir({here!r})")
    cells = (
        "import sys\nsys.path[:0] = ['', '../shared/deep']",
        "from untracked_part import SIZE",
        READ.format("../rows.csv", ", max_rows=SIZE"),
    )
    shown = lab.session("git", *cells)
    lab.run(f"os.chdir({path!r})\nfor n in ('untracked_part', 'committed_part'):\n    del sys.modules[n]")
    assert (shown["source"]["folder"], shown["source"]["top"]) == (here, str(tmp_path))
    # The user works on.
    (work / "untracked_part.py").unlink()
    (tmp_path / "shared" / "deep" / "committed_part.py").write_text("FACTOR = 3\n")
    state = repository("status", "--porcelain"), repository("for-each-ref")
    made = reproduce(shown["id"], store=lab.store)
    assert made.verdict == "identical", made.summary
    assert len(made.cells) == 3
    assert {i["path"]: i["verdict"] for i in made.inputs} == {
        str(tmp_path / "rows.csv"): "identical",
        "untracked_part.py": "identical",
        "../shared/deep/committed_part.py": "identical",
    }
    assert (repository("status", "--porcelain"), repository("for-each-ref")) == state
    assert repository("worktree", "list").count("\n") == 0


def test_absolute_paths_of_files_that_have_moved_are_exchanged_and_that_is_said(lab: Kernel, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text(ROWS)
    run = lab.session("absolute", READ.format(str(tmp_path / "old.csv"), ""))["id"]
    (tmp_path / "old.csv").rename(tmp_path / "new.csv")
    made = reproduce(run, store=lab.store, inputs={"old.csv": str(tmp_path / "new.csv")})
    assert made.verdict == "identical", made.summary
    assert [c.what for c in made.causes] == ["code"]
    assert "another path took its place" in made.causes[0].message


def test_a_reproduction_makes_no_other_one(lab: Kernel, monkeypatch: pytest.MonkeyPatch, run: str) -> None:
    monkeypatch.setenv("JUPYTER_GOV_REPRODUCING", "1")
    with pytest.raises(ConflictError, match="is a reproduction already"):
        reproduce(run, store=lab.store)


@pytest.mark.parametrize(
    "asked",
    [{"tolerance": -1.0}, {"times": 0}, {"timeout": 0}, {"scope": "some"}, {"env": "other"}, {"secrets": ["HOME"]}],
)
def test_what_cannot_be_asked_for(lab: Kernel, run: str, asked: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        reproduce(run, store=lab.store, **asked)
