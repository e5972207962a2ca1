"""Secrets in code, by the name that they are assigned to or passed under, however deep in the expression.

Read sign by sign rather than parsed: a cell may hold magics, shell lines, SQL or half a program, and a parser tells the
user about escapes in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from jupyter_gov.records._builtins import keep_builtins

from ._names import bears_secret, is_secret, looks_real, may_be_token

keep_builtins(globals())

_TOKEN = re.compile(
    r"""(?P<string>[rbfuRBFU]{0,2}(?:
            (?P<q3>\"\"\"|''')(?P<body3>(?:\\[\s\S]|(?!(?P=q3))[^\\])*+)(?P=q3)
          | (?P<q1>["'])(?P<body1>(?:\\[\s\S]|(?!(?P=q1))[^\\\n])*+)(?P=q1)))
      | (?P<comment>\#[^\n]*)
      | (?P<name>[^\W\d]\w*)
      | \d[\w.]*
      | \\\n
      | (?P<op>:=|==|!=|<=|>=|->|[-+*/%@&|^<>]=|[^\s\w])
      | (?P<newline>\n)""",
    re.VERBOSE,
)
_BLOCKS = frozenset(
    ("if", "elif", "else", "for", "while", "class", "def", "with", "try", "except", "finally", "match", "case", "async",
     "lambda", "return")
)  # fmt: skip
_SILENT = frozenset(
    ("getpass", "input", "prompt", "open", "encode", "decode", "split", "rsplit", "strip", "lstrip", "rstrip",
     "replace", "sub", "join", "startswith", "endswith", "find", "Path", "compile", "match", "search", "dirname",
     "basename", "expanduser", "read_text", "load")
)  # fmt: skip
"""Functions whose texts are prompts, paths or patterns, not what they return."""
_DEFAULTS = frozenset(("get", "getenv", "pop", "setdefault", "getattr", "get_option"))
"""Functions whose first text is a key, and whose next is the value."""
_PAIRED = _DEFAULTS | {"setattr", "setenv", "putenv", "set", "print", "header", "add_header", "append"}
"""Functions that take the name of a thing, and then the thing."""
_WRAPS = frozenset(("str", "bytes", "bytearray", "Secret", "SecretStr", "SecretBytes", "quote", "quote_plus", "cast"))
"""Functions that return the text that they are given."""
_COLUMNS = frozenset(("rename", "agg", "aggregate", "astype", "columns", "dtype", "dtypes", "aggfunc", "converters"))
"""Functions and parameters under which names are those of columns."""
_CLOSES = {")": "(", "]": "[", "}": "{"}


class Told(NamedTuple):
    """A text in code: where, the name it goes by (empty where it is no secret), and whether its value gives it away."""

    start: int
    end: int
    name: str
    sure: bool


@dataclass(slots=True)
class _Frame:
    """What is within one pair of brackets, or one statement."""

    opener: str = ""
    callee: str = ""
    under: str = ""
    columns: bool = False
    name: str = ""
    key: str = ""
    annotated: str = ""
    last: str = ""
    first: str = ""
    compared: str | None = None
    index: int = 0
    targets: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unpacked: list[str] = field(default_factory=list)
    only: str | None = None
    positional: list[tuple[int, int, int, str]] = field(default_factory=list)


def read_code(text: str) -> tuple[list[Told], list[tuple[int, int]]]:
    """Return the texts in code that are secrets by their names or surely are none, and where its comments are."""
    reader = _Reader(text)
    told = list(reader.read())
    return told, reader.comments


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._stack = [_Frame()]
        self.comments: list[tuple[int, int]] = []

    def read(self) -> Iterator[Told]:
        previous = ""
        for match in _TOKEN.finditer(self._text):
            kind, frame = match.lastgroup, self._stack[-1]
            if kind == "comment":
                self.comments.append(match.span())
                continue
            if kind == "newline":
                begins = self._text[self._text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()[:1]
                if len(self._stack) == 1 or begins in ("%", "!"):
                    self._stack = [_Frame()]
                continue
            if kind == "string":
                yield from self._string(match, frame)
            elif kind == "name":
                frame.first = frame.first or match[0]
                frame.last, frame.only = match[0], ""
            elif kind == "op":
                yield from self._operator(match[0], frame, previous)
            previous = kind if kind in ("name", "string") else match[0]

    def _string(self, match: re.Match[str], frame: _Frame) -> Iterator[Told]:
        group = "body3" if match["q3"] else "body1"
        value, (start, end) = match[group], match.span(group)
        compared, frame.compared = frame.compared, None
        if compared is not None:
            if compared and is_secret(compared, value):
                yield Told(start, end, compared, False)
        elif frame.columns:
            yield Told(start, end, "", False)
        elif self._is_secret(frame, value):
            sure = looks_real(value) and (frame.callee in _WRAPS or frame.opener != "(" or bool(frame.name))
            yield Told(start, end, frame.name or frame.under, sure)
        elif frame.opener == "(" and frame.callee.startswith("set_") and not frame.name:
            frame.positional.append((frame.index, start, end, value))
        frame.last = value
        frame.only = value if frame.only is None else ""

    def _is_secret(self, frame: _Frame, value: str) -> bool:
        if frame.name:
            return is_secret(frame.name, value)
        if not frame.under or frame.callee in _SILENT or (frame.callee in _DEFAULTS and frame.index == 0):
            return False
        if frame.callee and frame.callee not in _WRAPS and frame.callee not in _DEFAULTS:
            return may_be_token(value) and is_secret(frame.under, value)
        # Within a container of secrets other things may stand, such as the user's name.
        return looks_real(value) if frame.key else is_secret(frame.under, value)

    def _operator(self, sign: str, frame: _Frame, previous: str) -> Iterator[Told]:
        if sign in "([{":
            self._open(sign, frame, previous)
        elif sign in _CLOSES:
            if len(self._stack) > 1 and frame.opener == _CLOSES[sign]:
                self._stack.pop()
                yield from _last_argument(frame)
                above = self._stack[-1]
                above.unpacked = [*frame.names, frame.last] if frame.names else []
                if sign == "]" and frame.callee and frame.only:
                    above.last = frame.only
        elif sign in ("==", "!="):
            frame.compared = frame.last if bears_secret(frame.last) else ""
        elif sign in ("=", ":="):
            self._assign(sign, frame)
        elif sign == ":":
            self._colon(frame)
        elif sign == ",":
            self._comma(frame)
        elif sign == ";" and len(self._stack) == 1:
            self._stack = [_Frame()]

    def _open(self, sign: str, frame: _Frame, previous: str) -> None:
        called = frame.last if sign != "{" and previous in ("name", ")", "]") and frame.last.isidentifier() else ""
        new = _Frame(sign, called, frame.name or frame.under, frame.columns or called in _COLUMNS)
        if sign == "[" and previous in ("name", "string", ")", "]"):
            # What is in a subscript is a key.
            new.under, new.callee = "", called or "["
        if not called and previous == "=" and len(frame.targets) > 1:
            new.targets, new.name = frame.targets, _secret_name(frame.targets[0])
        self._stack.append(new)

    def _assign(self, sign: str, frame: _Frame) -> None:
        target = frame.annotated or frame.last
        if sign == "=" and not frame.opener:
            frame.targets = frame.unpacked or [*frame.names, target]
            frame.names, frame.index = [], 0
            target = frame.targets[0]
        if frame.opener == "(" and target in _COLUMNS:
            frame.columns = True
        frame.name = _secret_name(target) or (frame.name if not frame.opener else "")
        frame.annotated, frame.only = "", ""

    def _colon(self, frame: _Frame) -> None:
        if frame.opener == "{":
            frame.key, frame.name = frame.last, _secret_name(frame.last)
        elif frame.opener == "(":
            frame.annotated = frame.last
        elif not frame.opener:
            if frame.first in _BLOCKS:
                self._stack[-1] = _Frame()
            elif not frame.name:
                frame.annotated = frame.last

    def _comma(self, frame: _Frame) -> None:
        frame.index += 1
        if frame.targets:
            several = len(frame.targets) > 1
            frame.name = (
                _secret_name(frame.targets[frame.index])
                if several and frame.index < len(frame.targets)
                else (frame.name if not several else "")
            )
        elif not frame.opener or (frame.opener != "{" and not frame.callee):
            frame.names.append(frame.last)
            frame.name = ""
        elif frame.opener == "(" and frame.callee in _PAIRED and frame.only and bears_secret(frame.only.rstrip(" :=")):
            frame.name = frame.only.rstrip(" :=")
        elif not (frame.opener == "(" and frame.callee in _PAIRED and frame.name):
            frame.name = ""
        if frame.opener == "(":
            frame.columns = frame.callee in _COLUMNS or (len(self._stack) > 1 and self._stack[-2].columns)
        frame.key, frame.annotated, frame.only = "", "", None


def _last_argument(frame: _Frame) -> Iterator[Told]:
    """Yield what a function such as ``set_password`` is given last."""
    for index, start, end, value in frame.positional:
        if index == frame.index and bears_secret(frame.callee) and is_secret(frame.callee, value):
            yield Told(start, end, frame.callee, looks_real(value))


def _secret_name(name: str) -> str:
    return name if bears_secret(name) else ""
