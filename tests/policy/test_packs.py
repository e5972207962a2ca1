"""The policies that ship: they read, their examples hold, and every item of the law behind them has a place."""

from __future__ import annotations

import itertools
import re
import string
from functools import cache
from pathlib import Path

import pytest

from jupyter_gov import policy

FOLDER = Path(policy.__file__).parent / "packs"
PACKS = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def pack(name: str) -> policy.Policy:
    """Return a pack as it stands in its file."""
    return policy.read_policy((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name=name)


@cache
def whole(name: str) -> policy.Policy:
    """Return a pack with what it inherits."""
    return policy.resolve(pack(name), pack)


NIST = [
    *(f"GOVERN {n}" for n in range(1, 7)),
    *(f"MAP {n}" for n in range(1, 6)),
    *(f"MEASURE {n}" for n in range(1, 5)),
    *(f"MEASURE 2.{n}" for n in range(1, 14)),
    *(f"MANAGE {n}" for n in range(1, 5)),
]
EU = [
    *(f"Article {n}" for n in range(9, 16)),
    *(f"Annex IV 1({c})" for c in string.ascii_lowercase[:8]),
    *(f"Annex IV 2({c})" for c in string.ascii_lowercase[:8]),
    *(f"Annex IV {n}" for n in range(3, 10)),
]
US_MODEL_RISK = [
    "SR 26-2 overview",
    "SR 26-2 development and use",
    "SR 26-2 validation and monitoring",
    "SR 26-2 governance and controls",
    "SR 26-2 vendor products",
    "SR 26-2 materiality",
    "SR 11-7 purpose and use",
    "SR 11-7 theory, method, alternatives",
    "SR 11-7 data quality and proxies",
    "SR 11-7 assumptions and limits",
    "SR 11-7 testing: accuracy",
    "SR 11-7 testing: robustness",
    "SR 11-7 testing: stability",
    "SR 11-7 testing: extremes",
    "SR 11-7 implementation",
    "SR 11-7 conceptual soundness",
    "SR 11-7 process verification",
    "SR 11-7 benchmarking",
    "SR 11-7 sensitivity",
    "SR 11-7 overrides",
    "SR 11-7 outcomes analysis",
    "SR 11-7 effective challenge",
    "SR 11-7 inventory",
    "SR 11-7 change log",
    "SR 11-7 vendor models",
]
NEW_YORK = [
    "Selection rate",
    "Scoring rate",
    "Impact ratio",
    "By sex",
    "By race/ethnicity",
    "Intersection",
    "Each output group",
    "Unknown category",
    "Under 2%",
    "Summary: data",
    "Summary: numbers",
    "Summary: date of audit",
    "Summary: date of distribution",
    "Test data",
    "At most a year",
    "Independent auditor",
    "No threshold",
]
CREDIT = [
    *(f"C-1 reason {n}" for n in range(1, 25)),
    "9(b)(2) four",
    "Four-fifths: under 80%",
    "Four-fifths: smaller differences",
    "Four-fifths: small numbers",
]
ITEMS = {
    "eu-ai-act-high-risk": EU,
    "good-practice": [],
    "nist-ai-rmf": NIST,
    "nyc-local-law-144": NEW_YORK,
    "us-consumer-credit": CREDIT,
    "us-model-risk": US_MODEL_RISK,
}
"""What each law or standard asks for, written down apart from the packs."""

NOT_READ = {
    "eu-ai-act-high-risk": {*EU} - {"Annex IV 2(c)", "Annex IV 2(d)", "Annex IV 2(e)"},
    "nist-ai-rmf": {*NIST},
    "nyc-local-law-144": {"Test data", "At most a year", "Independent auditor", "Notice", "No threshold"},
    "us-consumer-credit": {"9(b)(2) four", "1002.9(a) notice", "Effects test"},
    "us-model-risk": {item for item in US_MODEL_RISK if item.startswith("SR 11-7")},
}
"""Items of which neither the text itself nor an official summary was read; whoever reads one takes it out here."""

ELSEWHERE = re.compile(r"\b(quotations|quoted|copies|copied|others' summaries)\b")
"""What a source's note says where it was not read at the one who issued it."""

CLAIMS = re.compile(
    r"\b(fair|unfair|fairly|unbiased|debias\w*|safe|safely|compliant|compliance|solves?)\b", re.IGNORECASE
)
NAMES = ("Fair Credit Reporting Act", "Fair Housing Act", "debiased_calibration_error")


def test_these_packs_ship() -> None:
    assert sorted(ITEMS) == PACKS


@pytest.mark.parametrize("name", PACKS)
def test_pack_bears_the_name_of_its_file(name: str) -> None:
    assert pack(name).id == name


@pytest.mark.parametrize("name", PACKS)
def test_lint_warns_of_nothing_but_what_was_not_read(name: str) -> None:
    notes = [note for note in policy.lint(pack(name)) if "unverified" not in note.message]

    assert notes == []


@pytest.mark.parametrize("name", PACKS)
def test_examples_hold(name: str) -> None:
    results = policy.run_examples(whole(name))

    assert [(r.name, r.differences) for r in results if not r.passed] == []


@pytest.mark.parametrize("name", PACKS)
def test_each_control_has_an_example_where_it_is_met_and_one_where_it_is_not(name: str) -> None:
    expected: dict[str, set[str]] = {}
    for example in pack(name).examples:
        for named, status in example.expect.items():
            expected.setdefault(named, set()).add(status)

    for control in pack(name).controls:
        assert "pass" in expected[control.id], control.id
        assert expected[control.id] & {"fail", "missing", "inconclusive"}, control.id


@pytest.mark.parametrize("name", PACKS)
def test_every_item_has_a_place(name: str) -> None:
    places = {item.id: item for item in pack(name).items}

    assert len(places) == len(pack(name).items)
    assert [item for item in ITEMS[name] if item not in places] == []
    for item in places.values():
        assert item.controls or len(item.because.split()) > 4, item.id


@pytest.mark.parametrize("name", PACKS)
def test_items_say_whether_they_were_read(name: str) -> None:
    unread = {item.id for item in pack(name).items if item.certainty == "unverified"}

    assert unread == NOT_READ.get(name, set())
    assert all(item.certainty for item in pack(name).items)


@pytest.mark.parametrize("name", PACKS)
def test_what_was_read_elsewhere_is_unverified(name: str) -> None:
    for source in (pack(name).source, *(c.source for c in pack(name).controls)):
        assert not ELSEWHERE.search(source.note) or source.certainty == "unverified", source.note


@pytest.mark.parametrize("name", PACKS)
def test_each_control_has_source_date_text_and_remedies(name: str) -> None:
    for control in pack(name).controls:
        source = control.source
        assert all((source.title, source.clause, source.url, source.date, source.certainty)), control.id
        assert control.text, control.id
        assert control.remedies, control.id
        assert control.owner, control.id


@pytest.mark.parametrize("name", PACKS)
def test_pack_says_what_it_does_not_cover(name: str) -> None:
    assert len(pack(name).not_covered) >= 4


@pytest.mark.parametrize("name", PACKS)
def test_words_claim_nothing(name: str) -> None:
    own = pack(name)
    told = [own.title, own.text, *own.not_covered]
    for control in own.controls:
        told += [control.title, control.text, *control.remedies]
    for item in own.items:
        told += [item.title, item.because]
    text = " ".join(told)
    for known in NAMES:
        text = text.replace(known, "")

    assert CLAIMS.findall(text) == []


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(PACKS, 2)))
def test_packs_can_be_used_together(one: str, other: str) -> None:
    both = policy.compose([whole(one), whole(other)])

    ids = {c.id for c in both.controls}
    assert ids == {c.id for name in (one, other) for c in whole(name).controls}


def test_no_pack_asks_for_a_ratio_in_new_york() -> None:
    for control in whole("nyc-local-law-144").controls:
        if isinstance(control.require, policy.Requirement) and control.require.name == "impact_ratio":
            assert control.require.threshold == 0


def test_a_site_can_move_the_screen() -> None:
    site = policy.read_policy(
        """\
schema: jupyter-gov/policy/1
id: our-credit
version: 1.0.0
title: Our credit policy
extends: [us-consumer-credit]
override:
  - control: cc.four-fifths
    because: Our committee looks from nine tenths.
    require: {measure: selection_rate, assessment: fairness, kind: ratio, reference: max-min judged, at_least: 0.9}
"""
    )
    found = {c.id: c for c in policy.resolve(site, pack).controls}["cc.four-fifths"]

    assert isinstance(found.require, policy.Requirement)
    assert found.require.threshold == 0.9
    assert "our-credit" in found.origin


def test_a_site_names_its_columns() -> None:
    site = policy.read_policy(
        """\
schema: jupyter-gov/policy/1
id: our-hiring
version: 1.0.0
title: Our hiring policy
extends: [nyc-local-law-144]
override:
  - control: ll.tables
    because: Our columns are called gender and ethnicity.
    require:
      measure: impact_ratio
      assessment: local_law_144
      kind: ratio
      attribute: [gender, ethnicity, gender × ethnicity]
      group: each
      reference: best
      at_least: 0
"""
    )
    found = {c.id: c for c in policy.resolve(site, pack).controls}["ll.tables"]

    assert isinstance(found.require, policy.Requirement)
    assert found.require.where["attribute"] == ["gender", "ethnicity", "gender × ethnicity"]
    assert found.severity == "blocker"


def test_pages_say_what_was_not_verified() -> None:
    page = (Path(__file__).parents[2] / "docs" / "packs" / "us-model-risk.md").read_text(encoding="utf-8")

    assert re.search(r"\| SR 26-2 overview \|.*\| read \|", page)
    assert re.search(r"\| SR 11-7 overrides \|.*\| \*\*not verified\*\* \|", page)
    assert re.search(r"\| `mr.stability` \|.*\(\*\*not verified\*\*\)", page)
    assert "not read" not in page.lower()
