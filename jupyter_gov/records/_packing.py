"""Arrays and single values as bytes, in a form that runs no code when it is read.

::

    "jgp1" | length of the header, 8 bytes, little-endian | header | arrays, end to end

The header is a JSON object in ASCII with sorted keys: what stands for each name. ``{"value": …}`` is a value that JSON
has; ``{"dtype": "<f8", "shape": [2, 3], "at": 0}`` an array of fixed width, by NumPy's name of its type, its shape, and
where its values begin among the arrays, by rows, little-endian; ``{"shape": [2], "values": […]}`` an array of objects.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError

from ._base import Json
from ._builtins import keep_builtins

if TYPE_CHECKING:
    from numpy.typing import NDArray

keep_builtins(globals())

_MAGIC = b"jgp1"
_START = len(_MAGIC) + 8
_PLAIN = (type(None), bool, int, float, str)


def pack(values: Mapping[str, Any]) -> bytes:
    """Return named arrays and single values as bytes; the same values give the same bytes, in whatever order.

    Parameters
    ----------
    values : mapping of str to array, list, number, str, bool or None
        Arrays of any shape, of numbers, truth values, texts, bytes or points in time, or of objects that are one of
        the single values.

    Raises
    ------
    InputError
        If a value is none of these.

    Examples
    --------
    >>> from jupyter_gov.records import pack, unpack
    >>> unpack(pack({"b": [1.5, 2.5], "a": "text"}))
    {'a': 'text', 'b': array([1.5, 2.5])}
    """
    header: dict[str, Json] = {}
    parts: list[bytes] = []
    size = 0
    for name in sorted(values):
        value = values[name]
        if type(value) in _PLAIN:
            header[name] = {"value": value}
            continue
        array = _array(value, name)
        if array.dtype.kind == "O":
            header[name] = {"shape": array.shape, "values": [_plain(v, name) for v in array.reshape(-1).tolist()]}
            continue
        part = array.tobytes()
        header[name] = {"dtype": array.dtype.str, "shape": array.shape, "at": size}
        parts.append(part)
        size += len(part)
    head = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    return b"".join((_MAGIC, len(head).to_bytes(8, "little"), head, *parts))


def unpack(content: bytes) -> dict[str, Any]:
    """Return what `pack` was given, by name; lists and single values of NumPy come back as arrays.

    Raises
    ------
    InputError
        If `pack` has not made the content.
    """
    if content[: len(_MAGIC)] != _MAGIC:
        raise InputError("The content is not packed values.", hint="Pass what pack returned.")
    start = _START + int.from_bytes(content[len(_MAGIC) : _START], "little")
    try:
        header = json.loads(content[_START:start])
        return {name: _restored(held, content, start) for name, held in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("The packed values are damaged.", hint="Read them from where they were kept again.") from error


def _array(value: Any, name: str) -> NDArray[Any]:
    import numpy as np

    try:
        array = np.asarray(value)
    except ValueError as error:  # lists of different lengths
        raise _refusal(name, type(value).__name__) from error
    if array.dtype.kind == "T":
        return array.astype(object)
    if array.dtype.kind == "V":
        raise _refusal(name, array.dtype)
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _plain(value: Any, name: str) -> Json:
    import numpy as np

    value = value.item() if isinstance(value, np.generic) else value
    if type(value) not in _PLAIN:
        raise _refusal(name, type(value).__name__)
    return value


def _restored(held: Mapping[str, Json], content: bytes, start: int) -> Any:
    import numpy as np

    if "value" in held:
        return held["value"]
    shape = tuple(held["shape"])
    if "values" in held:
        objects = np.empty(len(held["values"]), object)
        objects[:] = held["values"]
        return objects.reshape(shape)
    dtype = np.dtype(held["dtype"])
    count = int(np.prod(shape, dtype=np.int64))
    if not count or not dtype.itemsize:
        return np.empty(shape, dtype)
    # A copy, because what lies in the middle of bytes is neither writable nor aligned.
    return np.frombuffer(content, dtype, count, start + held["at"]).reshape(shape).copy()


def _refusal(name: str, what: object) -> InputError:
    return InputError(
        f"The value {name!r} has the type {what}, which cannot be packed.",
        hint="Pass numbers, texts, truth values, or arrays of them.",
    )
