"""Kernels that cannot start, lack jupyter-gov or have another version of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from doctor_laws import command, keep_the_laws, write

import jupyter_gov
from jupyter_gov.services.doctor import _back_end, _kernels, _python

LAUNCH = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]


@pytest.fixture
def kernel(jupyter_home: Path) -> Any:
    """Return a function that installs a kernel for the user."""

    def install(name: str, argv: list[str], *, language: str = "python", **more: Any) -> Path:
        about = {"argv": argv, "display_name": name, "language": language, **more}
        return write(jupyter_home / "data" / "kernels" / name / "kernel.json", about)

    return install


def metadata(folder: Path, version: str) -> Path:
    write(folder / f"jupyter_gov-{version}.dist-info" / "METADATA", f"Name: jupyter-gov\nVersion: {version}\n")
    return folder


def test_all_is_well(jupyter_home: Path, ask: Any) -> None:
    found = ask(_kernels.check_kernels)
    assert {name: c.status for name, c in found.items()} == {"kernel python3": "ok"}


def test_a_kernel_whose_python_is_gone(kernel: Any, jupyter_home: Path, ask: Any) -> None:
    path = kernel("gone", [str(jupyter_home / "bin" / "python"), *LAUNCH])
    found = ask(_kernels.check_kernels)["kernel gone"]
    assert found.status == "problem"
    assert str(jupyter_home / "bin" / "python") in found.message
    subprocess.run(command(found), input=b"y\n", check=True, capture_output=True)
    assert not path.exists()
    assert set(ask(_kernels.check_kernels)) == {"kernel python3"}


def test_kernels_that_cannot_be_read_or_name_nothing(kernel: Any, jupyter_home: Path, ask: Any) -> None:
    write(jupyter_home / "data" / "kernels" / "broken" / "kernel.json", "{")
    kernel("nothing", [])
    found = ask(_kernels.check_kernels)
    assert [found[f"kernel {n}"].status for n in ("broken", "nothing", "python3")] == ["problem", "problem", "ok"]


@pytest.mark.parametrize(
    "odd", [{"env": {"A": 1}}, {"env": {"A": "a\0b"}}, {"argv": [1, "-m", "x"]}, {"argv": ["a\0b", "-m", "x"]}]
)
def test_one_odd_kernel_hides_no_other(odd: dict[str, Any], kernel: Any, ask: Any) -> None:
    kernel("odd", **{"argv": [sys.executable, *LAUNCH], **odd})
    found = ask(_kernels.check_kernels)
    assert {name: c.status for name, c in found.items()} == {"kernel odd": "problem", "kernel python3": "ok"}


def test_looking_for_kernels_makes_no_folder_for_ipython(
    jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = jupyter_home / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("IPYTHONDIR")
    ask(_kernels.check_kernels)
    assert list(home.iterdir()) == []
    # Jupyter finds kernels there, so the doctor has to.
    write(home / ".ipython" / "kernels" / "old" / "kernel.json", "{")
    assert ask(_kernels.check_kernels)["kernel old"].status == "problem"


def test_kernels_that_are_not_asked(kernel: Any, jupyter_home: Path, ask: Any) -> None:
    kernel("ir", ["R", "--slave"], language="R")
    kernel("xpython", [sys.executable, "xpython.py"])
    found = ask(_kernels.check_kernels)
    assert set(found) == {"kernel xpython", "kernel python3"}
    assert found["kernel xpython"].status == "note"


def test_a_python_with_neither_kernel_nor_pip(kernel: Any, jupyter_home: Path, ask: Any) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", jupyter_home / "venv"], check=True)
    python = str(jupyter_home / "venv" / "bin" / "python")
    kernel("bare", [python, *LAUNCH])
    found = ask(_kernels.check_kernels)["kernel bare"]
    assert "has no ipykernel" in found.message
    assert command(found) == ["uv", "pip", "install", "--python", python, "ipykernel"]


def test_a_kernel_without_jupyter_gov(kernel: Any, jupyter_home: Path, ask: Any) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", jupyter_home / "venv"], check=True)
    python = str(jupyter_home / "venv" / "bin" / "python")
    for name in ("ipykernel", "pip"):
        write(jupyter_home / "site" / f"{name}.py", "")
    kernel("bare", [python, "-X", "dev", *LAUNCH], env={"PYTHONPATH": "${HERE}/site", "HERE": "unused"})
    kernel("other", [python, *LAUNCH], env={"PYTHONPATH": str(jupyter_home / "site")})
    found = ask(_kernels.check_kernels)
    # A variable stands for that of Jupyter's own environment, so this kernel does not find the folder.
    assert "has no ipykernel" in found["kernel bare"].message
    assert found["kernel other"].status == "note"
    assert command(found["kernel other"]) == [python, "-m", "pip", "install", "jupyter-gov"]


@pytest.mark.parametrize("program", [sys.executable, "python", "python3"])
def test_a_kernel_with_another_version(program: str, kernel: Any, jupyter_home: Path, ask: Any) -> None:
    site = metadata(jupyter_home / "site", "0.0.9")
    kernel("old", [program, *LAUNCH], env={"PYTHONPATH": str(site)})
    found = ask(_kernels.check_kernels)["kernel old"]
    assert found.status == "problem"
    assert "0.0.9" in found.message
    assert command(found) == [sys.executable, "-m", "pip", "install", f"jupyter-gov=={jupyter_gov.__version__}"]


def test_answers_that_no_real_kernel_gives_here() -> None:
    there = {"there": ["jupyter_gov", "ipykernel", "pip"], "version": None, "python": [3, 12]}
    assert "not installed" in _kernels._judge("a", "/x/python", there).message
    old = {"there": ["ipykernel", "pip"], "version": None, "python": [3, 9]}
    assert "Python 3.9" in _kernels._judge("a", "/x/python", old).message
    other = _kernels._judge("a", "/opt/conda/bin/conda", {**old, "python": [3, 12]})
    assert command(other) == ["python", "-m", "pip", "install", "jupyter-gov"]


def test_no_python_kernel_can_be_tracked(kernel: Any, jupyter_home: Path, ask: Any) -> None:
    kernel("python3", [str(jupyter_home / "python"), *LAUNCH])
    found = ask(_kernels.check_kernels)
    assert found["kernels"].status == "problem"
    assert command(found["kernels"]) == [sys.executable, "-m", "ipykernel", "install", "--sys-prefix"]


def test_pythons_that_fail(kernel: Any, jupyter_home: Path, ask: Any) -> None:
    fails = "echo 'No module named encodings.' >&2; exit 1"
    for name, script in (("fails", fails), ("silently", "exit 3"), ("mute", "")):
        write(jupyter_home / name, f"#!/bin/sh\n{script}\n").chmod(0o755)
        kernel(name, [str(jupyter_home / name), *LAUNCH])
    write(jupyter_home / "garbage", "\0\0").chmod(0o755)
    kernel("garbage", [str(jupyter_home / "garbage"), *LAUNCH])
    found = ask(_kernels.check_kernels)
    assert found["kernel fails"].message.endswith(": No module named encodings.")
    assert found["kernel silently"].message.endswith(": exit status 3.")
    assert found["kernel garbage"].message.endswith(": Exec format error.")
    assert {found[f"kernel {n}"].status for n in ("fails", "silently", "mute", "garbage")} == {"problem"}


def test_a_python_that_says_nothing(kernel: Any, jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = write(jupyter_home / "slow", "#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(_python, "_SECONDS", 0.2)
    [found] = _kernels._examine("slow", str(kernel("slow", [str(slow), *LAUNCH]).parent))
    keep_the_laws(found)
    assert (found.status, "no answer within 0.2 seconds" in found.message) == ("note", True)
    monkeypatch.setattr(_python, "_SECONDS", 0.001)
    assert ask(_back_end.check_server_module)["server module"].status == "note"
