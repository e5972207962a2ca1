"""Linting a policy's file against what assessments and checks are really called."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_gov.records import SECTIONS

from ._finding import PACK, find_path, finder, read_policy_text
from ._measures import MEASURES

if TYPE_CHECKING:
    from jupyter_gov.policy import Note

_OF_ASSESSMENTS = ("assessed_on_training_data", "disparity", "small_groups", "unknown_group")
"""Findings that follow from assessments, not from what was fitted on what."""


def lint_policy(name: str, *, folder: Path | None = None) -> tuple[str, list[Note]]:
    """Return where a policy is, and what is wrong with its text or missing for its readers.

    Parameters
    ----------
    name : str
        A path, or a name as for `find_policy`.
    folder : Path, optional
        Where to begin to look; by default the working directory.

    Raises
    ------
    NotFoundError, InputError
        If there is no such policy, or its file is no text.
    """
    from jupyter_gov.policy import lint_text

    path, where = find_path(name, folder=folder)
    notes = lint_text(read_policy_text(path), find=finder(path.parent), known=known_names())
    return name if where == PACK else str(path), notes


def known_names() -> dict[str, Collection[str]]:
    """Return what evidence can be called, by the kind of requirement that asks for it."""
    from jupyter_gov.assessment import assessments
    from jupyter_gov.provenance.leakage import CHECKS, LATE_CHECKS, LOOK_CHECKS

    return {
        "assessment": {*assessments()},
        "finding": {*CHECKS, *LATE_CHECKS, *LOOK_CHECKS, *_OF_ASSESSMENTS},
        "measure": MEASURES,
        "document": SECTIONS,
    }
