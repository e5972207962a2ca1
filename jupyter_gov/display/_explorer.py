"""An assessment as widgets: a threshold to move and groups to choose, redrawn from counts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_gov.records import Assessment, Json

from . import _exploring, _exploring_groups, _select, sections, words
from ._exploring_why import Questions, Why
from ._parts import notes
from .html import Html, el, join, style_element

if TYPE_CHECKING:
    from jupyter_gov.assessment import ThresholdCounts

VIEW = "application/vnd.jupyter.widget-view+json"
_NAME_LIMIT = 60
_ROWS = 6
_LABEL = {"description_width": "auto"}
_OTHERS = (("each other", _exploring_groups.EXTREMES), ("all rows", _exploring_groups.EVERYBODY))


def explorer(
    assessment: Assessment, counts: ThresholdCounts | None, questions: Questions | None = None
) -> Mapping[str, Json]:
    """Return the mime bundle of widgets that explore an assessment; they live as long as the kernel.

    Parameters
    ----------
    assessment : Assessment
        What `jupyter_gov.assess` returned.
    counts : ThresholdCounts or None
        Of the same model and rows; None where there are no thresholds or groups to choose.
    questions : Questions, optional
        What may be asked of the model about single rows and columns.
    """
    root = Explorer(assessment, counts, questions).root
    return {VIEW: root._repr_mimebundle_()[VIEW]}


class Explorer:
    """The widgets and what connects them.

    Parameters
    ----------
    assessment : Assessment
        What is recorded.
    counts : ThresholdCounts or None
        What is explored.
    questions : Questions, optional
        What may be asked about single rows and columns.
    """

    def __init__(
        self, assessment: Assessment, counts: ThresholdCounts | None, questions: Questions | None = None
    ) -> None:
        import ipywidgets

        self._kit: Any = ipywidgets
        self._counts: Any = counts  # None where there is nothing to choose
        self._why = None if questions is None else Why(ipywidgets, questions)
        self._fairness = _select.done(assessment, "fairness")
        self._state, self._rates, self._confusion, self._groups = (ipywidgets.HTML() for _ in range(4))
        self._draws: list[Any] = []
        self._asked: float | None = None
        tabs = self._tabs(assessment)
        self._tab = ipywidgets.Tab([content for _, content, _ in tabs], titles=[title for title, _, _ in tabs])
        self._draws = [draw for _, _, draw in tabs]
        head = ipywidgets.HTML(join([style_element("base", "card", "explorer"), _exploring.head(assessment)]))
        self.root = ipywidgets.VBox([head, *self._threshold_row(), self._state, self._tab])
        for kind in ("jg-root", "jg-card", "jg-explorer"):
            self.root.add_class(kind)
        self._tab.observe(lambda _: self._draw(), "selected_index")
        self._draw()

    @property
    def threshold(self) -> float | None:
        """The threshold that is shown; None where the model has no scores."""
        counts = self._counts
        return None if counts is None or not counts.default else float(counts.thresholds[self._slider.index])

    def _tabs(self, assessment: Assessment) -> list[tuple[str, Any, Any]]:
        """Return the title, content and way of redrawing of each tab."""
        tabs = []
        if self._counts is not None and _select.done(assessment, "performance") is not None:
            right = self._column(self._confusion, self._html(join(sections.scores(assessment))))
            content = self._kit.Box([self._rates, right])
            content.add_class("jg-columns")
            tabs.append(("Performance", content, self._draw_performance))
        if self._fairness is not None and self._counts is not None and self._counts.families:
            content = self._column(*self._group_choice(), self._groups, self._html(notes(self._fairness)))
            tabs.append(("Fairness", content, self._draw_groups))
        if _select.done(assessment, "explanation") is not None:
            tabs.append(("Explanation", self._html(sections.explanation(assessment)), lambda: None))
        if self._why is not None:
            tabs.append(("Why", self._why.content, self._why.draw))
        return tabs

    def _threshold_row(self) -> list[Any]:
        """Return the slider with its number and the way back, or nothing where there are no scores."""
        counts, kit = self._counts, self._kit
        if counts is None or counts.default is None:
            return []
        own = counts.default.usual if counts.default.own is None else counts.default.own
        self._start = counts.position(own)
        options = [(_exploring.threshold(counts, t), i) for i, t in enumerate(counts.thresholds.tolist())]
        self._slider = kit.SelectionSlider(
            options=options,
            index=self._start,
            description="Threshold",
            readout=False,
            layout={"flex": "1 1 auto"},
            style=_LABEL,
        )
        self._number = kit.FloatText(
            value=_exploring.shown(counts, own),
            step=0.01,
            description="Score ≥",
            layout={"width": "155px"},
            style=_LABEL,
        )
        reset = kit.Button(description="Reset", tooltip="Back to the marked threshold", layout={"width": "auto"})
        self._slider.observe(self._moved, "index")
        self._number.observe(self._typed, "value")
        reset.on_click(lambda _: setattr(self._slider, "index", self._start))
        mark = self._html(_mark(self._slider.model_id, self._start / max(1, len(options) - 1)))
        self._slider.add_class(_marked(self._slider.model_id))
        row = kit.HBox([self._slider, self._number, reset])
        row.add_class("jg-threshold")
        return [mark, row]

    def _group_choice(self) -> list[Any]:
        """Return the choice of an attribute, its groups, and what they are compared with."""
        kit = self._kit
        names = [(_shown(f.name), f.name) for f in self._counts.families]
        self._attribute = kit.Dropdown(options=names, description="Attribute", style=_LABEL)
        self._chosen = kit.SelectMultiple(description="Groups", rows=_ROWS, style=_LABEL)
        every = kit.Button(description="All groups", layout={"width": "auto"})
        hint = self._html(el("p", "Ctrl or Shift: several", class_="jg-quiet"))
        self._reference = kit.Dropdown(options=_OTHERS, description="Compared with", style=_LABEL)
        self._offer_groups()
        self._attribute.observe(lambda _: self._offer_groups(), "value")
        self._reference.observe(lambda _: self._draw(), "value")
        self._chosen.observe(lambda _: self._draw(), "index")
        every.on_click(lambda _: self._choose_all())
        left = self._column(self._attribute, self._reference)
        row = kit.HBox([left, self._chosen, self._column(every, hint)])
        row.add_class("jg-choice")
        return [row]

    def _offer_groups(self) -> None:
        family = self._counts.family(self._attribute.value)
        groups = [(_shown(g), i) for i, g in enumerate(family.groups)]
        self._chosen.options = groups  # first: it forgets positions that the new attribute may not have
        self._reference.options = [*_OTHERS, *groups]
        self._choose_all()

    def _choose_all(self) -> None:
        self._chosen.index = tuple(range(len(self._chosen.options)))

    def _moved(self, _: Any) -> None:
        if self._asked is not None and self._nearest(self._asked) != self._slider.index:
            self._asked = None
        self._number.value = _exploring.shown(self._counts, self.threshold or 0.0)
        self._draw()

    def _typed(self, change: Any) -> None:
        """Move to the next threshold at or above the number; what is shown then says which one that is."""
        if change["new"] == _exploring.shown(self._counts, self.threshold or 0.0):
            return
        self._asked = change["new"]
        at = self._nearest(change["new"])
        if at == self._slider.index:
            self._moved(change)
        else:
            self._slider.index = at

    def _nearest(self, number: float) -> int:
        return int(min(self._counts.position(number), len(self._counts.thresholds) - 1))

    def _draw(self) -> None:
        """Redraw what can be seen."""
        if not self._draws:
            return
        if self._counts is not None:
            self._state.value = _exploring.state(self._counts, self.threshold, self._asked)
        self._draws[self._tab.selected_index or 0]()

    def _draw_performance(self) -> None:
        self._rates.value, self._confusion.value = _exploring.decisions(self._counts, self.threshold)

    def _draw_groups(self) -> None:
        if self._fairness is None:
            return
        chosen: Sequence[int] = self._chosen.index
        self._groups.value = _exploring_groups.groups(
            self._counts, self._fairness, self._attribute.value, chosen, self.threshold, self._reference.value
        )

    def _html(self, html: str) -> Any:
        return self._kit.HTML(str(html))

    def _column(self, *children: Any) -> Any:
        return self._kit.VBox(children)


def _shown(text: str) -> str:
    """Return a name for a control, which shows text and not HTML."""
    return words.shorten(words.printable(text), _NAME_LIMIT) or "(empty)"


def _marked(model_id: str) -> str:
    return f"jg-own-{model_id[:12]}"


def _mark(model_id: str, share: float) -> Html:
    """Return the rule that marks the model's own threshold on the slider's track."""
    return Html(f"<style>.jg-root .{_marked(model_id)} .noUi-target::after {{ left: {share * 100:.2f}%; }}</style>")
