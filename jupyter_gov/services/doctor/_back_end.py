"""Whether Jupyter Server loads the extension."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ._check import Check, note, ok, problem
from ._commands import foreign_jupyter, join, jupyter, own_jupyter, reinstall
from ._config import Layer, deciding, level, server_layers
from ._python import ask

_MODULE = "jupyter_gov"


def check_server_extension() -> Iterator[Check]:
    """Check that the server extension is enabled, and that no file of a higher priority disables it."""
    layers = server_layers()
    yield from unreadable(layers)
    name, keys = "server extension", ("ServerApp", "jpserver_extensions", _MODULE)
    decided = deciding(layers, *keys)
    if decided is None:
        # Jupyter's own command enables only what the folder that it writes to has named before.
        message = "No configuration of Jupyter Server names jupyter_gov: the panel has nothing to ask."
        yield problem(name, message, f"Install it again: {reinstall()}")
    elif decided.get(*keys):
        yield ok(name, f"The server extension is enabled in {decided.path}.")
    else:
        where = level(decided.path) if decided.path.name == f"{_MODULE}.json" else None
        command = jupyter("server", "extension", "enable", f"--{(where or '').replace('_', '-')}", _MODULE)
        hint = f"Enable it: {command}" if where else f"Set jupyter_gov to true in {decided.path}."
        yield problem(name, f"The server extension is disabled in {decided.path}.", hint)


def check_server_module() -> Iterator[Check]:
    """Check that the server can load it."""
    code = "import jupyter_gov.server"
    try:
        ask([sys.executable, "-P"], code)
    except TimeoutError as error:
        again = "The machine may be busy; look again: jupyter gov doctor"
        yield note("server module", f"Whether Jupyter Server can load it is not known: {error}.", again)
    except ChildProcessError as error:
        whole = join([sys.executable, "-P", "-c", code])
        message = f"The server extension cannot be loaded: {error}."
        yield problem("server module", message, f"Install what the reason names; to see all of it: {whole}")
    else:
        yield ok("server module", "Jupyter Server can load it.")


def unreadable(layers: list[Layer]) -> Iterator[Check]:
    """Name the files that Jupyter passes over because they are not JSON."""
    for layer in layers:
        if layer.data is None:
            yield problem(
                f"configuration {layer.path.name}",
                f"{layer.path} is not JSON, so Jupyter passes over it.",
                f"Mend it, or take it away: {layer.path}",
            )


def check_command() -> Iterator[Check]:
    """Check that what a terminal starts as `jupyter` belongs to this Python."""
    foreign = foreign_jupyter()
    if foreign is None:
        yield ok("jupyter command", f"`jupyter` is {own_jupyter()}.")
        return
    found = f"starts {foreign}, which belongs to another Python" if foreign else "is not found"
    yield note(
        "jupyter command",
        f"In this terminal `jupyter` {found}: a JupyterLab started so may not know this jupyter-gov.",
        f"Start Jupyter by its own path: {join([str(own_jupyter()), 'lab'])}",
    )
