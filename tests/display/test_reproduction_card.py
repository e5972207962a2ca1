"""A reproduction as a card and as text."""

from __future__ import annotations

import re

import pytest

from jupyter_gov.display import reproduction
from jupyter_gov.records import AGREEMENTS, Cause, Cell, Compared, Reproduction, Spread

FIT = Cell(order=3, execution_count=7, source="fit")
FOREST = Compared(
    of="fit", name="Forest <b>", record="f", again="g", cell=FIT.id, verdict="different",
    detail="2 of 9 learned values differ, the first in `trees[0]`", difference=0.5,
)  # fmt: skip
AUC = Compared(of="metric", name="auc", record="m", again="n", cell=FIT.id, verdict="identical")
CAUSE = Cause(what="unseeded", message="It draws.", remedy="Set `random_state`.", cells=(FIT.id,))
ASIDE = Cause(what="environment", message="The environment differs: numpy was 1 and is 2.", decides=False)


def made(**fields: object) -> Reproduction:
    """Return a reproduction that came out otherwise; `fields` take the place of others."""
    told: dict[str, object] = {
        "verdict": "different",
        "summary": "Different: the Forest <b> in cell [7] came out otherwise; it draws.",
        "items": (FOREST, AUC),
        "first": "f",
        "causes": (CAUSE, ASIDE),
        "cells": (FIT.id,),
        "changes": ({"what": "package numpy", "before": "1", "after": None},),
        "inputs": ({"path": "a.csv", "verdict": "different", "detail": "The run had 3 bytes."},),
        "environment": {"python": "3.11"},
        "actor": "ada",
        "started": "2026-11-22T01:00:00.000000Z",
        "seconds": 3.0,
    }
    return Reproduction(**(told | fields))  # type: ignore[arg-type]


def plain(html: str) -> str:
    """Return what a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_the_card_says_verdict_where_why_and_what_to_do() -> None:
    html, text = reproduction(made(), cells=[FIT])
    seen = plain(html)
    assert "Reproduction ≠ Different The Forest &lt;b&gt; in cell [7] came out otherwise; it draws." in seen
    assert "They part at model Forest &lt;b&gt; , cell [7]. 2 of 9 learned values differ, the first in trees[0]" in seen
    assert "What to do Set random_state ." in seen
    assert "– numpy" not in seen
    assert "The environment differs: numpy was 1 and is 2." in seen
    assert "Environment: 1 difference" in seen
    assert "Inputs: 1 file, 1 not as in the run" in seen
    assert "not there" in seen
    assert "executed once in a fresh kernel" in seen
    assert "<b>" not in html.replace("<b>They", "")
    assert text.startswith("≠ Different: the Forest <b> in cell [7] came out otherwise; it draws.")
    assert "- It draws. Set `random_state`." in text
    assert "≠ model Forest <b>, cell [7]: 2 of 9 learned values differ" in text
    assert "- package numpy: 1 → not there" in text
    assert "- a.csv: different The run had 3 bytes." in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("verdict", AGREEMENTS)
def test_each_verdict_has_a_word_and_a_sign_besides_its_colour(verdict: str) -> None:
    html, text = reproduction(made(verdict=verdict, summary=f"{verdict.title()}: so.", items=(), causes=(), first=""))
    assert f'class="jg-verdict jg-{verdict}"' in html
    sign = {"identical": "✓", "equivalent": "≈", "different": "≠", "impossible": "–"}[verdict]
    assert f"{sign} {verdict.title()}" in html
    assert text.startswith(f"{sign} {verdict.title()}: so.")
    assert "They part at" not in html


def test_several_reasons_are_all_told() -> None:
    more = Cause(what="code", message="A module has changed.")
    html, text = reproduction(made(causes=(CAUSE, more)))
    assert "Because It draws. A module has changed." in plain(html)
    assert "- A module has changed." in text


def test_the_spread_is_shown_with_as_many_decimals_as_tell_values_apart() -> None:
    noise = Spread(metric="m", name="auc", original=0.5, values=(0.50001, 0.49999, 0.50002))
    change = Spread(metric="n", name="acc", original=0.5, values=(0.25, 0.25, 0.25))
    html, text = reproduction(made(spread=(noise, change, Spread(metric="o", name="one", values=(1.0,))), times=3))
    seen = plain(html)
    assert "auc varies by chance, the run&#x27;s value within 0.50000 0.49999 0.50001 0.50002" in seen
    assert "acc always the same, but not as in the run 0.500 0.250 0.250 0.250" in seen
    assert re.search(r"^auc +varies by chance.* 0\.50000 +0\.49999 +0\.50001 +0\.50002$", text, re.MULTILINE)
    assert "executed 3 times" in seen
    assert "one " not in text.split("repetitions")[1].split("Environment")[0]


def test_many_things_are_counted_rather_than_listed() -> None:
    many = tuple(Compared(of="metric", name=f"m{i}", verdict="different", detail="d") for i in range(500))
    html, text = reproduction(made(items=many, first=""))
    assert "And 480 more." in plain(html)
    assert "and 480 more" in text
    assert "And 200 more" in plain(html)


def test_where_nothing_was_executed_it_says_so() -> None:
    html, text = reproduction(
        made(
            verdict="impossible", summary="Impossible: no.", items=(), environment={}, changes=(), inputs=(), causes=()
        )
    )
    assert "Nothing was executed." in html
    assert "Nothing was executed." in text
    assert "<table" not in html
