"""What `lint` tells of a policy that can be read."""

from __future__ import annotations

import pytest

from jupyter_gov.policy import Note, Policy, lint, lint_text, read_policy

TEXT = """\
schema: jupyter-gov/policy/1
id: credit
version: 1.0.0
title: Credit
owner: Head of credit risk
source: {title: A rule of the house, date: 2026-04-17, certainty: verified}
controls:
  - id: cr.auc
    title: Applicants are ranked
    text: Better applicants get higher scores.
    require: {measure: roc_auc, assessment: performance, at_least: 0.7}
    remedies: [Look for features that tell applicants apart.]
examples:
  - {name: nothing was done, expect: {cr.auc: missing}}
"""
KNOWN = {
    "document": ["purpose", "data"],
    "measure": ["roc_auc", "f1"],
    "assessment": ["performance", "fairness"],
    "finding": ["overlapping_rows"],
}


def said(text: str) -> list[Note]:
    """Return what is said about a policy."""
    return lint_text(text, known=KNOWN)


def test_nothing_is_said_where_nothing_is_missing() -> None:
    assert said(TEXT) == []
    assert lint(read_policy(TEXT), known=KNOWN) == []


WARNINGS = {
    "owner": (("owner: Head of credit risk\n", ""), (1, 1), "Nobody answers for the policy"),
    "source": (
        ("source: {title: A rule of the house, date: 2026-04-17, certainty: verified}\n", ""),
        (7, 5),
        "what asks",
    ),
    "unverified": (("certainty: verified", "certainty: unverified"), (8, 5), "is unverified"),
    "text": (("    text: Better applicants get higher scores.\n", ""), (8, 5), "what it is for"),
    "remedies": (("    remedies: [Look for features that tell applicants apart.]\n", ""), (8, 5), "what to do"),
    "examples": (("examples:\n  - {name: nothing was done, expect: {cr.auc: missing}}\n", ""), (1, 1), "no examples"),
    "measure": (("roc_auc", "roc_acu"), (11, 14), "called 'roc_acu'. Did you mean 'roc_auc'?"),
    "assessment": (("performance", "perfomance"), (11, 14), "Did you mean 'performance'?"),
    "finding": (
        ("{measure: roc_auc, assessment: performance, at_least: 0.7}", "{finding: overlap_rows}"),
        (11, 14),
        "Did you mean 'overlapping_rows'?",
    ),
    "section": (
        ("{measure: roc_auc, assessment: performance, at_least: 0.7}", "{document: [data, purpse, audit]}"),
        (11, 14),
        "Did you mean 'purpose'?",
    ),
    "estimate": (
        ("at_least: 0.7}", "at_least: 0.7, decide_on: estimate}\n    severity: blocker"),
        (8, 5),
        "stops a model by an estimate",
    ),
    "equals": (("at_least: 0.7", "equals: 0.7"), (8, 5), "a whole interval to be one number"),
    "four fifths": (
        ("roc_auc, assessment: performance, at_least: 0.7}", "f1, kind: ratio, at_least: 0.8}"),
        (8, 5),
        "a screen, not a rule of law",
    ),
}


@pytest.mark.parametrize(("change", "place", "words"), WARNINGS.values(), ids=WARNINGS)
def test_a_warning_has_its_place(change: tuple[str, str], place: tuple[int, int], words: str) -> None:
    text = TEXT.replace(*change)
    if "four-fifths" in words or "rule of law" in words:
        text = text.replace("Applicants are ranked", "The four-fifths law")
    assert text != TEXT
    (note,) = said(text)
    assert note.level == "warning"
    assert (note.line, note.column) == place
    assert words in note.say("x")
    assert note.say("x").startswith(f"x, line {place[0]}, column {place[1]}: ")
    (short,) = lint(read_policy(text), known=KNOWN)
    assert (short.message, short.hint) == (note.message, note.hint)


def test_a_measure_that_is_like_no_other_is_let_be() -> None:
    assert said(TEXT.replace("roc_auc", "complaints_per_thousand")) == []


def test_a_control_without_an_example() -> None:
    more = TEXT.replace(
        "examples:", "  - {id: b, title: b, text: b, remedies: [c], require: {fact: gaps, at_most: 0}}\nexamples:"
    )
    (note,) = said(more)
    assert (note.line, note.column) == (13, 5)
    assert "No example is about 'b'" in note.message


def test_what_no_evidence_bears_comes_first_and_what_is_missing_in_one_line_each() -> None:
    head = "schema: jupyter-gov/policy/1\nid: a\nversion: 1.0.0\ntitle: A\nowner: me\ncontrols:\n"
    rows = [f"  - {{id: a.{i}, title: a, require: {{fact: gaps, at_most: 0}}}}\n" for i in range(5)]
    rows += [
        "  - {id: a.b, title: a, severity: blocker, require: {measure: f1, at_least: 0.5, decide_on: estimate}}\n",
        "  - {id: a.c, title: a, require: {measure: roc_acu, at_least: 0.5}}\n",
    ]
    notes = said(head + "".join(rows) + "examples: [{name: a, expect: {a.0: pass, a.b: missing}}]\n")
    assert [(n.line, n.message) for n in notes] == [
        (13, "No measure that is known is called 'roc_acu'"),
        (12, "'a.b' stops a model by an estimate, whatever chance adds to it"),
        (8, "No example is about 'a.1', 'a.2', 'a.3' and 2 more"),
        (7, "'a.0', 'a.1', 'a.2' and 4 more do not say what asks for them"),
        (7, "'a.0', 'a.1', 'a.2' and 4 more do not say what they are for"),
        (7, "'a.0', 'a.1', 'a.2' and 4 more do not say what to do when they are not met"),
    ]
    assert [n.message for n in lint(read_policy(head + rows[0]))][:2] == [
        "There are no examples",
        "'a.0' does not say what asks for it",
    ]


@pytest.mark.parametrize("words", ["from four fifths on", "from 0.7 on", "70% of them"])
def test_an_override_that_asks_for_something_else_says_so_in_its_text(words: str) -> None:
    def base(name: str) -> Policy:
        return read_policy(TEXT.replace("get higher scores", words))

    site = (
        "schema: jupyter-gov/policy/1\nid: site\nversion: 1.0.0\ntitle: Site\nowner: me\nextends: credit\noverride:\n"
        "  - {control: cr.auc, because: so, require: {measure: roc_auc, at_least: 0.8}}\n"
    )
    (note,) = lint_text(site, find=base)
    assert (note.line, note.level) == (8, "warning")
    assert "'cr.auc' asks for something else here, and its text still says" in note.message
    assert lint_text(site.replace("because: so", "because: so, text: From 0.8 on."), find=base) == []
    assert lint_text(site, find=lambda _: read_policy(TEXT)) == []


def test_errors_are_told_alone() -> None:
    notes = said(TEXT.replace("at_least", "at_lest").replace("owner: Head of credit risk\n", ""))
    assert [n.level for n in notes] == ["error"]
    assert [n.level for n in said(TEXT.replace("0.7", "70"))] == ["error"]


def base(name: str) -> Policy:
    """Return the text's policy, by whatever name."""
    return read_policy(TEXT)


def test_what_is_inherited_is_known() -> None:
    head = "schema: jupyter-gov/policy/1\nid: site\nversion: 1.0.0\ntitle: Site\nowner: me\nextends: credit\n"
    wrong = (
        head
        + "override:\n  - {control: cr.acu, because: so, remove: true}\nitems: [{id: a, title: b, controls: [cr]}]\n"
    )
    assert lint_text(head, find=base) == []
    notes = lint_text(wrong, find=base)
    assert [(n.line, n.column, n.level) for n in notes] == [(8, 15, "error"), (9, 38, "error")]
    assert notes[0].hint == "Did you mean 'cr.auc'?"
    assert lint_text(wrong) == []
    one, two = (TEXT.replace("id: credit", f"id: {name}") for name in ("one", "two"))
    parents = {"one": read_policy(one), "two": read_policy(two.replace("0.7", "0.8"))}
    both = head.replace("credit", "[one, two]")
    settled = both + "override: [{control: cr.auc, because: so, require: {measure: roc_auc, at_least: 0.6}}]\n"
    assert lint_text(settled, find=parents.__getitem__) == []
    (note,) = lint_text(both, find=parents.__getitem__)
    assert (note.line, note.column) == (6, 10)
    assert "'cr.auc' asks for different things in one 1.0.0 and in two 1.0.0" in note.message
    ring = TEXT.replace("controls:", "extends: credit\ncontrols:")
    assert [n.message for n in lint_text(ring, find=lambda _: read_policy(ring)) if n.level == "error"] == [
        "Policies extend each other in a circle: credit → credit"
    ]
