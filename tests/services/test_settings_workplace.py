"""Which store is in force, and where a run happens."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from traitlets.config import Config

from jupyter_gov.errors import StoreError
from jupyter_gov.services import workplace
from jupyter_gov.services.settings import default_store, store_url


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Jupyter's configuration folder, with no other beside it."""
    made = tmp_path / "config"
    made.mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(made))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("JUPYTER_GOV_STORE", raising=False)
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    return made


def test_what_beats_what(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store_url() == default_store() == f"sqlite:///{tmp_path}/data/jupyter_gov/gov.db"
    (folder / "jupyter_gov_config.json").write_text(json.dumps({"Governance": {"store": "sqlite:////json.db"}}))
    assert store_url() == "sqlite:////json.db"
    (folder / "jupyter_gov_config.py").write_text("c.Governance.store = 'sqlite:////py.db'")
    assert store_url() == "sqlite:////py.db"
    assert store_url(config=Config({"Governance": {"store": "sqlite:////app.db"}})) == "sqlite:////app.db"
    monkeypatch.setenv("JUPYTER_GOV_STORE", "sqlite:////env.db")
    assert store_url() == "sqlite:////env.db"
    assert store_url("sqlite:////flag.db") == "sqlite:////flag.db"
    monkeypatch.setenv("JUPYTER_GOV_STORE", "")
    assert store_url("") == "sqlite:////py.db"


def test_the_users_file_beats_the_systems(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = tmp_path / "system"
    system.mkdir()
    monkeypatch.setattr("jupyter_gov.services.settings.jupyter_config_path", lambda: [str(folder), str(system)])
    (system / "jupyter_gov_config.py").write_text("c.Governance.store = 'sqlite:////system.db'")
    assert store_url() == "sqlite:////system.db"
    (folder / "jupyter_gov_config.json").write_text(json.dumps({"Governance": {"store": "sqlite:////mine.db"}}))
    assert store_url() == "sqlite:////mine.db"


def test_a_path_will_do(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert store_url("a/gov.db") == f"sqlite:///{tmp_path}/a/gov.db"
    assert store_url("~/gov.db") == f"sqlite:///{tmp_path}/home/gov.db"
    assert store_url("~nobody-of-that-name/gov.db").startswith("sqlite:///")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("jupyter_gov_config.json", "{", r"jupyter_gov_config\.json cannot be read"),
        ("jupyter_gov_config.py", "1 / 0", r"jupyter_gov_config\.py cannot be read"),
        ("jupyter_gov_config.py", "c.Governance.store = 5", "cannot be used"),
    ],
)
def test_a_configuration_that_cannot_be_read(folder: Path, name: str, text: str, message: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(StoreError, match=message) as caught:
        store_url()
    assert caught.value.hint


# -- workplace ---------------------------------------------------------------------------------------------------------


def git(*arguments: str) -> None:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    name = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *name, *arguments], check=True, capture_output=True, env=settings)


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "crédit"
    made.mkdir()
    monkeypatch.chdir(made)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for variable in ("GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(variable, raising=False)
    return made


@pytest.fixture
def tree(outside: Path) -> Path:
    git("init")
    return outside


def test_outside_git(outside: Path) -> None:
    found = workplace.source("a.ipynb")
    assert (found.notebook, found.repository, found.commit, found.branch, found.dirty) == (
        "a.ipynb",
        "",
        None,
        None,
        None,
    )
    assert workplace.default_experiment(outside) == "default"
    assert workplace.relative_notebook("a.ipynb") == "a.ipynb"
    assert workplace.relative_notebook("") == ""


def test_without_git(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tree))
    assert workplace.source("a.ipynb").repository == ""
    assert workplace.default_experiment(tree) == "default"


def test_a_repository_from_its_first_hour_to_a_detached_head(tree: Path) -> None:
    found = workplace.source("")
    assert (found.repository, found.commit, found.branch, found.dirty) == ("crédit", None, "main", False)
    (tree / "a.ipynb").write_text("{}")
    assert workplace.source("").dirty is True
    git("add", ".")
    git("commit", "-m", "first")
    found = workplace.source("a.ipynb")
    assert (len(found.commit or ""), found.branch, found.dirty) == (40, "main", False)
    (tree / "a.ipynb").write_text("[]")
    assert workplace.source("").dirty is True
    git("checkout", "--", ".")
    git("checkout", "--detach")
    detached = workplace.source("")
    assert (detached.commit, detached.branch, detached.dirty) == (found.commit, None, False)
    assert workplace.default_experiment(tree) == "crédit"


def test_a_notebook_is_named_within_its_repository(tree: Path) -> None:
    (tree / "deep").mkdir()
    (tree / "deep" / "a.ipynb").write_text("{}")
    assert workplace.relative_notebook(str(tree / "deep" / "a.ipynb")) == "deep/a.ipynb"
    assert workplace.relative_notebook("deep/a.ipynb") == "deep/a.ipynb"
    assert workplace.relative_notebook("/nowhere/b.ipynb") == "/nowhere/b.ipynb"


def test_no_program_that_the_repository_names_is_run(tree: Path) -> None:
    hook = tree / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {tree.parent / 'ran'}\n")
    hook.chmod(0o755)
    git("config", "core.fsmonitor", str(hook))
    workplace.source("")
    assert not (tree.parent / "ran").exists()


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "very-secret-value")
    found = workplace.environment()
    assert {"numpy", "SQLAlchemy"} <= set(found.packages)
    assert found.python.count(".") == 2
    assert (found.cores or 0) >= 1
    assert (found.memory_bytes or 0) > 2**20
    assert "very-secret-value" not in json.dumps(found.to_json())
    assert list(found.packages) == sorted(found.packages, key=str.lower)


def test_of_two_of_one_name_the_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, version in (("first", "2.0"), ("second", "1.0")):
        info = tmp_path / place / f"shadowed-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: shadowed\nVersion: {version}\n")
        (tmp_path / place / "broken-1.dist-info").mkdir()
    monkeypatch.setattr("sys.path", [str(tmp_path / "first"), str(tmp_path / "second")])
    assert workplace.packages() == {"shadowed": "2.0"}


def test_the_notebooks_path(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("JUPYTER_GOV_NOTEBOOK", "JPY_SESSION_NAME"):
        monkeypatch.delenv(variable, raising=False)
    assert workplace.notebook_path({}) == ""
    assert workplace.notebook_path({"__vsc_ipynb_file__": "/v.ipynb"}) == "/v.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", "console-1")
    assert workplace.notebook_path({"__vsc_ipynb_file__": "/v.ipynb"}) == "/v.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", "s.ipynb")
    assert workplace.notebook_path({"__vsc_ipynb_file__": 5}) == "s.ipynb"
    monkeypatch.setenv("JUPYTER_GOV_NOTEBOOK", "h.ipynb")
    assert workplace.notebook_path({}) == "h.ipynb"
