"""What policies inherit, change, take away and say together."""

from __future__ import annotations

import json

import pytest

from jupyter_gov.errors import ConflictError, InputError, NotFoundError
from jupyter_gov.policy import Policy, Requirement, compose, digest, from_json, read_policy, resolve, to_json


def policy(name: str, rest: str) -> Policy:
    """Return a policy of its name and of what follows its head."""
    return read_policy(f"schema: jupyter-gov/policy/1\nid: {name}\nversion: 1.0.0\ntitle: {name}\n{rest}", name=name)


def asking(name: str, least: float = 0.7, more: str = "") -> str:
    """Return a control on ROC AUC."""
    return f"  - {{id: {name}, title: {name}, require: {{measure: roc_auc, at_least: {least}}}{more}}}\n"


BASE = policy(
    "base",
    "owner: Head\napplies: {task: [binary, ranking]}\ncontrols:\n"
    + asking("b.auc")
    + asking("b.lock", more=", applies: {task: binary}")
    + "items:\n  - {id: '1', title: one, controls: [b.auc, b.lock]}\nnot_covered: [The weather.]\n"
    + "examples: [{name: a, expect: {b.auc: missing}}]\n",
)


def find(*policies: Policy):  # type: ignore[no-untyped-def]
    """Return what finds these policies by name."""
    known = {p.id: p for p in policies}

    def found(name: str) -> Policy:
        if name not in known:
            raise NotFoundError(f"No policy named {name!r}.")
        return known[name]

    return found


def least(made: Policy, name: str) -> object:
    """Return the threshold of a control."""
    (control,) = (c for c in made.controls if c.id == name)
    assert isinstance(control.require, Requirement)
    return control.require.threshold


def test_inherited_controls_come_first_and_keep_what_they_have_of_their_policy() -> None:
    made = resolve(policy("site", "extends: base\ncontrols:\n" + asking("s.auc")), find(BASE))
    assert [c.id for c in made.controls] == ["b.auc", "b.lock", "s.auc"]
    assert [c.origin for c in made.controls] == ["base 1.0.0", "base 1.0.0", "site 1.0.0"]
    assert [c.owner for c in made.controls] == ["Head", "Head", ""]
    assert [c.applies.task for c in made.controls] == [("binary", "ranking"), ("binary",), ()]
    assert (made.extends, made.overrides, made.examples) == ((), (), ())
    assert made.not_covered == ("The weather.",)
    assert made.items == BASE.items
    assert resolve(made, find()) == made
    assert from_json(to_json(made)) == made


def test_an_override_changes_what_it_says_and_tells_why() -> None:
    made = resolve(
        policy(
            "site",
            "extends: [base]\noverride:\n"
            "  - {control: b.auc, because: Ours is harder., severity: blocker,\n"
            "     require: {measure: roc_auc, at_least: 0.6}}\n"
            "  - {control: b.lock, because: We have containers., remove: true}\n",
        ),
        find(BASE),
    )
    (control,) = made.controls
    assert least(made, "b.auc") == 0.6
    assert (control.severity, control.owner, control.title) == ("blocker", "Head", "b.auc")
    assert control.origin == "base 1.0.0, changed by site 1.0.0: Ours is harder"
    assert made.not_covered == ("The weather.", "site 1.0.0 does not ask for b.lock: We have containers.")
    (item,) = made.items
    assert item.controls == ("b.auc",)
    assert item.because == "site 1.0.0 does not ask for b.lock: We have containers."


def test_a_policy_that_is_not_resolved_survives_json() -> None:
    site = policy(
        "site",
        "extends: base\noverride:\n"
        "  - {control: b.auc, because: so, require: [{charter: goal}, {charter: risks}], remedies: [], title: New,\n"
        "     source: {title: Law}, applies: {task: binary}, owner: Ann, text: Why., severity: minor}\n"
        "  - {control: b.lock, because: so, remove: true}\n",
    )
    again = from_json(to_json(site))
    assert again == site
    assert digest(again) == digest(site)
    assert resolve(again, find(BASE)) == resolve(site, find(BASE))
    assert read_policy(json.dumps(to_json(site))) == site


def test_a_diamond_counts_once() -> None:
    left, right = (policy(name, f"extends: base\ncontrols:\n{asking(name)}") for name in ("left", "right"))
    made = resolve(policy("top", "extends: [left, right]\n"), find(BASE, left, right))
    assert [c.id for c in made.controls] == ["b.auc", "b.lock", "left", "right"]
    assert made.not_covered == ("The weather.",)


CHANGE = "override: [{{control: b.auc, because: so, require: {{measure: roc_auc, at_least: {}}}}}]\n"


def test_what_two_ask_differently_must_be_settled() -> None:
    left = policy("left", "extends: base\n" + CHANGE.format(0.6))
    right = policy("right", "extends: base\n")
    found = find(BASE, left, right)
    with pytest.raises(
        ConflictError, match=r"'b.auc' asks for different things in base 1.0.0 and in base 1.0.0, changed"
    ):
        resolve(policy("top", "extends: [left, right]\n"), found)
    for order in ("[left, right]", "[right, left]"):
        settled = resolve(policy("top", f"extends: {order}\n" + CHANGE.format(0.8)), found)
        assert least(settled, "b.auc") == 0.8
        removed = "override: [{control: b.auc, because: so, remove: true}]\n"
        assert [c.id for c in resolve(policy("top", f"extends: {order}\n{removed}"), found).controls] == ["b.lock"]
    with pytest.raises(ConflictError, match="Write a policy that extends both"):
        compose([resolve(left, found), resolve(right, found)])


def test_the_same_by_two_names_counts_once_and_names_both() -> None:
    one, two = (policy(name, "controls:\n" + asking("x")) for name in ("one", "two"))
    made = compose([one, two])
    assert (made.id, made.version, made.title) == ("one + two", "1.0.0 + 1.0.0", "one + two")
    assert [c.origin for c in made.controls] == ["one 1.0.0 + two 1.0.0"]
    assert compose([two, one]).controls == made.controls
    assert from_json(to_json(made)) == made
    assert digest(compose([one])) == digest(one)


def test_composed_controls_apply_where_their_policy_does() -> None:
    here, there = (policy(n, f"applies: {{jurisdiction: {n}}}\ncontrols:\n{asking(n)}") for n in ("us", "eu"))
    assert [c.applies.jurisdiction for c in compose([here, there]).controls] == [("US",), ("EU",)]


def test_a_control_for_a_part_of_a_place_applies_there() -> None:
    def narrowed(outer: str, inner: str) -> tuple[str, ...]:
        control = asking("b").replace("title: b", f"title: b, applies: {{jurisdiction: [{inner}]}}")
        made = policy("base", f"applies: {{jurisdiction: [{outer}]}}\ncontrols:\n{control}")
        return compose([made, policy("other", "controls:\n" + asking("o"))]).controls[0].applies.jurisdiction

    assert narrowed("US", "us-ny") == ("US-NY",)
    assert narrowed("US-NY-NYC, DE", "US, EU") == ("US-NY-NYC", "DE")
    assert narrowed("EU", "FR, EU") == ("FR", "EU")
    with pytest.raises(InputError, match="never applies"):
        narrowed("US-NY", "US-CA")


def test_what_comes_by_two_ways_applies_where_either_does() -> None:
    us = resolve(policy("us", "applies: {jurisdiction: US, tier: high}\nextends: base\n"), find(BASE))
    eu = resolve(policy("eu", "text: a\napplies: {jurisdiction: EU}\nextends: base\n"), find(BASE))
    for both in (compose([us, eu]), compose([eu, us])):
        (control, _) = both.controls
        assert control.applies.jurisdiction == ("EU", "US")
        assert control.applies.tier == ()
        assert control.applies.task == ("binary", "ranking")
    assert compose([us, BASE]).controls[0].applies.jurisdiction == ()


def test_lines_make_no_difference() -> None:
    one = policy("one", "controls:\n" + asking("x"))
    two = policy("two", "text: a\n# more lines\ncontrols:\n\n" + asking("x"))
    assert len(compose([one, two]).controls) == 1


def test_what_applies_nowhere_is_told_and_never_applies_everywhere() -> None:
    us = policy("us", "applies: {jurisdiction: US}\ncontrols:\n" + asking("us.a"))
    eu = resolve(policy("eu", "applies: {jurisdiction: EU}\nextends: us\ncontrols:\n" + asking("eu.a")), find(us))
    both = compose([eu, BASE])
    assert [c.id for c in both.controls] == ["eu.a", "b.auc", "b.lock"]
    assert "eu 1.0.0 never asks for us.a" in both.not_covered[0]


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (
            "override: [{control: b.acu, because: so, remove: true}]\n",
            "site, line 6: No control 'b.acu' is inherited. Did",
        ),
        (
            "controls:\n" + asking("b.auc"),
            "site, line 7: 'b.auc' is inherited from base 1.0.0 already. Change it under",
        ),
        (
            "items: [{id: a, title: b, controls: [b.lok]}]\n",
            "site: There is no control 'b.lok'. Did you mean 'b.lock'?",
        ),
        ("examples: [{name: a, expect: {b.lok: fail}}]\n", "site: There is no control 'b.lok'. Did you mean 'b.lock'?"),
    ],
)
def test_names_are_looked_up_among_what_is_inherited(rest: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        resolve(policy("site", f"extends: base\n{rest}"), find(BASE))
    assert str(caught.value).startswith(said)


def test_circles_and_long_rows_end() -> None:
    ring = [policy("one", "extends: two\n"), policy("two", "extends: three\n"), policy("three", "extends: one\n")]
    with pytest.raises(InputError, match="in a circle: one → two → three → one"):
        resolve(ring[0], find(*ring))
    row = [policy(f"p{i}", f"extends: p{i + 1}\n") for i in range(30)]
    with pytest.raises(InputError, match="more than 10 policies"):
        resolve(row[0], find(*row))
    with pytest.raises(NotFoundError):
        resolve(row[-1], find())


def test_each_policy_is_read_once() -> None:
    # Eight rows of three that each extend all of the next row: 3**8 ways lead to the last.
    rows = [
        [policy(f"p{i}-{j}", f"extends: [p{i + 1}-0, p{i + 1}-1, p{i + 1}-2]\n") for j in range(3)] for i in range(8)
    ]
    last_ = [policy(f"p8-{j}", "controls:\n" + asking(f"x{j}")) for j in range(3)]
    look, asked = find(*(p for row in rows for p in row), *last_), []

    def found(name: str) -> Policy:
        asked.append(name)
        return look(name)

    assert len(resolve(rows[0][0], found).controls) == 3
    assert len(asked) == len(set(asked)) == 24


def test_nothing_and_what_is_not_resolved_cannot_be_composed() -> None:
    with pytest.raises(InputError, match="no policy to compose"):
        compose([])
    with pytest.raises(InputError, match="'site' is not resolved"):
        compose([BASE, policy("site", "extends: base\n")])
