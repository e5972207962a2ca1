"""What `diff` says about directions holds: what is stricter passes nothing that the other does not."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.policy import Combination, Requirement
from jupyter_gov.policy._diff_directions import direction, implied

ATOMS = ("goal", "kpis", "risks")
Rule = Requirement | Combination


def combined(parts: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    """Draw a combination of these."""
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)

    def some(drawn: tuple[Any, int]) -> Combination:
        return Combination(how="at_least", parts=drawn[0], k=min(drawn[1], len(drawn[0])))

    return st.one_of(
        several.map(lambda p: Combination(how="all", parts=p)),
        several.map(lambda p: Combination(how="any", parts=p)),
        st.tuples(several, st.integers(1, 3)).map(some),
        st.tuples(parts, parts).map(lambda p: Combination(how="if", parts=p)),
    )


RULES = st.recursive(st.sampled_from(ATOMS).map(lambda n: Requirement(of="charter", name=n)), combined, max_leaves=6)


def met(rule: Rule, there: dict[str, bool]) -> bool:
    """Judge a rule by what is there."""
    if isinstance(rule, Requirement):
        return there[str(rule.name)]
    held = [met(part, there) for part in rule.parts]
    if rule.how == "if":
        return held[1] or not held[0]
    return sum(held) >= {"all": len(held), "any": 1}.get(rule.how, rule.k)


@given(RULES, RULES)
@settings(max_examples=300, deadline=None)
def test_what_meets_the_stricter_meets_the_other(one: Rule, other: Rule) -> None:
    worlds = [dict(zip(ATOMS, there, strict=True)) for there in product((True, False), repeat=len(ATOMS))]
    if implied(one, other):
        assert all(met(other, there) for there in worlds if met(one, there))
    mirrored = {"stricter": "looser", "looser": "stricter", "": ""}
    assert direction(one, other) == mirrored[direction(other, one)]
    assert implied(one, one)
    assert direction(one, Combination(how="any", parts=(one, other))) in ("looser", "")
    assert implied(one, Combination(how="any", parts=(other, one)))
    assert implied(Combination(how="all", parts=(other, one)), one)
