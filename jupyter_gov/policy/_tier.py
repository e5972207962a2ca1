"""How much is at stake: a short questionnaire, the risk tier that its answers give, and the policies that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import InputError, did_you_mean
from ..records import Tier


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be given.

    Attributes
    ----------
    key, text : str
        What is kept, and what a person reads.
    points : int
        0, 1 or 2: how much it adds to what is at stake.
    """

    key: str
    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the questionnaire, with why it is asked; its choices go from the most at stake to the least."""

    key: str
    text: str
    why: str
    choices: tuple[Choice, ...]

    def choice(self, key: str) -> Choice:
        """Return the choice of that key.

        Raises
        ------
        InputError
            If there is none.
        """
        found = next((c for c in self.choices if c.key == key), None)
        if found is None:
            hint = did_you_mean(key, [c.key for c in self.choices], label="Answers")
            raise InputError(f"{key!r} is no answer to the question {self.key!r}.", hint=hint)
        return found


QUESTIONS: tuple[Question, ...] = (
    Question(
        "use",
        "What does the output help to decide?",
        "Some decisions open or close a life's doors; laws name them one by one.",
        (
            Choice("credit", "Whether or on which terms a person gets credit", 2),
            Choice("employment", "Whether a person is hired, promoted, assessed or let go", 2),
            Choice("essential", "Access to housing, education, health, insurance, benefits or justice", 2),
            Choice("people", "Something else about people: offers, prices, order of service", 1),
            Choice("things", "Something about things or processes, not about persons", 0),
        ),
    ),
    Question(
        "autonomy",
        "Who decides?",
        "A person who can and does decide otherwise catches errors that a model makes.",
        (
            Choice("automatic", "The output takes effect without a person", 2),
            Choice("confirmed", "A person confirms, and mostly does as it proposes", 1),
            Choice("advice", "A person decides, for whom it is one piece of advice among several", 0),
        ),
    ),
    Question(
        "reversibility",
        "What if it is wrong about somebody?",
        "What can be put right quickly does less harm.",
        (
            Choice("lasting", "The harm lasts, or nobody would notice", 2),
            Choice("costly", "It can be put right with effort or after a while", 1),
            Choice("easy", "It is put right easily, as soon as somebody says so", 0),
        ),
    ),
    Question(
        "choice",
        "Can the people affected go elsewhere, or object?",
        "Who has no alternative carries the error alone.",
        (
            Choice("none", "No, or they do not know that a model took part", 2),
            Choice("some", "With effort", 1),
            Choice("free", "Yes, easily", 0),
        ),
    ),
    Question(
        "scale",
        "About how many people or cases does it decide in a year?",
        "A small error becomes a large one by repetition.",
        (
            Choice("large", "100,000 or more", 2),
            Choice("middle", "1,000 to 100,000", 1),
            Choice("small", "Fewer than 1,000", 0),
        ),
    ),
    Question(
        "data",
        "Which data about people does it use?",
        "What is intimate, or about children, asks for more care; so does what stands in for it.",
        (
            Choice("special", "Health, biometrics, origin, belief, or data about children", 2),
            Choice("personal", "Other personal data", 1),
            Choice("none", "None about persons", 0),
        ),
    ),
    Question(
        "exposure",
        "What could wrong outputs cost the organisation in a year?",
        "Supervisors of banks ask for care in proportion to what is at stake.",
        (
            Choice("large", "Enough that its owners would be told", 2),
            Choice("noticeable", "Enough to show in the accounts of a department", 1),
            Choice("small", "Hardly anything", 0),
        ),
    ),
)
"""Asked in this order. The points are this project's own judgement, not taken from any law."""

_HIGH, _HIGH_OF_USE, _MEDIUM = 9, 7, 4


@dataclass(frozen=True, slots=True)
class Assessed:
    """What answers come to.

    Attributes
    ----------
    tier : str
        ``high``, ``medium`` or ``low``.
    points : int
        Of `of` that are possible.
    unanswered : tuple of str
        Keys of questions without an answer: the riskiest was assumed.
    reasons : tuple of str
        Why this tier, in plain sentences.
    """

    tier: Tier
    points: int
    of: int
    unanswered: tuple[str, ...]
    reasons: tuple[str, ...]


def tier_of(answers: Mapping[str, str]) -> Assessed:
    """Work out the risk tier from answers to `QUESTIONS`.

    Parameters
    ----------
    answers : mapping
        The key of a choice, by the key of its question; a question without an answer counts as the riskiest.

    Returns
    -------
    Assessed

    Raises
    ------
    InputError
        If a question or an answer does not exist.

    Notes
    -----
    Each answer has 0, 1 or 2 points. The tier is ``high`` from 9 of 14 points, or from 7 where the use itself has 2;
    ``medium`` from 4 points, or where the use has 2 or a single other answer has; else ``low``. A riskier answer never
    lowers the tier. The rule is ours: a site that has another one states the tier itself.
    """
    keys = [q.key for q in QUESTIONS]
    for key in answers:
        if key not in keys:
            raise InputError(f"There is no question {key!r}.", hint=did_you_mean(key, keys, label="Questions"))
    open_ = tuple(key for key in keys if not answers.get(key))
    chosen = [q.choice(answers[q.key]) if q.key not in open_ else q.choices[0] for q in QUESTIONS]
    points, of = sum(c.points for c in chosen), 2 * len(QUESTIONS)
    use = chosen[0].points == 2
    tier: Tier = "low"
    if points >= (_HIGH_OF_USE if use else _HIGH):
        tier = "high"
    elif points >= _MEDIUM or any(c.points == 2 for c in chosen):
        tier = "medium"
    grave = [
        f"{q.text} {c.text}." for q, c in zip(QUESTIONS, chosen, strict=True) if c.points == 2 and q.key not in open_
    ]
    assumed = [f"{len(open_)} of {len(keys)} questions not answered: the gravest answer was assumed."] if open_ else []
    return Assessed(tier, points, of, open_, (f"{points} of {of} points.", *grave, *assumed))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A policy that is proposed, and why."""

    policy: str
    why: str


_NEW_YORK = {"us-ny-nyc", "us-nyc", "nyc", "new york", "new york city"}
_EUROPE = {"eu", "european union"}


def propose(tier: str, *, use: str = "", jurisdiction: str = "") -> tuple[Proposal, ...]:
    """Propose policies that ship with jupyter-gov for a tier, a use and a jurisdiction.

    Parameters
    ----------
    tier : str
        ``high``, ``medium`` or ``low``.
    use : str
        The answer to the question of that key; empty for any.
    jurisdiction : str
        Where the model is used: ``US``, ``US-NY-NYC``, ``EU``, or several, separated by commas.

    Returns
    -------
    tuple of Proposal
        The first always. Whether a law really applies is for its reader to say, not for this function.
    """
    places = {p.strip().lower() for p in jurisdiction.split(",") if p.strip()}
    in_us = any(p == "us" or p.startswith("us-") for p in places) or bool(places & _NEW_YORK)
    return tuple(_proposals(tier, use, places, in_us=in_us))


def _proposals(tier: str, use: str, places: set[str], *, in_us: bool) -> Iterable[Proposal]:
    yield Proposal("good-practice", "It asks what every model should show.")
    if in_us and use == "credit":
        yield Proposal("us-consumer-credit", "The model takes part in decisions about consumer credit in the US.")
        yield Proposal("us-model-risk", "Banks in the US are expected to manage the risk of models that they rely on.")
    if places & _NEW_YORK and use == "employment":
        yield Proposal("nyc-local-law-144", "The model takes part in decisions about employment in New York City.")
    if places & _EUROPE and use in ("credit", "employment", "essential") and tier != "low":
        yield Proposal("eu-ai-act-high-risk", "Its use is close to those that the EU AI Act lists as high-risk.")
    if tier == "high":
        yield Proposal("nist-ai-rmf", "Much is at stake, and the framework asks most broadly who could be harmed.")
