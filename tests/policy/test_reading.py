"""The reader of policies: what it takes, and what it says about the rest, by line and column."""

from __future__ import annotations

import re

import pytest

from jupyter_gov.errors import InputError
from jupyter_gov.policy import LARGEST, Combination, Requirement, digest, from_json, read_policy, to_json

HEAD = """\
schema: jupyter-gov/policy/1
id: credit
version: 1.0.0
title: Credit
"""
CONTROL = """\
controls:
  - id: cr.auc
    title: ROC AUC
    require: {measure: roc_auc, at_least: 0.7}
"""


def asking(require: str) -> str:
    """Return a policy with one control; what it asks for is on line 8, from column 14."""
    return f"{HEAD}controls:\n  - id: cr.one\n    title: One\n    require: {require}\n"


def test_texts_stay_as_they_are_written() -> None:
    policy = read_policy(
        HEAD.replace("Credit", "no").replace("1.0.0", "1.2.3")
        + "owner: on\nsource: {title: 12:30, clause: 1_000, date: 2026-04-17, note: 0o17}\n"
        + "controls:\n  - id: cr.one\n    title: true\n    require:\n"
        + "      - {environment: python, at_least: 3.10}\n"
        + "      - {measure: roc_auc, attribute: no, group: 1, label: 0x1F, at_least: 1}\n"
        + "      - {fact: author, equals: yes}\n      - {fact: code_kept, equals: true}\n"
    )
    assert (policy.title, policy.owner, policy.version) == ("no", "on", "1.2.3")
    assert policy.source.title == "12:30"
    assert (policy.source.clause, policy.source.date, policy.source.note) == ("1_000", "2026-04-17", "0o17")
    (control,) = policy.controls
    assert control.title == "true"
    assert isinstance(control.require, Combination)
    python, measure, author, kept = control.require.parts
    assert isinstance(python, Requirement)
    assert isinstance(measure, Requirement)
    assert isinstance(author, Requirement)
    assert isinstance(kept, Requirement)
    assert python.threshold == "3.10"
    assert measure.where == {"attribute": "no", "group": "1", "label": "0x1F"}
    assert measure.threshold == 1
    assert author.threshold == "yes"
    assert kept.threshold is True


def test_lines_are_those_of_the_file() -> None:
    policy = read_policy(asking("\n      - {fact: code_kept}\n      - any:\n          - {document: purpose}"))
    (control,) = policy.controls
    assert control.line == 6
    assert isinstance(control.require, Combination)
    fact, either = control.require.parts
    assert isinstance(fact, Requirement)
    assert isinstance(either, Combination)
    (document,) = either.parts
    assert isinstance(document, Requirement)
    assert (fact.line, document.line) == (9, 11)


def test_owner_source_and_origin_come_from_the_policy() -> None:
    policy = read_policy(f"{HEAD}owner: Head\nsource: {{title: Law}}\n{CONTROL}")
    (control,) = policy.controls
    assert (control.owner, control.source.title, control.origin) == ("Head", "Law", "credit 1.0.0")


def test_a_list_of_one_is_that_one() -> None:
    alone, listed = (read_policy(asking(r)) for r in ("{assessment: drift}", "[{assessment: [drift]}]"))
    assert alone == listed
    assert digest(alone) == digest(listed)


def test_digests_ignore_comments_and_white_space() -> None:
    spread = f"# a comment\n\n{HEAD}\n\n" + CONTROL.replace(
        "{measure: roc_auc, at_least: 0.7}", "\n      at_least: 0.70 # so much\n      measure: 'roc_auc'"
    )
    assert digest(read_policy(spread)) == digest(read_policy(HEAD + CONTROL))
    assert digest(read_policy(HEAD + CONTROL.replace("0.7", "0.71"))) != digest(read_policy(HEAD + CONTROL))
    assert re.fullmatch("jg1:[0-9a-f]{64}", digest(read_policy(spread)))


def test_all_errors_are_told_in_the_order_of_the_text() -> None:
    text = f"{HEAD}controls:\n" + "".join(f"  - {{id: A{i}, title: 3, severity: high}}\n" for i in range(30))
    with pytest.raises(InputError) as caught:
        read_policy(text, name="x.yaml")
    lines = caught.value.message.split("\n")
    assert len(lines) == 20
    places = [tuple(int(n) for n in re.findall(r"line (\d+), column (\d+)", line)[0]) for line in lines]
    assert places == sorted(places)
    assert places[0] == (6, 5)


ERRORS = {
    "unknown key": (asking("{measure: roc_auc, at_lest: 0.7}"), 8, 33, "Did you mean 'at_least'?"),
    "unknown key of the policy": (HEAD + "onwer: me\n" + CONTROL, 5, 1, "Did you mean 'owner'?"),
    "unknown kind": (asking("{mesure: roc_auc, at_least: 0.7}"), 8, 15, "Did you mean 'measure'?"),
    "unknown kind beside assessment": (
        asking("{mesure: roc_auc, assessment: performance, at_least: 0.7}"),
        8,
        15,
        "Did you mean 'measure'?",
    ),
    "no kind": (asking("{at_least: 0.7}"), 8, 14, "A requirement begins with measure"),
    "unknown kind of value": (asking("{measure: a, kind: rato, at_least: 0}"), 8, 33, "Did you mean 'ratio'?"),
    "unknown decision": (
        asking("{measure: roc_auc, at_least: 0.7, decide_on: intervall}"),
        8,
        59,
        "Did you mean 'interval'?",
    ),
    "unknown fact": (asking("{fact: code_comitted}"), 8, 21, "Did you mean 'code_committed'?"),
    "unknown verdict": (asking("{reproduction: [identicl]}"), 8, 30, "Did you mean 'identical'?"),
    "unknown part of the charter": (asking("{charter: gaol}"), 8, 24, "Did you mean 'goal'?"),
    "unknown decision of the charter": (
        asking("{charter: decision, one_of: [bild]}"),
        8,
        43,
        "Did you mean 'build'?",
    ),
    "unknown severity": (HEAD + CONTROL + "    severity: majr\n", 9, 15, "Did you mean 'major'?"),
    "unknown severity of a finding": (asking("{finding: any, severity: warn}"), 8, 39, "Did you mean 'warning'?"),
    "unknown stage": (HEAD + "applies: {stage: [validaton]}\n" + CONTROL, 5, 19, "Did you mean 'validation'?"),
    "unknown task": (HEAD + "applies: {task: binry}\n" + CONTROL, 5, 17, "Did you mean 'binary'?"),
    "unknown status": (
        HEAD + CONTROL + "examples: [{name: a, expect: {cr.auc: failed}}]\n",
        9,
        39,
        "Did you mean 'fail'?",
    ),
    "unknown fact in an example": (
        HEAD + CONTROL + "examples: [{name: a, given: {facts: {code_comitted: true}}, expect: {cr.auc: fail}}]\n",
        9,
        38,
        "Did you mean 'code_committed'?",
    ),
    "unknown control in an example": (
        HEAD + CONTROL + "examples: [{name: a, expect: {cr.acu: fail}}]\n",
        9,
        39,
        "Did you mean 'cr.auc'?",
    ),
    "unknown control in an item": (
        HEAD + CONTROL + "items: [{id: 1, title: a, controls: [cr.acu]}]\n",
        9,
        38,
        "Did you mean 'cr.auc'?",
    ),
    "unknown control in a waiver": (
        HEAD
        + CONTROL
        + "examples: [{name: a, given: {waivers: [{control: cr, until: 2026-01-01}]}, expect: {cr.auc: fail}}]\n",
        9,
        50,
        "There is no control 'cr'",
    ),
    "item without a place": (HEAD + CONTROL + "items: [{id: 1, title: a}]\n", 9, 9, "say `because`"),
    "missing key that is misspelt": (
        HEAD + "controls:\n  - {id: a, titel: b, require: {charter: goal}}\n",
        6,
        13,
        "There is no key 'titel' in a control. Did you mean 'title'?",
    ),
    "true for a number": (asking("{measure: a, at_least: true}"), 8, 37, "is a number, not true or false"),
    "a list for a word": (HEAD + CONTROL + "    severity: [minor]\n", 9, 15, "`severity` is a text, not a list"),
    "a difference above 1": (
        asking("{measure: f1, kind: difference, reference: max-min, at_most: 5}"),
        8,
        75,
        "between 0 and 1",
    ),
    "missing key": (HEAD + "controls:\n  - {id: a, title: b}\n", 6, 5, "A control needs `require`"),
    "empty": (HEAD.replace("Credit", "") + CONTROL, 4, 7, "`title` is empty"),
    "wrong type": (asking("{measure: roc_auc, at_least: '0.7'}"), 8, 43, "`at_least` is a number, not a text"),
    "wrong type of an entry": (HEAD + "controls:\n  - 3\n", 6, 5, "An entry of `controls` is a mapping"),
    "wrong version": (HEAD.replace("1.0.0", "1.0") + CONTROL, 3, 10, "such as 1.0.0"),
    "wrong id": (HEAD.replace("id: credit", "id: My Policy") + CONTROL, 2, 5, "such as cc.four-fifths"),
    "wrong day": (HEAD + "source: {title: a, date: 2026-02-30}\n" + CONTROL, 5, 26, "There is no day 2026-02-30"),
    "wrong form of a day": (HEAD + "source: {title: a, date: 1/2/2026}\n" + CONTROL, 5, 26, "such as 2026-04-17"),
    "wrong version of a package": (asking("{environment: numpy, at_least: new}"), 8, 45, "not a version"),
    "version of a lock file": (asking("{environment: lock_file, at_least: 1}"), 8, 49, "has no version"),
    "no comparison": (asking("{measure: roc_auc}"), 8, 14, "does not say what to compare it with"),
    "two comparisons": (asking("{measure: mean_error, at_least: 0, at_most: 3}"), 8, 58, "Write two requirements"),
    "k out of range": (asking("{at_least: 2, of: [{fact: code_kept}]}"), 8, 25, "2 of 1 cannot be met"),
    "a percentage": (asking("{measure: roc_auc, at_least: 70}"), 8, 43, "between 0 and 1"),
    "a ratio above 1": (
        asking("{measure: selection_rate, kind: ratio, reference: max-min, at_least: 1.2}"),
        8,
        83,
        "between 0 and 1",
    ),
    "a share above 1": (asking("{fact: data_identified, at_least: 80}"), 8, 48, "a share, from 0 to 1"),
    "a fact that is not compared": (asking("{fact: code_kept, at_least: 1}"), 8, 42, "is true or false"),
    "a fact that must be compared": (asking("{fact: gaps}"), 8, 14, "Add `at_most`"),
    "a number compared with a text": (asking("{fact: gaps, equals: few}"), 8, 35, "is a number, not 'few'"),
    "author above": (asking("{fact: author, above: 3}"), 8, 36, "is a name"),
    "charter compared": (asking("{charter: goal, equals: x}"), 8, 38, "cannot be compared"),
    "charter's items": (asking("{charter: goal, min_items: 2}"), 8, 41, "is not a list"),
    "charter's words": (asking("{charter: risks, min_words: 2}"), 8, 42, "is not a text"),
    "age of what": (asking("{age: runs, at_most_days: 3}"), 8, 20, "document:NAME"),
    "negative age": (asking("{age: run, at_most_days: -3}"), 8, 39, "is above 0, not -3"),
    "confidence of 95": (asking("{measure: a, at_least: 0, confidence: 95}"), 8, 52, "is below 1, not 95"),
    "an age of ages": (asking("{age: run, at_most_days: 1.0e300}"), 8, 39, "is at most 36,500"),
    "gaps that nobody can miss": (asking("{fact: gaps, at_least: 0}"), 8, 37, "gaps is always at least 0"),
    "a share that nobody can miss": (asking("{fact: results_hold, at_most: 1}"), 8, 44, "is always at most 1"),
    "a result that does not come again": (asking("{reproduction: [different]}"), 8, 29, "Ask for `identical`"),
    "a name of the charter's KPIs": (HEAD + CONTROL.replace("cr.auc", "kpi.auc"), 6, 9, "begins with `kpi.`"),
    "no field of an entry": (
        asking("{charter: risks, each_with: [ownr]}"),
        8,
        43,
        "Entries of the charter's risks have no 'ownr'. Did you mean 'owner'?",
    ),
    "entries of what has none": (
        asking("{charter: policies, each_with: [title]}"),
        8,
        45,
        "is not a list whose entries have several fields",
    ),
    "no place": (HEAD + "applies: {jurisdiction: USA}\n" + CONTROL, 5, 25, "Did you mean 'US'?"),
    "no place in a list": (HEAD + CONTROL + "    applies: {jurisdiction: [EU, Mars]}\n", 9, 34, "'Mars' is no code"),
    "two places in one text": (
        HEAD + "applies: {jurisdiction: 'EU, US'}\n" + CONTROL,
        5,
        25,
        "Write a list: [EU, US]",
    ),
    "no place in the charter": (
        asking("{charter: jurisdiction, one_of: [US, USA]}"),
        8,
        51,
        "Did you mean 'US'?",
    ),
    "no place in an example": (
        HEAD
        + CONTROL
        + "examples: [{name: a, given: {context: {jurisdiction: 'EU, Germany'}}, expect: {cr.auc: fail}}]\n",
        9,
        54,
        "Did you mean 'DE'?",
    ),
    "a text that is turned": (HEAD + "owner: a\u202eb\n", 5, 9, "0x202e"),
    "two of an id": (HEAD + CONTROL + CONTROL.partition("\n")[2], 9, 9, "There are two of `controls`"),
    "nothing asked": (HEAD, 1, 1, "asks for nothing"),
    "override of nothing": (
        HEAD + CONTROL + "override: [{control: a, because: b, remove: true}]\n",
        9,
        12,
        "Nothing is inherited",
    ),
    "override without change": (
        HEAD + "extends: b\noverride: [{control: a, because: b}]\n",
        6,
        12,
        "or `remove: true`; not both",
    ),
    "override without reason": (
        HEAD + "extends: b\noverride: [{control: a, remove: true}]\n",
        6,
        12,
        "An override needs `because`",
    ),
    "a scope apart": (
        HEAD + "applies: {task: binary}\n" + CONTROL + "    applies: {task: regression}\n",
        10,
        21,
        "'cr.auc' never applies: the policy applies to task binary",
    ),
    "a key twice": (HEAD + "title: again\n", 5, 1, "It stands in line 4 too"),
    "an anchor": (HEAD + "owner: &me Head\n", 5, 8, "&me is an anchor"),
    "an alias": (HEAD + "owner: *me\n", 5, 8, "*me is an anchor or an alias"),
    "a tag": (HEAD + "owner: !!python/object:os.system x\n", 5, 8, "is a tag"),
    "a merge key": (HEAD + "<<: {owner: x}\n", 5, 1, "<< merges mappings"),
    "a list for a key": (HEAD + "[a]: x\n", 5, 1, "A key is a single text"),
    "two documents": (HEAD + "---\na: b\n", 5, 1, "Keep one in each file"),
    "not a number": (asking("{measure: a, at_least: .nan}"), 8, 37, ".nan is not a number"),
    "infinite": (asking("{measure: a, at_least: 1e999}"), 8, 37, "too large a number"),
    "a huge number": (asking("{measure: a, at_least: 90071992547409931}"), 8, 37, "too large a number"),
    "a control character": (HEAD + "owner: a\x07b\n", 5, 9, "0x0007"),
    "a control character in disguise": (HEAD + 'owner: "a\\u001bb"\n', 5, 8, "0x001b"),
    "not YAML": (HEAD + "owner: [a\ntext: b\n", 6, 5, "This is not YAML"),
    "nothing": ("", 1, 1, "There is nothing in it"),
    "a list": ("- a\n", 1, 1, "The policy is a mapping, not a list"),
}


@pytest.mark.parametrize(("text", "line", "column", "said"), ERRORS.values(), ids=ERRORS)
def test_an_error_names_line_column_and_the_way_out(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_policy(text, name="credit.yaml")
    first = str(caught.value).split("\n")[0]
    assert first.startswith(f"credit.yaml, line {line}, column {column}: "), str(caught.value)
    assert said in first
    assert len(str(caught.value).split("\n")) == 1


def test_what_cannot_be_meant_is_told_with_what_has_no_structure() -> None:
    text = (
        f"{HEAD}onwer: me\nsource: {{date: 2026-02-30}}\ncontrols:\n"
        "  - {id: a, title: a, require: {measure: roc_auc, at_least: 70, confidence: 95}}\n"
        "  - {id: b, title: b, require: {any: [{metric: f1}, {metric: f1, at_lest: 70}, {fact: gaps, at_least: x}]}}\n"
        "  - {id: c, title: c, require: 3, applies: {jurisdiction: USA, task: [binry]}}\n"
    )
    with pytest.raises(InputError) as caught:
        read_policy(text, name="x.yaml")
    told = re.findall(r"line (\d+), column \d+: (.{12})", str(caught.value))
    assert told == [
        ("5", "There is no "),
        ("6", "There is no "),
        ("8", "roc_auc cann"),
        ("8", "`confidence`"),
        ("9", "The requirem"),
        ("9", "There is no "),
        ("9", "`at_least` i"),
        ("10", "`require` is"),
        ("10", "'USA' is no "),
        ("10", "An entry of "),
    ]


def test_what_is_asked_of_entries_is_kept() -> None:
    policy = read_policy(asking("{charter: risks, min_items: 1, each_with: [owner, mitigation]}"))
    (control,) = policy.controls
    assert isinstance(control.require, Requirement)
    assert control.require.where == {"min_items": 1, "each_with": ["owner", "mitigation"]}
    assert from_json(to_json(policy)) == policy


def test_a_condition_may_ask_for_what_came_out_differently() -> None:
    (control,) = read_policy(asking("{if: {reproduction: different}, then: {document: limitations}}")).controls
    assert isinstance(control.require, Combination)


def test_places_are_read_in_upper_or_lower_case() -> None:
    one, other = (read_policy(f"{HEAD}applies: {{jurisdiction: {p}}}\n{CONTROL}") for p in ("us-ny", "[US-NY]"))
    assert one.applies.jurisdiction == ("US-NY",)
    assert digest(one) == digest(other)


def test_a_large_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="10,000,000 characters"):
        read_policy("[" * 10 * LARGEST)


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? "])
def test_depth_is_limited(piece: str) -> None:
    with pytest.raises(InputError, match=r"line 1, column \d+: This is nested more than 40 deep"):
        read_policy(piece * (LARGEST // len(piece)))


def test_the_number_of_keys_and_values_is_limited() -> None:
    with pytest.raises(InputError, match="line 50000, column 3: There are more than 50,000"):
        read_policy("- a\n" * 60_000)


def test_content_that_is_none_is_refused() -> None:
    data = to_json(read_policy(HEAD + CONTROL))
    with pytest.raises(InputError, match="cannot be read"):
        from_json({**data, "controls": [{"id": "a"}]})
    with pytest.raises(InputError, match="cannot be read"):
        from_json({})
