"""Who may import whom, read from the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "jupyter_gov"

# Each folder may import only from the ones before it; those in one row never import each other.
ROWS = [
    {"errors"},
    {"records"},
    {"fingerprints", "provenance", "assessment", "policy", "ledger"},
    {"mitigation", "display"},
    {"store"},
    {"execution"},
    {"reports"},
    {"services"},
    {"capture"},
    {"magics", "cli", "server"},
]
RANK = {name: rank for rank, row in enumerate(ROWS) for name in row}

# Libraries that only these folders may name.
HOMES = {
    "IPython": {"capture", "display", "magics"},
    "tornado": {"server"},
    "jupyter_server": {"server"},
    "papermill": {"execution"},
    "nbclient": {"execution"},
    "nbconvert": {"reports"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "ipywidgets": {"display"},
}

# What %load_ext must not pay for.
HEAVY = {
    "sqlalchemy",
    "alembic",
    "shap",
    "numba",
    "fairlearn",
    "sklearn",
    "altair",
    "ipywidgets",
    "papermill",
    "vl_convert",
    "pandas",
}
PURE = ROWS[2]
INPUT_OUTPUT = {"io", "pathlib", "subprocess", "socket", "urllib", "requests", "shutil", "tempfile", "sqlite3"}


def modules() -> Iterator[tuple[str, Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if parts[0] in ("labextension",) or (len(parts) == 1 and parts[0] == "__init__.py"):
            continue
        yield parts[0].removesuffix(".py"), path, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST, path: Path) -> Iterator[str]:
    """Yield the absolute names of all imported modules, also those inside functions."""
    package = ("jupyter_gov", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            name = ".".join(p for p in (base, node.module) if p)
            yield from (f"{name}.{a.name}" for a in node.names) if name == "jupyter_gov" else [name]


MODULES = list(modules())
IDS = [str(path.relative_to(PACKAGE)) for _, path, _ in MODULES]


@pytest.mark.parametrize(("house", "path", "tree"), MODULES, ids=IDS)
def test_imports_come_from_the_left(house: str, path: Path, tree: ast.Module) -> None:
    assert house in RANK, f"{house} has no place in the architecture"
    for name in imports(tree, path):
        if name.split(".")[0] != "jupyter_gov":
            continue
        other = name.split(".")[1] if "." in name else house
        if other in (house, "__version__"):
            continue
        assert RANK[other] < RANK[house], f"{house} imports {name}"


@pytest.mark.parametrize(("house", "path", "tree"), MODULES, ids=IDS)
def test_libraries_stay_at_home(house: str, path: Path, tree: ast.Module) -> None:
    for name in imports(tree, path):
        library = name.split(".")[0]
        assert house in HOMES.get(library, {house}), f"{house} imports {name}"


def test_loading_the_extension_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.extension_manager.load_extension('jupyter_gov')\n"
        "print(' '.join({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.parametrize(("house", "path", "tree"), MODULES, ids=IDS)
def test_pure_folders_do_no_input_or_output(house: str, path: Path, tree: ast.Module) -> None:
    if house not in PURE:
        return
    for name in imports(tree, path):
        assert name.split(".")[0] not in INPUT_OUTPUT, f"{house} imports {name}"
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not calls & {"open", "print", "input"}
    used = {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Attribute) and ast.unparse(n).startswith("os.")}
    assert used <= {"os.register_at_fork", "os.urandom"}


def test_files_stay_small() -> None:
    long = {str(p.relative_to(PACKAGE)): n for _, p, _ in MODULES if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_no_package_bears_the_name_of_a_public_function() -> None:
    import jupyter_gov

    functions = {n for n in jupyter_gov.__all__ if callable(getattr(jupyter_gov, n))}
    assert not functions & {p.name for p in PACKAGE.iterdir()}


def test_the_door_to_the_use_cases_is_cheap() -> None:
    # What begins to track is paid for by every notebook, also by one that has no data.
    modules = "sys, jupyter_gov.services, jupyter_gov.capture"
    code = f"import {modules}; print(sorted({HEAVY | {'numpy', 'scipy'}!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
