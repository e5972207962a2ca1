"""Bundles: what goes into one, what never does, and that nothing in one is trusted before it is checked."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from jupyter_gov.errors import ConflictError, GovError, InputError, NotFoundError
from jupyter_gov.records import Cell, Fit, Run
from jupyter_gov.services import bundle, close_stores, load_records, reproduce
from jupyter_gov.services.bundling import _making, _source, is_bundle, open_bundle

if TYPE_CHECKING:
    from ...conftest import Kernel

ROWS = "x,y\n" + "".join(f"{i % 17},{int(i % 17 + i % 5 > 9)}\n" for i in range(120))
CELLS = (
    "import helping\nimport pandas as pd\ndata = pd.read_csv('data/rows.csv')\ndata.shape",
    "aside = 1",
    "from sklearn.linear_model import LogisticRegression\n"
    "model = LogisticRegression(C=helping.STRENGTH).fit(data[['x']], data['y'])",
    "%%time\nfrom sklearn.metrics import accuracy_score\naccuracy_score(data['y'], model.predict(data[['x']]))",
)


@pytest.fixture(scope="module")
def lab(kernel: Kernel) -> Iterator[Kernel]:
    """A kernel with data, a module and a secret beside it, in no repository."""
    (kernel.folder / "data").mkdir()
    (kernel.folder / "data/rows.csv").write_text(ROWS)
    (kernel.folder / "helping.py").write_text("STRENGTH = 0.5\n")
    yield kernel
    close_stores()


@pytest.fixture(scope="module")
def run(lab: Kernel) -> str:
    return str(lab.session("small", *CELLS)["id"])


@pytest.fixture(scope="module")
def packed(lab: Kernel, run: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with its data."""
    return bundle(run, output=tmp_path_factory.mktemp("packed") / "with.zip", data=True, store=lab.store).path


@pytest.fixture
def unpacked(packed: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(packed) as opened:
        opened.extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


def names(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as opened:
        return {n for n in opened.namelist() if not n.startswith("package/")}


def test_it_holds_what_somebody_needs(packed: Path, unpacked: Path, lab: Kernel, run: str) -> None:
    found = names(packed)

    assert found >= {
        "README.md", "SHA256SUMS", "bundle.json", "environment/lock.json", "environment/requirements.txt",
        "expected/records.jsonl", "inputs.json", "reproduce.py", "slice/slice.ipynb", "slice/slice.py",
        "source/helping.py", "source/data/rows.csv",
    }  # fmt: skip
    assert any(n.startswith("expected/contents/") for n in found)
    assert (unpacked / "package/jupyter_gov/services/reproducing/_building.py").is_file()
    cells = json.loads((unpacked / "slice/slice.ipynb").read_text())["cells"]
    assert ["".join(c["source"]) for c in cells] == [CELLS[0], CELLS[2], CELLS[3]]
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=unpacked, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lock = json.loads((unpacked / "environment/lock.json").read_text())
    assert f"pandas=={lock['packages']['pandas']}\n" in (unpacked / "environment/requirements.txt").read_text()


def test_the_same_run_gives_the_same_bytes(
    lab: Kernel, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A package that nobody works on stands for this one, whose files may change between two bundles.
    package = tmp_path / "package"
    for name in ("__init__.py", "services/bundling/_standalone.py", "labextension/a.js", "__pycache__/a.pyc"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("1\n")
    monkeypatch.setattr(_making, "_PACKAGE", package)
    (tmp_path / "made").mkdir()

    first = bundle(run, output=tmp_path / "made/first.zip", data=True, store=lab.store)
    # What is done with the run meanwhile is none of it.
    reproduce(run, store=lab.store)
    again = bundle(run, output=tmp_path / "made/again.zip", data=True, store=lab.store)

    assert again.path.read_bytes() == first.path.read_bytes()
    assert again.digest == first.digest
    assert sorted(p.name for p in (tmp_path / "made").iterdir()) == ["again.zip", "first.zip"]
    with zipfile.ZipFile(again.path) as opened:
        assert [n for n in opened.namelist() if n.startswith("package/")] == [
            "package/jupyter_gov/__init__.py", "package/jupyter_gov/services/bundling/_standalone.py",
        ]  # fmt: skip


def test_without_leave_there_are_no_data_in_it(lab: Kernel, run: str, tmp_path: Path) -> None:
    made = bundle(run, output=tmp_path / "without.zip", store=lab.store)

    assert made.wanted == ("data/rows.csv",)
    assert made.data == ()
    assert "source/data/rows.csv" not in names(made.path)
    with zipfile.ZipFile(made.path) as opened:
        told = opened.read("README.md").decode()
    assert "`source/data/rows.csv`" in told
    assert hashlib.sha256(ROWS.encode()).hexdigest() in told
    # Where the data cannot be found, that is the verdict; where they are put at their place, it comes out.
    with zipfile.ZipFile(made.path) as opened:
        opened.extractall(tmp_path / "unpacked")
    hidden = lab.folder / "data/rows.csv"
    hidden.rename(tmp_path / "rows.csv")
    try:
        assert reproduce(str(made.path)).verdict == "impossible"
        (tmp_path / "unpacked/source/data").mkdir()
        shutil.copy(tmp_path / "rows.csv", tmp_path / "unpacked/source/data/rows.csv")
        assert reproduce(str(tmp_path / "unpacked")).verdict == "identical"
    finally:
        (tmp_path / "rows.csv").rename(hidden)


def test_it_is_reproduced_from_the_file_alone(packed: Path, lab: Kernel, run: str, tmp_path: Path) -> None:
    (lab.folder / "helping.py").rename(tmp_path / "helping.py")
    try:
        made = reproduce(str(packed), store=f"sqlite:///{tmp_path / 'none.db'}")
    finally:
        (tmp_path / "helping.py").rename(lab.folder / "helping.py")

    assert made.verdict == "identical", made.summary
    with zipfile.ZipFile(packed) as opened:
        assert made.bundle == f"sha256:{hashlib.sha256(opened.read('SHA256SUMS')).hexdigest()}"
    assert not (tmp_path / "none.db").exists()


def test_the_records_are_the_run(packed: Path, lab: Kernel, run: str) -> None:
    with open_bundle(packed) as original:
        assert original.run.id == run
        known = {r.id: r for r in load_records(run, lab.store)}
        for cls in (Run, Cell, Fit):
            assert [r for r in original.records if isinstance(r, cls)]
        assert all(known[r.id] == r for r in original.records)
        fit = next(r for r in original.records if isinstance(r, Fit))
        learned = original.kept(fit.id, "learned")
        assert learned is not None
        assert "coef_" in learned
        assert original.kept(run, "learned") is None


def test_the_script_needs_nothing_of_ours(unpacked: Path) -> None:
    (unpacked / "package").rename(unpacked / "elsewhere")
    script = unpacked / "slice/slice.py"
    assert "gov" not in script.read_text().split('"""', 2)[2]

    done = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, text=True, check=True)

    shape, accuracy = done.stdout.splitlines()
    assert shape == "(120, 2)"
    assert 0.5 < float(accuracy) < 1


def test_no_secret_goes_into_it(lab: Kernel, tmp_path: Path) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLQ"
    (lab.folder / "keys.py").write_text(f"AWS_KEY = {secret!r}\n")
    run = lab.session("secret", f"import keys\nkey = {secret!r}", *CELLS)["id"]

    made = bundle(run, output=tmp_path / "made.zip", data=True, store=lab.store)

    with zipfile.ZipFile(made.path) as opened:
        assert [n for n in opened.namelist() if secret.encode() in opened.read(n)] == []
    assert any(told.startswith("keys.py") for told in made.left_out)


def test_a_work_tree_of_git_goes_in_as_the_run_had_it(make_kernel: Any, tmp_path: Path) -> None:
    kernel = make_kernel()
    (kernel.folder / "helping.py").write_text("STRENGTH = 0.5\n")
    (kernel.folder / "data").mkdir()
    for name in ("rows.csv", "other.csv"):
        (kernel.folder / "data" / name).write_text(ROWS)
    output = {"output_type": "stream", "name": "stdout", "text": "Ada Lovelace"}
    shown = {"cell_type": "code", "id": "a", "source": "", "metadata": {}, "execution_count": 1, "outputs": [output]}
    notebook = {"cells": [shown], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (kernel.folder / "notes.ipynb").write_text(json.dumps(notebook))
    (kernel.folder / ".gitignore").write_text("/store/\n/ipython/\n")
    git = ["git", "-C", str(kernel.folder), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True)
    (kernel.folder / "new.py").write_text("A = 1\n")
    run = kernel.session("tracked", *CELLS)["id"]
    # The run had the work tree as it was then.
    (kernel.folder / "helping.py").write_text("STRENGTH = 99\n")
    (kernel.folder / "new.py").unlink()

    made = bundle(run, output=tmp_path / "made.zip", store=kernel.store)
    allowed = bundle(run, output=tmp_path / "allowed.zip", data=True, store=kernel.store)

    assert {n for n in names(made.path) if n.startswith("source/")} == {
        "source/.gitignore", "source/helping.py", "source/new.py", "source/notes.ipynb",
    }  # fmt: skip
    with zipfile.ZipFile(made.path) as opened:
        assert opened.read("source/helping.py") == b"STRENGTH = 0.5\n"
        assert b"Ada" not in opened.read("source/notes.ipynb")
    assert "data/other.csv: data" in made.left_out
    assert {"source/data/rows.csv", "source/data/other.csv"} <= names(allowed.path)
    assert reproduce(str(allowed.path)).verdict == "identical"


HIDING = (
    "import pandas as pd\nfrom sklearn.feature_extraction.text import TfidfVectorizer\n"
    "from sklearn.linear_model import LogisticRegression\nfrom sklearn.neighbors import KNeighborsClassifier\n"
    "from sklearn.preprocessing import OneHotEncoder, StandardScaler\nfrom sklearn.svm import SVC",
    "d = pd.read_csv('people.csv')\nX = d[['number', 'size']].to_numpy(float)",
    "knn = KNeighborsClassifier(3).fit(X, d.y)",
    "svc = SVC(C=100).fit(X, d.y)",
    "seen = OneHotEncoder(handle_unknown='ignore').fit(d[['name']])",
    "words = TfidfVectorizer().fit(d['name'])",
    "linear = LogisticRegression().fit(d[['size']], d.y)\nscaled = StandardScaler().fit(X)",
    "told = SVC().fit(X, d.name.str[-3:]).predict(X)\nlinear.predict(d[['size']]), knn.predict(X)",
)
"""Of these, only the linear model and the scaler learned what tells no row."""


def test_without_leave_no_model_takes_rows_into_it(make_kernel: Any, tmp_path: Path) -> None:
    kernel = make_kernel()
    # Two classes far apart: few support vectors, each of which is somebody.
    rows = [(f"Person{i:03d}x", 900_000_000 + i * 7919, i + (1000 if i % 2 else 0) + 0.375, i % 2) for i in range(60)]
    text = "name,number,size,y\n" + "".join(f"{a},{b},{c},{y}\n" for a, b, c, y in rows)
    (kernel.folder / "people.csv").write_text(text)
    run = kernel.session("people", *HIDING)["id"]

    made = bundle(run, output=tmp_path / "made.zip", store=kernel.store)

    with zipfile.ZipFile(made.path) as opened:
        held = {n: opened.read(n) for n in opened.namelist() if not n.startswith("package/")}
    # Records tell the smallest and the largest number of a column, which are the first row's and the last's.
    numbers = [v for _, b, c, _ in rows[1:-1] for v in (b, c)]
    spelled = [s for name, *_ in rows for s in (name.encode(), name.lower().encode())]
    spelled += [str(v).encode() for v in numbers]
    spelled += [np.array(v, kind).tobytes() for v in numbers for kind in ("<f8", "<f4")]
    assert [n for n, content in held.items() for s in spelled if s in content] == []
    assert sum(n.startswith("expected/contents/") for n in held) >= 4
    told = [line for line in made.left_out if "fits learned" in line or "predictions" in line]
    assert [line.partition(":")[0] for line in told] == ["what 5 of 7 fits learned", "1 of 3 predictions"]
    assert all(f"- {line}\n" in held["README.md"].decode() for line in told)
    # What is compared is what there is: digests of all, and the numbers of what was left.
    shutil.copy(kernel.folder / "people.csv", tmp_path / "people.csv")
    again = reproduce(str(made.path), inputs={"people.csv": str(tmp_path / "people.csv")})
    assert again.verdict == "identical", again.summary
    allowed = bundle(run, output=tmp_path / "allowed.zip", data=True, store=kernel.store)
    assert allowed.left_out == ()


def test_a_large_file_is_searched_at_its_beginning_which_is_said(
    lab: Kernel, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_source, "_SEARCHED", 1 << 6)

    made = bundle(run, output=tmp_path / "made.zip", data=True, store=lab.store)

    assert [note.partition(":")[0] for note in made.notes] == ["data/rows.csv"]
    with zipfile.ZipFile(made.path) as opened:
        assert opened.read("source/data/rows.csv").decode() == ROWS
        assert made.notes[0] in opened.read("README.md").decode()


def test_the_script_finds_data_beside_its_folder_and_says_which_secrets_it_needs(
    make_kernel: Any, tmp_path: Path
) -> None:
    kernel = make_kernel()
    (kernel.folder / "data").mkdir()
    (kernel.folder / "data/rows.csv").write_text(ROWS)
    (kernel.folder / "nb").mkdir()
    secret = "AKIA" + "IOSFODNN7EXAMPLQ"
    first = f"import pandas as pd\nAPI_KEY = {secret!r}\ndata = pd.read_csv('../data/rows.csv')\nlen(data)"
    kernel.run("import os\nos.chdir('nb')")
    run = kernel.session("beside", first, "share = data['y'].mean()\nshare")["id"]

    made = bundle(run, output=tmp_path / "made.zip", data=True, store=kernel.store)

    with zipfile.ZipFile(made.path) as opened:
        opened.extractall(tmp_path / "unpacked")
    script = tmp_path / "unpacked/slice/slice.py"
    assert "\n# fill in: API_KEY\nimport pandas" in script.read_text()
    done = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[:1]) == (0, ["120"]), done.stderr


def test_reproduce_py_leaves_nothing_when_it_is_told_to_end(packed: Path, unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    lock = {"python": ".".join(map(str, sys.version_info[:3])), "packages": {}, "local": {}}
    _alter(unpacked, "environment/lock.json", json.dumps(lock).encode())
    script = unpacked / "reproduce.py"
    # Instead of packages there is a program that goes on until it is ended.
    waits = "import sys, time, pathlib; pathlib.Path(sys.argv[1]).write_text(''); time.sleep(600)"
    code = script.read_text().replace(
        '"-m", "jupyter_gov.cli", "reproduce"', f'"-c", {waits!r}, {str(tmp_path / "on")!r}'
    )
    _alter(unpacked, "reproduce.py", code.encode())
    process = subprocess.Popen(
        [sys.executable, "-I", script], env={**os.environ, "TMPDIR": str(tmp_path / "tmp")}, stderr=subprocess.PIPE
    )
    with process:
        while not (tmp_path / "on").exists():
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            time.sleep(0.05)
        assert list((tmp_path / "tmp").iterdir())
        process.terminate()

    assert process.returncode == 128 + signal.SIGTERM
    assert list((tmp_path / "tmp").iterdir()) == []


# -- what is not trusted -----------------------------------------------------------------------------------------------


def _with(packed: Path, made: Path, name: str, content: bytes, *, link: bool = False) -> Path:
    """Copy a bundle with one entry more, or another content of one."""
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (0o120777 if link else 0o100644) << 16
        new.writestr(info, content)
    return made


def _alter(folder: Path, name: str, content: bytes | None) -> None:
    """Give a file of an unpacked bundle another content, or none, with sums that hold: what its maker may do."""
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    lines = [line for line in (folder / "SHA256SUMS").read_text().splitlines() if line[66:] != name]
    lines += [f"{hashlib.sha256(content).hexdigest()}  {name}"] if content is not None else []
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n")


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert re.search(old, text)
    _alter(folder, name, re.sub(old, new, text, count=1).encode())


MALFORMED = {
    "place": lambda f: _edit(f, "inputs.json", r'"place": "[^"]*"', '"place": "../../outside"'),
    "whole place": lambda f: _edit(f, "inputs.json", r'"place": "[^"]*"', '"place": "/etc/passwd"'),
    "no place": lambda f: _edit(f, "inputs.json", r'"place": "[^"]*"', '"place": 1'),
    "inputs": lambda f: _alter(f, "inputs.json", b'"x"'),
    "no inputs": lambda f: _alter(f, "inputs.json", None),
    "kind": lambda f: _edit(f, "expected/records.jsonl", '"kind":"cell"', '"kind":"no such"'),
    "folder": lambda f: _edit(f, "expected/records.jsonl", '"folder":"', '"folder":"/../../'),
    "field": lambda f: _edit(f, "expected/records.jsonl", '"order":', '"odd":'),
    "records": lambda f: _alter(f, "expected/records.jsonl", b"{"),
    "no records": lambda f: _alter(f, "expected/records.jsonl", None),
    "run": lambda f: _edit(f, "bundle.json", '"run": "0', '"run": "f'),
    "about": lambda f: _alter(f, "bundle.json", b"[1]"),
    "bytes": lambda f: _alter(f, "bundle.json", b"\xff"),
    "newer": lambda f: _edit(f, "bundle.json", "bundle 1", "bundle 2"),
    "no content": lambda f: _alter(f, next(f.glob("expected/contents/*")).relative_to(f).as_posix(), None),
    "content": lambda f: _alter(f, next(f.glob("expected/contents/*")).relative_to(f).as_posix(), b"x"),
}
"""Ways in which a bundle may be something else than what is made here."""


@pytest.mark.parametrize("packed_again", [False, True])
@pytest.mark.parametrize("how", MALFORMED)
def test_whatever_is_malformed_is_said(unpacked: Path, tmp_path: Path, how: str, packed_again: bool) -> None:
    MALFORMED[how](unpacked)
    path = Path(shutil.make_archive(str(tmp_path / "b"), "zip", unpacked)) if packed_again else unpacked

    with pytest.raises(InputError) as raised, open_bundle(path):
        pass

    assert raised.value.hint
    if how == "newer":
        assert "newest" in raised.value.hint


@pytest.mark.parametrize("name", ["../outside.txt", "/tmp/outside.txt", "source/../../outside.txt", "C:outside.txt"])
def test_no_entry_leads_out_of_it(packed: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    hostile = _with(packed, tmp_path / "in/b.zip", name, b"x")

    with pytest.raises(InputError, match="outside of itself"), open_bundle(hostile):
        pass

    assert [p.name for p in tmp_path.rglob("outside*")] == []


def test_no_link_in_it_is_followed(packed: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match="holds a link"),
        open_bundle(_with(packed, tmp_path / "b.zip", "source/link", b"/etc/passwd", link=True)),
    ):
        pass


@pytest.mark.parametrize(("name", "told"), [("source/helping.py", "not what it was"), ("source/more.py", "not list")])
def test_what_was_changed_is_refused(packed: Path, tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(ConflictError, match=told), open_bundle(_with(packed, tmp_path / "b.zip", name, b"x = 1")):
        pass


def test_an_unpacked_one_is_checked_too_and_what_came_to_it_has_no_part(unpacked: Path) -> None:
    (unpacked / "source/sitecustomize.py").write_text("raise SystemExit('I was run')\n")
    assert is_bundle(unpacked)
    assert reproduce(str(unpacked)).verdict == "identical"

    (unpacked / "source/helping.py").write_text("STRENGTH = 99\n")

    with pytest.raises(ConflictError, match=r"source/helping\.py"):
        reproduce(str(unpacked))
    done = subprocess.run([sys.executable, unpacked / "reproduce.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "source/helping.py has changed" in done.stderr


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(content)

    with pytest.raises(GovError, match="is not a bundle"), open_bundle(tmp_path / "b.zip"):
        pass
    with pytest.raises(NotFoundError), open_bundle(tmp_path / "c.zip"):
        pass
