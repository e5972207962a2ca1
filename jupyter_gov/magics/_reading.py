"""What all magics have in common: the user's variables, and that nothing raises into the user's cell."""

from __future__ import annotations

import ast
import builtins
import functools
import keyword
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, TypeVar

from IPython.core.magic import Magics

from ..errors import GovError, InputError, NotFoundError, NotTrackingError, did_you_mean

F = TypeVar("F", bound=Callable[..., Any])


def _describe(error: BaseException) -> str:
    """Return ``Type: message``, or the type alone where an exception cannot say its message."""
    try:
        return f"{type(error).__name__}: {error}".rstrip(".: ")
    except Exception:
        return type(error).__name__


def never_raises(function: F) -> F:
    """Show what went wrong instead of raising it: the rest of the user's cell runs on."""

    @functools.wraps(function)
    def safe(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except GovError as error:
            problem = error
        except Exception as error:
            problem = GovError(
                f"%{function.__name__} failed: {_describe(error)}.",
                hint="This is a defect in jupyter-gov; your cell is not affected.",
            )
        try:
            from ..display import message, show

            show(*message(problem), kind="error")
        except Exception:
            # Not even an error can be shown as it should be.
            print(f"jupyter-gov: {problem}", file=sys.stderr)  # noqa: T201
        return None

    return safe  # type: ignore[return-value]


def tracked_session() -> Any:
    """Return the session of the notebook.

    Raises
    ------
    NotTrackingError
        If nothing is tracked in it.
    """
    from ..services import current

    session = current()
    if session is None:
        raise NotTrackingError("Nothing is tracked in this notebook.", hint="Run %gov_track first.")
    return session


class Reading(Magics):
    """Magics that read what a line names from the user's variables."""

    shell: Any

    def _row(self, text: str, X: Any) -> Any:
        """Return a row: the label as it is written if the table has it, else what a variable or expression is."""
        label = self._label(text)
        index: Any = getattr(X, "index", None)
        for one in (label, text):
            if isinstance(one, str | int | float) and hasattr(index, "get_loc") and one in index:
                return one
        # What names no variable, such as A-17 or 2024-11-15, is no expression.
        return self._value(text) if label is text and self._is_expression(text) else label

    def _named(self, text: str | None) -> Any:
        """Return a mapping that a variable holds or that is written out, else the text."""
        if text is None:
            return None
        held = self._value(text) if text.startswith("{") else self.shell.user_ns.get(text)
        return held if isinstance(held, Mapping) else text

    def _column_or_value(self, text: str | None, tables: Sequence[Any]) -> Any:
        """Return a name as it is if one of the tables has a column of that name, else what it evaluates to."""
        if text is None or any(text in map(str, table.columns) for table in tables):
            return text
        return self._value(text)

    def _label(self, text: str) -> Any:
        """Return a label: a number or a word in quotes as it is written, else the word itself."""
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text

    def _value(self, expression: str) -> Any:
        """Return the value of a name or expression in the user's namespace."""
        namespace = self.shell.user_ns
        named = expression.isidentifier() and not keyword.iskeyword(expression)
        if named and expression not in namespace and not hasattr(builtins, expression):
            known = [n for n in namespace if not n.startswith("_") and n not in self.shell.user_ns_hidden]
            raise NotFoundError(f"There is no variable {expression!r}.", hint=did_you_mean(expression, known))
        try:
            return eval(expression, self.shell.user_global_ns, namespace)  # noqa: S307 - the user's own code
        except Exception as error:
            raise InputError(
                f"{expression!r} could not be evaluated: {_describe(error)}.",
                hint="Give a variable or an expression without spaces.",
            ) from error

    def _is_expression(self, text: str) -> bool:
        """Return whether a text is an expression of variables that there are."""
        try:
            tree = ast.parse(text, mode="eval")
        except SyntaxError:
            return False
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        return bool(names) and all(name in self.shell.user_ns or hasattr(builtins, name) for name in names)


def no_widgets(shell: Any) -> str:
    """Return why there can be no widgets; nothing where there can be."""
    if not hasattr(shell, "kernel"):
        return "they need a notebook."
    return "" if find_spec("ipywidgets") is not None else "ipywidgets is not installed where this kernel runs."
