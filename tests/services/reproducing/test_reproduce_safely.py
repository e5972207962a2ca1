"""What a reproduction must never do: alter the user's own files, or tell a secret."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.errors import InputError
from jupyter_gov.provenance import compare_runs
from jupyter_gov.records import Cell, Compared, Record, Reproduction, Source
from jupyter_gov.services import close_stores, list_records, reproduce
from jupyter_gov.services.reproducing._exchange import exchanged
from jupyter_gov.services.reproducing._paths import place_whole
from jupyter_gov.services.reproducing._secrets import without_secrets
from jupyter_gov.services.reproducing._tree import WorkTree, lay_source, make_tree

if TYPE_CHECKING:
    from ...conftest import Kernel

ROWS = "x,y\n1,2\n3,4\n"
READ = "import numpy as np\nrows = np.loadtxt({!r}, delimiter=',', skiprows=1)"


@pytest.fixture(scope="module")
def lab(kernel: Kernel) -> Iterator[Kernel]:
    yield kernel
    close_stores()


@pytest.fixture
def tree(tmp_path: Path) -> WorkTree:
    (tmp_path / "user").mkdir()
    return make_tree(tmp_path.resolve() / "tree", Source(folder=str(tmp_path / "user")), "n.ipynb")


def content(folder: Path) -> dict[str, bytes]:
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("leads", ["{}/shared", "../shared"])
def test_a_link_that_leads_out_of_the_repository(lab: Kernel, tmp_path: Path, leads: str, changed: bool) -> None:
    repository, shared = tmp_path / "repository", tmp_path / "shared"
    repository.mkdir()
    shared.mkdir()
    (shared / "rows.csv").write_text(ROWS)
    (shared / "out.txt").write_text("precious")
    (repository / "data").symlink_to(leads.format(tmp_path))
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x", "--no-gpg-sign"]):
        names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *names, *command], cwd=repository, check=True, capture_output=True)
    lab.run(f"import os\nbefore = os.getcwd()\nos.chdir({str(repository)!r})")
    writes = "import os\nif os.environ.get('JUPYTER_GOV_REPRODUCING'):\n    open('data/out.txt', 'w').write('other')"
    run = lab.session("linked", READ.format("data/rows.csv"), writes + "\nrows += 0")["id"]
    lab.run("os.chdir(before)")
    if changed:
        (shared / "rows.csv").write_text(ROWS.replace("4", "5"))
    user = content(tmp_path)
    made = reproduce(run, store=lab.store, scope="all")
    assert made.verdict == ("different" if changed else "identical"), made.summary
    assert content(tmp_path) == user
    assert (repository / "data").is_symlink()


def test_nothing_is_written_where_a_link_leads(tree: WorkTree, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "own.txt").write_text("mine")
    for name, leads in (("out", victim), ("loop", "loop"), ("deep", "loop/deep"), ("file.txt", victim / "own.txt")):
        (tree.folder / name).symlink_to(leads)
    for name in ("out/own.txt", "loop/x.txt", "deep/y.txt", "file.txt"):
        place = tree.make_room(tree.folder / name)
        place.write_text("other")
        assert place.resolve().is_relative_to(tree.root)
    assert content(victim) == {"own.txt": b"mine"}


def test_a_place_outside_of_the_tree_is_refused(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "tree"
    up = make_tree(root, Source(folder="/../../../x/../../victim", top="/.."), "n.ipynb")
    assert up.folder == root / "victim"
    with pytest.raises(InputError, match="not absolute"):
        make_tree(root, Source(folder="../victim", top="../victim"), "n.ipynb")
    with pytest.raises(InputError, match="outside of its own folder"):
        up.make_room(root / ".." / "victim" / "own.txt")


def test_links_of_a_commit_lead_to_their_place_in_the_tree(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "deep").mkdir(parents=True)
    (top / "deep" / "a.txt").write_text("a")
    (top / "inside").symlink_to("deep/a.txt")
    (top / "away").symlink_to("../" * 40 + "etc")

    def git(*arguments: str) -> str:
        names = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"]
        done = subprocess.run(["git", *names, *arguments], cwd=top, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    source = Source(folder=str(top), top=str(top), commit=git("rev-parse", "HEAD"))
    tree = make_tree(tmp_path.resolve() / "tree", source, "n.ipynb")
    assert lay_source(tree, source) == ""
    assert (tree.folder / "inside").read_text() == "a"
    assert (tree.folder / "away").resolve() == tree.root / "etc"
    assert list((tree.folder / "away").iterdir()) == []


@pytest.mark.parametrize(
    "write",
    [
        "open('{}/result.csv', 'w').write('other')",
        "name = 'result'\nopen(f'{}/{{name}}.csv', 'w').write('other')",
        "folder = '{}'\nopen(folder + '/result.csv', 'w').write('other')",
        "%cd {}\nopen('result.csv', 'w').write('other')",
        "!echo other > {}/result.csv",
        "%%writefile {}/result.csv\nother",
    ],
)
def test_what_cells_write_by_a_whole_path_stays_in_the_tree(lab: Kernel, write: str) -> None:
    (lab.folder / "result.csv").unlink(missing_ok=True)
    (lab.folder / "rows.csv").write_text(ROWS)
    run = lab.session("whole", write.format(lab.folder), READ.format("rows.csv"))["id"]
    (lab.folder / "result.csv").write_text("annotated by hand")
    made = reproduce(run, store=lab.store, scope="all")
    lab.run(f"%cd -q {lab.folder}")
    assert made.verdict == "identical", made.summary
    assert (lab.folder / "result.csv").read_text() == "annotated by hand"
    assert any("by the whole path" in c.message for c in made.causes if not c.decides)


def test_what_cannot_be_exchanged_is_said(tree: WorkTree) -> None:
    cell = Cell(order=1, source="from pathlib import Path\n(Path.home() / 'a.txt').write_text('x')")
    exchanges, (cause,) = place_whole((), [cell], tree)
    assert (exchanges, cause.decides, cause.cells) == ({}, False, (cell.id,))
    assert "Path.home()" in cause.message
    reading = Cell(order=1, source="from pathlib import Path\n(Path.home() / 'a.txt').read_text()")
    assert place_whole((), [reading], tree) == ({}, [])


def test_a_program_and_a_device_keep_their_paths(tree: WorkTree, tmp_path: Path) -> None:
    program = tree.here / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    source = f"import subprocess\nsubprocess.run(['{program}', '/dev/null', '/route', '/etc/hosts'])"
    assert place_whole((), [Cell(order=1, source=source)], tree) == ({}, [])


def test_texts_are_exchanged_whole_and_once() -> None:
    exchanges = {"~/d/x.csv": "/t/home/d/x.csv", "/home/d/x.csv": "/t/home/d/x.csv", "/d/a.csv": "/t/O'Brien/a.csv"}
    assert exchanged("read('~/d/x.csv', \"/home/d/x.csv\")", exchanges) == (
        "read('/t/home/d/x.csv', \"/t/home/d/x.csv\")"
    )
    assert exchanged("'/d/a.csv.gz' '/e/d/a.csv'", exchanges) == "'/d/a.csv.gz' '/e/d/a.csv'"
    assert eval(exchanged("'/d/a.csv'", exchanges)) == "/t/O'Brien/a.csv"


@given(st.dictionaries(st.text("/ab~.", min_size=1), st.text("/ab~.")), st.lists(st.text("/ab~."), max_size=5))
def test_each_text_is_exchanged_by_its_own(exchanges: dict[str, str], texts: list[str]) -> None:
    expected = [exchanges.get(t, t) for t in texts]
    assert eval(exchanged(repr(texts), exchanges)) == expected


@pytest.fixture
def written(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bytes]:
    """Return what gives all that a reproduction had written to its temporary store, which is kept for once."""
    found: list[bytes] = []

    def look(before: Sequence[Record], after: Sequence[Record], **rest: Any) -> tuple[Compared, ...]:
        found.append(repr(after).encode())
        return compare_runs(before, after, **rest)

    monkeypatch.setattr("jupyter_gov.services.reproducing._execution.compare_runs", look)
    return lambda: b"".join(found)


def test_a_secret_that_a_cell_raises_with_is_told_nowhere(
    lab: Kernel, monkeypatch: pytest.MonkeyPatch, written: Callable[[], bytes]
) -> None:
    login = "import os\napi_key = 'hunter2-Zq81xw77PPqq'"
    raises = (
        "if os.environ.get('JUPYTER_GOV_REPRODUCING'):\n    print(api_key)\n"
        "    raise RuntimeError('x' * 490 + ' ' + api_key)"
    )
    (lab.folder / "rows.csv").write_text(ROWS)
    run = lab.session("secret", login, raises, READ.format("rows.csv"))["id"]
    secret = "tiger9-LLkd82jsa"
    monkeypatch.setenv("API_KEY", secret)
    made: Reproduction = reproduce(run, store=lab.store, scope="all", secrets=["API_KEY"])
    assert made.verdict == "impossible"
    assert "RuntimeError" in made.summary
    for piece in (secret, secret[:9], "hunter2"):
        assert piece not in str(made.to_json())
        assert piece not in str(list_records(run, "reproductions", lab.store))
        assert piece.encode() not in written()
    files = [f for f in Path(os.environ["JUPYTER_DATA_DIR"]).parents[1].rglob("*") if f.is_file()]
    assert [f for f in files if secret.encode() in f.read_bytes()] == []


def test_secrets_are_taken_out_however_they_are_spelled() -> None:
    for value in ("dog", "a'b\"c\\d", "p@ss word/1"):
        for told in (value, repr(value), f"login failed for {value}!"):
            assert value not in without_secrets(told, [value])
            assert "redacted" in without_secrets(told, [value])
