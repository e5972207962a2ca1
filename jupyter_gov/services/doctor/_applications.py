"""Whether JupyterLab, Notebook and widgets are there in versions that fit."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from ._check import Check, note, ok, problem
from ._commands import installed, pip, reinstall
from ._config import lab_extension
from ._front_end import WIDGETS

_APPLICATIONS = {"jupyterlab": "JupyterLab", "notebook": "Jupyter Notebook"}


def check_applications() -> Iterator[Check]:
    """Check that JupyterLab or Notebook is there, in a version that the panel is built for."""
    from packaging.requirements import Requirement

    own = installed()
    wanted = {}
    for requirement in map(Requirement, (own.requires or ()) if own else ()):
        if requirement.name in _APPLICATIONS and requirement.marker and requirement.marker.evaluate({"extra": "lab"}):
            wanted[requirement.name] = requirement.specifier
    there = {name: v for name in _APPLICATIONS if (v := _version(name))}
    if not there:
        message = "Neither JupyterLab nor Notebook is installed in this Python; the panel needs one."
        yield note("applications", message, f"To have them here: {reinstall('lab')}")
    for name, found in there.items():
        if name not in wanted or wanted[name].contains(found, prereleases=True):
            yield ok(name, f"{_APPLICATIONS[name]} {found} fits.")
        else:
            yield problem(
                name,
                f"{_APPLICATIONS[name]} is {found}; the panel is built for {wanted[name]}.",
                f"Install one that fits: {pip('install', f'{name}{wanted[name]}')}",
            )


def check_widgets() -> Iterator[Check]:
    """Check that what shows widgets in the browser fits what makes them in the kernel."""
    from packaging.requirements import Requirement

    kernel, browser = _version("ipywidgets"), _version("jupyterlab_widgets")
    if not kernel or not any(map(_version, _APPLICATIONS)):
        return
    needed = [Requirement(text) for text in requires("ipywidgets") or () if text.startswith("jupyterlab_widgets")]
    again = pip("install", "--force-reinstall", "--no-deps", "ipywidgets", "jupyterlab_widgets")
    if not browser or not lab_extension(WIDGETS):
        message = f"ipywidgets {kernel} has no piece in JupyterLab, so no widget is shown."
        yield problem("widgets", message, f"Install both again: {again}")
    elif any(not r.specifier.contains(browser, prereleases=True) for r in needed):
        wanted = f"jupyterlab_widgets{needed[0].specifier}"
        yield problem(
            "widgets",
            f"ipywidgets {kernel} needs {wanted}, but {browser} is installed.",
            f"Install one that fits: {pip('install', wanted)}",
        )
    else:
        yield ok("widgets", f"ipywidgets {kernel} and jupyterlab_widgets {browser} fit each other.")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
