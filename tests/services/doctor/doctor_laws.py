"""What whatever the doctor says has to keep, and small helpers."""

from __future__ import annotations

import json
import re
import shlex
import sysconfig
from pathlib import Path
from typing import Any

from jupyter_gov import cli
from jupyter_gov.services.doctor import Check

SCRIPTS = Path(sysconfig.get_path("scripts"))


def keep_the_laws(check: Check) -> None:
    """Assert that a check is a sentence, that a problem has a remedy, and that the remedy exists."""
    assert check.status in {"ok", "note", "problem"}
    assert check.name
    assert check.message.endswith("."), check.message
    assert "\n" not in check.message + check.hint
    assert check.hint or check.status != "problem", check.message
    assert not (check.hint and check.status == "ok"), check.message
    for name in re.findall(r"jupyter gov (\w+)", f"{check.message} {check.hint}"):
        assert name in cli.main.commands  # type: ignore[attr-defined]
    for name in re.findall(r"\bjupyter ([a-z]+)", check.hint):
        assert (SCRIPTS / f"jupyter-{name}").exists(), check.hint


def command(check: Check) -> list[str]:
    """Return the words of the command at the end of a hint."""
    return shlex.split(check.hint.rpartition(": ")[2])


def write(path: Path, data: Any) -> Path:
    """Write JSON, or text as it is, to a file whose folder is made where needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path
