"""The structural walk over what a fitted model has learned."""

from __future__ import annotations

import enum
import functools
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Never

import numpy as np

from jupyter_gov.errors import InputError

from ._boosters import READERS, Written
from ._fingerprint import fingerprint
from ._format import text, u64
from ._names import type_name
from ._plain import PLAIN, array, number, shape
from ._read import family
from ._state import attributes, class_name, getattr_static, library

_LEFT_OUT = frozenset(
    {
        "_stop_words_id",
        "callbacks",
        "memory",
        "n_jobs",
        "n_threads",
        "nthread",
        "num_threads",
        "pre_dispatch",
        "refit_time_",
        "thread_count",
        "verbose",
        "verbosity",
    }
)
"""Attributes that say how a model was fitted and shown, not what it has learned; one of them is an address."""

_TIMES = frozenset({"mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"})
"""Entries of `cv_results_` that differ each time."""

_REDUCIBLE = frozenset(
    {"collections", "datetime", "decimal", "numpy", "operator", "pandas", "re", "scipy", "sklearn"},
)
"""Libraries whose compiled objects are asked what they hold; nobody else's code runs."""

_SIMPLE = (range, slice, bytearray, type(...), type(NotImplemented))
_CONTAINERS = (list, tuple, dict, set, frozenset)
_RANDOM = (np.random.RandomState, np.random.Generator, np.random.BitGenerator)
_DEEPEST = 150


_ALIKE = frozenset(map(id, (bool, int, float, str)))
"""Types of which several that fill a container are one leaf."""

_ATTRIBUTE = ".{}"
_REDUCED = ("()", "", "[]", "{}")
"""Steps to the arguments, the state, and the items that a compiled object is made again from."""


class Walk:
    """One walk over a model: the bytes so far, and the way to where it stands.

    Parameters
    ----------
    leaf : callable, optional
        Called with the way to each value that is not made of others (for `spell_way`), and the value: an array, a
        number, a text, a truth value, None, bytes, a `Written`; or a list, where all values in a container are of one
        type.
    """

    def __init__(self, leaf: Callable[[tuple[str, ...], Any], object] | None = None) -> None:
        self._out: list[bytes] = []
        self._way: list[str] = []
        self._above: dict[int, int] = {}
        self._leaf = leaf
        self._places: list[int] = []

    def over(self, model: Any) -> list[bytes]:
        """Return the bytes that identify a model.

        Raises
        ------
        InputError
            If something in it cannot be identified.
        """
        self._value(model)
        return self._out

    def frame(self) -> list[bytes]:
        """Return the bytes without those of the leaves, of which only the types are left."""
        frame = self._out.copy()
        for place in self._places:
            frame[place] = frame[place][:1]
        return frame

    def _end(self, value: Any, encoded: bytes) -> None:
        """Take in a leaf."""
        if self._leaf is not None:
            self._leaf(tuple(self._way), value)
        self._put(encoded)

    def _put(self, encoded: bytes) -> None:
        """Take in the bytes of a leaf, or of a part of one."""
        if self._leaf is not None:
            self._places.append(len(self._out))
        self._out.append(encoded)

    def _value(self, value: Any) -> None:
        plain = PLAIN.get(id(type(value)))
        if plain is not None:
            self._end(value, plain(value))
            return
        identity = id(value)
        depth = len(self._above)
        if identity in self._above:
            self._out.append(b"^" + u64(depth - self._above[identity]))
            return
        if depth >= _DEEPEST:
            self._refuse("nested too deeply")
        self._above[identity] = depth
        self._compound(value, type(value))
        del self._above[identity]

    def _compound(self, value: Any, kind: type) -> None:
        if issubclass(kind, np.ndarray):
            self._array(value)
        elif issubclass(kind, np.generic):
            self._end(value, number(value))
        elif kind is Written:
            self._end(value, PLAIN[id(str)](value.text))
        elif issubclass(kind, _CONTAINERS):
            self._container(value, kind)
        elif issubclass(kind, enum.Enum):
            self._reference(f"{class_name(kind)}.{value._name_}")
        elif issubclass(kind, (str, int, float)):
            # By its characters or its number, whatever its class makes of them.
            self._value(str.__str__(value) if issubclass(kind, str) else _number_of(value))
        elif issubclass(kind, type):
            self._reference(class_name(value))
        elif issubclass(kind, types.ModuleType):
            self._reference(str(getattr_static(value).get("__name__")))
        elif issubclass(kind, np.dtype):
            self._reference(f"numpy.dtype {value.descr if value.names else value.str}")
        elif issubclass(kind, _RANDOM):
            self._generator(value, kind)
        elif callable(value) and self._function(value, kind):
            return
        elif family(value):
            self._table(value)
        else:
            self._object(value, kind)

    def _array(self, values: Any) -> None:
        if issubclass(type(values), np.ma.MaskedArray):
            self._out.append(b"m")
            self._step(".mask", self._array, np.ma.getmaskarray(values))
            values = np.ma.getdata(values, subok=False)
        values = np.asarray(values)
        if values.dtype.names:
            self._out.append(b"v" + u64(len(values.dtype.names)))
            for name in values.dtype.names:  # one by one: what lies between them is undefined
                self._out.append(text(name))
                self._step(f".{name}", self._array, values[name])
        elif values.dtype.kind in "OUST":
            self._out.append(b"A" + shape(values))
            self._each(values.reshape(-1).tolist())
        else:
            self._end(values, array(values))

    def _step(self, step: str, take: Callable[[Any], None], value: Any) -> None:
        """Take in what is one step further."""
        self._way.append(step)
        take(value)
        self._way.pop()

    def _container(self, value: Any, kind: type) -> None:
        """Take in a container; one of a class of its own also by that class."""
        base = next(base for base in _CONTAINERS if issubclass(kind, base))
        if kind is not base:
            self._out.append(b"k" + text(class_name(kind)))
            self._mapping(getattr_static(value), _ATTRIBUTE)
        if issubclass(base, dict):
            self._mapping(dict(dict.items(value)), "[{!r}]")
        elif base is list or base is tuple:
            self._out.append(b"l" if base is list else b"t")
            self._each(list(base.__iter__(value)))
        else:
            members = sorted(self._apart(member) for member in base.__iter__(value))
            self._out += [b"u", u64(len(members)), *members]

    def _each(self, values: Iterable[Any], steps: Sequence[str] | None = None) -> None:
        held = list(values)
        self._out.append(u64(len(held)))
        plain = _alike(held)
        if plain is not None:
            self._end(held, b"".join(map(plain, held)))
            return
        for step, value in zip(steps or _steps(held), held, strict=False):
            # Not `_step`: there are many.
            self._way.append(step)
            self._value(value)
            self._way.pop()

    def _mapping(self, held: Mapping[Any, Any], step: str) -> None:
        """Take in keys and what they stand for, by the bytes of the keys."""
        self._out.append(b"d" + u64(len(held)))
        keys = sorted(((self._apart(key), key) for key in held), key=lambda pair: pair[0])
        values = [held[key] for _, key in keys]
        plain = None if step is _ATTRIBUTE else _alike(values)
        if plain is not None and self._leaf is not None:
            self._leaf(tuple(self._way), values)
        for i, ((encoded, key), value) in enumerate(zip(keys, values, strict=True)):
            self._out.append(encoded)
            if plain is not None:
                self._put(plain(value))
            else:
                known = type(key) in (str, int)
                self._step(step.format(key) if known else f"[…{i}]", self._value, value)

    def _apart(self, value: Any) -> bytes:
        """Return the bytes of a value without taking them in."""
        plain = PLAIN.get(id(type(value)))
        if plain is not None:
            return plain(value)
        kept, self._out = self._out, []
        self._quietly(self._value, value)
        kept, self._out = self._out, kept
        return b"".join(kept)

    def _quietly(self, take: Callable[[Any], None], value: Any) -> None:
        """Take in what has no leaves."""
        leaf, self._leaf = self._leaf, None
        take(value)
        self._leaf = leaf

    def _table(self, data: Any) -> None:
        try:
            self._out.append(b"D" + bytes.fromhex(fingerprint(data).digest.partition(":")[2]))
        except InputError as error:
            self._refuse(f"data without a fingerprint ({error.message})")

    def _object(self, value: Any, kind: type) -> None:
        origin = library(kind)
        reader = READERS.get(origin)
        held = None if reader is None else reader(value)
        if held is None:
            held = attributes(value)
        if held is not None:
            learned = {name: part for name, part in held.items() if name not in _LEFT_OUT}
            results = learned.get("cv_results_")
            if type(results) is dict:
                learned["cv_results_"] = {name: part for name, part in results.items() if name not in _TIMES}
            self._out.append(b"o" + text(class_name(kind)))
            self._mapping(learned, _ATTRIBUTE)
        elif origin in _REDUCIBLE or issubclass(kind, _SIMPLE):
            self._out.append(b"x" + text(class_name(kind)))
            self._reduced(value, kind)
        else:
            self._refuse(f"an object of class {class_name(kind)}")

    def _reduced(self, value: Any, kind: type) -> None:
        """Take in a compiled object by what it would be made again from."""
        try:
            _, arguments, *state = value.__reduce_ex__(2)
        except (TypeError, ValueError):
            self._refuse(f"an object of class {class_name(kind)}")
        # State, then items of a list and of a mapping, which come as iterators.
        parts = [state[0] if state else None, *([] if part is None else list(part) for part in state[1:3])]
        self._each([arguments, *parts], _REDUCED)

    def _generator(self, value: Any, kind: type) -> None:
        self._out.append(b"g" + text(class_name(kind)))
        if value is np.random.mtrand._rand:
            self._out.append(b"N")  # NumPy's global generator is nobody's state
            return
        if issubclass(kind, np.random.RandomState):
            state = value.get_state(legacy=False)
        else:
            state = (value.bit_generator if issubclass(kind, np.random.Generator) else value).state
        self._value(state)

    def _function(self, value: Any, kind: type) -> bool:
        """Take in a function; return whether it was one."""
        if issubclass(kind, functools.partial):
            self._out.append(b"p")
            self._each([value.func, value.args, value.keywords])
        elif issubclass(kind, types.MethodType):
            self._out.append(b"p")
            self._each([value.__func__, value.__self__])
        elif issubclass(kind, types.FunctionType) and _is_local(value):
            self._out.append(b"F" + text(value.__qualname__))
            cells = [_content(cell) for cell in value.__closure__ or ()]
            self._quietly(self._each, [*_code(value.__code__), value.__defaults__, value.__kwdefaults__, cells])
        elif kind is np.ufunc:
            self._reference(f"numpy.{value.__name__}")
        elif kind in _NAMED or type_name(kind) == "cython_function_or_method":
            self._reference(f"{str(getattr(value, '__module__', '')).partition('.')[0]}.{value.__qualname__}")
        else:
            return False
        return True

    def _reference(self, name: str) -> None:
        self._out.append(b"r" + text(name))

    def _refuse(self, what: str) -> Never:
        raise InputError(
            f"The model cannot be identified: {spell_way(self._way) or 'it'} is {what}.",
            hint="Its parameters and metrics are recorded all the same.",
        )


_NAMED = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    type(np.mean),
)
"""Functions that count by their name: their code belongs to the environment."""


_NAMED_STEP = "\0"
"""Ends the step to a tuple that begins with a name."""


def spell_way(way: Iterable[str]) -> str:
    """Return the way to a value as it would be written in Python, but for what lies behind names and classes."""
    # The second of a pair is what the first names; others in the tuple need a step of their own.
    return "".join(way).replace(f"{_NAMED_STEP}[1]", "").replace(_NAMED_STEP, "#")


def _steps(held: list[Any]) -> Iterable[str]:
    """Return the steps to what a list or tuple has: pairs of a name and something, as a pipeline's, go by the names."""
    if held and all(type(v) is tuple and len(v) > 1 and type(v[0]) is str for v in held):
        names = [v[0] for v in held]
        if all(map(str.isidentifier, names)) and len(set(names)) == len(names):
            return [f".{name}{_NAMED_STEP}" for name in names]
    return [f"[{i}]" for i in range(len(held))]


def _alike(held: list[Any]) -> Callable[[Any], bytes] | None:
    """Return what turns values into bytes where all are of one plain type, else None."""
    # By identity: to put a type into a set would run its metaclass.
    kinds = set(map(id, map(type, held)))
    return PLAIN[kinds.pop()] if len(kinds) == 1 and kinds <= _ALIKE else None


def _is_local(function: types.FunctionType) -> bool:
    """Return whether a function is of the notebook or has no name of its own, so that its code must say what it is."""
    return function.__module__ == "__main__" or "<" in function.__qualname__


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a name that has no value yet
        return None


def _code(code: types.CodeType) -> list[Any]:
    """Return what a function does, without where it stands; of this version of Python."""
    constants = [_code(part) if isinstance(part, types.CodeType) else part for part in code.co_consts]
    return [code.co_code, list(code.co_names), list(code.co_varnames), constants]


def _number_of(value: Any) -> int | float:
    """Return the number that an object of a subclass is."""
    return int.__int__(value) if issubclass(type(value), int) else float.__float__(value)
