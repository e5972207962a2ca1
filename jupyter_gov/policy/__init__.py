"""What must hold, and whether it does: policies in YAML, evidence, verdicts. Pure: nothing is read or written here."""

from ._charter import (
    CHARTER_SCHEMA,
    DECISIONS,
    charter_data,
    charter_template,
    check_charter,
    read_charter,
    write_charter_yaml,
)
from ._diff import Difference, diff
from ._evidence import Evidence, evidence_of, last_assessed
from ._explain import explain
from ._explain_asked import asked
from ._index import made_at
from ._judge import judge
from ._lint import lint, lint_text
from ._model import (
    COMPARISONS,
    FACTS,
    FORMAT,
    KINDS,
    STAGES,
    TASKS,
    Applies,
    Combination,
    Control,
    Example,
    Fact,
    Item,
    Origin,
    Policy,
    Requirement,
    Rule,
)
from ._notes import Note
from ._places import meets, read_places
from ._reading import digest, from_json, read_policy, to_json
from ._resolving import compose, resolve
from ._schema import SCHEMA
from ._targets import controls_of_charter
from ._testing import ExampleResult, evidence_of_example, run_examples
from ._tier import QUESTIONS, Assessed, Choice, Proposal, Question, propose, tier_of
from ._waived import requirement_digest
from ._yaml import LARGEST

__all__ = [
    "CHARTER_SCHEMA",
    "COMPARISONS",
    "DECISIONS",
    "FACTS",
    "FORMAT",
    "KINDS",
    "LARGEST",
    "QUESTIONS",
    "SCHEMA",
    "STAGES",
    "TASKS",
    "Applies",
    "Assessed",
    "Choice",
    "Combination",
    "Control",
    "Difference",
    "Evidence",
    "Example",
    "ExampleResult",
    "Fact",
    "Item",
    "Note",
    "Origin",
    "Policy",
    "Proposal",
    "Question",
    "Requirement",
    "Rule",
    "asked",
    "charter_data",
    "charter_template",
    "check_charter",
    "compose",
    "controls_of_charter",
    "diff",
    "digest",
    "evidence_of",
    "evidence_of_example",
    "explain",
    "from_json",
    "judge",
    "last_assessed",
    "lint",
    "lint_text",
    "made_at",
    "meets",
    "propose",
    "read_charter",
    "read_places",
    "read_policy",
    "requirement_digest",
    "resolve",
    "run_examples",
    "tier_of",
    "to_json",
    "write_charter_yaml",
]
