"""What a sort of secret is: how it looks, and how to find it without reading a text letter by letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jupyter_gov.records._builtins import keep_builtins

from ._names import is_placeholder, looks_real, sort_of

keep_builtins(globals())

_BEFORE = 200
"""How far before a hint a match may begin."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One sort of secret.

    Attributes
    ----------
    label : str
        What it is called.
    hints : tuple of str
        In lower case; a text that has none of them has no such secret.
    pattern : pattern
        Its group ``secret`` is the secret where it has one, else `group`.
    accepts : callable
        Given the match and the secret; says whether it is one.
    prose : bool
        Whether it would find variables in code, and so is for other texts only.
    anchored : bool
        Whether every match begins with a hint; that is quicker to find.
    reach : int
        How far past a hint a match may end.
    group : int
        See `pattern`.
    """

    label: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    accepts: Callable[[re.Match[str], str], bool] = lambda _match, value: not is_placeholder(value)
    prose: bool = False
    anchored: bool = False
    reach: int = 1_000
    group: int = 0

    def may_be_in(self, low: str) -> bool:
        """Say whether a text, given in lower case, has a hint."""
        for hint in self.hints:  # noqa: SIM110 - a generator takes longer than most searches
            if hint in low:
                return True
        return False

    def find(self, text: str, low: str, start: int) -> Iterator[tuple[int, int, str, bool]]:
        """Yield where in a part of a text secrets begin and end, what they are called, and whether that is sure.

        Parameters
        ----------
        text : str
            The whole text.
        low : str
            The part in lower case.
        start : int
            Where the part begins.
        """
        group = self.pattern.groupindex.get("secret", self.group)
        for match in self._matches(text, low, start):
            if match[group] and self.accepts(match, match[group]):
                if "word" not in self.pattern.groupindex:
                    yield *match.span(group), self.label, True
                    continue
                # By its name alone: what it is compared with, or merely stands beside it in a text, may be anything.
                between = text[match.end("word") : match.start(group)]
                loose = "==" in between or "!=" in between or (self.prose and between.isspace())
                yield *match.span(group), sort_of(match["word"]), not loose and looks_real(match[group])

    def _matches(self, text: str, low: str, start: int) -> Iterator[re.Match[str]]:
        end = start + len(low)
        if self.anchored:
            for hit in self._hits(low):
                match = self.pattern.match(text, start + hit, min(end, start + hit + self.reach))
                if match:
                    yield match
            return
        # Most of a text is far from any hint, and need not be looked at by slower means.
        near: list[list[int]] = []
        for hit in self._hits(low):
            first, past = max(start, start + hit - _BEFORE), min(end, start + hit + self.reach)
            if near and first <= near[-1][1]:
                near[-1][1] = past
            else:
                near.append([first, past])
        for first, past in near:
            yield from self.pattern.finditer(text, first, past)

    def _hits(self, low: str) -> list[int]:
        hits = []
        for hint in self.hints:
            hit = low.find(hint)
            while hit >= 0:
                hits.append(hit)
                hit = low.find(hint, hit + 1)
        return sorted(hits)
