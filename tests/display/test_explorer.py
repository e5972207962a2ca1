"""The explorer without a front end: what its widgets hold, and that nothing in it can do harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from jupyter_gov import assess, services
from jupyter_gov.display import _exploring, explorer, words
from jupyter_gov.display._explorer import Explorer

N = 400
RNG = np.random.default_rng(3)
X = pd.DataFrame(RNG.normal(size=(N, 2)), columns=["a", "b"])
Y = (X.a + RNG.normal(size=N) > 0).astype(int)
PEOPLE = pd.DataFrame(
    {
        "race": RNG.choice(np.array(["Asian", "Black", "White", None], object), N, p=[0.04, 0.4, 0.5, 0.06]),
        "sex": RNG.choice(["f", "m"], N),
    }
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></svg></div><b onclick='x'>",
    "\u202eevil\u2066",
    "\x00\x1b[31m\x07",
    "\ud800",
    "x" * 10_000,
    "",
]


class Page(HTMLParser):
    """Collects elements and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def explore() -> Iterator[Callable[..., Explorer]]:
    """Return a function that assesses a model and opens the explorer of it."""
    opened: list[Explorer] = []

    def open_(model: Any = None, people: pd.DataFrame | None = PEOPLE, include: Any = None) -> Explorer:
        model = LogisticRegression().fit(X, Y) if model is None else model
        assessment = assess(model, X, Y, attributes=people, include=include or ["performance", "fairness"])
        counts = services.count_thresholds(assessment, model, X, Y, attributes=people)
        assert counts is not None
        opened.append(Explorer(assessment, counts))
        return opened[-1]

    yield open_
    for one in opened:
        one.root.close()


def html(widget: Any) -> Iterator[str]:
    """Yield the HTML of a widget and of all below it."""
    if type(widget).__name__ == "HTML":
        yield widget.value
    for child in getattr(widget, "children", ()):
        yield from html(child)


def text(widget: Any) -> str:
    return Page("".join(html(widget))).text


def draw_all(one: Explorer) -> None:
    for i in range(len(one._tab.children)):
        one._tab.selected_index = i


def test_begins_at_the_models_own_decisions_and_says_what_is_recorded(explore: Any) -> None:
    one = explore()
    assert one.threshold == 0.5
    said = text(one.root)
    assert "Exploring: not recorded. The recorded assessment, above, is at the model’s own decisions." in said
    assert "Score ≥ 0.5" in said
    assert "The model’s own threshold is 0.5." in said
    assert one._tab.titles == ("Performance", "Fairness")


def test_the_slider_the_number_and_reset_move_together(explore: Any) -> None:
    one = explore()
    own = one._rates.value
    one._slider.index += 40
    assert one._number.value == float(f"{one.threshold:.4g}") > 0.5
    assert one._rates.value != own
    one._number.value = 0.3
    assert one.threshold == 0.3
    one._number.value = 0.30001  # no score lies so near: the next threshold it is, and the number says which
    assert 0.3 < one.threshold < 0.32
    assert one._number.value == float(f"{one.threshold:.4g}")
    one._number.value = 7.0
    assert one._slider.index == len(one._slider.options) - 1
    reset = one.root.children[2].children[2]
    reset.click()
    assert one.threshold == 0.5
    assert one._rates.value == own


def test_what_is_drawn_is_what_assessing_the_rows_gives(explore: Any) -> None:
    one = explore()
    model = LogisticRegression().fit(X, Y)
    one._number.value = 0.6
    pred = (model.predict_proba(X)[:, 1] >= 0.6).astype(int)
    from jupyter_gov.assessment import fairness, performance

    said = text(one._tab.children[0])
    for v in performance(Y, pred).values:
        if v.measure not in ("prevalence", *_exploring._CELLS):
            assert words.number(v.value, 3) in said
            assert words.interval(v, 3) in said
    one._tab.selected_index = 1
    one._attribute.value = "race × sex"
    one._chosen.index = (2, 3)  # Black × f, Black × m
    said = text(one._groups)
    rows = (PEOPLE.race == "Black").to_numpy()
    twin = fairness(Y[rows], pred[rows], sensitive_features=PEOPLE.sex[rows])
    for v in twin.values:
        shown = v.measure in _exploring._select.CRITERIA if v.kind != "group" else v.measure in _exploring._select.RATES
        if shown:
            assert words.number(v.value, 3) in said
            assert words.interval(v, 3) in said
    assert "Black × f" in said
    assert "White" not in said


def test_groups_are_chosen_flagged_and_at_least_two(explore: Any) -> None:
    one = explore()
    one._tab.selected_index = 1
    assert one._chosen.index == (0, 1, 2, 3)
    said = text(one._groups)
    assert "unknown" in said
    assert "small" in said
    one._chosen.index = (1,)
    assert "Choose at least two groups" in text(one._groups)
    one._attribute.value = "sex"
    assert one._chosen.index == (0, 1)
    assert "between 2 groups of sex" in text(one._groups)


def test_without_scores_there_is_no_threshold_but_groups(explore: Any) -> None:
    class Decided(LogisticRegression):
        predict_proba = decision_function = property()

        def predict(self, X: Any) -> Any:
            return (X["a"] > 0).astype(int).to_numpy()

    one = explore(Decided().fit(X, Y))
    assert one.threshold is None
    assert "no scores" in text(one.root)
    assert not any(type(w).__name__ == "HBox" for w in one.root.children)
    draw_all(one)
    one._chosen.index = (0, 1)
    assert "between 2 groups" in text(one._groups)


def test_says_how_the_models_own_decisions_differ_from_the_usual_threshold(explore: Any) -> None:
    class Strict(LogisticRegression):
        def predict(self, X: Any) -> Any:
            return (self.predict_proba(X)[:, 1] >= 0.7).astype(int)

    class Reversed(LogisticRegression):
        def predict(self, X: Any) -> Any:
            return 1 - super().predict(X)

    class Coarse(LogisticRegression):
        def predict_proba(self, X: Any) -> Any:
            score = np.round(super().predict_proba(X)[:, 1] * 10) / 10
            return np.stack([1 - score, score], axis=1)

        def predict(self, X: Any) -> Any:
            return (self.predict_proba(X)[:, 1] > 0.5).astype(int)

    strict = explore(Strict().fit(X, Y))
    assert 0.7 <= strict.threshold < 0.72
    assert "not at the usual 0.5: they differ in" in text(strict.root)
    assert strict._slider.index == strict._start
    reversed_ = explore(Reversed().fit(X, Y))
    assert "No threshold gives the model’s own decisions: they differ from 0.5 in 400 rows." in text(reversed_.root)
    assert reversed_.threshold == 0.5
    coarse = explore(Coarse().fit(X, Y))
    assert coarse.threshold == 0.6
    assert "with a score of exactly 0.5 as 0." in text(coarse.root)
    assert explore(LinearSVC().fit(X, Y)).threshold == 0.0


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(explore: Any, name: str) -> None:
    # As objects: pandas' own strings refuse lone surrogates.
    people = pd.DataFrame(RNG.choice(np.array([name, name + "2"], object), (N, 1)), dtype=object)
    people.columns = pd.Index([name], dtype=object)
    one = explore(people=people)
    draw_all(one)
    parts = list(html(one.root))
    for part in parts:
        assert not Page(part).tags & {"script", "img", "iframe", "object", "form", "link"}
        part.encode()
    assert sum(map(len, parts)) < 60_000
    for label in (*one._attribute._options_labels, *one._chosen._options_labels):
        assert label
        assert len(label) <= 60
        assert label.isprintable()


def test_very_many_groups_are_compared_and_the_first_are_listed(explore: Any) -> None:
    people = pd.DataFrame({"place": np.arange(N).astype(str)})
    one = explore(people=people)
    one._tab.selected_index = 1
    assert f"between {N} groups of place" in text(one._groups)
    assert "and 350 more groups" in text(one._groups)
    assert len(one._groups.value) < 80_000


def test_only_what_was_assessed_has_a_tab(explore: Any) -> None:
    assert explore(people=None)._tab.titles == ("Performance",)
    assert explore(include=["fairness"])._tab.titles == ("Fairness",)
    assert explore(include=["performance", "explanation"])._tab.titles == ("Performance", "Explanation")
    model = LogisticRegression().fit(X, Y)
    assert services.count_thresholds(assess(model, X, Y, include=["explanation"]), model, X, Y) is None


def test_is_a_view_for_front_ends_with_widgets() -> None:
    model = LogisticRegression().fit(X, Y)
    assessment = assess(model, X, Y, include=["performance"])
    counts = services.count_thresholds(assessment, model, X, Y)
    assert counts is not None
    view = explorer(assessment, counts)
    assert list(view) == ["application/vnd.jupyter.widget-view+json"]
    assert view["application/vnd.jupyter.widget-view+json"]["version_major"] == 2
