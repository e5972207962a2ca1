"""Which Jupyter servers run, and whether they run this jupyter-gov; only this machine is asked."""

from __future__ import annotations

import json
import os
import ssl
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

import psutil
from jupyter_core.paths import jupyter_runtime_dir

import jupyter_gov
from jupyter_gov.execution import STORE_VARIABLE

from ._check import Check, masked, note, ok, problem
from ._commands import NAME, jupyter, pip
from ._config import ENTRY, lab_extension, package_json

_SECONDS = 2.0
_LOCAL = {"", "*", "0.0.0.0", "127.0.0.1", "::", "::1", "localhost"}  # noqa: S104
_LOGIN = {302, 401, 403}
_MOST = 65536

Info = Mapping[str, Any]
"""What a running server writes about itself."""


def check_servers() -> Iterator[Check]:
    """Check that every running server has loaded the version that is installed."""
    infos = _running()
    if not infos:
        yield ok("servers", "No Jupyter server runs for this user.")
        return
    with ThreadPoolExecutor(max_workers=8) as pool:
        for found in pool.map(_ask, infos):
            yield from found


def _running() -> list[Info]:
    """Return what the servers that live have written in Jupyter's runtime folder."""
    found: list[Info] = []
    for path in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        try:
            info = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):  # being written, or just taken away
            continue
        whole = isinstance(info, dict) and all(isinstance(info.get(key), int) for key in ("pid", "port"))
        # No system has as many processes; psutil would raise.
        if whole and 0 < info["pid"] < 2**31 and psutil.pid_exists(info["pid"]):
            found.append(info)
    return found


def _ask(info: Info) -> list[Check]:
    name, who = f"server {info['port']}", f"The Jupyter server at port {info['port']}"
    try:
        if info.get("sock") or info.get("hostname") not in _LOCAL:
            return [note(name, f"{who} does not listen on localhost; it was not asked for its version.")]
        return [*_versions(info, name, who), *_other_store(info, who)]
    except (OSError, HTTPException) as error:
        return [note(name, f"{who} does not answer ({type(error).__name__}).")]
    except Exception as error:  # whatever a file that no server wrote leads to
        return [note(name, f"{who} was not asked: its description in Jupyter's runtime folder is odd ({error!r}).")]


def _versions(info: Info, name: str, who: str) -> Iterator[Check]:
    """Compare what the server has loaded with what is installed."""
    status, body = _get(info, "jupyter-gov/api")
    if status in _LOGIN:
        yield note(name, f"{who} asks for a login; it was not asked for its version.")
        return
    python = _python(info["pid"])
    ours = python is None or python.parent == Path(sys.executable).parent
    restart = f"Stop it, then start it again: {jupyter('server', 'stop', str(info['port']))}"
    version = _version(body) if status == 200 else None
    if version == jupyter_gov.__version__:
        yield ok(name, f"{who} runs jupyter-gov {version}.")
        if ours:
            yield from _panel(info, name, who, restart)
    elif version is not None:
        message = f"{who} runs jupyter-gov {version}; installed is {jupyter_gov.__version__}."
        again = pip("install", f"{NAME}=={jupyter_gov.__version__}", python=str(python), has_pip=True)
        yield problem(name, message, restart if ours else f"Install the same there and restart it: {again}")
    elif ours:
        message = f"{who} has not loaded jupyter-gov; perhaps it began before that was installed or enabled."
        yield problem(name, message, restart)
    else:
        hint = f"If it should have the panel: {pip('install', NAME, python=str(python), has_pip=True)}"
        yield note(name, f"{who} runs in another Python ({python}) and has no jupyter-gov.", hint)


def _get(info: Info, path: str) -> tuple[int, bytes]:
    port = int(info["port"])
    host = "::1" if info.get("hostname") == "::1" else "127.0.0.1"
    if info.get("secure"):
        # Its certificate is for the name that others know it by.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection: HTTPConnection = HTTPSConnection(host, port, timeout=_SECONDS, context=context)
    else:
        connection = HTTPConnection(host, port, timeout=_SECONDS)
    try:
        token = info.get("token")
        headers = {"Authorization": f"token {token}"} if token else {}
        connection.request("GET", f"{str(info.get('base_url', '/')).rstrip('/')}/{path}", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(_MOST)
    finally:
        connection.close()


def _version(body: bytes) -> str | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return str(found["version"]) if isinstance(found, dict) and "version" in found else None


def _panel(info: Info, name: str, who: str, restart: str) -> Iterator[Check]:
    """Ask for the script by which a browser loads the panel; a server without JupyterLab has none to serve."""
    folders = lab_extension(NAME)
    entry = package_json(folders[0]).get(*ENTRY) if folders else None
    if not entry or _get(info, "lab")[0] != 200:
        return
    status, _ = _get(info, f"lab/extensions/{NAME}/{entry}")
    if status == 200:
        yield ok(f"{name} panel", f"{who} serves the panel to browsers.")
    else:
        yield problem(f"{name} panel", f"{who} does not serve the panel's script (HTTP {status}).", restart)


def _other_store(info: Info, who: str) -> list[Check]:
    """Compare the one environment variable that decides which store a server shows."""
    try:
        theirs = psutil.Process(info["pid"]).environ().get(STORE_VARIABLE, "")
    except psutil.Error:
        return []
    if theirs == os.environ.get(STORE_VARIABLE, ""):
        return []
    told = f"with {STORE_VARIABLE}={masked(theirs)}" if theirs else f"without {STORE_VARIABLE}"
    hint = f"Set {STORE_VARIABLE} alike for both, or set c.Governance.store in jupyter_gov_config.py."
    return [note(f"server {info['port']} store", f"{who} was started {told}: its panel may show another store.", hint)]


def _python(pid: int) -> Path | None:
    """Return the interpreter that a process was started with, or None where that cannot be told."""
    try:
        words = psutil.Process(pid).cmdline()
    except psutil.Error:
        return None
    return Path(words[0]) if words and Path(words[0]).is_absolute() else None
