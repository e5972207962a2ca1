"""What is said about a policy's text: an error or a warning, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Note:
    """One thing to say about a policy.

    Attributes
    ----------
    line, column : int
        From 1; 0 where it is not known.
    level : str
        ``error`` where the policy cannot be used so, else ``warning``.
    message, hint : str
        What is wrong, and what to do.
    """

    line: int
    column: int
    level: Literal["error", "warning"]
    message: str
    hint: str = ""

    def say(self, name: str) -> str:
        """Return it in one line: name of the policy or file, place, what is wrong, what to do."""
        places = [f"line {self.line}"] if self.line else []
        places += [f"column {self.column}"] if self.line and self.column else []
        stop = "" if not self.hint or self.message.endswith((".", "!", "?")) else "."
        return f"{', '.join([name, *places])}: {self.message}{stop} {self.hint}".rstrip()
