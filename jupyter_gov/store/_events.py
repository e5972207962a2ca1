"""What goes into the store (`Entry`) and what comes out of it (`Event`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jupyter_gov.ledger import canonical_json, commit
from jupyter_gov.records import Record, new_id, random_bytes, utc_now
from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

VERSION = 1
"""Version of the envelope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record about to be written.

    Attributes
    ----------
    record : Record
        Becomes the body; the last body of a record's id is what the projection shows.
    run : str
        Id of the run that it belongs to.
    action : str
        What happened, such as ``fit.completed``.
    actor : mapping
        Who did it, as JSON.
    content : bytes or None
        Of an `Artifact`: what it names by its digest.
    """

    record: Record
    run: str
    action: str
    actor: Mapping[str, str]
    content: bytes | None = field(default=None, repr=False)
    ts: str = field(default_factory=utc_now)
    event_id: str = field(default_factory=new_id)
    salt: bytes = field(default_factory=lambda: random_bytes(32))
    body: str = ""

    def seal(self) -> Entry:
        """Return the entry with its canonical body: after this, nothing in it can change.

        Raises
        ------
        TypeError, ValueError
            If the record holds something that has no JSON form.
        """
        return self if self.body else replace(self, body=canonical_json(self.record.to_json()))

    def envelope(self, seq: int) -> str:
        """Return the canonical envelope that commits to the body."""
        return canonical_json(
            {
                "v": VERSION,
                "seq": seq,
                "event_id": self.event_id,
                "ts": self.ts,
                "actor": dict(self.actor),
                "action": self.action,
                "subject": {"kind": self.record.kind, "id": self.record.id, "run": self.run},
                "body_hmac": commit(self.body, self.salt),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as stored.

    Attributes
    ----------
    envelope : mapping
        ``v, seq, event_id, ts, actor, action, subject, body_hmac``.
    body : mapping or None
        The record's JSON; None after erasure.
    intact : bool
        Whether the body is there and the one that the envelope commits to.
    """

    envelope: Mapping[str, Any]
    body: Mapping[str, Any] | None
    intact: bool
