"""Notebooks made from scikit-learn's example scripts, which come from its source distribution and stay outside."""

from __future__ import annotations

import re
import tarfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".setup" / "corpus"

EXAMPLES = tuple((Path(__file__).parent / "examples.txt").read_text(encoding="utf-8").split())
"""Which scripts: of every chapter, those that need no network and say the same each time they run."""


@cache
def _archive() -> dict[str, str]:
    """Return the text of each example by its path below ``examples/``."""
    path = FOLDER / f"scikit_learn-{version('scikit-learn')}.tar.gz"
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is missing: `make test` fetches it.")
    found = {}
    with tarfile.open(path) as archive:
        for member in archive:
            below = member.name.partition("/examples/")[2]
            file = archive.extractfile(member) if below.endswith(".py") else None
            if file is not None:
                found[below] = file.read().decode("utf-8")
    return found


def cells(example: str) -> list[str]:
    """Return the code cells of an example: the parts between the lines that begin with ``# %%``."""
    parts = re.split(r"^#\s?%%.*\n", _archive()[example], flags=re.MULTILINE)
    return [part.strip("\n") for part in parts if _has_code(part)]


def _has_code(part: str) -> bool:
    return any(line.strip() and not line.startswith("#") for line in part.splitlines())
