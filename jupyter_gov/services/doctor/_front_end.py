"""Whether JupyterLab finds the panel, of the right version, and may load it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jupyter_gov

from ._back_end import unreadable
from ._check import Check, note, ok, problem
from ._commands import NAME, jupyter, reinstall
from ._config import ENTRY, Layer, deciding, lab_extension, level, package_json, page_layers

WIDGETS = "@jupyter-widgets/jupyterlab-manager"
"""The lab extension that shows widgets."""


def check_lab_extension() -> Iterator[Check]:
    """Check that the panel is where JupyterLab looks, whole, and of the Python package's version."""
    from packaging.version import InvalidVersion, Version

    name, again = "lab extension", f"Install it again, then reload the browser: {reinstall()}"
    folders = lab_extension(NAME)
    if not folders:
        yield problem(name, "The panel is not among JupyterLab's extensions.", again)
        return
    folder, about = folders[0], package_json(folders[0])
    entry, found = about.get(*ENTRY), str(about.get("version"))
    if not entry or not (folder / entry).is_file():
        what = f"{entry} is missing" if entry else "Its package.json does not say what to load"
        yield problem(name, f"The panel in {folder} is not whole. {what}.", again)
        return
    try:
        same = Version(found) == Version(jupyter_gov.__version__)
    except InvalidVersion:
        same = False
    if not same:
        hidden = [f for f in folders[1:] if package_json(f).get("version") == jupyter_gov.__version__]
        take = f"Take this folder away, so that the right one in {hidden[0]} is found: {folder}" if hidden else again
        message = f"The panel in {folder} is version {found}, the Python package {jupyter_gov.__version__}."
        yield problem(name, message, take)
        return
    yield ok(name, f"The panel {found} is in {folder}.")
    built = Path(jupyter_gov.__file__).parent / "labextension"
    if (built / "package.json").is_file() and package_json(built).get(*ENTRY) != entry:
        message = "The panel that JupyterLab finds is not the one that was built last in the checkout."
        yield note("panel's build", message, again)


def check_disabled() -> Iterator[Check]:
    """Check that no page configuration disables the panel or the widgets."""
    layers = page_layers()
    yield from unreadable(layers)
    locked = _switched(layers, "lockedExtensions", NAME)
    found = {name: _switched(layers, "disabledExtensions", name) for name in (NAME, WIDGETS)}
    for name, switched in found.items():
        what = "The panel" if name == NAME else "Jupyter's widgets"
        for key, layer in switched.items():
            lock = locked.get(key) or locked.get(NAME)
            yield problem(
                f"disabled {key}", f"{what} ({key}) is disabled in {layer.path}.", _how_to_enable(key, layer, lock)
            )
    if not found[NAME]:
        held = f"; it is locked so in {next(iter(locked.values())).path}" if locked else ""
        yield ok("enabled", f"No page configuration disables the panel{held}.")


def _switched(layers: list[Layer], table: str, name: str) -> dict[str, Layer]:
    """Return the keys for an extension or its plugins that are true in the end, each with the file that says so."""
    # JupyterLab allows a list instead of an object in its application's folder.
    layers = [
        replace(la, data={table: dict.fromkeys(la.get(table), True)}) if isinstance(la.get(table), list) else la
        for la in layers
    ]
    keys = {key for la in layers for key in la.get(table) or () if key == name or key.startswith(f"{name}:")}
    decided = {key: deciding(layers, table, key) for key in sorted(keys)}
    return {key: layer for key, layer in decided.items() if layer is not None and layer.get(table, key)}


def _how_to_enable(key: str, layer: Layer, lock: Layer | None) -> str:
    if lock is not None:
        return f"It is locked: ask whoever looks after {lock.path} to take {key} out of it."
    where = level(layer.path)
    # JupyterLab's command reads and writes this file only, and expects an object in it.
    if where and layer.path.name == "page_config.json" and isinstance(layer.get("disabledExtensions"), dict):
        return f"Enable it, then reload the browser: {jupyter('labextension', 'enable', key, f'--level={where}')}"
    return f"Take {key} out of disabledExtensions in {layer.path}."
