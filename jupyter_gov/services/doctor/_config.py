"""Jupyter's own JSON configuration, read in the order in which Jupyter lets one file beat another.

The rules are those of ``jupyter_server.config_manager`` and ``jupyterlab_server.config``, which only a server imports.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import (
    ENV_CONFIG_PATH,
    SYSTEM_CONFIG_PATH,
    jupyter_config_dir,
    jupyter_config_path,
    jupyter_path,
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of configuration.

    Attributes
    ----------
    path : Path
        The file.
    data : JSON value
        What it says; None where it is not JSON, so that Jupyter passes over it with a warning.
    folder : Path
        The configuration folder that it is a part of.
    """

    path: Path
    data: Any
    folder: Path

    def get(self, *keys: str) -> Any:
        """Return the value below `keys`, or None."""
        found = self.data
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found


def deciding(layers: Iterable[Layer], *keys: str) -> Layer | None:
    """Return the file whose value below `keys` counts, or None; a null takes back what its own folder said before."""
    said: list[Layer] = []
    for layer in layers:
        table = layer.get(*keys[:-1])
        if isinstance(table, dict) and keys[-1] in table:
            null = table[keys[-1]] is None
            said = [s for s in said if s.folder != layer.folder] if null else [*said, layer]
    return said[-1] if said else None


def server_layers() -> list[Layer]:
    """Return the server's configuration; a later file beats an earlier one."""
    return _layers(jupyter_config_path(), "jupyter_server_config")


def page_layers() -> list[Layer]:
    """Return JupyterLab's page configuration; a later file beats an earlier one."""
    application = Path(os.environ.get("JUPYTERLAB_DIR") or Path(sys.prefix) / "share" / "jupyter" / "lab")
    folders = [os.path.join(folder, "labconfig") for folder in jupyter_config_path()]  # noqa: PTH118
    return [*_read([application / "settings" / "page_config.json"], application), *_layers(folders, "page_config")]


def level(path: Path) -> str | None:
    """Return the level at which Jupyter's commands write to the folder of `path`: user, sys_prefix, system, or None."""
    folders = {"user": jupyter_config_dir(), "sys_prefix": ENV_CONFIG_PATH[0], "system": SYSTEM_CONFIG_PATH[0]}
    return next((name for name, folder in folders.items() if path.is_relative_to(folder)), None)


def lab_extension(name: str) -> list[Path]:
    """Return the folders in which JupyterLab finds an extension; it takes the first."""
    folders = [Path(folder) / name for folder in jupyter_path("labextensions")]
    return [f for f in folders if (f / "package.json").is_file()]


ENTRY = ("jupyterlab", "_build", "load")
"""Where the package.json of a lab extension says which script a browser loads first."""


def package_json(folder: Path) -> Layer:
    """Return the description of the lab extension in `folder`."""
    path = folder / "package.json"
    return Layer(path, _json(path), folder)


def _layers(folders: Iterable[str], section: str) -> list[Layer]:
    found: list[Layer] = []
    for folder in map(Path, reversed(list(folders))):
        found += _read([*sorted((folder / f"{section}.d").glob("*.json")), folder / f"{section}.json"], folder)
    return found


def _read(paths: Iterable[Path], folder: Path) -> list[Layer]:
    return [Layer(p, _json(p), folder) for p in paths if p.is_file() and p.stat().st_size]


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
