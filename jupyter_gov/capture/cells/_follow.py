"""What functions of the notebook, which a cell may call, do with its variables."""

from __future__ import annotations

import dis
import functools
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import CodeType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any

from jupyter_gov.records._builtins import keep_builtins

from ._calls import ASKING, UNTELLING
from ._names import Names, seeds_by_name, words_of
from ._objects import CACHE, SCALARS, attributes_of, dictionary_of, of_notebook, order_of

keep_builtins(globals())

_MEMBERS = frozenset(map(id, (FunctionType, staticmethod, classmethod, property)))
_MOST = 200
"""Functions that are looked into for one cell."""

_HELD = 100
"""Functions and objects that are looked for in one container."""

_LIBRARIES = {"numpy": "numpy", "numpy.random": "numpy", "random": "random"}
"""Modules by which a global generator is seeded, and what its records call it."""

_CALLABLE = ("builtin_function_or_method", "cython_function_or_method", "function", "method")

_name = type.__dict__["__name__"].__get__


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
        for code in _functions(namespace[name], namespace):
            if code not in codes:
                codes.add(code)
                used = _uses(code)
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


def libraries_seeded(seeders: Iterable[tuple[str, ...]], namespace: Mapping[str, Any]) -> set[str]:
    """Return the libraries whose global generators these functions seed.

    Parameters
    ----------
    seeders : iterable of tuple of str
        Functions by their paths, such as ``("np", "random", "seed")``.
    namespace : mapping
        The notebook's variables.
    """
    found = set()
    for path in seeders:
        value = _resolve(path, namespace)
        if type(value) is FunctionType:
            used = [value.__globals__.get(name) for name in _uses(value.__code__).loads]
            modules = [m.__name__ for m in used if type(m) is ModuleType]
        elif type(value) is MethodType:
            modules = ["random"] if value.__self__ is getattr(sys.modules.get("random"), "_inst", None) else []
        else:
            modules = [str(value.__module__)] if _name(type(value)) in _CALLABLE else []
        found |= {_LIBRARIES[m] for m in modules if m in _LIBRARIES}
    return found


def may_draw(paths: Iterable[tuple[str, ...]], namespace: Mapping[str, Any]) -> bool:
    """Say whether one of these functions, named by their paths, is the user's own, which may do anything."""
    for path in paths:
        value = _resolve(path, namespace)
        owner = type(namespace.get(path[0])) if path else type(None)
        if of_notebook(owner) or (type(value) is FunctionType and _own(value)):
            return True
    return False


def _resolve(path: tuple[str, ...], namespace: Mapping[str, Any]) -> Any:
    """Return what ``a.b.c`` is if all but the last are modules; None where they are not."""
    value: Any = namespace.get(path[0]) if path else None
    for step in path[1:]:
        value = value.__dict__.get(step) if type(value) is ModuleType else None
    return value


def _seeds(function: FunctionType) -> bool:
    used = _uses(function.__code__)
    inner = [function.__globals__.get(name) for name in used.loads]
    return used.seeds or any(type(f) is FunctionType and _own(f) and _uses(f.__code__).seeds for f in inner)


def _own(function: FunctionType) -> bool:
    file = function.__code__.co_filename
    if function.__module__ == "__main__":
        return True
    return "site-packages" not in file and not file.startswith((sys.base_prefix, sys.prefix, "<"))


def _functions(value: Any, namespace: Mapping[str, Any], depth: int = 0) -> Iterator[CodeType]:
    """Yield the code of the notebook's functions that a call of `value`, or of its methods, may run."""
    kind = type(value)
    if depth > 3:
        return
    held: Iterable[Any] = ()
    if kind is FunctionType:
        # A decorator keeps the function in a cell of its closure.
        held = [_content(cell) for cell in value.__closure__ or ()]
        if value.__globals__ is namespace:
            yield value.__code__
    elif kind is GeneratorType:
        if value.gi_frame is not None and value.gi_frame.f_globals is namespace:
            yield value.gi_code
    elif kind is MethodType or kind is staticmethod or kind is classmethod:
        held = [value.__func__]
    elif kind is property:
        held = [value.fget]
    elif kind is functools.partial:
        held = [value.func, *value.args, *value.keywords.values()]
    elif kind is CACHE:
        held = [value.__dict__.get("__wrapped__")]
    elif issubclass(kind, dict):
        held = list(dict.values(value))
    elif issubclass(kind, (list, tuple)):
        held = list((list if issubclass(kind, list) else tuple).__iter__(value))
    elif kind is not ModuleType:
        yield from _of_class(value if issubclass(kind, type) else kind, namespace, depth)
        held = list((attributes_of(value) or {}).values()) if not issubclass(kind, type) else ()
    for item in [h for h in held if id(type(h)) not in SCALARS][:_HELD]:
        yield from _functions(item, namespace, depth + 1)


def _of_class(kind: type, namespace: Mapping[str, Any], depth: int) -> Iterator[CodeType]:
    for base in order_of(kind):
        members = dictionary_of(base)
        if of_notebook(base):
            for member in list(members.values()):
                if id(type(member)) in _MEMBERS:
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
                found.asks |= inner.asks
                found.words |= inner.words
    found.reads.update(found.loads)
    found.changes = True
    found.dynamic = found.untold = not UNTELLING.isdisjoint(found.loads)
    found.asks |= not ASKING.isdisjoint(code.co_names)
    found.words.update(word for text in code.co_consts if type(text) is str for word in words_of(text))
    # Whatever it uses, it may give to something that changes it.
    found.passed = {name: {()} for name in found.loads}
    found.seeds |= any(seeds_by_name(name) for name in code.co_names)
    return found
