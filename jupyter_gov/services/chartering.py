"""The charter of an experiment: writing it down, and finding the one that counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jupyter_gov.errors import InputError, NotFoundError, NotTrackingError, a_type
from jupyter_gov.records import Charter, Json, Run, utc_now

from ._stores import find_store
from .session import Session, actor, begin_run, current, end_run, write

_LARGEST = 4_000_000


def charter(source: Mapping[str, Json] | str | Path | None = None) -> Charter:
    """Write down why a model is built, what it must reach and who decided; or return what is written.

    Parameters
    ----------
    source : mapping or path of a YAML file, optional
        What the charter says; see the page on charters. Without it, the charter that counts is returned.

    Returns
    -------
    Charter
        It counts for this run and all later ones of its experiment, until another is written. The same content is not
        written twice.

    Raises
    ------
    InputError, NotFoundError
        If the charter cannot be read: for a file with line and column. Or if there is none yet.
    NotTrackingError
        If nothing is tracked.
    StoreError
        If it could not be written.
    """
    before = current_charter()
    if source is None:
        if before is None:
            raise NotFoundError(
                "There is no charter yet.", hint="Pass a mapping or a YAML file; %gov_charter opens a form."
            )
        return before
    session = _tracked()
    made = read_charter_source(source)
    if made.experiment not in ("", session.run.experiment):
        raise InputError(
            f"The charter is about the experiment {made.experiment!r}; this run belongs to {session.run.experiment!r}.",
            hint="%gov_track --experiment NAME says where a run belongs.",
        )
    made = _complete(made, session.run.experiment, session.resolver.cell() if session.resolver else None)
    if before is not None and _said(before) == _said(made):
        return before
    session.record(made, "charter.written")
    session.flush()
    return made


def current_charter() -> Charter | None:
    """Return the charter that counts for the run that is tracked here, or None.

    Raises
    ------
    NotTrackingError
        If nothing is tracked.
    """
    session = _tracked()
    session.flush()
    return find_charter(session.run.experiment, session.store.url)


def charter_experiment(path: Path, *, experiment: str = "", store: str | None = None) -> tuple[Charter, Run | None]:
    """Write a charter down where there is no notebook, as a run of its own.

    Parameters
    ----------
    path : path
        Of a YAML file.
    experiment : str
        By default what the file says.
    store : str, optional

    Returns
    -------
    charter : Charter
    run : Run or None
        None where the same was written already.

    Raises
    ------
    InputError, NotFoundError, StoreError
        As `charter`; or if no experiment is named.
    """
    made = read_charter_source(path)
    named = experiment or made.experiment
    if not named:
        raise InputError(
            f"{path.name} names no experiment.", hint="Write experiment: NAME into it, or use --experiment."
        )
    before = find_charter(named, store)
    made = _complete(made, named, None)
    if before is not None and _said(before) == _said(made):
        return before, None
    run = begin_run(name=f"charter of {made.model or named}", experiment=named, store=store)
    write(run.id, (made, "charter.written"), store=store)
    return made, end_run(run, status="finished", store=store)


def find_charter(experiment: str, store: str | None = None) -> Charter | None:
    """Return the newest charter of an experiment, or None."""
    opened = find_store(store)
    if opened is None:
        return None
    _, found, _ = opened.known("", experiment=experiment, shared=(Charter.kind,))
    charters = [c for _, c in found if isinstance(c, Charter)]
    return max(charters, key=lambda c: (c.written, c.id), default=None)


def write_charter_file(source: Mapping[str, Json], path: str) -> Path:
    """Write what a form says to a YAML file; an existing charter of that name is replaced.

    Raises
    ------
    InputError
        If it is no charter, or the file is something else.
    """
    from jupyter_gov.policy import write_charter_yaml

    made, file = read_charter_source(source), _path(path)
    if file.suffix not in (".yaml", ".yml"):
        raise InputError(f"{path!r} is no name of a YAML file.", hint="Write charter.yaml, for example.")
    if file.exists():
        read_charter_source(file)
    return _written(file, write_charter_yaml(made))


def write_charter_template(path: str) -> Path:
    """Write a charter to fill in to a new YAML file.

    Raises
    ------
    InputError
        If there is such a file.
    """
    from jupyter_gov.policy import charter_template

    file = _path(path)
    if file.exists():
        raise InputError(f"{path!r} is there already.", hint="Give another name.")
    return _written(file, charter_template())


def read_charter_source(source: Mapping[str, Json] | str | Path) -> Charter:
    """Return the charter that a mapping or a YAML file describes; nothing is recorded.

    Raises
    ------
    InputError, NotFoundError
        If it cannot be read: for a file with line and column.
    """
    from jupyter_gov.policy import check_charter, read_charter

    if isinstance(source, Mapping):
        return check_charter(source)
    if not isinstance(source, str | Path):
        raise InputError(f"The charter is {a_type(source)}.", hint="Pass a mapping, or the path of a YAML file.")
    path = _path(source)
    if not path.is_file():
        raise NotFoundError(
            f"There is no file {str(source)!r}.", hint="`jupyter gov charter --template` prints one to fill in."
        )
    if path.stat().st_size > _LARGEST:
        raise InputError(f"{path.name} is too large for a charter.", hint="Pass a YAML file of text.")
    try:
        return read_charter(path.read_text(encoding="utf-8"), name=path.name)
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not text in UTF-8.", hint="Save it as UTF-8.") from error


def _path(path: str | Path) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:  # nobody's home
        raise InputError(f"{str(path)[:80]!r} is no path of a file: {error}.", hint="Give another name.") from error


def _written(file: Path, text: str) -> Path:
    try:
        file.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"{str(file)!r} cannot be written: {error}.", hint="Give another name or folder.") from error
    return file.resolve()


def _tracked() -> Session:
    session = current()
    if session is None:
        raise NotTrackingError(
            "A charter belongs to an experiment, and nothing is tracked.", hint="Run %gov_track first."
        )
    return session


def _complete(made: Charter, experiment: str, cell: str | None) -> Charter:
    return made.replace(experiment=experiment, cell=cell, written=utc_now(), actor=actor())


def _said(charter: Charter) -> Json:
    from jupyter_gov.policy import charter_data

    return charter_data(charter)
