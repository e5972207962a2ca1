"""What is found in a data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is found, without the content of any row.

    Attributes
    ----------
    check : str
    column : str or None
        None where it is about rows.
    count : int
        Rows that it is about, or columns where it is about columns.
    total : int
        Rows, or columns, that there are.
    sentence : str
        What was found.
    remedy : str
        What to do.
    severity : str
        ``error`` where a model breaks or learns nonsense, ``warning`` where it probably does, else ``info``.
    """

    check: str
    column: str | None
    count: int
    total: int
    sentence: str
    remedy: str
    severity: Severity

    def record(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "check": self.check,
            "column": self.column,
            "count": self.count,
            "share": self.count / self.total if self.total else 0.0,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "severity": self.severity,
        }


def rows(count: int) -> str:
    """Return a number of rows in words."""
    return "1 row" if count == 1 else f"{count:,} rows"


def share(count: int, total: int) -> str:
    """Return a share as a percentage for people, never 0% of some nor 100% of not all."""
    percent = 100 * count / total
    if 0 < percent < 0.1:
        return "under 0.1%"
    if 99.9 < percent < 100:
        return "over 99.9%"
    return f"{percent:.1f}%" if percent < 10 or 99 < percent < 100 else f"{percent:.0f}%"


def number(value: float) -> str:
    """Return a number of a data set for people."""
    return f"{value:.10g}".replace("-", "−")
