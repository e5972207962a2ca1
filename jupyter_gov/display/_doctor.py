"""What `jupyter gov doctor` found, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from . import words

_SIGNS = {"ok": "✓ ok     ", "note": "! note   ", "problem": "✗ problem"}


def diagnosis(checks: Sequence[Mapping[str, str]]) -> str:
    """Return checks as text: a line each by area, what to do below it, and the count at the end.

    Lines are not wrapped, so that a command can be copied.

    Parameters
    ----------
    checks : sequence of mapping
        Each with ``area``, ``status``, ``message`` and ``hint``.
    """
    blocks = []
    for area, group in groupby(checks, key=lambda c: c["area"]):
        lines = []
        for check in group:
            lines.append(words.printable(f"{_SIGNS[check['status']]}  {area}: {check['message']}"))
            if check["hint"]:
                lines.append(words.printable(f"           → {check['hint']}"))
        blocks.append("\n".join(lines))
    counts = {status: sum(c["status"] == status for c in checks) for status in _SIGNS}
    problems = words.plural(counts["problem"], "problem") if counts["problem"] else "No problem"
    return "\n\n".join([*blocks, f"{problems}, {words.plural(counts['note'], 'note')}, {counts['ok']} ok."])
