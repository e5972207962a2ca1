"""A small interpreter of notebooks that really runs them, to hold `examine` against."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from hypothesis import strategies as st

from jupyter_gov.records import Cell, Notebook, NotebookCell

VARIABLES = "abcd"


def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def value(source: str, read: dict[str, str], written: str) -> str:
    """What a cell leaves in a variable: different for any other source or any other value that it read."""
    return hashlib.sha256(repr((source, sorted(read.items()), written)).encode()).hexdigest()[:16]


def parse(source: str) -> tuple[list[str], list[str]]:
    """``ab<-cd;tag`` writes a and b after reading c and d."""
    writes, _, rest = source.partition("<-")
    return list(rest.partition(";")[0]), list(writes)


@dataclass
class Kernel:
    """Runs cells and keeps the books as capture does."""

    values: dict[str, str] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    results: dict[str, str | None] = field(default_factory=dict)
    """What each execution computed; None where it raised."""

    def run(self, source: str, cell_id: str | None) -> str | None:
        reads, writes = parse(source)
        order = len(self.cells) + 1
        found = {v: self.makers[v] for v in reads if v in self.values}
        missing = next((v for v in reads if v not in self.values), None)
        cell = Cell(
            id=f"e{order}", order=order, source=source, cell_id=cell_id, reads=found,
            writes=() if missing else tuple(writes), status="error" if missing else "ok",
            error=f"NameError: name {missing!r} is not defined" if missing else "",
        )  # fmt: skip
        self.cells.append(cell)
        read = {v: self.values[v] for v in reads} if missing is None else {}
        self.results[cell.id] = None if missing else value(source, read, "")
        if missing is None:
            for variable in writes:
                self.values[variable] = value(source, read, variable)
                self.makers[variable] = cell.id
        return self.results[cell.id]


@dataclass
class Play:
    """A session: the kernel, and the notebook as it stands at the end."""

    kernel: Kernel
    standing: list[tuple[str, str]]

    @property
    def notebook(self) -> Notebook:
        return Notebook(cells=tuple(NotebookCell(cell_id=i, digest=digest_of(s)) for i, s in self.standing))

    def from_top_to_bottom(self) -> set[str]:
        """Run the notebook as it stands in a new kernel and return what its cells computed, up to the first error."""
        fresh, found = Kernel(), set()
        for cell_id, source in self.standing:
            if source:
                result = fresh.run(source, cell_id)
                if result is None:
                    break
                found.add(result)
        return found


_names = st.text(alphabet=VARIABLES, min_size=0, max_size=2).map(lambda s: "".join(dict.fromkeys(s)))
sources = st.builds(lambda w, r, tag: f"{w}<-{r};{tag}", _names, _names, st.sampled_from("xy"))
makers = st.builds(lambda v, tag: f"{v}<-;{tag}", st.sampled_from(VARIABLES), st.sampled_from("xy"))


@st.composite
def plays(draw: st.DrawFn) -> Play:
    """Random small notebooks, with cells run in any order, edited, deleted, inserted."""
    notebook = [(f"c{i}", draw(makers | sources)) for i in range(draw(st.integers(1, 6)))]
    kernel = Kernel()
    if draw(st.booleans()):
        for cell_id, source in notebook:
            kernel.run(source, cell_id)
    for step in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(notebook) - 1))
        act = draw(st.sampled_from(["run"] * 6 + ["edit", "delete", "insert", "move", "empty"]))
        if act == "run" and notebook[at][1]:
            kernel.run(notebook[at][1], notebook[at][0])
        elif act == "edit":
            notebook[at] = (notebook[at][0], draw(sources))
        elif act == "empty":
            notebook[at] = (notebook[at][0], "")
        elif act == "insert":
            notebook.insert(at, (f"n{step}", draw(makers | sources)))
        elif act == "move":
            notebook.append(notebook.pop(at))
        elif act == "delete" and len(notebook) > 1:
            del notebook[at]
    return Play(kernel, notebook)
