"""What a whole cell does with variables, IPython's magics included."""

from __future__ import annotations

import re
from collections.abc import Callable

from jupyter_gov.records._builtins import keep_builtins

from ._names import Names
from ._walk import names_in

keep_builtins(globals())

_LONGEST = 200_000
"""Characters of a cell; a longer one is not analysed."""

_KEEPS = frozenset({"capture", "prun", "time", "timeit"})
"""Magics that run their text in the notebook."""

_BINDS = frozenset({"autoreload", "cd", "pylab", "reset", "reset_selective", "run", "store", "xdel"})
"""Magics that bind or delete names, or run files that do: found by comparing."""

_HARMLESS = frozenset({
    "!", "alias_magic", "bash", "colors", "conda", "config", "env", "history", "html", "javascript", "js", "latex",
    "load_ext", "ls", "magic", "markdown", "matplotlib", "page", "pdef", "pdoc", "pfile", "pinfo", "pinfo2", "pip",
    "precision", "psource", "pwd", "pycat", "quickref", "reload_ext", "script", "set_env", "sh", "svg", "sx", "system",
    "unload_ext", "uv", "who", "who_ls", "whos", "writefile", "xmode",
})  # fmt: skip
"""Magics that bind no names other than those that stand in the code."""

_IN_TEXT = re.compile(r"[{$]\s*([A-Za-z_]\w*)")
"""A variable in the text behind a magic or a shell command."""

_WORD = re.compile(r"[A-Za-z_]\w*")
"""Anything that may be a variable: our own magics are told them by name."""

_OPTIONS = re.compile(r"\s*(-\w+\s*\d*\s+)*")

_OUTPUT = re.compile(r"--(?:out|err|proc)[\s=]+([A-Za-z_]\w*)")
"""Where ``%%bash`` and its like leave what a script has put out."""


def analyse(source: str, transform: Callable[[str], str]) -> tuple[Names, tuple[str, ...]]:
    """Return what a cell does, the text of its magics included, and the magics that are not known.

    Parameters
    ----------
    source : str
        The cell, as IPython's transformers leave it.
    transform : callable
        IPython's transformers.
    """
    names = names_in(source) if len(source) <= _LONGEST else Names(dynamic=True, untold=True, changes=True)
    unknown = []
    for magic, line, body in names.magics:
        found = (_WORD if magic.startswith("gov_") else _IN_TEXT).findall(line)
        names.reads.update(found)
        names.loads |= dict.fromkeys(found, 0)
        names.binds = dict.fromkeys(_bound_by(magic, line), False) | names.binds
        names.untold |= magic == "run"
        if magic in _KEEPS:
            code = line[_OPTIONS.match(line).end() :] if body is None else body  # type: ignore[union-attr]
            _absorb(names, analyse(transform(code), transform)[0], binds=magic != "timeit")
        elif magic not in _HARMLESS and not magic.startswith("gov_"):
            names.dynamic = names.changes = True
            names.untold |= magic not in _BINDS
            unknown += [] if magic in _BINDS else [magic]
    return names, tuple(unknown)


def _bound_by(magic: str, line: str) -> list[str]:
    """Return the variables that a magic binds by what stands behind it."""
    if magic == "capture":
        return [word for word in line.split() if word.isidentifier()][:1]
    return _OUTPUT.findall(line)


def _absorb(names: Names, inner: Names, *, binds: bool) -> None:
    """Add what the text behind a magic does to what its cell does."""
    names.reads |= {n for n in inner.reads if n not in names.bound}
    names.loads |= inner.loads
    names.targets |= inner.targets
    names.receivers |= inner.receivers
    names.functions |= inner.functions
    names.calls |= inner.calls
    names.deletes |= inner.deletes
    names.unseeded += inner.unseeded
    names.changes |= inner.changes
    names.seeds |= inner.seeds
    names.seeders += inner.seeders
    names.before |= inner.before
    names.seeds_first = inner.seeds_first if names.seeds_first is None else names.seeds_first
    names.dynamic |= inner.dynamic
    names.untold |= inner.untold
    names.passed = inner.passed | names.passed
    names.asks |= inner.asks
    names.words |= inner.words
    if binds:
        names.binds = dict(inner.binds) | names.binds
        names.bound |= inner.bound
