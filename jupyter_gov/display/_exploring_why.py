"""One row's explanation and one column's effect, on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from jupyter_gov.errors import GovError
from jupyter_gov.records import Assessment, AssessmentResult

from . import sections, words
from ._figures import figures
from ._inline import message
from ._parts import no_citation
from .html import Html, el, join

_NAME_LIMIT = 60
_MOST_OFFERED = 1_000
_LABEL = {"description_width": "auto"}


class Questions(Protocol):
    """What may be asked of an assessed model."""

    @property
    def rows(self) -> Sequence[str]:
        """Labels of the rows."""

    @property
    def first(self) -> str:
        """The row that is explained first."""

    @property
    def columns(self) -> Sequence[str]:
        """Names of the columns whose effects can be seen."""

    def explain(self, row: str) -> AssessmentResult:
        """Return why a row was decided as it was."""

    def effect(self, column: str) -> AssessmentResult:
        """Return what the output does as a column changes."""


class Why:
    """The tab in which one picks a row and sees what moved its output, and a column and sees its effect.

    Parameters
    ----------
    kit : module
        The widgets' library.
    questions : Questions
        Answers, which are worked out when they are asked for.
    """

    def __init__(self, kit: Any, questions: Questions) -> None:
        self._questions = questions
        rows, columns = questions.rows, questions.columns
        self._explained, self._effect = kit.HTML(), kit.HTML()
        self._row = kit.Combobox(
            value=questions.first,
            options=tuple(dict.fromkeys(rows[:_MOST_OFFERED])),
            description="Row",
            placeholder="label of a row",
            continuous_update=False,
            style=_LABEL,
        )
        names = [(words.shorten(words.printable(c), _NAME_LIMIT) or "(empty)", c) for c in columns]
        self._column = kit.Dropdown(options=names, description="Column", style=_LABEL)
        self._row.observe(lambda _: self._draw_row(), "value")
        self._column.observe(lambda _: self._draw_column(), "value")
        hint = kit.HTML(str(el("p", f"One of {words.plural(len(rows), 'row')}, by its label.", class_="jg-quiet")))
        row = kit.HBox([self._row, hint])
        row.add_class("jg-choice")
        effect = [self._column, self._effect] if names else []
        self.content = kit.VBox([row, self._explained, *effect])
        self._drawn = False

    def draw(self) -> None:
        """Draw what is chosen, the first time that it can be seen."""
        if not self._drawn:
            self._drawn = True
            self._draw_row()
            self._draw_column()

    def _draw_row(self) -> None:
        self._explained.value = str(_answer(lambda: self._questions.explain(self._row.value.strip())))

    def _draw_column(self) -> None:
        if self._column.value is not None:
            self._effect.value = str(_answer(lambda: self._questions.effect(self._column.value), drawn=True))


def _answer(ask: Callable[[], AssessmentResult], *, drawn: bool = False) -> Html:
    """Return an answer, or its charts alone; or why there is none."""
    try:
        found = ask()
    except GovError as error:
        return Html(message(error)[0])
    if drawn:
        return join(figures(found, cite=no_citation))
    return sections.section(Assessment(model=found.model, results=(found,)), found, heading="p")
