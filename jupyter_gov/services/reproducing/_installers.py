"""The programs that make virtual environments, uv or else venv and pip, and the settings of the user for both.

A bundle carries this file too: it needs nothing but the standard library.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

_PIP_OPTIONS = (
    "index-url", "extra-index-url", "find-links", "no-index", "cert", "client-cert", "trusted-host", "proxy", "timeout",
    "retries", "keyring-provider", "cache-dir", "no-cache-dir", "only-binary", "no-binary", "prefer-binary",
)  # fmt: skip
"""What of pip's settings says where packages come from, and how they are reached."""

_NOT_FOR_UV = (
    "UV_BREAK_SYSTEM_PACKAGES", "UV_BUILD_CONSTRAINT", "UV_CONSTRAINT", "UV_EXCLUDE_NEWER", "UV_OVERRIDE",
    "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "UV_REQUIRE_HASHES", "UV_SYSTEM_PYTHON", "UV_VENV_SEED",
)  # fmt: skip
"""What of uv's settings would make something else than the environment that is asked for."""


class Installer(Protocol):
    """Gives the commands that make an environment."""

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment variables that they run under."""

    def make(self, interpreter: str, folder: Path) -> list[str]:
        """Return the command that makes an empty environment."""

    def install(self, python: Path, requirements: Path) -> list[str]:
        """Return the command that installs what a file lists, and nothing besides."""

    def interpreters(self, minor: str, version: str) -> Iterator[str]:
        """Yield the interpreters of a version that are there; nothing is fetched."""


def find_installer() -> Installer:
    """Return uv, on the path or as a module, else venv and pip."""
    settings = pip_settings()
    if found := shutil.which("uv"):
        return Uv([found], settings)
    if importlib.util.find_spec("uv"):
        return Uv([sys.executable, "-m", "uv"], settings)
    return Pip(settings)


def pip_settings() -> dict[str, str]:
    """Return pip's settings on where packages come from, as its files and variables give them to this interpreter."""
    found: dict[str, str] = {}
    if importlib.util.find_spec("pip"):
        asked = [sys.executable, "-m", "pip", "config", "list"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
        lines = [line.partition("=") for line in done.stdout.splitlines() if "=" in line]
        # A command's own settings beat those of all, and variables both.
        for section in ("global.", "install.", ":env:."):
            found |= {key.removeprefix(section): _literal(text) for key, _, text in lines if key.startswith(section)}
    found |= {k[4:].lower().replace("_", "-"): v for k, v in os.environ.items() if k.startswith("PIP_")}
    return {option: found[option] for option in _PIP_OPTIONS if found.get(option)}


class Pip:
    """The standard library's ``venv``, and pip in it."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        # Other settings of the user's, such as a folder to install into, are for other environments.
        given = {f"PIP_{option.upper().replace('-', '_')}": value for option, value in settings.items()}
        self.environ = {
            **_plain_environ("PIP_"),
            **given,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
        }

    def make(self, interpreter: str, folder: Path) -> list[str]:
        """Return the command that makes an empty environment."""
        return [interpreter, "-m", "venv", str(folder)]

    def install(self, python: Path, requirements: Path) -> list[str]:
        """Return the command that installs what a file lists, and nothing besides."""
        # Only what is imported is compiled, when it is, as after uv.
        asked = ["install", "--quiet", "--no-deps", "--no-compile", "--requirement", str(requirements)]
        return [str(python), "-m", "pip", *asked]

    def interpreters(self, minor: str, version: str) -> Iterator[str]:  # noqa: ARG002 - a path tells no more
        """Yield the interpreters of a version that are there."""
        found = shutil.which(f"python{minor}")
        if found:
            yield found


class Uv:
    """uv, which reads nothing of pip's settings: they are put into its own words where it has none of its own."""

    def __init__(self, command: list[str], settings: Mapping[str, str]) -> None:
        self._command = command
        self._no_index = ["--no-index"] if _is_on(settings.get("no-index")) else []
        self._no_build = ["--only-binary", settings["only-binary"]] if "only-binary" in settings else []
        own = {k: v for k, v in _plain_environ().items() if k not in _NOT_FOR_UV}
        self.environ = {**_in_words_of_uv(settings, own), **own, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROJECT": "1"}

    def make(self, interpreter: str, folder: Path) -> list[str]:
        """Return the command that makes an empty environment."""
        return [*self._command, "venv", "--quiet", "--python", interpreter, str(folder)]

    def install(self, python: Path, requirements: Path) -> list[str]:
        """Return the command that installs what a file lists, and nothing besides."""
        asked = ["pip", "install", "--quiet", "--no-deps", "--python", str(python), "--requirement", str(requirements)]
        return [*self._command, *asked, *self._no_index, *self._no_build]

    def interpreters(self, minor: str, version: str) -> Iterator[str]:
        """Yield the interpreters of a version that are there; nothing is fetched."""
        for asked in (version, minor):
            command = [*self._command, "python", "find", "--quiet", asked]
            done = subprocess.run(command, capture_output=True, text=True, env=self.environ, check=False)  # noqa: S603
            if done.returncode == 0 and done.stdout.strip():
                yield done.stdout.strip()


def _in_words_of_uv(settings: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return pip's settings as uv's variables, but for what uv is told already."""
    words = {
        "index-url": (("UV_DEFAULT_INDEX", "UV_INDEX_URL"), " "),
        "extra-index-url": (("UV_INDEX", "UV_EXTRA_INDEX_URL"), " "),
        "find-links": (("UV_FIND_LINKS",), ","),
        "trusted-host": (("UV_INSECURE_HOST",), " "),
        "cert": (("SSL_CERT_FILE",), " "),
        "client-cert": (("SSL_CLIENT_CERT",), " "),
        "timeout": (("UV_HTTP_TIMEOUT",), " "),
        "proxy": (("ALL_PROXY", "HTTPS_PROXY", "https_proxy", "all_proxy"), " "),
    }
    made = {
        names[0]: joint.join(settings[option].split())
        for option, (names, joint) in words.items()
        if option in settings and not any(name in own for name in names)
    }
    if "UV_INDEX" in made and "UV_INDEX_STRATEGY" not in own:
        # As pip does: a version counts wherever it is.
        made["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return made


def _plain_environ(*without: str) -> dict[str, str]:
    """Return this process's environment without what would lead a Python to other packages."""
    dropped = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "__PYVENV_LAUNCHER__")
    return {k: v for k, v in os.environ.items() if k not in dropped and not k.startswith(without or ("\0",))}


def _is_on(value: str | None) -> bool:
    return (value or "").lower() in ("1", "true", "yes", "on")


def _literal(text: str) -> str:
    """Read a value as ``pip config list`` prints it."""
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        return text
