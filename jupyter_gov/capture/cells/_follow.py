"""What functions of the notebook, which a cell may call, do with its variables."""

from __future__ import annotations

import dis
import functools
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from ._names import Names, seeds_by_name

_MOST = 200
"""Functions that are looked into for one cell."""

_NOTEBOOK = "__main__"

_CALLABLE = ("builtin_function_or_method", "cython_function_or_method", "function", "method")

_dictionary = type.__dict__["__dict__"].__get__
# The descriptors themselves: a metaclass may have put its own in front of them.
_name = type.__dict__["__name__"].__get__
_order = type.__dict__["__mro__"].__get__


def follow(names: Iterable[str], namespace: Mapping[str, Any]) -> list[Names]:
    """Return what the functions and classes behind these names do, and what those do that they use in turn.

    Parameters
    ----------
    names : iterable of str
        Names that the cell uses.
    namespace : mapping
        The notebook's variables.
    """
    found: list[Names] = []
    done: set[str] = set()
    codes: set[CodeType] = set()
    waiting = list(names)
    while waiting and len(codes) < _MOST:
        name = waiting.pop()
        if name in done or name not in namespace:
            continue
        done.add(name)
        for function in _functions(namespace[name], namespace):
            if function.__code__ not in codes:
                codes.add(function.__code__)
                used = _uses(function.__code__)
                found.append(used)
                waiting.extend(used.loads)
    return found


def seeds_elsewhere(names: Names, namespace: Mapping[str, Any]) -> bool:
    """Say whether code calls what seeds by another name: an alias, or a function of a module of the user's own."""
    for name in names.loads:
        value: Any = namespace.get(name)
        if _name(type(value)) in _CALLABLE and seeds_by_name(str(value.__name__)):
            return True
    for owner, name in names.calls:
        module = namespace.get(owner)
        function = module.__dict__.get(name) if type(module) is ModuleType else None
        if type(function) is FunctionType and _own(function) and _seeds(function):
            return True
    return any(type(f) is FunctionType and _own(f) and _seeds(f) for f in map(namespace.get, names.loads))


def _seeds(function: FunctionType) -> bool:
    used = _uses(function.__code__)
    inner = [function.__globals__.get(name) for name in used.loads]
    return used.seeds or any(type(f) is FunctionType and _own(f) and _uses(f.__code__).seeds for f in inner)


def _own(function: FunctionType) -> bool:
    file = function.__code__.co_filename
    return "site-packages" not in file and not file.startswith((sys.base_prefix, sys.prefix, "<"))


def _functions(value: Any, namespace: Mapping[str, Any], depth: int = 0) -> Iterator[FunctionType]:
    """Yield the functions of the notebook that a call of `value`, or of its methods, may run."""
    kind = type(value)
    if depth > 3:
        return
    if kind is FunctionType:
        # A decorator keeps the function in a cell of its closure.
        for cell in value.__closure__ or ():
            yield from _functions(_content(cell), namespace, depth + 1)
        if value.__globals__ is namespace:
            yield value
    elif kind is MethodType or kind in (staticmethod, classmethod):
        yield from _functions(value.__func__, namespace, depth + 1)
    elif kind is property:
        yield from _functions(value.fget, namespace, depth + 1)
    elif kind is functools.partial:
        yield from _functions(value.func, namespace, depth + 1)
    else:
        for base in _order(value if issubclass(kind, type) else kind):
            members = _dictionary(base)
            if members.get("__module__") == _NOTEBOOK:
                for member in list(members.values()):
                    if type(member) in (FunctionType, staticmethod, classmethod, property):
                        yield from _functions(member, namespace, depth + 1)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _uses(code: CodeType) -> Names:
    """Return what a function's code does with names that are not its own."""
    found = Names()
    for instruction in dis.get_instructions(code):
        name = instruction.argval
        match instruction.opname:
            case "LOAD_GLOBAL" | "LOAD_NAME" | "LOAD_FROM_DICT_OR_GLOBALS":
                found.loads.setdefault(name, instruction.offset)
            case "STORE_GLOBAL":
                found.binds[name] = False
            case "DELETE_GLOBAL":
                found.deletes.add(name)
            case _ if isinstance(name, CodeType):
                inner = _uses(name)
                found.loads |= inner.loads
                found.binds |= inner.binds
                found.deletes |= inner.deletes
                found.seeds |= inner.seeds
    found.reads.update(found.loads)
    found.changes = True
    found.dynamic = not {"exec", "eval", "globals", "get_ipython"}.isdisjoint(found.loads)
    found.seeds |= any(seeds_by_name(name) for name in code.co_names)
    return found
