"""Write the pages in ``docs/packs`` from the policies that ship: ``python docs/make_packs.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jupyter_gov import policy

PACKS = Path(policy.__file__).parent / "packs"
PAGES = Path(__file__).parent / "packs"
MARKS = {"verified": "read", "unverified": "**not verified**", "": ""}
"""How sure an item or source is, in a cell of a table."""


def read(name: str) -> policy.Policy:
    """Return a pack as it stands in its file."""
    return policy.read_policy((PACKS / f"{name}.yaml").read_text(encoding="utf-8"), name=f"{name}.yaml")


def names() -> list[str]:
    """Return the names of all packs, sorted."""
    return sorted(path.stem for path in PACKS.glob("*.yaml"))


def page(name: str) -> str:
    """Return the page about a pack as Markdown."""
    own = read(name)
    whole = policy.resolve(own, read)
    parts = [_head(own), _controls(own), _inherited(own, whole), _items(own), _open(own)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(pack: policy.Policy) -> str:
    source = pack.source
    lines = [
        f"# {pack.title}",
        "<!-- Made by docs/make_packs.py from the pack's YAML: change that, and run it again. -->",
        pack.text,
        f"Policy `{pack.id}` {pack.version} · [source]({source.url}): {source.title}, {source.clause}, state of "
        f"{source.date} ({MARKS[source.certainty].strip('*')}) · owner: {pack.owner}",
        source.note,
        _where(pack),
    ]
    return "\n\n".join(line for line in lines if line)


def _where(pack: policy.Policy) -> str:
    told = {
        "task": pack.applies.task,
        "risk tier": pack.applies.tier,
        "jurisdiction": pack.applies.jurisdiction,
        "stage": pack.applies.stage,
    }
    said = [f"{key} {' or '.join(values)}" for key, values in told.items() if values]
    return f"It applies to: {'; '.join(said)}. What is not known of a run narrows nothing." if said else ""


def _controls(pack: policy.Policy) -> str:
    rows = (
        (f"`{c.id}`", c.severity, f"**{c.title}.** {c.text}", policy.asked(c.require), _source(c, pack))
        for c in pack.controls
    )
    return "## Controls\n\n" + table(("control", "severity", "what it is about", "asked", "source"), rows)


def _source(control: policy.Control, pack: policy.Policy) -> str:
    source = control.source
    if source == pack.source:
        return "as of the policy"
    mark = f" ({MARKS[source.certainty]})" if source.certainty else ""
    note = f" {source.note}" if source.note else ""
    return f"[{source.title}]({source.url}), {source.clause}, {source.date}{mark}.{note}"


def _inherited(own: policy.Policy, whole: policy.Policy) -> str:
    if not own.extends:
        return ""
    count = len(whole.controls) - len(own.controls)
    links = ", ".join(f"[{name}]({name}.md)" for name in own.extends)
    return f"It also has the {count} controls of {links}, named `gp.…` below."


def _items(pack: policy.Policy) -> str:
    if not pack.items:
        return ""
    rows = ((i.id, i.title, _place(i), MARKS[i.certainty]) for i in pack.items)
    return (
        "## What is asked for, and its place\n\n"
        "*Read*: the text itself or an official summary was read. *Not verified*: read only in copies, quotations or "
        "others' summaries, or from memory; look it up before you rely on it.\n\n"
        + table(("item", "in short", "place", "certainty"), rows)
    )


def _place(item: policy.Item) -> str:
    controls = ", ".join(f"`{name}`" for name in item.controls)
    if not controls:
        return f"Not covered, because: {item.because}"
    return f"{controls}. {item.because}" if item.because else controls


def _open(pack: policy.Policy) -> str:
    return "## What it does not cover\n\n" + "\n".join(f"- {sentence}" for sentence in pack.not_covered)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [tuple(head), ("---",) * len(head), *(tuple(row) for row in rows)]
    return "\n".join("| " + " | ".join(_cell(text) for text in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def pages() -> Iterator[tuple[Path, str]]:
    """Yield each page's path and what it should hold."""
    for name in names():
        yield PAGES / f"{name}.md", page(name)


def main() -> None:
    """Write all pages."""
    PAGES.mkdir(exist_ok=True)
    for path, text in pages():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
