"""Files of a reproduction: those that were written over, that nobody saw being read, or that lie where cells went."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_gov.errors import NotFoundError
from jupyter_gov.records import Cell
from jupyter_gov.services import close_stores, reproduce
from jupyter_gov.services.reproducing._plan import texts_in, writes
from jupyter_gov.services.reproducing._secrets import put_secrets

if TYPE_CHECKING:
    from ...conftest import Kernel

ROWS = "x,y\n1,2\n3,4\n"
READ = "import numpy as np\nrows = np.loadtxt({!r}, delimiter=',', skiprows=1)"


@pytest.fixture(scope="module")
def lab(kernel: Kernel) -> Iterator[Kernel]:
    (kernel.folder / "rows.csv").write_text(ROWS)
    yield kernel
    close_stores()


def test_a_file_that_was_written_over_is_an_input_as_it_was_read_first(lab: Kernel) -> None:
    place = lab.folder / "over.csv"
    place.write_text(ROWS)
    over = "np.savetxt('over.csv', rows * 2, delimiter=',', header='x,y')"
    run = lab.session("over", READ.format("over.csv"), over)["id"]
    made = reproduce(run, store=lab.store, scope="all")
    assert [(i["path"], i["verdict"]) for i in made.inputs] == [("over.csv", "different")]
    assert made.verdict == "different"
    place.write_text(ROWS)
    assert reproduce(run, store=lab.store, scope="all").verdict == "identical"


def test_a_file_that_nobody_saw_being_read_is_found(lab: Kernel) -> None:
    (lab.folder / "settings").mkdir()
    (lab.folder / "settings" / "size.txt").write_text("1")
    size = "import os\nfolder = 'settings'\nsize = int(open(os.path.join(folder, 'size' + '.txt')).read())"
    run = lab.session("unseen", size, READ.format("rows.csv") + "[size:]")["id"]
    made = reproduce(run, store=lab.store)
    assert made.verdict == "identical", made.summary
    assert [(c.what, c.decides) for c in made.causes] == [("not_recorded", False)]
    assert "settings/size.txt" in made.causes[0].message


def test_a_file_that_nobody_saw_being_read_can_be_given(lab: Kernel) -> None:
    (lab.folder / "size.txt").write_text("1")
    run = lab.session("given", "size = int(open('size.txt').read())", READ.format("rows.csv") + "[size:]")["id"]
    (lab.folder / "size.txt").rename(lab.folder / "moved.txt")
    given = {"size.txt": str(lab.folder / "moved.txt")}
    assert reproduce(run, store=lab.store).verdict == "impossible"
    assert reproduce(run, store=lab.store, inputs=given).verdict == "identical"
    with pytest.raises(NotFoundError, match=r"read no file 'site\.txt'"):
        reproduce(run, store=lab.store, inputs={"site.txt": str(lab.folder / "moved.txt")})


@pytest.mark.parametrize("change", ["import os\nos.chdir('below')", "%cd below", "import os\nos.chdir('be' + 'low')"])
def test_cells_may_change_the_folder(lab: Kernel, change: str) -> None:
    (lab.folder / "below").mkdir(exist_ok=True)
    (lab.folder / "below" / "there.csv").write_text(ROWS)
    run = lab.session("changing folders", change, READ.format("there.csv"))["id"]
    lab.run(f"%cd -q {lab.folder}")
    made = reproduce(run, store=lab.store)
    assert made.verdict == "identical" or "is gone" not in made.summary, made.summary


def test_a_run_that_failed_is_not_told_as_if_it_were_whole(lab: Kernel) -> None:
    run = lab.session("failed", READ.format("rows.csv"), "1 / 0", check=False)["id"]
    made = reproduce(run, store=lab.store)
    assert made.verdict == "identical"
    assert ["ended with an error in cell" in c.message for c in made.causes] == [True]


def test_a_secret_that_only_other_cells_need_is_no_error() -> None:
    needs = Cell(order=1, source="api_key = '[redacted: secret]'")
    other = Cell(order=2, source="x = 1")
    sources, missing = put_secrets([other], {"API_KEY": "tiger"}, others=[needs, other])
    assert (sources, missing) == ({other.id: "x = 1"}, ())


@pytest.mark.parametrize("name", ["nothere.zip", "some/folder"])
def test_a_bundle_that_is_not_there_is_named_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError, match="No bundle"):
        reproduce(str(tmp_path / name))


def test_what_shells_are_told_counts() -> None:
    for source in ("!cp a.csv out/b.csv", "%%bash\ncp a.csv out/b.csv"):
        assert writes(source)
        assert texts_in(source) == {"a.csv", "out/b.csv"}
