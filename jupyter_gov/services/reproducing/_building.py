"""Making a virtual environment from exact versions, with nothing but the standard library.

A bundle carries this file and runs it in a Python that has nothing else.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_gov.errors import ExecutionError

from ._installers import Installer, find_installer

Progress = Callable[[str, int, int], None]

_UNREACHED = re.compile(
    r"error sending request|dns error|failed to fetch|connection (refused|reset|error)|newconnectionerror|timed out|"
    r"name or service not known|network is unreachable|certificate",
    re.IGNORECASE,
)
_UNBUILT = re.compile(r"failed to build|build backend|subprocess-exited-with-error|metadata-generation", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What an environment is made from.

    Attributes
    ----------
    python : str
        Version of the interpreter.
    packages : mapping
        Version of each distribution.
    local : mapping
        Distributions that come from no index, as ``name==version``, and why not.
    """

    python: str
    packages: Mapping[str, str]
    local: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An environment that was made.

    Attributes
    ----------
    python : Path
        Its interpreter.
    missing : tuple of str
        What could not be had, as ``name==version``.
    reasons : mapping
        Why, by the same names.
    notes : tuple of str
        What else there is to know about it, a plain sentence each.
    """

    python: Path
    missing: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def build_environment(lock: Lock, folder: Path, *, package: Path, progress: Progress | None = None) -> Built:
    """Make a virtual environment of exactly these versions; nothing is left of one that was broken off.

    Parameters
    ----------
    lock : Lock
        What it is made from.
    folder : path
        Where; it must not exist yet.
    package : path
        This package's folder, which goes in as it is.
    progress : callable, optional
        Told what is being done; what it raises ends the work.

    Raises
    ------
    ExecutionError
        If no virtual environment can be made here.
    """
    tell = progress or (lambda what, done, total: None)  # noqa: ARG005 - their names
    try:
        return _Building(lock, folder, find_installer(), tell).run(package)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


class _Building:
    def __init__(self, lock: Lock, folder: Path, installer: Installer, tell: Progress) -> None:
        self._lock, self._folder, self._installer, self._tell = lock, folder, installer, tell
        self._python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self._site = folder
        self._what = "Making a virtual environment"

    def run(self, package: Path) -> Built:
        interpreter, note = self._interpreter()
        done, text = self._call(self._installer.make(interpreter, self._folder))
        if not done or not self._python.exists():
            raise ExecutionError(
                f"No virtual environment can be made with {interpreter}",
                hint="Install uv, or the venv module of Python (python3-venv on Debian). " + _last_line(text),
            )
        _, told = self._call([str(self._python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        self._site = Path(told.strip())
        wanted = [f"{name}=={version}" for name, version in self._lock.packages.items()]
        self._what = f"Installing {len(wanted)} packages"
        reasons = {**self._lock.local, **self._install(wanted)}
        _place(package, self._folder / "jupyter-gov", self._site)
        return Built(
            python=self._python, missing=tuple(sorted(reasons)), reasons=reasons, notes=(note,) if note else ()
        )

    def _install(self, wanted: Sequence[str]) -> dict[str, str]:
        """Install distributions; return those that cannot be had, and why."""
        if not wanted:
            return {}
        with tempfile.TemporaryDirectory() as scratch:
            listed = Path(scratch, "requirements.txt")
            listed.write_text("\n".join(wanted), encoding="utf-8")
            done, text = self._call(self._installer.install(self._python, listed))
        if done:
            return {}
        if _UNREACHED.search(text):
            return dict.fromkeys(wanted, "no package index could be reached")
        if len(wanted) == 1:
            built = _UNBUILT.search(text)
            return {wanted[0]: "it could not be built here" if built else "no index that is set up here has it"}
        # What the installer complains of by name is tried by itself; where it names nothing, the halves are.
        named = [w for w in wanted if re.search(rf"(?<![\w.-]){re.escape(w)}(?![\w+]|\.\w)", text)]
        if 0 < len(named) < len(wanted):
            parts = [[w for w in wanted if w not in named], *([w] for w in named)]
        else:
            parts = [list(wanted[: len(wanted) // 2]), list(wanted[len(wanted) // 2 :])]
        return {key: why for part in parts for key, why in self._install(part).items()}

    def _interpreter(self) -> tuple[str, str]:
        """Return the interpreter that is nearest to the one that is asked for, and what to say about it."""
        asked, here = self._lock.python, platform.python_version()
        if asked == here:
            return sys.executable, ""
        minor = ".".join(asked.split(".")[:2])
        found = {self._version_of(p): p for p in self._installer.interpreters(minor, asked)}
        if asked in found:
            return found[asked], ""
        if here.startswith(f"{minor}."):
            return sys.executable, f"Python {asked} is not here; {here} took its place."
        near = next((v for v in found if v.startswith(f"{minor}.")), "")
        return (found[near] if near else sys.executable), f"Python {asked} is not here; {near or here} took its place."

    def _version_of(self, interpreter: str) -> str:
        done, text = self._call([interpreter, "-c", "import platform; print(platform.python_version())"])
        return text.strip() if done else ""

    def _call(self, command: Sequence[str]) -> tuple[bool, str]:
        """Run a program to its end; return whether it succeeded, and what it said. It ends with this call."""
        with tempfile.TemporaryFile() as said:
            # In a session of its own, so that what it starts can be ended with it.
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=self._installer.environ,
                cwd=self._folder.parent,
                start_new_session=True,
            )
            try:
                while True:
                    self._tell(self._what, len(list(self._site.glob("*.dist-info"))), len(self._lock.packages))
                    try:
                        process.wait(0.3)
                        break
                    except subprocess.TimeoutExpired:
                        continue
            finally:
                if process.poll() is None:
                    _end(process)
            said.seek(0)
            return process.returncode == 0, said.read().decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, 9)
    else:
        process.kill()
    process.wait()


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _place(package: Path, folder: Path, site: Path) -> None:
    """Put this package into an environment by a folder that holds nothing else, whatever it was installed from."""
    shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("labextension"))
    code = (package / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.*)"$', code, re.MULTILINE)
    about = folder / f"{package.name}-{version[1] if version else '0'}.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text(f"Metadata-Version: 2.1\nName: jupyter-gov\nVersion: {version[1] if version else '0'}\n")
    (site / "jupyter-gov.pth").write_text(f"{folder.resolve()}\n", encoding="utf-8")
