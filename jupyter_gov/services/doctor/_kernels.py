"""Which kernels can be tracked; each Python is asked, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_path

import jupyter_gov

from ._check import Check, note, ok, problem
from ._commands import NAME, join, jupyter, pip
from ._python import ask

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpecManager

# A kernel has no working folder on its path while it loads what it is made of.
_QUESTION = """
import sys; sys.path[:] = [p for p in sys.path if p]
import json
from importlib import metadata
from importlib.util import find_spec
try: version = metadata.version("jupyter-gov")
except metadata.PackageNotFoundError: version = None
there = [name for name in ("jupyter_gov", "ipykernel", "pip") if find_spec(name)]
print(json.dumps({"version": version, "there": there, "python": list(sys.version_info[:2])}))
"""

_DEFAULT_PYTHONS = {"python", f"python{sys.version_info[0]}", f"python{sys.version_info[0]}.{sys.version_info[1]}"}
"""Names that Jupyter replaces by its own interpreter."""


def check_kernels() -> Iterator[Check]:
    """Check that every Python kernel starts, and has the jupyter-gov that is installed here."""
    folders = _manager().find_kernel_specs()
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = [check for checks in pool.map(_examine, folders, folders.values()) for check in checks]
    yield from found
    if not any(c.status == "ok" for c in found):
        hint = f"Install one for this Python: {_kernel_command()}"
        yield problem("kernels", "There is no Python kernel with jupyter-gov: no notebook can be tracked.", hint)


def _manager() -> KernelSpecManager:
    from jupyter_client.kernelspec import KernelSpecManager

    # Left to itself it asks IPython for its folder, which IPython makes.
    ipython = os.environ.get("IPYTHONDIR") or os.path.join("~", ".ipython")  # noqa: PTH118
    folders = [*jupyter_path("kernels"), os.path.join(os.path.expanduser(ipython), "kernels")]  # noqa: PTH111, PTH118
    return KernelSpecManager(kernel_dirs=folders)


def _kernel_command() -> str:
    return join([sys.executable, "-m", "ipykernel", "install", "--sys-prefix"])


def _examine(name: str, folder: str) -> list[Check]:
    """Return what is to be said about a kernel; nothing about one of another language."""
    title = f"kernel {name}"
    remove = f"Take it away: {jupyter('kernelspec', 'remove', name)}"
    try:
        return _look(name, folder, title, remove)
    except Exception as error:  # whatever a file that is not a kernel's description leads to
        return [problem(title, f"The kernel {name} in {folder} cannot be read: {error!r}.", remove)]


def _look(name: str, folder: str, title: str, remove: str) -> list[Check]:
    spec = _manager().get_kernel_spec(name)
    if spec.language.lower() != "python":
        return []
    words = [w.replace("{prefix}", sys.prefix).replace("{resource_dir}", folder) for w in spec.argv] or [""]
    words[0] = sys.executable if words[0] in _DEFAULT_PYTHONS else words[0]
    if shutil.which(words[0]) is None:
        return [problem(title, f"The kernel {name} cannot start: there is no program {words[0]!r}.", remove)]
    if "-m" not in words:
        return [note(title, f"The kernel {name} is not started by `python -m`; it was not asked for jupyter-gov.")]
    env = {k: Template(v).safe_substitute(os.environ) for k, v in spec.env.items()}
    try:
        said = ask(words[: words.index("-m")], _QUESTION, env)
        answer = json.loads(said.strip().rpartition("\n")[2])
    except TimeoutError as error:
        hint = "The machine may be busy; look again: jupyter gov doctor"
        return [note(title, f"The Python of the kernel {name} was asked in vain: {error}.", hint)]
    except (ChildProcessError, ValueError) as error:
        why = error if isinstance(error, ChildProcessError) else "what it printed is no answer"
        hint = f"See why it does not start, or take it away: {jupyter('kernelspec', 'remove', name)}"
        return [problem(title, f"The Python of the kernel {name} does not answer: {why}.", hint)]
    return [_judge(name, words[0], answer)]


def _judge(name: str, program: str, answer: dict[str, Any]) -> Check:
    title, who, ours, there = f"kernel {name}", f"The kernel {name}", jupyter_gov.__version__, answer["there"]
    # What starts with `conda run` and the like is no Python that pip could be asked of.
    python = program if Path(program).name.startswith("python") else "python"

    def install(what: str) -> str:
        return pip("install", what, python=python, has_pip="pip" in there)

    version = answer["version"]
    if "ipykernel" not in there:
        return problem(title, f"{who} cannot start: {program} has no ipykernel.", f"Install it: {install('ipykernel')}")
    if version == ours:
        return ok(title, f"{who} has jupyter-gov {ours}.")
    if version is not None:
        message = f"{who} has jupyter-gov {version}, this Python has {ours}: they share one store and should agree."
        return problem(title, message, f"Install the same there: {install(f'{NAME}=={ours}')}")
    if "jupyter_gov" in there:
        return note(title, f"{who} finds a jupyter-gov that is not installed.", f"Install it there: {install(NAME)}")
    if tuple(answer["python"]) < (3, 11):
        hint = f"For tracking, use a kernel with Python 3.11 or later: {_kernel_command()}"
        return note(title, f"{who} is Python {'.'.join(map(str, answer['python']))}, too old for jupyter-gov.", hint)
    message = f"{who} has no jupyter-gov, so its notebooks cannot be tracked."
    return note(title, message, f"To have it there: {install(NAME)}")
