"""What somebody can do about a verdict, as sentences in which every call is code that can be copied."""

from __future__ import annotations

import re
from collections.abc import Sequence

AGAIN = "Once something has changed, judge again with `%gov_policy check`."
"""What follows every step; a reader needs it once."""

_CALL = re.compile(r"%|gov\.|jupyter |pip |[\w.]+\(")
_END = re.compile(r"[,;.] |[.]$")
"""What ends a call of ours within a text: names that are listed in one have no space between them."""
_WITHIN = re.compile(r"%%\w+ \w+|%\w+(?: --[\w-]+ [^\s`]+| (?:model|y)\b| [^\s`]*[A-Z_0-9(/=][^\s`]*)*")
"""A call within a sentence: its words go on as long as they look like names or options."""
_RUN = re.compile(r"`(%%\w+ \w+|%\w+)([^`]*)`")
_ONLY_RUN = re.compile(r"(?:Run|Try|Write a cell that begins with) `")
_INCLUDED = re.compile(r"--include (\S+)")


def stop(text: object) -> str:
    """Return a text with a full stop at its end, unless it ends a sentence already."""
    told = str(text).rstrip(" ,;:")
    return told if not told or told.endswith((".", "!", "?", "…")) else f"{told}."


def step(text: str) -> str:
    """Return a step as a sentence in which what can be run stands in backticks, without the sentence's full stop."""
    text = text.strip()
    if text.startswith("`") and text.endswith("`") and text.count("`") == 2:
        text = text.strip("`")
    if "`" in text:
        return stop(text)
    if text.startswith("%"):
        end = _END.search(text)
        call, rest = (text[: end.start()], text[end.start() :]) if end else (text, "")
        return stop(f"Run `{call}`{rest}")
    if _CALL.match(text) and not text.endswith("."):
        return f"Run `{text}`."
    return stop(_WITHIN.sub(_as_code, text))


def _as_code(found: re.Match[str]) -> str:
    call = found[0].rstrip(",;.")
    return f"`{call}`{found[0][len(call) :]}"


def other_steps(remedies: Sequence[str], action: str) -> list[str]:
    """Return what else a policy suggests, as sentences: without what the next step says already.

    A remedy that is a call is left out where the next step calls the same: it has the names of this notebook.
    """
    told = dict.fromkeys(step(r) for r in remedies if r.strip())
    taken = step(action) if action else ""
    called, included = _called(taken)
    other = []
    for said in told:
        what, of = _called(said) if _ONLY_RUN.match(said) else ("", frozenset[str]())
        if said.lower() != taken.lower() and not (what and what == called and of <= included):
            other.append(said)
    return other


def _called(said: str) -> tuple[str, frozenset[str]]:
    """Return the magic that a step runs and what it includes; nothing where it runs none."""
    found = _RUN.search(said)
    included = _INCLUDED.search(found[2]) if found else None
    return found[1] if found else "", frozenset(included[1].split(",") if included else ())
