"""Where the code comes from: remotes without credentials, and work that is not committed, kept without a trace."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov.records import new_id
from jupyter_gov.services.workplace import OUTPUT_FOLDER, Place, source
from jupyter_gov.services.workplace._source import clean_url

Git = Callable[..., str]
KEY = "AKIA" + "IOSFODNN7EXAMPL3"


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in the working folder, a new repository without anybody's configuration."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    top = tmp_path / "work"
    top.mkdir()
    monkeypatch.chdir(top)

    def run(*arguments: str, folder: Path | None = None) -> str:
        name = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "protocol.file.allow=always")
        done = subprocess.run(
            ["git", *name, *arguments], cwd=folder, check=True, capture_output=True, text=True, errors="surrogateescape"
        )
        return done.stdout

    run("init", "-q", "-b", "main")
    return run


@pytest.fixture
def top(git: Git) -> Path:
    """A repository with one commit."""
    here = Path.cwd()
    (here / "a.py").write_text("x = 1\n")
    (here / "gone.py").write_text("y = 1\n")
    (here / ".gitignore").write_text("ignored/\n*.log\n")
    git("add", ".")
    git("commit", "-qm", "first")
    return here


def state_of(top: Path, git: Git) -> dict[str, object]:
    """Return everything that must stay as it is."""
    made = {}
    for path in sorted(top.rglob("*")):
        inside = path.relative_to(top).as_posix()
        if inside.startswith((".git/objects", ".git/refs/jupyter-gov")) or inside in (".git/refs", ".git"):
            continue
        about = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        made[inside] = (about.st_mode, 0 if path.is_dir() else about.st_mtime_ns, content)
    return {"files": made, "stash": git("stash", "list"), "refs": git("for-each-ref", "refs/heads", "refs/tags")}


def test_nothing_is_kept_of_a_clean_tree(top: Path, git: Git) -> None:
    found = source("n.ipynb", run=new_id())
    assert (found.dirty, found.snapshot, found.snapshot_ref, found.left_out) == (False, "", "", ())
    assert git("for-each-ref", "refs/jupyter-gov") == ""


def test_work_that_is_not_committed_is_kept_without_a_trace(top: Path, git: Git) -> None:
    (top / ".git" / "hooks").mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-commit", "pre-commit", "post-index-change"):
        hook = top / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {top.parent / 'ran'}\n")
        hook.chmod(0o755)
    git("-c", "core.hooksPath=/dev/null", "config", "core.logAllRefUpdates", "always")
    (top / "a.py").write_text("x = 2\n")
    (top / "staged.py").write_text("staged")
    git("-c", "core.hooksPath=/dev/null", "add", "staged.py")
    (top / "staged.py").write_text("and changed again")
    (top / "gone.py").unlink()
    (top / "deep" / "er").mkdir(parents=True)
    odd = [' a "quoted" \\ name\n.txt', "crédit 数.txt", "-dash", "tab\there", ":(top)magic", os.fsdecode(b"\xff.txt")]
    for name in odd:
        (top / "deep" / "er" / name).write_text(name.encode("utf-8", "surrogateescape").hex())
    (top / "run.sh").write_text("#!/bin/sh\n")
    (top / "run.sh").chmod(0o755)
    (top / "link").symlink_to("a.py")
    (top / "nowhere").symlink_to("/does/not/exist")
    (top / "empty").write_text("")
    os.mkfifo(top / "pipe")
    (top / "x.log").write_text("ignored")
    (top / OUTPUT_FOLDER).mkdir()
    (top / OUTPUT_FOLDER / "r.html").write_text("ours")
    (top / "gov.db").write_text("ours")
    # Another git holds the index.
    (top / ".git" / "index.lock").write_text("")
    before, run = state_of(top, git), new_id()
    found = source("n.ipynb", run=run, store=f"sqlite:///{top / 'gov.db'}")
    assert state_of(top, git) == before
    assert not (top.parent / "ran").exists()
    assert not (top / ".git" / "logs" / "refs" / "jupyter-gov").exists()
    assert (found.dirty, found.snapshot_ref) == (True, f"refs/jupyter-gov/{run}")
    assert git("rev-parse", found.snapshot_ref).strip() == found.snapshot
    assert git("rev-parse", f"{found.snapshot}^").strip() == found.commit
    kept = set(git("ls-tree", "-rz", "--name-only", found.snapshot).split("\0")) - {""}
    names = {"a.py", "staged.py", ".gitignore", "run.sh", "link", "nowhere", "empty"}
    assert kept == names | {f"deep/er/{name}" for name in odd}
    assert git("show", f"{found.snapshot}:staged.py") == "and changed again"
    for name in odd:
        shown = git("cat-file", "blob", f"{found.snapshot}:deep/er/{name}")
        assert bytes.fromhex(shown) == os.fsencode(name)
    modes = {line.split("\t")[1]: line[:6] for line in git("ls-tree", found.snapshot).splitlines()}
    assert (modes["run.sh"], modes["link"], modes["a.py"]) == ("100755", "120000", "100644")
    assert git("cat-file", "blob", f"{found.snapshot}:nowhere") == "/does/not/exist"
    # It survives tidying up, and goes when its reference goes.
    (top / ".git" / "index.lock").unlink()
    git("-c", "core.hooksPath=/dev/null", "gc", "-q", "--prune=now")
    assert git("show", f"{run and found.snapshot_ref}:a.py") == "x = 2\n"
    assert git("fsck", "--strict") == ""


def test_what_is_left_out_is_said(top: Path, git: Git, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_gov_config.py").write_text(
        "c.Governance.snapshot_mb = 0.003\nc.Governance.snapshot_file_mb = 0.002\n"
    )
    (top / "config.py").write_text(f"region = 'eu'\n\nkey = '{KEY}'\n")
    (top / "large.csv").write_text("1" * 2001)
    for i in range(4):
        (top / f"part{i}.csv").write_text("2" * 900)
    (top / ".venv" / "bin").mkdir(parents=True)
    (top / ".venv" / "pyvenv.cfg").write_text("")
    (top / ".venv" / "bin" / "x").write_text("")
    git("init", "-q", "other")
    (top / "good.py").write_text("z = 3\n")
    found = source("n.ipynb", run=new_id())
    assert set(found.left_out) == {
        ".venv/: a virtual environment",
        "config.py, line 3: AWS access key",
        "large.csv: larger than 0.002 MB",
        "part3.csv: more than 0.003 MB in all",
        "other/: a repository of its own",
    }
    kept = set(git("ls-tree", "-r", "--name-only", found.snapshot).split())
    assert {"good.py", "part0.csv", "part2.csv"} <= kept
    assert not {"config.py", "large.csv", "part3.csv", ".venv/bin/x"} & kept
    objects = git("cat-file", "--batch-all-objects", "--batch-check").split("\n")
    assert not any(KEY in git("cat-file", "-p", o.split()[0]) for o in objects if " blob " in o)
    (tmp_path / "config" / "jupyter_gov_config.py").write_text("c.Governance.snapshot_mb = 0\n")
    off = source("n.ipynb", run=new_id())
    assert (off.dirty, off.snapshot) == (True, "")
    assert "switched off" in off.left_out[0]


def test_from_the_first_hour_on_and_where_a_folder_takes_a_files_place(git: Git) -> None:
    top = Path.cwd()
    (top / "thing").write_text("a file")
    found = source("", run=new_id())
    assert (found.commit, git("show", f"{found.snapshot}:thing")) == (None, "a file")
    assert git("rev-list", "--count", found.snapshot).strip() == "1"
    git("add", ".")
    git("commit", "-qm", "first")
    (top / "thing").unlink()
    (top / "thing").mkdir()
    (top / "thing" / "inside").write_text("a folder")
    found = source("", run=new_id())
    assert git("ls-tree", "-r", "--name-only", found.snapshot).split() == ["thing/inside"]
    git("add", ".")
    git("commit", "-qm", "second")
    (top / "thing" / "inside").unlink()
    (top / "thing").rmdir()
    (top / "thing").write_text("a file again")
    found = source("", run=new_id())
    assert git("ls-tree", "-r", "--name-only", found.snapshot).split() == ["thing"]


def test_worktrees_conflicts_and_submodules(
    top: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init", "-q", "-b", "main", str(tmp_path / "library"))
    (tmp_path / "library" / "l.py").write_text("1")
    git("add", ".", folder=tmp_path / "library")
    git("commit", "-qm", "l", folder=tmp_path / "library")
    git("submodule", "--quiet", "add", str(tmp_path / "library"), "lib")
    git("commit", "-qm", "with a submodule")
    assert source("", run=new_id()).dirty is False
    (top / "lib" / "l.py").write_text("2")
    busy = source("", run=new_id())
    assert (busy.dirty, busy.snapshot, busy.left_out) == (True, "", ("lib: a submodule with changes of its own",))
    git("commit", "-qam", "l2", folder=top / "lib")
    moved = source("", run=new_id())
    assert moved.left_out == ()
    assert git("rev-parse", f"{moved.snapshot}:lib") == git("rev-parse", "HEAD", folder=top / "lib")
    git("worktree", "add", "-q", str(tmp_path / "beside"), "-b", "side")
    monkeypatch.chdir(tmp_path / "beside")
    (tmp_path / "beside" / "a.py").write_text("x = 'beside'\n")
    found = source("", run=new_id())
    assert (found.branch, git("show", f"{found.snapshot_ref}:a.py")) == ("side", "x = 'beside'\n")
    git("commit", "-qam", "side")
    monkeypatch.chdir(top)
    (top / "a.py").write_text("x = 'main'\n")
    git("commit", "-qm", "main", "--", "a.py")
    with pytest.raises(subprocess.CalledProcessError):
        git("merge", "-q", "side")
    conflict = source("", run=new_id())
    assert git("show", f"{conflict.snapshot}:a.py") == (top / "a.py").read_text()
    assert "<<<<<<<" in (top / "a.py").read_text()


def test_no_filter_is_run(top: Path, git: Git) -> None:
    (top / ".gitattributes").write_text("*.bin filter=mine\n*.dat filter=unknown\n")
    (top / "m.bin").write_text("1")
    git("add", ".")
    git("commit", "-qm", "bin")
    for setting in ("clean", "process"):
        git("config", f"filter.mine.{setting}", f"touch {top.parent / 'ran'}; cat")
    git("config", "filter.mine.required", "true")
    (top / "m.bin").write_text("2")
    found = source("", run=new_id())
    assert (found.dirty, found.snapshot) == (None, "")
    assert found.left_out == ("m.bin: not compared, its filter 'mine' is not run",)
    (top / "m.dat").write_text("2")
    found = source("", run=new_id())
    assert (found.dirty, git("show", f"{found.snapshot}:m.dat"), git("show", f"{found.snapshot}:m.bin")) == (
        True,
        "2",
        "1",
    )
    assert not (top.parent / "ran").exists()


def test_many_at_once(top: Path, git: Git) -> None:
    (top / "a.py").write_text("x = 2\n")
    runs = [new_id() for _ in range(6)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda run: source("", run=run), runs))
    assert [f.snapshot_ref for f in found] == [f"refs/jupyter-gov/{run}" for run in runs]
    assert all(git("show", f"{run.snapshot_ref}:a.py") == "x = 2\n" for run in found)


def test_outside_of_git_the_notebook_itself_is_identified(
    tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "n.ipynb").write_text("{}")
    monkeypatch.chdir(outside)
    found = source("n.ipynb", path=outside / "n.ipynb", run=new_id())
    assert found.notebook_digest == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert (found.repository, found.dirty, found.left_out) == ("", None, ())
    assert source("n.ipynb", path=outside / "none.ipynb").notebook_digest == ""
    # There is a repository, but git does not answer.
    (outside / ".git").mkdir()
    assert source("n.ipynb", run=new_id()).left_out == ("everything: git is not installed, or refuses this repository",)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://ada:hunter2@example.org/x/y.git", "https://example.org/x/y.git"),
        ("https://ghp_abc@example.org:8443/x.git?token=abc#frag", "https://example.org:8443/x.git"),
        ("https://ada:p@ss@example.org/x", "https://example.org/x"),
        ("https://ada:p/ss@example.org/x", "https://example.org/x"),
        ("https://ada:p?ss#s@example.org/x", "https://example.org/x"),
        ("https://example.org:8443/x/@scope/y", "https://example.org:8443/x/@scope/y"),
        ("ssh://git@example.org:22/x.git", "ssh://example.org:22/x.git"),
        ("git@example.org:x/y.git", "example.org:x/y.git"),
        ("ada:hunter2@example.org:x/y.git", "example.org:x/y.git"),
        ("example.org:x/y.git?token=abc", "example.org:x/y.git"),
        ("hg::https://ada:hunter2@example.org/x", "hg::https://example.org/x"),
        ("../beside.git", "../beside.git"),
        ("", ""),
    ],
)
def test_a_remote_tells_the_place_and_nothing_else(url: str, clean: str) -> None:
    assert clean_url(url) == clean


def test_which_remote(top: Path, git: Git) -> None:
    assert source("").remote == ""
    git("remote", "add", "upstream", "https://u:p@example.org/up.git")
    assert source("").remote == "https://example.org/up.git"
    git("remote", "add", "origin", "git@example.org:o.git")
    assert source("").remote == "example.org:o.git"
    git("config", "branch.main.remote", "upstream")
    assert source("").remote == "https://example.org/up.git"
    git("config", "branch.main.remote", "https://u:p@example.org/direct.git")
    assert source("").remote == "https://example.org/direct.git"


def test_in_a_kernel(make_kernel: Callable[..., Any]) -> None:
    kernel = make_kernel()
    folder = kernel.folder
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "a.py").write_text("x = 1\n")
    (folder / "config.py").write_text(f"key = '{KEY}'\n")
    # What IPython itself writes there meanwhile.
    (folder / ".gitignore").write_text("ipython\n")
    run = kernel.session("snapshot", "1 + 1")
    found = run["source"]
    assert found["snapshot_ref"] == f"refs/jupyter-gov/{run['id']}"
    shown = subprocess.run(
        ["git", "-C", str(folder), "ls-tree", "-r", "--name-only", found["snapshot"]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "a.py" in shown.stdout.split()
    assert "config.py" not in shown.stdout
    assert "gov.db" not in shown.stdout
    assert found["left_out"] == ["config.py, line 1: AWS access key"]
    gap = next(g for g in run["gaps"] if g["what"] == "work that is not committed")
    assert gap["reason"] == "Not kept: config.py, line 1: AWS access key."


def test_what_the_notebook_does_next_changes_nothing(make_kernel: Callable[..., Any], tmp_path: Path) -> None:
    kernel = make_kernel()
    folder, other = kernel.folder, tmp_path / "other"
    for top, branch in ((folder, "mine"), (other, "others")):
        subprocess.run(["git", "init", "-q", "-b", branch, str(top)], check=True)
        (top / "f.txt").write_text(branch)
    (folder / "a.py").write_text("v = 2  # before tracking\n")
    # The clock that files are stamped with goes in steps.
    time.sleep(0.05)
    ran = kernel.run(
        "%load_ext jupyter_gov\n%gov_track there\nimport os\n"
        'open("new.csv", "w").write("by the run"); open("f.txt", "w").write("by the run")\n'
        f"home = os.getcwd(), dict(os.environ); os.chdir({str(other)!r})\n"
        "os.environ.update(GIT_DIR='/nowhere', PATH=''); del os.environ['HOME']"
    )
    kernel.untrack()
    run = kernel.show(ran.gov("track")[0].rpartition(" ")[2])
    found = run["source"]
    assert (found["repository"], found["branch"]) == (folder.name, "mine")
    git = ["git", "-C", str(folder)]
    shown = subprocess.run([*git, "show", f"{found['snapshot']}:a.py"], check=True, capture_output=True, text=True)
    assert shown.stdout == "v = 2  # before tracking\n"
    kept = subprocess.run([*git, "grep", "-h", "", found["snapshot"]], check=True, capture_output=True, text=True)
    # What was written meanwhile has either been read before, or is left out.
    assert "by the run" not in kept.stdout
    since = {line.partition(":")[0] for line in found["left_out"] if line.endswith(": written to since tracking began")}
    assert ("mine" in kept.stdout.splitlines()) == ("f.txt" not in since)
    refs = subprocess.run(
        ["git", "-C", str(other), "for-each-ref", "refs/jupyter-gov"], check=True, capture_output=True, text=True
    )
    assert refs.stdout == ""
    # A folder that is gone.
    kernel.run("os.environ.update(home[1]); os.makedirs('gone'); os.chdir('gone'); os.rmdir(os.getcwd())")
    gone = kernel.session("gone", "1 + 1")
    assert gone["source"]["left_out"] == ["everything: the working folder does not exist any more"]
    assert len(gone["cells"]) == 3
    kernel.run("os.chdir(home[0])")


def test_a_link_is_kept_as_it_is_and_what_is_gone_is_told(top: Path, git: Git) -> None:
    os.symlink("./a.py//", top / "odd")  # noqa: PTH211 - Path alters what it names
    os.symlink(f"s3://{KEY}@bucket", top / "away")  # noqa: PTH211
    (top / ".netrc").write_text("machine example.org login ada password abc")
    place = Place.now()
    time.sleep(0.05)
    (top / "gone.py").unlink()
    found = source("n.ipynb", run=new_id(), place=place)
    assert git("cat-file", "blob", f"{found.snapshot}:odd") == "./a.py//"
    assert set(found.left_out) == {
        "gone.py: gone, perhaps only since tracking began",
        "away, line 1: AWS access key",
        ".netrc: it is there to hold a secret",
    }
    assert git("ls-tree", "--name-only", found.snapshot).split() == [".gitignore", "a.py", "odd"]
