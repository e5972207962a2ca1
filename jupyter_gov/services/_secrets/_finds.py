"""Where in a text secrets are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from jupyter_gov.records._builtins import keep_builtins

from ._code import read_code
from ._names import sort_of
from ._plugins import rules

keep_builtins(globals())

STEP, OVERLAP = 32_768, 8_192
"""A long text is looked through in steps, so that other threads come to their turn in between."""
_PROSE = re.compile(r"\s*%%(?!time|capture|prun|python|py\b|memit|lprun|px|gov_(?!doc))\w")
"""How a cell begins that is no Python: a text, a page, a program in another language."""
_HINTS = re.compile(r"pass|pw|secret|credential|key|token|author|connection|cookie|kennwort", re.IGNORECASE)


class Find(NamedTuple):
    """A secret in a text: where, what sort, and whether it surely is one, to be taken out elsewhere too."""

    start: int
    end: int
    label: str
    sure: bool = True


def look(text: str, code: bool) -> list[Find]:
    """Return the secrets in a text by form and by name, in order; they may overlap.

    Parameters
    ----------
    text : str
        Any text.
    code : bool
        Whether ``password = pw`` in it names a variable.
    """
    found: set[Find] = set()
    none: set[tuple[int, int]] = set()
    if code and _HINTS.search(text):
        told, comments = read_code(text)
        found.update(Find(start, end, sort_of(name), sure) for start, end, name, sure in told if name)
        none.update((start, end) for start, end, name, _ in told if not name)
        for start, end in comments:
            shifted = (
                one._replace(start=one.start + start, end=one.end + start) for one in look(text[start:end], False)
            )
            found.update(shifted)
    for start in range(0, len(text), STEP):
        end = min(len(text), start + STEP + OVERLAP)
        # The one letter that becomes two in lower case must not shift the others.
        low = text[start:end].replace("\u0130", "i").lower()
        for rule in rules():
            if not (code and rule.prose) and rule.may_be_in(low):
                finds = [Find(*one) for one in rule.find(text, low, start)]
                found.update(one for one in finds if one.sure or (one.start, one.end) not in none)
        if end == len(text):
            break
    return sorted(found)


def merged(found: Iterable[Find]) -> list[Find]:
    """Return finds in order; those that overlap as one."""
    kept: list[Find] = []
    for one in sorted(found):
        if kept and one.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = last._replace(end=max(last.end, one.end), sure=last.sure or one.sure)
        else:
            kept.append(one)
    return kept


def is_code(source: str) -> bool:
    """Say whether a cell is in Python, rather than a text, a page or a program in another language."""
    return _PROSE.match(source) is None
