"""What is installed: distributions, and the lock files that say what should be."""

from __future__ import annotations

import fnmatch
import hashlib
from importlib import metadata
from pathlib import Path

from ._paths import repository, short_path

LOCK_FILES = (
    "requirements*.txt", "constraints*.txt", "poetry.lock", "uv.lock", "pdm.lock", "pylock*.toml", "Pipfile",
    "Pipfile.lock", "environment*.yml", "environment*.yaml", "conda-lock.yml", "pixi.toml", "pixi.lock",
    "pyproject.toml", "renv.lock", "Manifest.toml",
)  # fmt: skip
"""Names of files that pin or name packages."""


def packages() -> dict[str, str]:
    """Return the version of each installed distribution; of two of one name, the one that an import finds."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            # What is left of a broken installation has no metadata; Python versions differ in how they say so.
            about = distribution.metadata
            if "Name" not in about or "Version" not in about:
                continue
            name, version = about["Name"], about["Version"]
        except Exception:  # noqa: S112
            continue
        found.setdefault(name, version)
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def lock_files(folder: Path) -> dict[str, str]:
    """Return the digest of each lock file in `folder` and at the top of its repository, by its path.

    The path is the one within the repository; without a repository it is the one that `short_path` gives.
    """
    top = repository(folder)
    found: dict[str, str] = {}
    for place in dict.fromkeys((top or folder, folder)):
        for path in sorted(place.iterdir()):
            if any(fnmatch.fnmatchcase(path.name, pattern) for pattern in LOCK_FILES) and path.is_file():
                inside = top is not None and path.resolve().is_relative_to(top.resolve())
                name = path.resolve().relative_to(top.resolve()).as_posix() if top and inside else short_path(path)
                found[name] = digest_file(path)
    return found


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as ``sha256:<hex>``; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError:
        return ""
