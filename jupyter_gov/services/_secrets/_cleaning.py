"""Taking secrets out of records, and out of what is kept beside them, before anything is written."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import operator
import os
import re
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from jupyter_gov.records import Part, Record
from jupyter_gov.records._builtins import keep_builtins

from ._files import first_secret, is_for_secrets
from ._finds import OVERLAP, STEP, Find, is_code, merged
from ._finds import look as _look
from ._names import bears_secret, is_secret, looks_real, sort_of

keep_builtins(globals())

UNCHECKED = "[not recorded: it could not be checked for secrets]"
"""Takes the place of a text for which looking failed."""

_SAFE = frozenset(
    (
        "id", "redacted", "cell", "cell_id", "parent", "previous", "fit", "fits", "dataset", "datasets", "target",
        "attributes", "predictions", "act", "run", "child", "digest", "digests", "file_digest", "model_digest",
        "notebook_digest", "outputs_digest", "generators", "state", "commit", "snapshot", "snapshot_ref", "started",
        "finished", "rendered", "saved", "written", "status", "origin", "role", "split", "identified", "randomness",
        "severity", "kind", "personal", "library", "packages", "thread_pools", "variables", "reads", "writes",
        "modules", "environment",
    )
)  # fmt: skip
"""Fields that hold ids, digests, times, names of variables, words of our own, or what a package says of itself."""
_CODE = frozenset(("source", "expression", "query"))
"""Fields in which ``password = pw`` names a variable."""
_VALUES = frozenset(
    ("value", "values", "top", "data", "default", "plain", "raw", "text", "string", "content", "secret")
)
"""Keys that say of a value no more than that it is one."""

_SHORTEST = 8
"""A text that is shorter has no secret by its form."""
_LINES, _ESCAPED = re.compile(r"[A-Za-z0-9+/=]{32,}"), re.compile(r"\\+[nr]")
_CACHED = 20_000
_KNOWN = 10_000


_NUMBERS = (int, float)
_Path = tuple[Any, Any]
"""The path of what a thing is in, or None, and its name or place there: put together only where it is told."""


class Secrets:
    """Finds secrets, and knows those that it has found, in memory only. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._cache: dict[tuple[str, bool], tuple[Find, ...]] = {}

    def find(self, text: str, *, code: bool = True) -> list[Find]:
        """Return the secrets in a text, in order; two never overlap.

        Parameters
        ----------
        text : str
            Any text.
        code : bool
            Whether ``password = pw`` in it names a variable.
        """
        found = [*self._by_form(text, code), *self._by_value(text)]
        if not found:
            return []
        return merged(found)

    def learn(self, text: str) -> None:
        """Know the secrets of a text that is not recorded yet, or never will be; nothing comes of one that fails."""
        # What cannot be checked is told when a record is.
        with contextlib.suppress(Exception):
            self._by_form(text, is_code(text))

    def clean(self, record: Record) -> tuple[Record, bool]:
        """Return the record without secrets, and whether all of its texts could be checked.

        `Record.redacted` says what was taken out, and where. Ids, digests and numbers are as they were.
        """
        cleaning = _Cleaning(self)
        changes: dict[str, Any] = {}
        for name in _fields(record):
            value = getattr(record, name)
            code = name in _CODE and not (name == "source" and isinstance(value, str) and not is_code(value))
            made = cleaning.value(value, (None, name.rstrip("_")), code=code)
            if made is not value:
                changes[name] = made
        if not cleaning.told:
            return record, True
        told = tuple(dict.fromkeys((*record.redacted, *cleaning.told)))
        return record.replace(**changes, redacted=told), not cleaning.failed

    def clean_values(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return values by name, such as what a model has learned, without secrets; and what was taken out, and where.

        Arrays of texts are searched too.
        """
        cleaning = _Cleaning(self)
        made: dict[str, Any] = {}
        for name, value in values.items():
            path = (None, name)
            made[name] = cleaning.value(value, path, name=_last(name))
            if getattr(value, "dtype", None) is not None and value.dtype.kind in "OU":
                texts = {text for text in value.reshape(-1).tolist() if type(text) is str}
                found = {text: cleaning.value(text, path) for text in texts}
                if any(found[text] is not text for text in texts):
                    made[name] = value.astype(object)
                    made[name].flat = [found.get(v, v) if type(v) is str else v for v in value.reshape(-1).tolist()]
        return made, tuple(dict.fromkeys(cleaning.told))

    def describe_first(self, name: str, content: bytes) -> str:
        """Return where in a file the first secret is, to be read after its name; empty where there is none."""
        try:
            if self.find(name, code=False):
                return ": its name holds a secret"
            return (
                ": it is there to hold a secret" if is_for_secrets(name) else first_secret(name, content, self._first)
            )
        except Exception:
            return ": it could not be checked for secrets"

    def _first(self, text: str, code: bool) -> tuple[int, str] | None:
        found = self.find(text, code=code)
        return (found[0].start, found[0].label) if found else None

    @property
    def knows_any(self) -> bool:
        """Whether there is a secret to be looked for by its value."""
        return self._pattern is not None

    def know(self, value: str, label: str) -> None:
        """Take a secret out of whatever comes, wherever it stands."""
        # Of a key that takes several lines, each line is as secret as the whole.
        forms = {value, quote(value, safe=""), unquote(value), *_LINES.findall(_ESCAPED.sub(" ", value))}
        if "\\" in value:
            with contextlib.suppress(UnicodeError):
                forms.add(value.encode().decode("unicode_escape"))
        with self._lock:
            new = {form for form in forms if form not in self._known and _is_distinct(form)}
            if new:
                self._known.update(dict.fromkeys(new, label))
                while len(self._known) > _KNOWN:
                    del self._known[next(iter(self._known))]
                # The longest first: one may begin with another.
                longest = sorted(self._known, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(_literal, longest)))

    def _by_form(self, text: str, code: bool) -> tuple[Find, ...]:
        if len(text) < _SHORTEST:
            return ()
        key = (text, code)
        found = self._cache.get(key)
        if found is None:
            found = tuple(_look(text, code))
            for one in found:
                if one.sure:
                    self.know(text[one.start : one.end], one.label)
            if len(text) <= 1000:
                if len(self._cache) >= _CACHED:
                    self._cache.clear()
                self._cache[key] = found
        return found

    def _by_value(self, text: str) -> list[Find]:
        pattern, known = self._pattern, self._known
        if pattern is None:
            return []
        found = []
        for start in range(0, max(len(text), 1), STEP):
            for match in pattern.finditer(text, start, min(len(text), start + STEP + OVERLAP)):
                found.append(Find(*match.span(), known.get(match[0], "secret")))  # noqa: PERF401
        return found


class _Cleaning:
    """One pass over one record."""

    def __init__(self, secrets: Secrets) -> None:
        self.told: list[str] = []
        self.failed = False
        self._secrets = secrets

    def value(self, value: Any, path: _Path, *, name: str = "", code: bool = False) -> Any:
        """Return `value` without secrets; the very same object where it has none."""
        if value is None or isinstance(value, _NUMBERS):
            return value
        if isinstance(value, str):
            return self._text(value, path, name, code)
        if isinstance(value, list | tuple):
            items = [self.value(v, (path, i), name=name) for i, v in enumerate(value)]
            same = all(map(operator.is_, items, value))
            return value if same else tuple(items) if isinstance(value, tuple) else items
        if isinstance(value, Part):
            parts = [(field, getattr(value, field)) for field in _fields(value)]
            # What is told of the values of a column goes by the column's name.
            about = {"summary": str(getattr(value, "name", ""))}
            made = {field: self.value(part, (path, field), name=about.get(field, "")) for field, part in parts}
            changed = {field: made[field] for field, part in parts if made[field] is not part}
            return dataclasses.replace(value, **changed) if changed else value
        return self._mapping(value, path, name) if isinstance(value, Mapping) else value

    def _mapping(self, value: Mapping[Any, Any], path: _Path, name: str) -> Mapping[Any, Any]:
        made: dict[Any, Any] = {}
        same = True
        for given, item in value.items():
            key = self._text(given, path, "", False) if isinstance(given, str) else given
            # Two keys may be the same without their secrets.
            key = f"{key} {len(made)}" if key in made else key
            made[key] = self.value(item, (path, key), name=_name(given, name))
            same = same and key is given and made[key] is item
        return value if same else made

    def _text(self, text: str, path: _Path, name: str, code: bool) -> str:
        # A class of the user's own may answer anything.
        plain = str.__str__(text)
        if not name and len(plain) < _SHORTEST and not self._secrets.knows_any:
            return text
        try:
            if name and is_secret(name, plain):
                label = sort_of(name)
                if looks_real(plain):
                    self._secrets.know(plain, label)
                found = [Find(0, len(plain), label)]
            else:
                found = self._secrets.find(plain, code=code)
        except Exception:
            self.failed = True
            self.told.append(f"{_joined(path)}: not checked")
            return UNCHECKED
        if not found:
            return text
        parts, end = [], 0
        for one in found:
            line = f", line {_line(plain, one.start)}" if code or "\n" in plain else ""
            self.told.append(f"{_joined(path)}{line}: {one.label}")
            parts += [plain[end : one.start], f"[redacted: {one.label}]"]
            end = one.end
        return "".join((*parts, plain[end:]))


@functools.cache
def process_secrets() -> Secrets:
    """Return the one that this process shares: what one session has found, the next must not write either."""
    return Secrets()


def _in_child() -> None:
    # Another thread may have held the lock when this process was forked.
    process_secrets()._lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


def _name(key: Any, above: str) -> str:
    """Return the name that a value in a mapping goes by: its own, else that of the whole where its own says nothing."""
    own = str(key)
    return above if above and not bears_secret(own) and own.lower() in _VALUES else own


def _last(way: str) -> str:
    """Return the name that a way such as ``steps.model.api_key`` ends with."""
    return re.split(r"[.\[\]']+", way.rstrip("]'"))[-1]


_by_class: dict[type[Any], tuple[str, ...]] = {}


def _fields(thing: Record | Part) -> tuple[str, ...]:
    """Return the names of those fields of a record or part in which there may be a secret."""
    cls = type(thing)
    if cls not in _by_class:
        _by_class[cls] = tuple(field.name for field in dataclasses.fields(cls) if field.name not in _SAFE)
    return _by_class[cls]


def _is_distinct(value: str) -> bool:
    """Say whether a secret is unlike any ordinary word, so that it may be taken out wherever it stands."""
    plain = (value.islower() or value.isupper() or value.istitle()) and value.isalpha()
    return len(value) >= 16 or (len(value) >= 6 and not plain and not (value.isdigit() and len(value) < 8))


def _literal(value: str) -> str:
    # A short one must stand alone.
    return re.escape(value) if len(value) >= 12 else rf"(?<!\w){re.escape(value)}(?!\w)"


def _joined(path: _Path) -> str:
    above, last = path
    return f"{_joined(above)}.{last}" if above is not None else str(last)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
