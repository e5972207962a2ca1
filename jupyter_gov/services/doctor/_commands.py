"""Commands that a person can copy into a terminal, for this very Python."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

NAME = "jupyter-gov"


def installed() -> Distribution | None:
    """Return the metadata of the jupyter-gov that is installed, or None."""
    try:
        return distribution(NAME)
    except PackageNotFoundError:
        return None


def join(words: list[str]) -> str:
    """Return words as one line that the system's shell splits into the same words."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def pip(*words: str, python: str = sys.executable, has_pip: bool | None = None) -> str:
    """Return a pip command for a Python, or uv's where that Python has no pip."""
    if has_pip is None:
        has_pip = find_spec("pip") is not None
    return join([python, "-m", "pip", *words] if has_pip else ["uv", "pip", words[0], "--python", python, *words[1:]])


def jupyter(*words: str) -> str:
    """Return a command of Jupyter's that works on this Python, whichever `jupyter` comes first on the path."""
    return join([os.fspath(own_jupyter()) if foreign_jupyter() else "jupyter", *words])


def own_jupyter() -> Path:
    """Return where this Python has its `jupyter` command."""
    return Path(sysconfig.get_path("scripts")) / "jupyter"


def foreign_jupyter() -> str | None:
    """Return what a terminal starts as `jupyter` where that is not this Python's: a path, or an empty string."""
    found = shutil.which("jupyter") or ""
    return None if found and Path(found).parent.resolve() == own_jupyter().parent.resolve() else found


def reinstall(extra: str = "", *, with_needs: bool = False) -> str:
    """Return the command that installs jupyter-gov again, from where it came.

    Parameters
    ----------
    extra : str
        An extra of its that is to be installed as well.
    with_needs : bool
        Whether what it needs is to be installed again too.
    """
    checkout = _checkout()
    again = [] if extra else ["--force-reinstall"] if with_needs else ["--force-reinstall", "--no-deps"]
    what = ["--editable", str(checkout)] if checkout is not None else [NAME]
    return pip("install", *again, *what[:-1], f"{what[-1]}[{extra}]" if extra else what[-1])


def _checkout() -> Path | None:
    """Return the folder of an editable installation, or of a checkout that is used without one."""
    found = installed()
    if found is None:
        root = Path(__file__).parents[3]
        return root if (root / "pyproject.toml").is_file() else None
    from urllib.request import url2pathname

    origin = json.loads(found.read_text("direct_url.json") or "{}")
    if not origin.get("dir_info", {}).get("editable"):
        return None
    return Path(url2pathname(urlsplit(origin["url"]).path))
