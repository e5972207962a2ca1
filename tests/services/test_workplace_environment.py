"""The interpreter, the machine, and what in them can change a result."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_gov.services.workplace import environment
from jupyter_gov.services.workplace._container import container
from jupyter_gov.services.workplace._environment import VARIABLES
from jupyter_gov.services.workplace._gpus import gpus

ID = "0123456789abcdef" * 4


def test_no_value_of_any_variable_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for i, name in enumerate(VARIABLES):
        monkeypatch.setenv(name, f"very-secret-value-{i}")
    monkeypatch.setenv("API_TOKEN", "very-secret-value")
    found = environment(tmp_path)
    assert found.variables == VARIABLES
    told = json.dumps(found.to_json())
    assert "very-secret" not in told
    assert "API_TOKEN" not in told
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert "OMP_NUM_THREADS" not in environment(tmp_path).variables


def test_lock_files_beside_the_notebook_and_at_the_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    beside = tmp_path / "work" / "notebooks"
    (beside / "requirements.txt").mkdir(parents=True)
    for name in ("uv.lock", "requirements-dev.txt", "environment.yml", "notes.txt"):
        (beside / name).write_text(name)
    monkeypatch.chdir(beside)
    assert sorted(environment().lock_files) == ["environment.yml", "requirements-dev.txt", "uv.lock"]
    subprocess.run(["git", "init", "-q", str(tmp_path / "work")], check=True)
    (tmp_path / "work" / "pyproject.toml").write_text("x")
    found = environment().lock_files
    assert sorted(found) == [
        "notebooks/environment.yml",
        "notebooks/requirements-dev.txt",
        "notebooks/uv.lock",
        "pyproject.toml",
    ]
    assert found["pyproject.toml"] == f"sha256:{hashlib.sha256(b'x').hexdigest()}"


def test_thread_pools_are_told_and_nothing_is_loaded_for_it(tmp_path: Path) -> None:
    script = (
        "import sys, json; from pathlib import Path; from jupyter_gov.services.workplace import environment\n"
        "before = environment(Path(sys.argv[1])); loaded = {'numpy', 'torch', 'sklearn'} & set(sys.modules)\n"
        "import numpy; after = environment(Path(sys.argv[1]))\n"
        "print(json.dumps([len(before.thread_pools), sorted(loaded), [dict(p) for p in after.thread_pools]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    before, loaded, after = json.loads(done.stdout)
    assert (before, loaded) == (0, [])
    assert after
    assert set(after[0]) == {"library", "version", "architecture", "threads", "file"}
    assert after[0]["threads"] >= 1


def test_containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    about = tmp_path / "proc" / "self"
    about.mkdir(parents=True)
    (tmp_path / "run").mkdir()
    assert container(tmp_path) == ""
    (tmp_path / ".dockerenv").write_text("")
    assert container(tmp_path) == "docker"
    (tmp_path / "run" / ".containerenv").write_text("")
    assert container(tmp_path) == "podman"
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    assert container(tmp_path) == "kubernetes"
    (about / "cgroup").write_text("0::/\n")
    (about / "mountinfo").write_text(
        f"1 2 0:1 /a{ID} /x\n3 4 8:1 /var/lib/docker/containers/{ID}/hostname /etc/hostname rw - ext4 /dev/sda rw\n"
    )
    assert container(tmp_path) == ID
    (about / "mountinfo").unlink()
    (about / "cgroup").write_text(f"1:name=systemd:/docker/{ID}\n")
    assert container(tmp_path) == ID
    (tmp_path / "run" / ".containerenv").write_text('engine="podman-5"\nimage="quay.io/jupyter/base:2026"\n')
    assert container(tmp_path) == "quay.io/jupyter/base:2026"


def test_graphics_processors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus() == ()

    def tool(name: str, text: str) -> None:
        # The path holds nothing else, not even a shell's tools.
        (tmp_path / name).write_text(f"#!/bin/sh\nwhile read -r line; do echo \"$line\"; done <<'END'\n{text}\nEND\n")
        (tmp_path / name).chmod(0o755)

    tool("nvidia-smi", "NVIDIA A100-SXM4-40GB, 40960 MiB, 535.54.03\nNVIDIA A100-SXM4-40GB, 40960 MiB, 535.54.03")
    assert gpus() == ("NVIDIA A100-SXM4-40GB, 40960 MiB, driver 535.54.03",) * 2
    tool("nvidia-smi", "NVIDIA-SMI has failed because it could not talk to the driver.")
    tool(
        "rocm-smi",
        "device,VRAM Total Memory (B),VRAM Total Used Memory (B),Card Series\ncard0,68702699520,1,AMD Instinct MI250X",
    )
    assert gpus() == ("AMD Instinct MI250X, 65520 MiB",)
    (tmp_path / "rocm-smi").write_text("#!/bin/sh\nexit 1\n")
    assert gpus() == ()
