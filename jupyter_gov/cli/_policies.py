"""Commands about policies themselves; ``jupyter gov check`` judges a run by one."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from ._support import aligned, command, main, tell

if TYPE_CHECKING:
    from jupyter_gov.policy import Origin, Policy
    from jupyter_gov.services import PolicyFile


@main.group("policy")
def policy() -> None:
    """List, read, lint, compare and try policies."""


@command("list", group=policy)
def list_(as_json: bool) -> None:
    """List the policies that can be used by name: of the project, of the site, and those that ship."""
    from dataclasses import asdict

    from jupyter_gov.services import list_policies

    found = list_policies()
    rows = [("POLICY", "VERSION", "CONTROLS", "TITLE", "WHERE")]
    rows += [(p.name, p.version, _controls(p), p.title or "cannot be used", p.where) for p in found]
    wrong = [line for p in found if p.error for line in ("", p.error)]
    tell(as_json, {"policies": [asdict(p) for p in found]}, [*aligned(rows), *wrong])


@command("show", group=policy)
@click.argument("name")
def show(name: str, as_json: bool) -> None:
    """Show the controls of policy NAME, a name or a path, with all that it inherits."""
    from jupyter_gov.policy import digest, to_json
    from jupyter_gov.services import find_policy

    found, where = find_policy(name)
    head = [f"{found.title} ({found.id} {found.version}), {where}", digest(found)]
    head += [f"Source, where no other is named: {_source(found.source)}"] if found.source.title else []
    head += [f"Owner, where no other is named: {found.owner}"] if found.owner else []
    tell(as_json, {**to_json(found), "where": where, "digest": digest(found)}, [*head, "", *_table(found)])


@command("lint", group=policy)
@click.argument("files", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def lint(files: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Say what is wrong with policies FILES, paths or names, and what their readers will miss."""
    from dataclasses import asdict

    from jupyter_gov.services import lint_policy

    found = [(name, *lint_policy(name)) for name in files]
    notes = [(where, note) for _, where, notes in found for note in notes]
    errors = sum(note.level == "error" for _, note in notes)
    lines = [f"{note.level}: {note.say(where)}" for where, note in notes]
    told = [{"file": where, **asdict(note)} for where, note in notes]
    warnings = _count(len(notes) - errors, "warning")
    summary = f"{_count(len(files), 'policy', 'policies')}, {_count(errors, 'error')}, {warnings}."
    tell(as_json, {"ok": not errors, "notes": told}, [*lines, summary])
    _end(not errors and not (strict and notes))


@command("diff", group=policy)
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str, as_json: bool) -> None:
    """Say what has changed from policy BEFORE to policy AFTER, names or paths, by what it means."""
    from dataclasses import asdict

    from jupyter_gov.policy import diff as compare
    from jupyter_gov.services import find_policy

    found = compare(find_policy(before)[0], find_policy(after)[0])
    lines = [d.say() for d in found] or ["They ask for the same."]
    tell(as_json, {"same": not found, "differences": [asdict(d) for d in found]}, lines)


@command("explain", group=policy)
@click.argument("name")
@click.argument("control", required=False)
def explain(name: str, control: str | None, as_json: bool) -> None:
    """Explain policy NAME in prose: all of it, or one CONTROL."""
    from jupyter_gov.policy import explain as prose
    from jupyter_gov.services import find_policy

    found, where = find_policy(name)
    text = prose(found, control)
    tell(as_json, {"policy": found.id, "version": found.version, "where": where, "text": text}, text.split("\n"))


@command("test", group=policy)
@click.argument("name")
@click.option("--strict", is_flag=True, help="Exit status 1 where there are no examples, too.")
def test(name: str, strict: bool, as_json: bool) -> None:
    """Try policy NAME on the examples that it brings; exit status 1 where one comes out otherwise."""
    from jupyter_gov.policy import run_examples
    from jupyter_gov.services import find_policy

    found, _ = find_policy(name)
    results = run_examples(found)
    passed = all(r.passed for r in results)
    lines = []
    for result in results:
        lines.append(f"{'ok' if result.passed else 'not as expected'}: {result.name}")
        lines += [f"  {difference}" for difference in result.differences]
    none = f"There are no examples in {found.id}, so nothing was tried."
    kept = f"{sum(r.passed for r in results)} of {_count(len(results), 'example')} as expected."
    lines.append(kept if results else none)
    told = [{"name": r.name, "passed": r.passed, "differences": list(r.differences)} for r in results]
    tell(as_json, {"ok": passed, "examples": told}, lines)
    _end(passed and not (strict and not results))


@command("schema", group=policy)
def schema(as_json: bool) -> None:
    """Print the JSON Schema of policies, for editors and other tools."""
    from jupyter_gov.policy import SCHEMA

    tell(as_json, SCHEMA, json.dumps(SCHEMA, indent=2).split("\n"))


def _controls(file: PolicyFile) -> str:
    return f"{file.controls} ({file.inherited} inherited)" if file.inherited else str(file.controls)


def _table(found: Policy) -> Iterator[str]:
    """Yield the controls as a table whose cells wrap, as wide as the terminal."""
    from jupyter_gov.policy import asked

    width = max(80, min(160, shutil.get_terminal_size((120, 24)).columns))
    free = width - 8 - 4 * 2
    widths = (free * 20 // 100, 8, free * 42 // 100, free * 22 // 100, free * 16 // 100)
    yield from _wrapped(("CONTROL", "SEVERITY", "ASKED", "SOURCE", "OWNER"), widths)
    for control in found.controls:
        source = "" if control.source == found.source else _source(control.source)
        owner = "" if control.owner == found.owner else control.owner
        yield from _wrapped((control.id, control.severity, asked(control.require), source, owner), widths)


def _source(source: Origin) -> str:
    return ", ".join(part for part in (source.title, source.clause) if part)


def _wrapped(cells: Iterable[str], widths: Iterable[int]) -> Iterator[str]:
    columns = [(textwrap.wrap(cell, width) or [""], width) for cell, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*(lines for lines, _ in columns), fillvalue=""):
        padded = (part.ljust(width) for part, (_, width) in zip(parts, columns, strict=True))
        yield "  ".join(padded).rstrip()


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _end(passed: bool) -> None:
    if not passed:
        sys.exit(1)
