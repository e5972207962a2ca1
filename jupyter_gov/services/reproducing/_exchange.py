"""Texts in code that others take the place of, such as the path of a file that lies elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MAGIC = r"^[ \t]*%(?:cd|pushd|%(?:write)?file(?:[ \t]+-a)?)[ \t]+"
"""Magics that name a path without quotes."""
_SHELL = re.compile(r"\s*%%(bash|sh|script)\b")


def exchanged(source: str, exchanges: Mapping[str, str]) -> str:
    """Return code in which whole texts are exchanged, all in one pass: what has been put in is not looked at again.

    Whole is a text within quotes, the first part of one in which a value is put after it (``f"/data/{name}"``), what
    ``%cd``, ``%pushd`` or ``%%writefile`` names, and a word of what a shell executes.

    Parameters
    ----------
    source : str
        A cell's code.
    exchanges : mapping
        What takes the place of a text, by that text.
    """
    if not exchanges:
        return source
    known = {spelled: new for old, new in exchanges.items() for spelled in (old, escaped(old))}
    texts = "|".join(re.escape(old) for old in sorted(known, key=len, reverse=True))
    quoted = rf"(?P<quote>['\"])(?P<text>{texts})(?=(?P=quote)|\{{)"
    named = rf"(?P<magic>{_MAGIC})(?P<path>{texts})(?=[ \t]*$)"

    def put(found: re.Match[str]) -> str:
        if found["magic"]:
            return found["magic"] + known[found["path"]]
        return found["quote"] + escaped(known[found["text"]])

    shell = set(shell_lines(source))
    word = re.compile(rf"(?<![^\s'\"<>|;&=()])(?:{texts})(?![^\s'\"<>|;&=()])")
    code = re.compile(f"{quoted}|{named}", re.MULTILINE)
    return "".join(
        word.sub(lambda m: known[m[0]], line) if line.rstrip("\r\n") in shell else code.sub(put, line)
        for line in source.splitlines(keepends=True)
    )


def shell_lines(source: str) -> list[str]:
    """Return the lines of a cell that a shell executes."""
    lines = source.splitlines()
    return lines if _SHELL.match(source) else [line for line in lines if line.lstrip().startswith("!")]


def named_by_magic(source: str) -> frozenset[str]:
    """Return the paths that magics name without quotes."""
    return frozenset(m[1] for m in re.finditer(rf"{_MAGIC}(\S.*?)[ \t]*$", source, flags=re.MULTILINE))


def escaped(text: str) -> str:
    """Return a text as it stands within quotes of either kind."""
    return text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"').replace("\n", "\\n")
