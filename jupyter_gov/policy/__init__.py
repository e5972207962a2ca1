"""What must hold, and whether it does: policies in YAML, evidence, verdicts. Pure: nothing is read or written here."""

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

__all__ = [
    "COMPARISONS",
    "FACTS",
    "FORMAT",
    "KINDS",
    "STAGES",
    "TASKS",
    "Applies",
    "Combination",
    "Control",
    "Example",
    "Fact",
    "Item",
    "Origin",
    "Policy",
    "Requirement",
    "Rule",
]
