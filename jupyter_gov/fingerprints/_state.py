"""What an object of any class holds, read without running code of its class."""

from __future__ import annotations

import struct
import types
from typing import Any

from ._names import type_name

_POINTER = struct.calcsize("P")
_MRO = type.__dict__["__mro__"]
_NAMESPACE = type.__dict__["__dict__"]
_MODULE = type.__dict__["__module__"]

_known: dict[int, tuple[type, tuple[Any, ...] | None]] = {}
_MOST = 2048


def library(type_: type) -> str:
    """Return the library that a class comes from."""
    module = _MODULE.__get__(type_)
    return module.partition(".")[0] if type(module) is str else ""


def class_name(type_: type) -> str:
    """Return a class as it counts: the library it comes from, then its qualified name."""
    return f"{library(type_)}.{type_name(type_)}"


def attributes(data: Any) -> dict[str, Any] | None:
    """Return what a Python object holds, by name, that in slots included.

    None if it may hold more: an object of a compiled class has memory that no attribute shows.
    """
    slots = _slots(type(data))
    if slots is None:
        return None
    namespace = getattr_static(data)
    if not slots:
        return namespace
    held = dict(namespace)
    for slot in slots:
        try:
            held[slot.__name__] = slot.__get__(data)
        except AttributeError:  # a slot without a value
            continue
    return held


def getattr_static(data: Any) -> dict[str, Any]:
    """Return an object's own dictionary; an empty one if it has none."""
    try:
        found: dict[str, Any] = object.__getattribute__(data, "__dict__")
    except AttributeError:
        return {}
    return found


def _slots(type_: type) -> tuple[Any, ...] | None:
    """Return the slots of a class, or None if its objects hold more than these and a dictionary."""
    known = _known.get(id(type_))
    if known is None:
        if len(_known) >= _MOST:
            _known.clear()
        # Holding the class keeps its identity from being given to another.
        known = _known[id(type_)] = (type_, _find_slots(type_))
    return known[1]


def _find_slots(type_: type) -> tuple[Any, ...] | None:
    slots = tuple(
        value
        for base in _MRO.__get__(type_)
        for value in _NAMESPACE.__get__(base).values()
        if type(value) is types.MemberDescriptorType
    )
    extras = (type.__dict__["__dictoffset__"].__get__(type_) != 0) + (
        type.__dict__["__weakrefoffset__"].__get__(type_) != 0
    )
    # The same test as in CPython's object.__reduce_ex__.
    most = object.__basicsize__ + _POINTER * (len(slots) + extras)
    plain = type.__dict__["__basicsize__"].__get__(type_) <= most and not type.__dict__["__itemsize__"].__get__(type_)
    return slots if plain else None
