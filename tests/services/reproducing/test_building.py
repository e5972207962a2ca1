"""Virtual environments made again, by uv and by pip: real ones, from wheels made here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from wheels import make_wheel, offline

import jupyter_gov
from jupyter_gov.errors import ExecutionError
from jupyter_gov.services.reproducing import _building, _installers
from jupyter_gov.services.reproducing._building import Built, Lock, build_environment
from jupyter_gov.services.reproducing._installers import Installer, Pip, Uv, find_installer, pip_settings

PACKAGE = Path(jupyter_gov.__file__).parent
HERE = ".".join(map(str, sys.version_info[:3]))


def a_uv(settings: dict[str, str]) -> Installer:
    return Uv([sys.executable, "-m", "uv"], settings)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wheels"
    for name, version in (("pkg_one", "1.0"), ("pkg_one", "2.0"), ("pkg_two", "1.0"), ("pkg_three", "0.1")):
        make_wheel(folder, name, version, requires="nothing-that-exists")
    for variable in [v for v in os.environ if v.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(variable)
    for variable, value in offline(folder, cache=tmp_path / "cache").items():
        monkeypatch.setenv(variable, value)
    return folder


def build(folder: Path, packages: dict[str, str], **given: object) -> Built:
    asked = Lock(python=HERE, packages=packages)
    return build_environment(asked, folder, package=PACKAGE, **given)  # type: ignore[arg-type]


def installed(built: Built) -> dict[str, str]:
    code = "import json, importlib.metadata as m\n"
    code += "print(json.dumps([(d.name, d.version) for d in m.distributions()]))"
    done = subprocess.run([built.python, "-I", "-c", code], capture_output=True, text=True, check=True)
    return {name: version for name, version in json.loads(done.stdout) if name not in ("pip", "setuptools")}


@pytest.mark.parametrize("installer", [a_uv, Pip])
def test_the_versions_are_the_captured_ones_and_what_cannot_be_had_is_named(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installer: Callable[[dict[str, str]], Installer]
) -> None:
    monkeypatch.setattr(_building, "find_installer", lambda: installer(pip_settings()))
    asked = {"pkg_one": "1.0", "pkg_two": "9.9", "absent": "1.0", "pkg-three": "0.1"}

    built = build(tmp_path / "made", asked)

    assert built.missing == ("absent==1.0", "pkg_two==9.9")
    assert set(built.reasons.values()) == {"no index that is set up here has it"}
    assert built.notes == ()
    assert installed(built) == {"pkg_one": "1.0", "pkg_three": "0.1", "jupyter-gov": jupyter_gov.__version__}


def test_this_package_goes_in_alone(wheels: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "made", {"pkg_one": "2.0"})

    code = (
        "import jupyter_gov, pkg_one, sys; from pathlib import Path; print(jupyter_gov.__file__, pkg_one.VERSION);"
        "print([p.name for s in sys.path for p in Path(s).glob('*') if 'jupyter-gov' in s and Path(s).is_dir()])"
    )
    done = subprocess.run([built.python, "-I", "-c", code], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first.startswith(str(tmp_path / "made"))
    assert first.endswith("2.0")
    assert sorted(eval(second)) == ["jupyter_gov", f"jupyter_gov-{jupyter_gov.__version__}.dist-info"]


def test_another_python_is_said_where_it_is_not_here(wheels: Path, tmp_path: Path) -> None:
    asked = Lock(python="3.11.99" if sys.version_info[:2] == (3, 11) else f"3.{sys.version_info[1]}.99", packages={})

    built = build_environment(asked, tmp_path / "made", package=PACKAGE)

    assert built.notes == (f"Python {asked.python} is not here; {HERE} took its place.",)
    built = build_environment(Lock(python="3.77.0", packages={}), tmp_path / "other", package=PACKAGE)
    assert built.notes == (f"Python 3.77.0 is not here; {HERE} took its place.",)


def test_what_comes_from_no_index_is_not_asked_for(wheels: Path, tmp_path: Path) -> None:
    asked = Lock(python=HERE, packages={}, local={"pkg_one==1.0": "it was installed from a folder, not from an index"})

    built = build_environment(asked, tmp_path / "made", package=PACKAGE)

    assert built.missing == ("pkg_one==1.0",)
    assert "pkg_one" not in installed(built)


@pytest.mark.parametrize("when", ["Making", "Installing"])
def test_nothing_is_left_of_one_that_was_broken_off(wheels: Path, tmp_path: Path, when: str) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if what.startswith(when):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "made", {"pkg_one": "1.0"}, progress=stop)

    assert not (tmp_path / "made").exists()


def test_progress_tells_what_is_done(wheels: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    build(tmp_path / "made", {"pkg_one": "1.0", "pkg_two": "1.0"}, progress=lambda *told_: told.append(told_))

    assert list(dict.fromkeys(t[0] for t in told)) == [
        "Making a virtual environment",
        "Installing 2 packages",
    ]
    assert {total for _, _, total in told} == {2}


def test_where_no_environment_can_be_made_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Pip):
        def make(self, interpreter: str, folder: Path) -> list[str]:
            return [interpreter, "-c", "raise SystemExit('ensurepip is not here')"]

    monkeypatch.setattr(_building, "find_installer", lambda: Broken({}))

    with pytest.raises(ExecutionError, match="python3-venv") as raised:
        build(tmp_path / "made", {})

    assert "ensurepip is not here" in str(raised.value)


def test_an_index_that_is_not_reached_is_no_reason_to_ask_for_each_alone(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")

    built = build(tmp_path / "made", {f"absent{i}": "1.0" for i in range(50)})

    assert len(built.missing) == 50
    assert set(built.reasons.values()) == {"no package index could be reached"}


def test_settings_of_pip_are_put_into_words_of_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in [v for v in os.environ if v.startswith(("PIP_", "UV_", "SSL_"))]:
        monkeypatch.delenv(variable)
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://one.example/simple\nextra-index-url =\n  https://two.example/simple\n"
        "  https://three.example/simple\ncert = /ca.pem\n[install]\nindex-url = https://four.example/simple\n"
        "[list]\nformat = columns\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_FIND_LINKS", "/a /b")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")

    environ = a_uv(pip_settings()).environ

    assert environ["UV_DEFAULT_INDEX"] == "https://four.example/simple"
    assert environ["UV_INDEX"] == "https://two.example/simple https://three.example/simple"
    assert environ["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert environ["UV_FIND_LINKS"] == "/a,/b"
    assert environ["SSL_CERT_FILE"] == "/ca.pem"
    # What uv is told itself counts.
    monkeypatch.setenv("UV_INDEX_URL", "https://five.example/simple")
    monkeypatch.setenv("UV_SYSTEM_PYTHON", "1")
    environ = a_uv(pip_settings()).environ
    assert "UV_DEFAULT_INDEX" not in environ
    assert "UV_SYSTEM_PYTHON" not in environ
    # pip is told the same, and nothing that is for another environment.
    environ = Pip(pip_settings()).environ
    assert environ["PIP_INDEX_URL"] == "https://four.example/simple"
    assert environ["PIP_FIND_LINKS"] == "/a /b"
    assert "PIP_TARGET" not in environ


def test_uv_is_taken_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert isinstance(find_installer(), Uv)
    monkeypatch.setattr(_installers.importlib.util, "find_spec", lambda name: None)
    assert isinstance(find_installer(), Pip)
