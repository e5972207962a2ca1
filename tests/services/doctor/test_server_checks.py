"""Servers that run: real ones, and ones that answer as no server of today would."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from doctor_laws import command, write

import jupyter_gov
from jupyter_gov.services.doctor import _servers

OURS = jupyter_gov.__version__


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def start(jupyter_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Return a function that starts a real server with these options and returns its port."""
    running = []
    monkeypatch.setenv("JUPYTER_GOV_STORE", str(jupyter_home / "gov.db"))
    monkeypatch.setenv("IPYTHONDIR", str(jupyter_home / "ipython"))

    def started(application: str, *options: str, **variables: str) -> int:
        port = free_port()
        words = [
            sys.executable,
            "-m",
            application,
            "--no-browser",
            "--allow-root",
            f"--port={port}",
            "--port-retries=0",
        ]
        process = subprocess.Popen(
            [*words, f"--ServerApp.root_dir={jupyter_home}", *options],
            env={**os.environ, **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.append(process)
        end = time.monotonic() + 60
        # It writes about itself shortly before it listens.
        while not (jupyter_home / "runtime" / f"jpserver-{process.pid}.json").exists() or not listens(port):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        return port

    yield started
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=30)


def patiently(ask: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask, with time enough for a server that has just begun on a busy machine."""
    monkeypatch.setattr(_servers, "_SECONDS", 60.0)
    return ask(_servers.check_servers)


def test_no_server(jupyter_home: Path, ask: Any) -> None:
    assert ask(_servers.check_servers)["servers"].status == "ok"


def test_a_real_jupyterlab(start: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    port = start("jupyterlab")
    found = patiently(ask, monkeypatch)
    assert {name: c.status for name, c in found.items()} == {f"server {port}": "ok", f"server {port} panel": "ok"}
    assert OURS in found[f"server {port}"].message
    # What is stopped is gone.
    subprocess.run([sys.executable, "-m", "jupyter_server", "stop", str(port)], check=True, capture_output=True)
    assert set(ask(_servers.check_servers)) == {"servers"}


def test_real_servers_without_the_extension_or_with_another_store(
    start: Any, ask: Any, jupyter_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = start("jupyter_server", "--ServerApp.jpserver_extensions=jupyter_gov=False")
    options = ["--ServerApp.base_url=/team/", "--ServerApp.jpserver_extensions=jupyterlab=False"]
    elsewhere = start("jupyter_server", *options, JUPYTER_GOV_STORE="pg://ada:secret@host/x")
    found = patiently(ask, monkeypatch)
    assert found[f"server {without}"].status == "problem"
    assert command(found[f"server {without}"]) == ["jupyter", "server", "stop", str(without)]
    assert found[f"server {elsewhere}"].status == "ok"
    assert found[f"server {elsewhere} store"].status == "note"
    assert "pg://***@host/x" in found[f"server {elsewhere} store"].message
    # Plain Jupyter Server has no JupyterLab that would serve a panel.
    assert f"server {elsewhere} panel" not in found


class Answers:
    """An HTTP server with made-up answers, which keeps the headers that it was sent."""

    def __init__(self) -> None:
        self.paths: dict[str, tuple[int, bytes]] = {}
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.headers.append(dict(self.headers))
                status, body = outer.paths.get(self.path, (404, b""))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def answers() -> Iterator[Answers]:
    found = Answers()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def told(jupyter_home: Path) -> Callable[..., None]:
    """Return a function that writes what a running server writes about itself."""

    def tell(port: Any, **more: Any) -> None:
        info = {"pid": os.getpid(), "port": port, "hostname": "localhost", "base_url": "/", "token": "abc", "sock": ""}
        write(jupyter_home / "runtime" / f"jpserver-{port}.json", {**info, **more})

    return tell


def version(text: str) -> tuple[int, bytes]:
    return 200, json.dumps({"version": text, "api": 1}).encode()


def test_an_older_version_runs(answers: Answers, told: Any, ask: Any) -> None:
    answers.paths["/user/ada/jupyter-gov/api"] = version("0.0.9")
    told(answers.port, base_url="/user/ada/")
    found = ask(_servers.check_servers)[f"server {answers.port}"]
    assert found.status == "problem"
    assert "0.0.9" in found.message
    assert command(found) == ["jupyter", "server", "stop", str(answers.port)]
    assert answers.headers[0]["Authorization"] == "token abc"


def test_servers_of_another_python(answers: Answers, told: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_servers, "_python", lambda pid: Path("/opt/other/bin/python"))
    told(answers.port)
    found = ask(_servers.check_servers)[f"server {answers.port}"]
    assert found.status == "note"
    assert command(found)[:2] == ["/opt/other/bin/python", "-m"]
    answers.paths["/jupyter-gov/api"] = version("0.0.9")
    found = ask(_servers.check_servers)[f"server {answers.port}"]
    assert found.status == "problem"
    assert command(found)[-1] == f"jupyter-gov=={OURS}"
    answers.paths["/jupyter-gov/api"] = version(OURS)
    assert ask(_servers.check_servers)[f"server {answers.port}"].status == "ok"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, b"", "note"),
        (302, b"", "note"),
        (200, b"<html>", "problem"),
        (200, b"[]", "problem"),
        (500, b"", "problem"),
    ],
)
def test_odd_answers(status: int, body: bytes, expected: str, answers: Answers, told: Any, ask: Any) -> None:
    answers.paths["/jupyter-gov/api"] = (status, body)
    told(answers.port)
    assert ask(_servers.check_servers)[f"server {answers.port}"].status == expected


def test_a_panel_that_is_not_served(answers: Answers, told: Any, ask: Any) -> None:
    answers.paths |= {"/jupyter-gov/api": version(OURS), "/lab": (200, b"<html>")}
    told(answers.port)
    assert ask(_servers.check_servers)[f"server {answers.port} panel"].status == "problem"


@pytest.mark.parametrize(
    ("port", "more"),
    [
        (8, {"hostname": ["localhost"]}),
        (8, {"hostname": {}}),
        (2**20, {}),
        (8, {"token": "\u6a21"}),
        (8, {"base_url": 3}),
    ],
)
def test_one_odd_server_hides_no_other(port: int, more: dict[str, Any], answers: Answers, told: Any, ask: Any) -> None:
    answers.paths["/jupyter-gov/api"] = version(OURS)
    told(answers.port)
    told(port, **more)
    told(9, pid=2**70)
    found = ask(_servers.check_servers)
    assert found[f"server {answers.port}"].status == "ok"
    assert set(found) - {f"server {answers.port} store"} == {f"server {answers.port}", f"server {port}"}
    assert found[f"server {port}"].status == "note"


def test_servers_that_are_not_asked_or_do_not_answer(told: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_servers, "_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        told(port)
        refused = free_port()
        told(refused, secure=True)
        told(1, hostname="192.0.2.7")
        told(2, sock="/run/jupyter.sock")
        told(3, pid=2**22 + 1)
        told("none")
        write(Path(os.environ["JUPYTER_RUNTIME_DIR"]) / "jpserver-9.json", "{")
        found = ask(_servers.check_servers)
    assert set(found) == {f"server {p}" for p in (port, refused, 1, 2)}
    assert {c.status for c in found.values()} == {"note"}
    assert "TimeoutError" in found[f"server {port}"].message
