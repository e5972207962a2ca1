"""The form of a charter without a front end: what it holds, what its buttons do, and its card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets
import pytest

from jupyter_gov.display import charter_card, charter_form
from jupyter_gov.display._charter_form import CharterForm
from jupyter_gov.errors import InputError
from jupyter_gov.policy import charter_data, check_charter
from jupyter_gov.records import Charter

FULL = {
    "goal": "Fewer wrong refusals",
    "kpis": [{"name": "It ranks", "measure": "roc_auc", "at_least": 0.7, "decide_on": "interval", "owner": "me"}],
    "affected": [{"who": "Applicants", "how": "wait"}],
    "alternatives": [{"option": "No model"}],
    "risks": [{"risk": "It repeats history", "likelihood": "high", "impact": "medium"}],
    "decision": "build",
    "decided": "2026-11-02",
    "approvers": [{"name": "R. Okafor", "role": "Head"}],
    "answers": {"use": "credit", "autonomy": "advice"},
    "jurisdiction": "US",
    "policies": ["good-practice"],
}


def form(charter: Charter | None = None, saved: list[Mapping[str, Any]] | None = None) -> CharterForm:
    def save(data: Mapping[str, Any]) -> Charter:
        made = check_charter(data)
        if saved is not None:
            saved.append(data)
        return made

    def write(data: Mapping[str, Any], path: str) -> str:
        check_charter(data)
        raise InputError("no disk", hint="Find one.")

    return CharterForm(charter, save=save, write=write)


def every(root: Any, kind: type) -> list[Any]:
    found = [root] if isinstance(root, kind) else []
    return found + [w for child in getattr(root, "children", ()) for w in every(child, kind)]


def press(made: CharterForm, label: str) -> None:
    next(b for b in every(made.root, ipywidgets.Button) if b.description == label).click()


def test_a_charter_goes_through_the_form_unchanged() -> None:
    charter = check_charter(FULL)
    told = check_charter(form(charter).value())
    assert charter_data(told) == charter_data(charter)


def test_an_empty_form_says_nothing_but_asks() -> None:
    made = form()
    assert made.value() == {"alternatives": [{"option": "No model"}]}
    press(made, "Keep in the record")
    assert "A charter needs `goal`" in made._said.value


def test_it_is_kept_and_shown() -> None:
    saved: list[Mapping[str, Any]] = []
    made = form(check_charter(FULL), saved)
    press(made, "Keep in the record")
    assert saved[0]["goal"] == FULL["goal"]
    assert "It is in the record." in made._said.value
    press(made, "Write as YAML")
    assert "no disk" in made._said.value


def test_the_tier_follows_the_answers() -> None:
    made = form(check_charter({"goal": "g"}))
    assert "follows from the answers" in made._tier.value
    made._answers["use"].value = "credit"
    made._texts["jurisdiction"].value = "US"
    assert "<b>high</b>" in made._tier.value
    assert "us-consumer-credit" in made._tier.value
    press(made, "Use the proposed policies")
    assert made.value()["policies"][0] == "good-practice"


def test_rows_come_and_go() -> None:
    made = form(check_charter({"goal": "g"}))
    press(made, "Add a KPI")
    name, measure, target = (w for w in every(made._tables["kpis"].root, ipywidgets.Text) if w.description in _ASKED)
    name.value, measure.value, target.value = "Rank", "roc_auc", "70%"
    assert made.value()["kpis"] == [{"name": "Rank", "measure": "roc_auc", "decide_on": "interval", "at_least": 0.7}]
    target.value = "much"
    press(made, "Keep in the record")
    assert "`at_least` is a number, not a text" in made._said.value
    next(b for b in every(made._tables["kpis"].root, ipywidgets.Button) if b.icon == "times").click()
    assert "kpis" not in made.value()


_ASKED = ("Name", "Measure", "Number")


def test_the_bundle_is_a_widget() -> None:
    def save(data: Mapping[str, Any]) -> Charter:
        return check_charter(data)

    view = charter_form(None, save=save, write=lambda data, path: path)
    assert list(view) == ["application/vnd.jupyter.widget-view+json"]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\u202eevil", "x" * 5000, "{{ 1 }}"])
def test_nothing_in_a_charter_does_harm(hostile: str) -> None:
    charter = check_charter({**FULL, "goal": hostile, "risks": [{"risk": hostile, "owner": hostile}]})
    html, text = charter_card(charter)
    assert "<script>" not in html
    assert "\u202e" not in html + text


def test_the_card_tells_all_in_words() -> None:
    html, text = charter_card(check_charter(FULL), said="Kept.")
    for words in (
        "Fewer wrong refusals",
        "ROC AUC at least 0.7, by the whole interval",
        "R. Okafor (Head)",
        "No model",
    ):
        assert words in html
        assert words in text
    assert "Why the risk tier is" in html
