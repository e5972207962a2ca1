"""Graphics processors, as their makers' own tools tell them; no machine-learning library is imported for it."""

from __future__ import annotations

import csv
import shutil
import subprocess

_SECONDS = 5.0
"""For which a tool may think; one that hangs says nothing."""


def gpus() -> tuple[str, ...]:
    """Return name, memory and driver of each graphics processor; empty where there is none, or no tool to ask."""
    return (*_nvidia(), *_amd())


def _nvidia() -> list[str]:
    asked = ("--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")
    rows = csv.reader(_ask("nvidia-smi", *asked).splitlines(), skipinitialspace=True)
    return [f"{row[0]}, {row[1]}, driver {row[2]}" for row in rows if len(row) == 3]


def _amd() -> list[str]:
    asked = ("--showproductname", "--showmeminfo", "vram", "--showdriverversion", "--csv")
    rows = csv.DictReader(line for line in _ask("rocm-smi", *asked).splitlines() if "," in line)
    found, driver = [], ""
    for row in rows:
        # Releases of the tool differ in how they write the heads of their columns, and in whether the driver has a row.
        told = {str(k).lower(): str(v) for k, v in row.items()}
        driver = next((v for k, v in told.items() if "driver" in k and v not in ("", "None")), driver)
        name = next((told[k] for k in ("card series", "device name", "card model") if told.get(k)), "")
        memory = next((v for k, v in told.items() if "total memory" in k and v.isdigit()), "")
        if name:
            found.append(", ".join(t for t in (name, f"{int(memory) >> 20} MiB" if memory else "") if t))
    return [f"{card}, driver {driver}" if driver else card for card in found]


def _ask(tool: str, *arguments: str) -> str:
    """Return what a tool on the path says; empty where there is none, or it fails or hangs."""
    found = shutil.which(tool)
    if found is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603
            [found, *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""
