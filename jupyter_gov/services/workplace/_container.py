"""Which container a run is in."""

from __future__ import annotations

import os
import re
from pathlib import Path

_ID = re.compile(r"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")
_MOUNTED = re.compile(rf"/(?:containers|overlay-containers|sandboxes)/{_ID.pattern}")


def container(root: Path = Path("/")) -> str:
    """Return the image or id of the container that this process is in, else what kind it is; empty outside of one.

    Parameters
    ----------
    root : path
        Where the system's own files are.
    """
    about = _read(root / "run/.containerenv")
    image = re.search(r'^image="?([^"\n]+)"?$', about, re.MULTILINE)
    if image:
        return image[1]
    # With cgroups of version 2 the id is told only by what is mounted, such as the container's own /etc/hosts.
    known = _ID.search(_read(root / "proc/self/cgroup")) or _MOUNTED.search(_read(root / "proc/self/mountinfo"))
    if known:
        return known[1]
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return "kubernetes"
    if (root / "run/.containerenv").exists():
        return "podman"
    return "docker" if (root / ".dockerenv").exists() else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
