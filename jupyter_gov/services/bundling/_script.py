"""The cells of a slice as a notebook, and as a script that needs neither Jupyter nor this project."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence

from jupyter_gov.records import Cell, Json

from ..reproducing._exchange import exchanged
from ..reproducing._secrets import _MARK, _name_at

_OURS = re.compile(r"\s*%%?(load_ext\s+jupyter_gov|gov_\w+)")
_MAGIC = re.compile(r"\s*(%|!|\?)|.*\?\s*$|\s*\w[\w, ]*=\s*[%!]")
_CELL_MAGIC = re.compile(r"%%(\w+)")
_SAME_PYTHON = ("time", "timeit", "capture", "prun", "gov_track")
"""Cell magics whose cell is Python that runs here and now."""

_HEAD = '''"""{title}

The cells behind the results of run {run}, in the order in which they ran. Made by jupyter-gov; it needs
nothing of it, only the packages in environment/requirements.txt. Work in a copy: cells may write files.
"""

import os
import sys
from pathlib import Path

_here = Path(__file__).resolve().parents[1] / {folder!r}
_here.mkdir(parents=True, exist_ok=True)
os.chdir(_here)
sys.path.insert(0, str(_here))


def _show(value):
    """Print what a notebook would show below a cell."""
    if value is not None:
        print(value)
'''

_WITH_OURS = """

# Some cells call jupyter-gov themselves: the bundle has it.
sys.path.append(str(Path(__file__).resolve().parents[1] / "package"))
"""


def as_notebook(cells: Sequence[Cell], *, python: str) -> str:
    """Return the cells as a notebook's file, without outputs."""
    seen: dict[str, int] = {}
    made: list[dict[str, Json]] = []
    for cell in cells:
        # An id that front ends take, also where the same cell ran twice.
        name = re.sub(r"[^\w-]", "-", cell.cell_id or f"cell-{cell.order}")[:50]
        seen[name] = seen.get(name, 0) + 1
        made.append(
            {
                "cell_type": "code",
                "execution_count": None,
                "id": name if seen[name] == 1 else f"{name}-{seen[name]}",
                "metadata": {},
                "outputs": [],
                "source": cell.source.splitlines(keepends=True),
            }
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python", "version": python}}
    return json.dumps({"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def as_script(cells: Sequence[Cell], *, title: str, run: str, folder: str, moved: Mapping[str, str]) -> str:
    """Return the cells as a script.

    Parameters
    ----------
    cells : sequence of Cell
        In order.
    title, run : str
        What the run is called, and its id.
    folder : str
        Where it works, from the bundle's top.
    moved : mapping
        Paths that are exchanged in the code, and by what.
    """
    head = _HEAD.format(title=title.replace('"""', "'''").replace("\\", "/"), run=run, folder=folder)
    if any("jupyter_gov" in _plain(c.source) for c in cells):
        head += _WITH_OURS
    parts = [head]
    for cell in cells:
        code = _shown(exchanged(_plain(cell.source), moved)).strip("\n")
        if code.strip():
            named = dict.fromkeys(_name_at(cell.source, mark) for mark in _MARK.finditer(cell.source))
            secrets = "".join(f"# fill in: {name}\n" for name in named)
            parts.append(f"# %% [{cell.execution_count or cell.order}]\n{secrets}{code}\n")
    return "\n\n".join(parts)


def _plain(source: str) -> str:
    """Return a cell's code as Python: our magics are left out, others become comments."""
    if _parse(source) is not None:
        return source
    lines = source.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    cell_magic = _CELL_MAGIC.match(lines[first]) if lines else None
    if cell_magic and cell_magic[1] not in _SAME_PYTHON:
        return "" if cell_magic[1].startswith("gov_") else "\n".join(f"# {line}" for line in lines)
    kept = [_commented(line) if _MAGIC.match(line) else line for line in lines if not _OURS.match(line)]
    return "\n".join(kept)


def _commented(line: str) -> str:
    """Return a line that is not Python as a comment, in a place where there may have to be a statement."""
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{'pass  ' if indent else ''}# {line.strip()}"


def _shown(source: str) -> str:
    """Return code that prints the value of its last expression, as a notebook shows it."""
    tree = _parse(source)
    last = tree.body[-1] if tree is not None and tree.body else None
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";") or last.end_lineno is None:
        return source
    lines = source.encode().split(b"\n")
    end = lines[last.end_lineno - 1]
    lines[last.end_lineno - 1] = end[: last.end_col_offset] + b")" + end[last.end_col_offset :]
    begin = lines[last.lineno - 1]
    lines[last.lineno - 1] = begin[: last.col_offset] + b"_show(" + begin[last.col_offset :]
    return b"\n".join(lines).decode()


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
