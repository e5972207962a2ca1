"""Wheels made by hand, and a place that they are installed from: nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

FETCHED = Path(__file__).parents[3] / ".setup" / "wheels"
"""What set-up has fetched: all that this package needs."""

CACHE = FETCHED.parent / "uv"
"""Where uv keeps them unpacked, so that an environment is made of links."""


def make_wheel(folder: Path, name: str, version: str, code: str = "", *, requires: str = "") -> Path:
    """Write the wheel of a distribution with one module."""
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    about += f"Requires-Dist: {requires}\n" if requires else ""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": code or f"VERSION = {version!r}\n",
        f"{info}/METADATA": about,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(text.encode())}")
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path, text in files.items():
            packed.writestr(path, text)
    return wheel


def offline(*folders: Path, cache: Path = CACHE) -> dict[str, str]:
    """Return environment variables under which packages come from folders alone."""
    return {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": " ".join(map(str, folders)),
        "UV_CACHE_DIR": str(cache),
    }
