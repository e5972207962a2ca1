"""What a browser has to load: files of this machine, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_gov.display import words

from ._check import Check, ok, problem
from ._commands import NAME, reinstall
from ._config import lab_extension


def check_bundle() -> Iterator[Check]:
    """Check that the panel's files are there and not empty."""
    folders = lab_extension(NAME)
    if not folders:
        return
    static = folders[0] / "static"
    files = {f: f.stat().st_size for f in sorted(static.glob("*")) if f.suffix in {".js", ".css"}}
    empty = [f.name for f, size in files.items() if not size]
    schema = folders[0] / "schemas" / NAME / "plugin.json"
    missing = [] if schema.is_file() else [f"schemas/{NAME}/plugin.json"]
    if empty or missing or not files:
        broken = ", ".join(empty + missing) or "all scripts"
        yield problem(
            "bundle",
            f"Pieces of the panel in {folders[0]} are missing or empty: {broken}.",
            f"Install it again: {reinstall()}",
        )
    else:
        size = words.size(sum(files.values()))
        yield ok(
            "bundle", f"The panel's {words.plural(len(files), 'script')} ({size}) and settings come from {folders[0]}."
        )
