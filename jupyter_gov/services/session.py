"""The current session: which run is being tracked here, and the queue that its records go through."""

from __future__ import annotations

import atexit
import contextlib
import functools
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from jupyter_gov.errors import GovError, NotFoundError, StoreError
from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.records import Artifact, Finding, Gap, Record, Run, pack, utc_now
from jupyter_gov.records._builtins import keep_builtins

from ._gaps import Gaps, cell_of, in_words
from ._keeping import Keeping, Role
from ._resolver import Resolver
from ._secrets import process_secrets
from ._stores import get_store
from ._writer import Writer
from .settings import governance

if TYPE_CHECKING:
    from jupyter_gov.store import Entry, Store

keep_builtins(globals())


class Session:
    """Records of one run, on their way to the store.

    Parameters
    ----------
    run : Run
        The run; already in the store.
    store : Store
        Where to write.
    owner : bool
        Whether this process began the run and so ends it, rather than having joined it.
    """

    def __init__(self, run: Run, store: Store, *, owner: bool) -> None:
        self.run = run
        self.store = store
        self.owner = owner
        self.resolver: Resolver | None = None
        self.written: Callable[[int], None] = lambda _: None
        """Called, on the writer's thread, with the sequence number up to which records are on disk."""
        self._writer = Writer(store, lost=self._lost, prepare=self._prepare, written=lambda seq: self.written(seq))
        self._aside: list[Entry] = []
        """Gaps that were found on the writer's thread, to be written with what is worked out there."""
        self._gaps = Gaps()
        self._findings: dict[tuple[str, str, tuple[str, ...]], str] = {}

    def record(self, record: Record, action: str) -> None:
        """Queue a record; returns at once. One that cannot be written down becomes a gap.

        Raises
        ------
        StoreError
            If the session is closed, or belongs to the process that this one was forked from.
        """
        self._writer.put(entry_of(record, action, self.run.id))

    def record_later(self, make: Callable[[], Record | None], action: str, *, late: bool = False) -> None:
        """Queue a record that is worked out when its turn comes, off the user's path; a failure becomes a gap.

        One that takes long is `late`: all others go before it.

        Raises
        ------
        StoreError
            As `record`.
        """

        def deferred() -> Entry | None:
            try:
                made = make()
            except BaseException as error:
                return self._lost(action, error, None)
            return None if made is None else entry_of(made, action, self.run.id)

        self._writer.put(deferred, late=late)

    @functools.cached_property
    def _keeping(self) -> Keeping:
        settings = governance()
        return Keeping(settings.kept_mb, settings.kept_each_mb)

    def keeps(self, role: Role, size: int) -> bool:
        """Say whether content of about `size` bytes would be kept; where it is too much, that becomes a gap.

        Worth asking before content is copied for the sake of `keep`, which is then told the same size.

        Raises
        ------
        StoreError
            If the configuration cannot be read, or as `record`.
        """
        return not self._keeping.none and self._may(self._keeping.reserve(role, size))

    def keep(self, about: str, role: Role, make: Callable[[], Mapping[str, Any]], *, size: int = 0) -> None:
        """Keep content beside the record of id `about`; what is too large, or cannot be packed, becomes a gap.

        Parameters
        ----------
        about : str
            Id of a record.
        role : str
            As of an `Artifact`.
        make : callable
            Returns what `records.pack` takes; called later, on another thread: what it returns must not change
            meanwhile.
        size : int
            What `keeps` was told.

        Raises
        ------
        StoreError
            As `keeps`.
        """
        if self._keeping.none:
            return

        def deferred() -> Entry | None:
            try:
                values, redacted = process_secrets().clean_values(make())
                content = pack(values)
                digest = fingerprint_bytes(content)
            except Exception as error:
                return self._lost(f"artifact.{role}", error, None)
            finally:
                self._keeping.release(size)
            if not self._may(self._keeping.take(role, digest, len(content))):
                return None
            kept = Artifact(about=about, role=role, digest=digest, bytes=len(content), redacted=redacted)
            return replace(entry_of(kept, "artifact.kept", self.run.id), content=content)

        self._writer.put(deferred)

    def _may(self, refusal: Gap | None) -> bool:
        if refusal is not None:
            self.gap(refusal.what, refusal.reason, remedy=refusal.remedy)
        return refusal is None

    def gap(self, what: str, reason: str, *, remedy: str = "", cell: str | None = None) -> None:
        """Put something on the gap list, once for the same thing and reason; in another cell, it tells that one too."""
        gap = self._gaps.tell(Gap(what=what, reason=reason, remedy=remedy, cell=cell))
        if gap is not None:
            if self._writer.is_current:
                # The queue may be closed already to everything but what is late.
                self._aside.append(entry_of(gap, "gap.found", self.run.id))
            else:
                self.record(gap, "gap.found")

    def foresee(self, source: str) -> None:
        """Learn the secrets in code that is about to run, so that no record of what it does repeats them."""

        def learn() -> None:
            process_secrets().learn(source)

        self._writer.put(learn)

    def find(self, finding: Finding, *, about: str) -> None:
        """Record a finding; raised again about the same thing, it takes the earlier one's place."""
        key = (about, finding.check, finding.columns)
        self.record(finding.replace(id=self._findings.setdefault(key, finding.id)), "finding.raised")

    def flush(self) -> None:
        """Return when everything recorded so far is on disk.

        Raises
        ------
        StoreError
            If it could not be written; it is kept and tried again.
        """
        self._writer.flush()

    def close(self, timeout: float = 60.0) -> None:
        """Write what is left; where this process owns the run, mark it finished.

        Raises
        ------
        StoreError
            If something could not be written. It is tried again for as long as the process lives; call this again to
            wait for it.
        """
        if self.owner and self.run.status == "running":
            self.run = self.run.replace(status="finished", finished=utc_now())
            self.record(self.run, "run.finished")
        self._writer.close(timeout)

    def fail(self, reason: str) -> None:
        """Mark the run failed, where this process owns it."""
        if self.owner and self.run.status == "running":
            self.run = self.run.replace(status="failed", finished=utc_now(), reason=reason)
            self.record(self.run, "run.failed")

    @property
    def pending(self) -> int:
        """How many records are not on disk yet."""
        return self._writer.pending

    def _prepare(self, entry: Entry | None) -> list[Entry]:
        """Return what to write: an entry without secrets, and the gaps that were found while it was worked out."""
        aside, self._aside = self._aside, []
        made: list[Entry] = []
        for given in (entry, *aside):
            if given is not None:
                clean, checked = _without_secrets(given)
                made.append(clean)
                gap = None if checked else self._gaps.tell(_not_checked(given))
                if gap is not None:
                    made.append(entry_of(gap, "gap.found", self.run.id))
        return made

    def _lost(self, action: str, error: BaseException, record: Record | None) -> Entry | None:
        """Return the gap that stands for records of one sort that can never be written, and tells the last of them."""
        reason = error.message if isinstance(error, GovError) else f"It could not be made: {type(error).__name__}."
        gap = self._gaps.tell(Gap(what=f"a record ({action})", reason=reason, cell=cell_of(record)), in_words(record))
        return None if gap is None else _without_secrets(entry_of(gap, "gap.found", self.run.id))[0]


_current: Session | None = None
_unwritten: list[Session] = []
"""Sessions that have ended but whose store could not take everything yet."""


def current() -> Session | None:
    """Return the session of this process, or None when nothing is tracked."""
    return _current


@functools.cache
def actor() -> str:
    """Return who acts, as the operating system says."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def entry_of(record: Record, action: str, run: str) -> Entry:
    """Wrap a record for the store, with the time and the actor."""
    from jupyter_gov.store import Entry

    return Entry(record=record, run=run, action=action, actor={"id": actor(), "kind": "os"})


def write(run: str, *acts: tuple[Record, str], store: str | None = None) -> None:
    """Write records, each with what happened, in one transaction and past any session; secrets are taken out.

    Raises
    ------
    StoreError
        If the store cannot be written.
    """
    entries: list[Entry] = []
    for record, action in acts:
        entry, checked = _without_secrets(entry_of(record, action, run))
        entries += [entry] if checked else [entry, entry_of(_not_checked(entry), "gap.found", run)]
    get_store(store).append(entries)


def _without_secrets(entry: Entry) -> tuple[Entry, bool]:
    """Return the entry without secrets, and whether all of its texts could be checked for them."""
    record, checked = process_secrets().clean(entry.record)
    return (entry if record is entry.record else replace(entry, record=record)), checked


def _not_checked(entry: Entry) -> Gap:
    return Gap(
        what=f"texts of a record ({entry.action})",
        reason="They could not be checked for secrets, so they were not written.",
        remedy="Install jupyter-gov again, and detect-secrets with it.",
        cell=cell_of(entry.record),
    )


def begin_run(*, name: str, experiment: str, notebook: str = "", store: str | None = None) -> Run:
    """Write a new run to the store and return it.

    Raises
    ------
    StoreError
        If the store cannot be written.
    """
    run = Run(name=name, experiment=experiment, notebook=notebook, actor=actor(), started=utc_now())
    write(run.id, (run, "run.started"), store=store)
    return run


def end_run(run: Run, *, status: Literal["finished", "failed"], reason: str = "", store: str | None = None) -> Run:
    """Write that a run has ended, and how; return the run as it now is."""
    ended = run.replace(status=status, finished=utc_now(), reason=reason)
    write(run.id, (ended, f"run.{status}"), store=store)
    return ended


def open_session(run: Run, *, owner: bool, store: str | None = None) -> Session:
    """Make `run` the one that is tracked in this process, after ending the one before."""
    global _current
    # A store that fails must not keep the user from another one: what it has not taken is tried again.
    with contextlib.suppress(StoreError):
        close_session()
    _current = Session(run, get_store(store), owner=owner)
    return _current


def join_run(run_id: str, *, name: str | None, experiment: str | None, store: str | None = None) -> Run:
    """Return the run that another process began, under the name and experiment given here if there are any.

    Raises
    ------
    NotFoundError
        If the store has no such run.
    """
    found = get_store(store).get(Run, run_id)
    if found is None:
        raise NotFoundError(f"No run {run_id!r} to join.", hint="It was begun in another store; see JUPYTER_GOV_STORE.")
    named = found.replace(name=name or found.name, experiment=experiment or found.experiment)
    if named != found:
        write(run_id, (named, "run.named"), store=store)
    return named


def close_session(timeout: float = 60.0) -> None:
    """End tracking in this process, and write what an ended session could not; nothing happens where there is none.

    Raises
    ------
    StoreError
        If something could not be written; it is kept, and the next call tries again.
    """
    global _current
    if _current is not None:
        _unwritten.append(_current)
        _current = None
    failed: StoreError | None = None
    for session in list(_unwritten):
        try:
            session.close(timeout)
            _unwritten.remove(session)
        except StoreError as error:
            failed = failed or error
    if failed is not None:
        raise failed


def forget_session() -> None:
    """Drop the session without writing: in a forked child it belongs to the parent."""
    global _current
    _current = None
    _unwritten.clear()


@atexit.register
def _last_try() -> None:
    """Say how much is lost where the store fails to the very end."""
    try:
        close_session(timeout=5.0)
    except Exception as error:
        lost = sum(s.pending for s in _unwritten)
        sys.stderr.write(f"jupyter-gov: {lost} records could not be written. {error}\n")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_session)
