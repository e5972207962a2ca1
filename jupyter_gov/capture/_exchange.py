"""Observing functions that are already imported, aliased, or held by partials and scorers.

Rebinding a name misses every other reference to a function. Exchanging the function's own code object misses none:
the function stays the same object, with the same attributes, and calls an observer that gets the original. It is undone
by giving the code back. See ``docs/adr/0002-exchange-code.md``.

What can still be seen while tracking is on: ``function.__code__`` and what reads nothing else, such as
``inspect.getsourcefile``, name our file, since warnings could not pass over the frame otherwise (`HIDDEN`);
``inspect.getsource`` and ``inspect.signature`` follow ``__wrapped__`` and say what they always say. ``inspect.stack``
and ``sys._getframe`` inside of an observed function show our frames, tracebacks do not.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import CodeType, FunctionType
from typing import Any

from ._active import HIDDEN, unnoticed

Observer = Callable[[FunctionType, tuple[Any, ...], dict[str, Any]], Any]
"""Called in a function's place with the original, the positional and the keyword arguments.

What is defined in a notebook goes to files and to other processes by value, together with what its methods refer to:
there the original is called, and nothing of ours is needed (`_Observing`).
"""

_OBSERVER, _ORIGINAL, _ERROR, _UNLINK = (f"jupyter_gov {name}" for name in ("observer", "original", "error", "unlink"))


class _Observing(partial[Any]):
    """An observer inside of a shell, which another process takes for a mere call of the original."""

    def __reduce__(self) -> Any:
        return FunctionType, (_call.__code__, {}, "call")


class _Unlinking(partial[Any]):
    """`_unlink` inside of a shell; another process has nothing to unlink."""

    def __reduce__(self) -> Any:
        return operator.attrgetter, ("args",)


@unnoticed
def _call(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return original(*args, **kwargs)


def _unlink(error: BaseException) -> None:
    """Take our frames out of an error's traceback as it leaves them, wherever the user is going to print it."""
    entry = error.__traceback__
    while entry is not None and entry.tb_frame.f_code.co_filename == HIDDEN:
        entry = entry.tb_next
    BaseException.with_traceback(error, entry)


class Exchange:
    """A function that is being observed, and the way back.

    Parameters
    ----------
    function : FunctionType
        A Python function, method function or decorated wrapper.
    observer : Observer
        What is called in its place.
    """

    def __init__(self, function: FunctionType, observer: Observer) -> None:
        self._function = function
        self.observer = observer
        self.code = function.__code__
        original = FunctionType(
            function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
        )
        original.__kwdefaults__ = function.__kwdefaults__
        original.__qualname__ = function.__qualname__
        original.__module__ = function.__module__
        original.__doc__ = function.__doc__
        original.__annotations__ = function.__annotations__
        original.__dict__.update(function.__dict__)
        self._wrapped = "__wrapped__" not in function.__dict__ and "__signature__" not in function.__dict__
        if self._wrapped:
            # What `inspect` says of signature and source must not change: scikit-learn's metadata routing reads it.
            function.__wrapped__ = original  # type: ignore[attr-defined]
            # `inspect.getfullargspec` does not follow wrappers.
            function.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
        # Defaults stay where they are, to be read; code without positional parameters takes no notice of them.
        self.shell = _shell(function.__code__, observer, original)
        function.__code__ = self.shell

    def undo(self, exchanges: Mapping[int, Exchange]) -> None:
        """Give the function its own code back.

        Parameters
        ----------
        exchanges : mapping
            Every exchange by the `id` of its shell. ``%autoreload`` copies code from the reloaded function to the old
            one, which is then to get the reloaded function's own code.
        """
        present = self._function.__code__
        if present is self.shell:
            self._function.__code__ = self.code
        elif id(present) in exchanges:
            self._function.__code__ = exchanges[id(present)].code
        if self._wrapped:
            self._function.__dict__.pop("__wrapped__", None)
            self._function.__dict__.pop("__signature__", None)


def _shell(code: CodeType, observer: Observer, original: FunctionType) -> CodeType:
    """Return code with the look of `code` that hands its arguments to `observer`."""
    template = _template(len(code.co_freevars))
    swap: dict[object, object] = {
        _OBSERVER: _Observing(observer), _ORIGINAL: original, _ERROR: BaseException, _UNLINK: _Unlinking(_unlink)
    }  # fmt: skip
    return template.replace(
        co_consts=tuple(swap.get(c, c) if isinstance(c, str) else c for c in template.co_consts),
        co_filename=HIDDEN,
        co_firstlineno=code.co_firstlineno,
        co_name=code.co_name,
        co_qualname=code.co_qualname,
    )


@cache
def _template(free: int) -> CodeType:
    """Return the code of a forwarding function that closes over `free` variables, as the original's closure demands."""
    names = ", ".join(f"free_{i:04}" for i in range(free))
    source = (
        f"def outer({names}):\n"
        "    def shell(*args, **kwargs):\n"
        "        __tracebackhide__ = True\n"
        f"        {f'if False: ({names},)' if free else 'pass'}\n"
        f"        observe = {_OBSERVER!r}\n"
        f"        unlink = {_UNLINK!r}\n"
        "        try:\n"
        f"            return observe({_ORIGINAL!r}, args, kwargs)\n"
        f"        except {_ERROR!r} as error:\n"
        # A bare `raise` adds no entry for this frame again.
        "            unlink(error)\n"
        "            raise\n"
        "    return shell\n"
    )
    scope: dict[str, Any] = {}
    exec(compile(source, HIDDEN, "exec"), scope)  # noqa: S102 - our own text, with a number in it
    code: CodeType = scope["outer"](*range(free)).__code__
    return code
