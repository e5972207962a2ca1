"""Tables as files: what is read how, and what is refused."""

from __future__ import annotations

import csv
import gzip
import io
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.services._quotes import unmatched_quote
from jupyter_gov.services._table_file import open_table, stem


def read(path: Path, content: str | bytes, *expected: str, groups: tuple[str, ...] = ()) -> Any:
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return open_table(path, expected).read(groups)


@pytest.mark.parametrize("name", ["t.csv", "t.CSV", "t.csv.gz"])
@pytest.mark.parametrize(("mark", "words"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
def test_separators_are_told_apart_by_the_columns_asked_for(tmp_path: Path, name: str, mark: str, words: str) -> None:
    path = tmp_path / name
    text = f'y{mark}"a,b;c\td"{mark}p\r\n1{mark}"x, y; z"{mark}0.5\r\n0{mark}"u\r\nv"{mark}0.25\r\n'
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    file = open_table(path, ["y", "p"])
    assert file.format == f"CSV, separated by {words}"
    assert file.columns == ["y", "a,b;c\td", "p"]
    frame = file.read([])
    assert frame["p"].tolist() == [0.5, 0.25]
    assert frame["a,b;c\td"].tolist() == ["x, y; z", "u\r\nv"]


def test_tabs_are_taken_for_granted_in_tsv(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("a,b\tc\n1\t2\n")
    assert open_table(tmp_path / "t.tsv", ["a"]).columns == ["a,b", "c"]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    frame = read(tmp_path / "t.csv", b"\xef\xbb\xbf\r\ny,p\r\n1,2\r\n", "y")
    assert list(frame) == ["y", "p"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,y\nJos\xe9,1\n", "byte 10, in line 2, is 0xE9"),
        ("name,y\n".encode("utf-16"), "byte 0, in line 1, is 0xFF"),
        (b"n\xe4me,y\n1,1\n", "byte 1, in line 1, is 0xE4"),
        (b"y,p\n1,2\n1\n", "Expected 2 columns, got 1"),
        (b"y,p\n1,2,3\n", "Expected 2 columns, got 3"),
        (b"", "Empty CSV file"),
    ],
)
def test_broken_text_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path / "t.csv", content, "y")
    assert caught.value.hint
    assert "t.csv" in caught.value.message


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.parquet").mkdir()
    (tmp_path / "t.parquet").write_bytes(b"not this")
    (tmp_path / "t.csv.gz").write_bytes(b"not this")
    for name, error, said in (
        ("none.csv", NotFoundError, "No file"),
        ("t.xlsx", InputError, "neither CSV nor Parquet"),
        ("folder.parquet", InputError, "is not a file"),
        ("t.parquet", InputError, "cannot be read"),
        ("t.csv.gz", InputError, "cannot be read"),
    ):
        with pytest.raises(error, match=said) as caught:
            open_table(tmp_path / name, [])
        assert caught.value.hint


def test_stems() -> None:
    names = ["a.csv", "a.b.csv.gz", "A.TSV", "a.parquet", "a.pq"]
    assert [stem(Path(n)) for n in names] == ["a", "a.b", "A", "a", "a"]


def test_only_an_empty_cell_of_a_group_is_missing(tmp_path: Path) -> None:
    text = "y,race,other\n" + "".join(f"1,{g},{g}\n" for g in ("NA", "None", "null", '"nan"', "", '""', "White"))
    frame = read(tmp_path / "t.csv", text, "y", groups=("race",))
    assert frame["race"].isna().tolist() == [False] * 4 + [True] * 2 + [False]
    assert frame["race"].dropna().tolist() == ["NA", "None", "null", "nan", "White"]
    assert frame["other"].isna().sum() == 6
    assert list(frame) == ["y", "race", "other"]
    frame.to_parquet(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(open_table(tmp_path / "t.parquet", []).read(["race"]), frame)


@pytest.mark.parametrize(
    "column",
    [
        "0 1 1 0", "yes no yes no", "true false true false", "TRUE FALSE FALSE FALSE", "1 2 2 1", "0.25 1e-3 -7 1",
        "2020-01-01 2021-02-03 2020-01-01 2020-01-01", "10:30 11:00 12:15 1:00", "1,5 2,5 3,5 4,5", "007 1 2 3",
        "NA 1 2 None", "NA a <NA> null", "NA NA NA NA", "99999999999999999999 1 2 3", "0.1 0.30000000000000004 3 4",
    ],
)  # fmt: skip
def test_columns_are_of_the_type_that_pandas_gives_them(tmp_path: Path, column: str) -> None:
    text = "y;x\n" + "".join(f"{i};{v}\n" for i, v in enumerate(column.split()))
    ours = read(tmp_path / "t.csv", text, "y")
    theirs = pd.read_csv(tmp_path / "t.csv", sep=";")
    if "99999" in column:  # more than 64 bits: pandas keeps Python's integers or their text
        assert ours["x"].tolist() == [1e20, 1, 2, 3]
    else:
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).map(lambda t: f"t{t}")


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.floats(allow_nan=False, allow_infinity=False), _TEXTS, st.integers(-(2**53), 2**53)), min_size=2
    )
)
def test_what_pandas_writes_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("tables")
    frame = pd.DataFrame(rows, columns=["score", "text", "number"])
    frame.to_csv(folder / "t.csv", index=False)
    frame.to_parquet(folder / "t.parquet")
    for name in ("t.csv", "t.parquet"):
        got = open_table(folder / name, ["score"]).read(["text"])
        pd.testing.assert_frame_equal(got, frame, check_exact=True)


_CSV = st.text(st.sampled_from('""",\n\r ab'), max_size=24)


@settings(max_examples=600, deadline=None)
@given(text=_CSV, mark=st.booleans())
def test_quotes_are_accepted_as_the_csv_module_accepts_them(text: str, mark: bool) -> None:
    try:
        list(csv.reader(io.StringIO(text, newline=""), strict=True))
        accepted = True
    except csv.Error:
        accepted = False
    data = text.encode("utf-8-sig" if mark else "utf-8")
    assert (unmatched_quote(data, ",") is None) == accepted


_FIELDS = st.text(st.sampled_from('"",\n\rb'), max_size=5)


@settings(max_examples=200, deadline=None)
@given(before=st.lists(_FIELDS), after=st.lists(st.sampled_from(["b", '"b', '"b""c', "", '""']), max_size=1))
def test_where_the_quote_opens_is_named(before: list[str], after: list[str]) -> None:
    whole = "".join('"{}",\n'.format(field.replace('"', '""')) for field in before).encode()
    assert unmatched_quote(whole, ",") is None
    broken = ("é,\r\n" + 'x",\r\n').encode() + whole + b'"b'
    assert unmatched_quote(broken + "".join(f",\n{field}" for field in after).encode(), ",") == len(broken) - 2


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv"])
@pytest.mark.parametrize("end", ["", '0,"B"\n0,"C"\n'])
def test_an_open_quote_is_refused_with_its_line(tmp_path: Path, name: str, end: str) -> None:
    text = 'y,g\n1,"a\r\nb"\n0,5" pipe\n1,"A\n0,B\n0,C\n' + end
    with pytest.raises(InputError, match=r"has a quote, in line 5, that does not close") as caught:
        read(tmp_path / name, text.replace(",", "\t") if name == "t.tsv" else text, "y")
    assert caught.value.hint
    (tmp_path / "head.csv").write_text('y,"g\n1,A\n0,B\n')
    with pytest.raises(InputError, match=r"in line 1,"):  # before what follows can be taken for a column's name
        open_table(tmp_path / "head.csv", ["y"])


@pytest.mark.parametrize("end", ["  ", "\n\n  \n", " \r\n \r\n\n   "])
def test_blank_lines_at_the_end_are_no_rows(tmp_path: Path, end: str) -> None:
    frame = read(tmp_path / "t.csv", "y,g\n1,a\n0,b \n" + end, "y")
    assert frame["g"].tolist() == ["a", "b "]
    frame = read(tmp_path / "t.tsv", "y\tg\n1\ta\n0\t\n" + end, "y")
    assert len(frame) == 2
    with pytest.raises(InputError, match="Expected 2 columns"):
        read(tmp_path / "t.csv", "y,g\n1,a\n  \n0,b\n" + end, "y")


def test_names_of_files_need_not_be_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"y": [0, 1], "p": [0.25, 0.75]})
    for suffix in (".csv", ".csv.gz", ".parquet"):
        path = tmp_path / f"{os.fsdecode(bytes([0xFF]))}{suffix}"
        try:
            path.touch()
        except OSError:
            pytest.skip("this file system has names in Unicode only")
        (frame.to_parquet if suffix == ".parquet" else frame.to_csv)(tmp_path / f"t{suffix}", index=False)
        path.write_bytes((tmp_path / f"t{suffix}").read_bytes())
        pd.testing.assert_frame_equal(open_table(path, ["y"]).read([]), frame)
