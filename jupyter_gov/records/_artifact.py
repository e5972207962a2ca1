"""Records of content that is kept with a run, by its digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from ._base import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact(Record):
    """Content that is kept beside the records; the same content is kept once.

    Attributes
    ----------
    about : str
        Id of the record that it belongs to.
    role : str
        ``predictions`` (what a model returned), ``learned`` (what a fit has learned) or ``rows`` (which rows of its
        parent a data set has).
    digest : str
        Of the content as it is kept; the store gives it out by this.
    bytes : int
        How large it is there.
    """

    kind: ClassVar[str] = "artifact"

    about: str
    role: Literal["predictions", "learned", "rows"]
    digest: str
    bytes: int
