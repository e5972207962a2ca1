"""Requirements in words, policies as prose, and what has changed between two."""

from __future__ import annotations

import pytest

from jupyter_gov.errors import NotFoundError
from jupyter_gov.policy import Policy, asked, diff, explain, read_policy

HEAD = "schema: jupyter-gov/policy/1\nid: credit\nversion: 1.0.0\ntitle: Credit\n"


def asking(require: str, more: str = "") -> Policy:
    """Return a policy with one control."""
    return read_policy(f"{HEAD}controls:\n  - id: cr.one\n    title: One\n    require: {require}\n{more}")


WORDS = {
    "{measure: roc_auc, at_least: 0.7}": "ROC AUC: at least 0.7, decided on the 95% interval",
    "{measure: selection_rate, kind: ratio, attribute: race, reference: max-min, assessment: fairness, at_least: 0.8, "
    "confidence: 0.95, min_rows: 30}": "selection rate, smallest ratio between groups of race (fairness): at "
    "least 0.8, "
    "decided on the 95% interval, from 30 rows",
    "{measure: f1, kind: difference, attribute: [race, sex], reference: rest, below: 0.1, decide_on: estimate}": "F1, "
    "difference of groups to the rest of race and sex: below 0.1, decided on the estimate",
    "{measure: f1, kind: group, attribute: each with intersections, at_least: 0.1}": "F1 of each group of "
    "each attribute "
    "and intersection: at least 0.1, decided on the 95% interval",
    "{measure: precision, kind: class, label: each, at_least: 0.1, at_most_days: 1}": "precision, class, each "
    "class: at "
    "least 0.1, decided on the 95% interval, not older than 1 day",
    "{measure: roc_auc, kind: difference, reference: baseline, above: 0}": "ROC AUC, difference to the "
    "baseline: above 0, "
    "decided on the 95% interval",
    "{measure: f1, kind: group, attribute: race, group: x, at_least: 0}": "F1 of group x of race: at least 0, "
    "decided on the 95% interval",
    "{fact: code_kept, equals: true}": "the code that ran is in a commit or in a snapshot that is kept: exactly true",
    "{metric: roc_auc_score, split: test, above: 0.7}": "ROC AUC on test: above 0.7",
    "{assessment: [fairness, data_quality]}": "fairness and data quality assessed",
    "{finding: any}": "no finding that is a warning or worse",
    "{finding: [overlapping_rows, target_in_features], severity: error}": "no finding of overlapping rows or target in "
    "features that is an error",
    "{reproduction: [identical, equivalent], at_most_days: 90}": "a second run came out identical or equivalent, not "
    "older than 90 days",
    "{fact: code_committed}": "the code that ran is in a commit",
    "{fact: gaps, at_most: 0}": "number of things that could not be captured: at most 0",
    "{fact: author, one_of: [Ann, Bob]}": "who ran the notebook: one of Ann or Bob",
    "{document: [purpose, business_context], min_words: 20}": "documented: purpose and business context, 20 "
    "words or more",
    "{environment: python, at_least: 3.10}": "Python at least 3.10",
    "{environment: numpy}": "numpy installed",
    "{environment: lock_file}": "a lock file",
    "{age: 'document:business_context', at_most_days: 365}": "the document business context: not older than 365 days",
    "{age: run, at_most_days: 1}": "the run: not older than 1 day",
    "{charter: decision, one_of: [build, build with conditions]}": "in the charter, decision: one of build or "
    "build with "
    "conditions",
    "{charter: kpis, min_items: 2}": "in the charter: KPIs, 2 entries or more",
    "{charter: risks, min_items: 1, each_with: [owner, mitigation]}": "in the charter: risks, 1 entry or "
    "more, each with owner and mitigation",
    "[{fact: code_kept}, {any: [{charter: goal}, {charter: risks}]}]": "all of (the code that ran is in a "
    "commit or in a "
    "snapshot that is kept; one of (in the charter: goal; in the charter: risks))",
    "{at_least: 1, of: [{charter: goal}, {charter: risks}]}": "1 of (in the charter: goal; in the charter: risks)",
    "{if: {charter: goal}, then: {charter: risks}}": "if in the charter: goal, then in the charter: risks",
}


@pytest.mark.parametrize(("text", "words"), WORDS.items(), ids=WORDS)
def test_a_requirement_in_words(text: str, words: str) -> None:
    assert asked(asking(text).controls[0].require) == words


def test_a_control_as_prose() -> None:
    policy = asking(
        "{if: {charter: goal}, then: {at_least: 1, of: [{fact: code_kept}, {age: run, at_most_days: 9}]}}",
        "    text: It matters.\n    severity: blocker\n    owner: Head\n    applies: {task: binary, stage: "
        "[validation]}\n"
        "    source: {title: Law, clause: Art. 1, date: 2026-01-02, url: 'https://x', certainty: unverified, note: n}\n"
        "    remedies: [Do it.]\n"
        "items: [{id: '1', title: First, certainty: unverified, controls: [cr.one], because: b}]\n",
    )
    assert explain(policy, "cr.one").split("\n") == [
        "cr.one: One (blocker)",
        "  It matters.",
        "  Asked: where the first is met, the second:",
        "    - in the charter: goal.",
        "    - 1 of these:",
        "      - the code that ran is in a commit or in a snapshot that is kept.",
        "      - the run: not older than 9 days.",
        "  Not met, no run is ready, whatever else holds.",
        "  Applies to tasks binary; stages validation.",
        "  When it is not met: Do it.",
        "  Owner: Head.",
        "  Source: Law, Art. 1, as of 2026-01-02, https://x (unverified); n.",
        "  From credit 1.0.0.",
        "  Asked for by 1, First (unverified): cr.one; b",
    ]


def test_a_policy_as_prose() -> None:
    policy = asking(
        "{charter: goal}",
        "text: What it is for.\nowner: Head\nsource: {title: Law}\nitems: [{id: '1', title: First, because: b}]\n"
        "not_covered: [The weather.]\n",
    )
    text = explain(policy)
    assert text.startswith(
        "Credit (credit 1.0.0)\nWhat it is for.\nOwner: Head.\nSource: Law.\n\ncr.one: One (major)\n"
    )
    assert text.endswith("and its place:\n  1, First: no control; b\n\nNot covered:\n  The weather.")


def test_an_unknown_control_is_not_explained() -> None:
    with pytest.raises(NotFoundError, match=r"Did you mean 'cr\.one'"):
        explain(asking("{charter: goal}"), "cr.on")


DIRECTIONS = [
    ("{measure: a, at_least: 0.7}", "{measure: a, at_least: 0.8}", "stricter"),
    ("{measure: a, below: 0.7}", "{measure: a, below: 0.8}", "looser"),
    ("{measure: a, equals: 0.7}", "{measure: a, equals: 0.8}", ""),
    ("{measure: a, at_least: 0.7}", "{measure: b, at_least: 0.8}", ""),
    ("{measure: a, at_least: 0.7}", "{measure: a, at_least: 0.7, at_most_days: 9}", "stricter"),
    ("{measure: a, at_least: 0.7, at_most_days: 9}", "{measure: a, at_least: 0.7, at_most_days: 10}", "looser"),
    ("{measure: a, at_least: 0.7}", "{measure: a, above: 0.7}", "stricter"),
    ("{measure: a, at_least: 0.7}", "{measure: a, at_most: 0.8}", ""),
    ("{measure: a, at_least: 0.7}", "{measure: a, at_least: 0.7, confidence: 0.95}", ""),
    (
        "{measure: a, kind: ratio, attribute: [race, sex], reference: max-min, at_least: 0.8}",
        "{measure: a, kind: ratio, attribute: race, reference: max-min, at_least: 0.8}",
        "looser",
    ),
    (
        "{measure: a, kind: ratio, reference: max-min, at_least: 0.8}",
        "{measure: a, kind: ratio, reference: max-min judged, at_least: 0.8}",
        "looser",
    ),
    (
        "{measure: a, kind: ratio, reference: max-min, at_least: 0.8}",
        "{measure: a, kind: ratio, reference: max-min, attribute: each with intersections, at_least: 0.8}",
        "stricter",
    ),
    ("{measure: a, kind: group, at_least: 0.8}", "{measure: a, kind: group, group: x, at_least: 0.8}", "looser"),
    ("{finding: any}", "{finding: any, severity: error}", "looser"),
    ("{finding: [a, b]}", "{finding: any}", "stricter"),
    ("{assessment: [fairness, slices]}", "{assessment: slices}", "looser"),
    ("{reproduction: identical}", "{reproduction: [identical, equivalent]}", "looser"),
    ("{charter: risks}", "{charter: risks, each_with: [owner]}", "stricter"),
    ("{charter: decision, one_of: [build]}", "{charter: decision}", "looser"),
    ("{charter: goal}", "{charter: risks}", ""),
    (
        "{at_least: 2, of: [{charter: goal}, {charter: kpis}, {charter: risks}]}",
        "{any: [{charter: goal}, {charter: kpis}, {charter: risks}]}",
        "looser",
    ),
    ("{charter: goal}", "{any: [{charter: goal}, {charter: risks}]}", "looser"),
    (
        "{any: [{charter: goal}, {fact: code_kept}]}",
        "[{any: [{charter: goal}, {fact: code_kept}]}, {charter: kpis}]",
        "stricter",
    ),
    ("{document: purpose}", "{if: {charter: goal}, then: {document: purpose}}", "looser"),
    (
        "{if: {charter: goal}, then: {document: purpose}}",
        "{if: {charter: goal}, then: {document: purpose, min_words: 9}}",
        "stricter",
    ),
    ("{measure: a, at_least: 0.7}", "{measure: a, at_least: 0.7, decide_on: estimate}", "looser"),
    ("{measure: a, at_least: 0.7, confidence: 0.9}", "{measure: a, at_least: 0.7, confidence: 0.95}", "stricter"),
    ("{document: purpose}", "{document: purpose, min_words: 9}", "stricter"),
    ("{environment: numpy, at_least: 1.9}", "{environment: numpy, at_least: 1.10}", ""),
    ("{charter: goal}", "[{charter: goal}, {charter: risks}]", "stricter"),
]


@pytest.mark.parametrize(("before", "after", "direction"), DIRECTIONS)
def test_a_change_says_where_it_leads(before: str, after: str, direction: str) -> None:
    (found,) = diff(asking(before), asking(after))
    assert (found.control, found.what, found.direction) == ("cr.one", "asked", direction)
    assert (found.before, found.after) == tuple(asked(asking(r).controls[0].require) for r in (before, after))
    (back,) = diff(asking(after), asking(before))
    assert back.direction == {"stricter": "looser", "looser": "stricter", "": ""}[direction]


def test_what_has_changed_is_told_by_its_meaning() -> None:
    before = asking("{charter: goal}", "    severity: minor\n  - {id: gone, title: Gone, require: {charter: risks}}\n")
    after = asking(
        "{charter: goal}",
        "    severity: major\n    applies: {task: binary}\n  - {id: new, title: New, require: {charter: kpis}}\n"
        "items: [{id: '1', title: First, because: b}]\n",
    )
    assert [d.say() for d in diff(before, after)] == [
        "the policy: item 1: nothing → First; b",
        "cr.one: applies (looser): everywhere → task binary",
        "cr.one: severity (stricter): minor → major",
        "new: added (stricter): New (major): in the charter: KPIs",
        "gone: removed (looser): Gone (major): in the charter: risks",
    ]
    assert diff(before, before) == []
    (wider,) = diff(
        asking("{charter: goal}", "    applies: {task: binary}\n"),
        asking("{charter: goal}", "    applies: {task: [binary, ranking]}\n"),
    )
    assert wider.direction == "stricter"


def test_changes_that_lead_different_ways_are_told_one_by_one() -> None:
    before = asking("{measure: a, kind: ratio, attribute: each, reference: max-min, at_least: 0.8, at_most_days: 9}")
    after = asking("{measure: a, kind: ratio, attribute: [race, sex], reference: max-min, at_least: 0.9}")
    whole, *parts = diff(before, after)
    assert (whole.what, whole.direction) == ("asked", "")
    assert [d.say() for d in parts] == [
        "cr.one: asked, attribute: each → race, sex",
        "cr.one: asked, threshold (stricter): at least 0.8 → at least 0.9",
        "cr.one: asked, at_most_days (looser): 9 days → nothing",
    ]


def test_sentences_that_joined_or_left_are_told_alone() -> None:
    before, after = (asking("{charter: goal}", f"not_covered: [{said}]\n") for said in ("One., Two.", "Two., Three."))
    assert [d.say() for d in diff(before, after)] == [
        "the policy: not_covered: One. → nothing",
        "the policy: not_covered: nothing → Three.",
    ]


def test_where_controls_apply_is_compared_with_where_their_policy_does() -> None:
    def scoped(policy: str, control: str) -> Policy:
        more = f"    applies: {control}\n" if control else ""
        return asking("{charter: goal}", more + (f"applies: {policy}\n" if policy else ""))

    us = "{task: binary, jurisdiction: US}"
    assert diff(scoped(us, ""), scoped("", us)) == []
    assert diff(scoped("{jurisdiction: US}", "{jurisdiction: US-NY}"), scoped("", "{jurisdiction: US-NY}")) == []
    (wider,) = diff(scoped("{jurisdiction: US-NY}", ""), scoped("{jurisdiction: US}", ""))
    assert wider.say() == "the policy: applies (stricter): jurisdiction US-NY → jurisdiction US"
    (narrower,) = diff(scoped("{task: binary}", ""), scoped("{task: [binary, ranking]}", "{task: ranking}"))
    assert narrower.say() == "cr.one: applies: task binary → task ranking"


@pytest.mark.parametrize("note", ["Not binding.", "Read in a “summary.”", "Binding (as of May.)"])
def test_a_note_keeps_its_own_full_stop(note: str) -> None:
    policy = asking("{charter: goal}", f"    owner: Ann Lee jr.\n    source: {{title: Law, note: '{note}'}}\n")
    assert explain(policy).endswith(f"Source: Law; {note}")
    assert "jr..".lower() not in explain(policy)
