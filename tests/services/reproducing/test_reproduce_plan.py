"""Which cells are executed again: what results rest on, what nobody can see, and what shows something only."""

from __future__ import annotations

import pytest

from jupyter_gov.records import Cell, Dataset, Metric, Record
from jupyter_gov.services.reproducing._plan import asks_a_person, is_ours, plan, texts_in


def session(*cells: tuple[str, tuple[str, ...], tuple[str, ...]]) -> dict[str, Cell]:
    """Return executions by their source, each given with the variables that it reads and writes."""
    made: dict[str, Cell] = {}
    writer: dict[str, str] = {}
    for order, (source, reads, writes) in enumerate(cells, 1):
        told = {v: writer.get(v, "" if v == "*" else None) for v in reads}
        made[source] = Cell(order=order, source=source, reads=told, writes=writes)
        writer |= dict.fromkeys(writes, made[source].id)
    return made


def planned(cells: dict[str, Cell], *results: str, others: tuple[Record, ...] = ()) -> list[str]:
    metrics = [Metric(name="accuracy", value=1.0, cell=cells[source].id) for source in results]
    return [c.source for c in plan([*cells.values(), *metrics, *others], scope="slice").cells]


def test_a_slice_holds_what_the_results_rest_on_in_the_order_of_the_run() -> None:
    cells = session(
        ("%load_ext jupyter_gov\n%gov_track", (), ()),
        ("a = 1", (), ("a",)),
        ("b = 2", (), ("b",)),
        ("c = a", ("a",), ("c",)),
        ("score(c)", ("c",), ()),
        ("plot(b)", ("b",), ()),
        ("%gov_report", (), ()),
    )
    assert planned(cells, "score(c)") == ["a = 1", "c = a", "score(c)"]
    every = plan(list(cells.values()), scope="all")
    assert [c.source for c in every.cells] == ["a = 1", "b = 2", "c = a", "score(c)", "plot(b)"]


def test_without_results_data_count() -> None:
    cells = session(("a = 1", (), ("a",)), ("read(a)", ("a",), ()), ("b = 1", (), ("b",)))
    data = Dataset(name="d", digest="jg1:0", rows=1, cell=cells["read(a)"].id)
    assert planned(cells, others=(data,)) == ["a = 1", "read(a)"]
    nothing = plan(list(cells.values()), scope="slice")
    assert [c.what for c in nothing.causes if c.decides] == ["not_recorded"]


@pytest.mark.parametrize(
    "state",
    [
        "import sys\nsys.path.append('src')",
        "%cd data",
        "%env THREADS=1",
        "pd.set_option('mode.copy_on_write', True)",
        "pd.options.mode.sim_interactive = True",
        "sklearn.set_config(transform_output='pandas')",
        "np.seterr(all='raise')",
        "os.environ['TZ'] = 'UTC'",
        "%load_ext autoreload",
    ],
)
def test_what_changes_the_process_is_executed_too(state: str) -> None:
    cells = session((state, (), ()), ("print(1)", (), ()), ("score()", (), ()), (state + " ", (), ()))
    assert planned(cells, "score()") == [state, "score()"]


def test_a_cell_that_writes_a_file_belongs_to_one_that_names_it() -> None:
    write, read = "frame.to_csv('clean.csv')", "score(pd.read_csv('clean.csv'))"
    cells = session(
        ("frame = 1", (), ("frame",)),
        ("other.to_csv('other.csv')", (), ()),
        (write, ("frame",), ()),
        (read, (), ()),
        ("frame.to_csv('clean.csv') # later", ("frame",), ()),
    )
    assert planned(cells, read) == ["frame = 1", write, read]


def test_names_that_nobody_could_tell_bring_all_cells_above() -> None:
    cells = session(("a = 1", (), ("a",)), ("b = 1", (), ("b",)), ("score(eval('a'))", ("*",), ()), ("c", (), ("c",)))
    assert planned(cells, "score(eval('a'))") == ["a = 1", "b = 1", "score(eval('a'))"]


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        ("%load_ext jupyter_gov\n%gov_track 'x' --experiment e", True),
        ("# A report\n\n%gov_report\n%gov_status", True),
        ("%%gov_doc purpose\nText", True),
        ("%gov_track --off", True),
        ("%gov_assess model X y", False),
        ("%gov_explain model X row", False),
        ("%gov_compare a b", False),
        ("%gov_status\nx = 1", False),
        ("%load_ext autoreload", False),
    ],
)
def test_which_cells_are_only_ours(source: str, ours: bool) -> None:
    assert is_ours(source) is ours


@pytest.mark.parametrize(
    ("source", "asks"),
    [
        ("x = input('How many?')", True),
        ("import getpass\np = getpass.getpass()", True),
        ("def ask():\n    return input()", False),
        ("layer.input(3)", False),
        ("inputs = 3", False),
        ("x = input(", False),
    ],
)
def test_who_is_asked(source: str, asks: bool) -> None:
    assert asks_a_person(source) is asks


def test_texts_stand_in_code_with_magics_too() -> None:
    assert texts_in("%matplotlib inline\n!ls\nread('a.csv', sep=';')") == {"a.csv", ";"}
    assert texts_in("read('a.csv'") == frozenset()
