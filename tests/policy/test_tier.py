"""The risk questionnaire: what its answers give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.errors import InputError
from jupyter_gov.policy import QUESTIONS, propose, tier_of
from jupyter_gov.records import TIERS

ANSWERS = st.fixed_dictionaries({}, optional={q.key: st.sampled_from([c.key for c in q.choices]) for q in QUESTIONS})


@given(ANSWERS, st.sampled_from(QUESTIONS), st.data())
def test_a_riskier_answer_never_lowers_the_tier(answers: dict[str, str], question: object, data: st.DataObject) -> None:
    from jupyter_gov.policy import Question

    assert isinstance(question, Question)
    one, other = (data.draw(st.sampled_from(question.choices)) for _ in range(2))
    graver, lighter = (one, other) if one.points >= other.points else (other, one)
    tiers = [tier_of({**answers, question.key: c.key}).tier for c in (graver, lighter)]
    assert TIERS.index(tiers[0]) <= TIERS.index(tiers[1])


@given(ANSWERS, st.sampled_from(QUESTIONS))
def test_no_answer_counts_as_the_gravest(answers: dict[str, str], question: object) -> None:
    from jupyter_gov.policy import Question

    assert isinstance(question, Question)
    left = {k: v for k, v in answers.items() if k != question.key}
    gravest = {**left, question.key: question.choices[0].key}
    assert tier_of(left).tier == tier_of(gravest).tier
    assert question.key in tier_of(left).unanswered


def test_the_ends() -> None:
    assert tier_of({}).tier == "high"
    assert tier_of({q.key: q.choices[-1].key for q in QUESTIONS}).tier == "low"
    # Whatever else is answered, a decision about somebody's credit is not of the lowest tier.
    assert tier_of({q.key: q.choices[-1].key for q in QUESTIONS} | {"use": "credit"}).tier == "medium"


def test_choices_go_from_the_gravest_to_the_lightest() -> None:
    for question in QUESTIONS:
        points = [c.points for c in question.choices]
        assert points == sorted(points, reverse=True)
        assert (points[0], points[-1]) == (2, 0)


@pytest.mark.parametrize(
    ("answers", "words"),
    [({"usee": "credit"}, "Did you mean 'use'"), ({"use": "credits"}, "Did you mean 'credit'")],
)
def test_what_is_not_asked_is_an_error(answers: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        tier_of(answers)


def test_proposals_follow_use_and_place() -> None:
    def names(tier: str, use: str, place: str) -> list[str]:
        return [p.policy for p in propose(tier, use=use, jurisdiction=place)]

    assert names("low", "things", "US") == ["good-practice"]
    assert names("medium", "credit", "US") == ["good-practice", "us-consumer-credit", "us-model-risk"]
    assert "nyc-local-law-144" in names("medium", "employment", "US-NY-NYC")
    assert "nyc-local-law-144" not in names("medium", "employment", "US")
    assert names("high", "credit", "EU") == ["good-practice", "eu-ai-act-high-risk", "nist-ai-rmf"]
    assert "us-consumer-credit" in names("high", "credit", "EU, US")
