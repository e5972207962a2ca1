"""Start JupyterLab and Notebook for the browser tests: one server, a store of its own, the bundle of this checkout.

Usage: ``python serve.py PORT [FOLDER]``. All that the server keeps is in FOLDER, which stays, so that a server can be
started again where another left off; without one it is a temporary folder, which goes with the server. The token to
sign in with is ``JUPYTER_GOV_UI_TOKEN``; the store begins with ``JUPYTER_GOV_UI_RUNS`` runs. Nothing of the user's
configuration is read or written.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_gov.records import Run

CHECKOUT = Path(__file__).resolve().parents[2]
BUNDLE = CHECKOUT / "jupyter_gov" / "labextension"
EXAMPLE = CHECKOUT / "notebooks" / "examples" / "credit_approval.ipynb"

CONFIG = """
import jupyterlab.galata
from pathlib import Path
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = {port}
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.root_dir = {root!r}
c.ServerApp.jpserver_extensions = {{"jupyterlab": True, "notebook": True, "jupyter_gov": True}}
c.IdentityProvider.token = {token!r}
c.LabServerApp.extra_labextensions_path = [str(Path(jupyterlab.galata.__file__).parent), {extensions!r}]
c.LabApp.expose_app_in_browser = True
c.JupyterNotebookApp.expose_app_in_browser = True
"""

KERNELS = {
    "bare": """
        import sys
        from ipykernel.kernelapp import launch_new_instance
        class Without:
            def find_spec(name, *_):
                if name == "jupyter_gov":
                    raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        sys.meta_path.insert(0, Without)
        launch_new_instance()
    """,
    "echo": """
        from ipykernel.kernelapp import launch_new_instance
        from ipykernel.kernelbase import Kernel
        class Echo(Kernel):
            implementation, implementation_version, banner = "echo", "1", ""
            language_info = {"name": "text", "mimetype": "text/plain", "file_extension": ".txt"}
        launch_new_instance(kernel_class=Echo)
    """,
}
"""What runs in the kernels that cannot be tracked: a Python that lacks the package, and another language."""


def main() -> None:
    """Serve until told to stop."""
    if not (BUNDLE / "package.json").exists():
        sys.exit("There is no bundle to test. Run `jlpm build` first.")
    # Playwright ends the server with SIGTERM; a temporary folder must go then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = int(sys.argv[1])
    if len(sys.argv) > 2:
        serve(port, Path(sys.argv[2]))
        return
    home = Path(tempfile.mkdtemp(prefix="jupyter-gov-ui-"))
    try:
        serve(port, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def serve(port: int, home: Path) -> None:
    """Run the server with everything it keeps under `home`."""
    for variable, folder in {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }.items():
        os.environ[variable] = str(home / folder)
        (home / folder).mkdir(parents=True, exist_ok=True)
    os.environ["JUPYTER_GOV_STORE"] = f"sqlite:///{home / 'gov.db'}"
    sys.path.insert(0, str(CHECKOUT))
    root, extensions = home / "root", home / "extensions"
    if not root.exists():
        prepare(root, home)
    config = home / "config" / "ui_test_config.py"
    token = os.environ["JUPYTER_GOV_UI_TOKEN"]
    config.write_text(CONFIG.format(port=port, root=str(root), token=token, extensions=str(extensions)))

    from jupyterlab.labapp import LabApp

    quiet = ["--ServerApp.log_level=CRITICAL", "--LabApp.log_level=CRITICAL", "--JupyterNotebookApp.log_level=CRITICAL"]
    LabApp.launch_instance([f"--config={config}", "--allow-root", *quiet])


def prepare(root: Path, home: Path) -> None:
    """Lay out the folder that is served, the kernels and the runs that there are from the beginning."""
    root.mkdir()
    shutil.copy(EXAMPLE, root)
    # A copy: a build at the same time must not take files from under the page.
    shutil.copytree(BUNDLE, home / "extensions" / "jupyter-gov")
    for name, code in KERNELS.items():
        folder = home / "data" / "kernels" / name
        folder.mkdir(parents=True)
        argv = [sys.executable, "-c", dedent(code), "-f", "{connection_file}"]
        (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}))
    profile = home / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    # A kernel warns that its messages are not encrypted.
    (profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 40\n")
    seed(root / "earlier.ipynb")


def seed(notebook: Path) -> None:
    """Write runs of a notebook as they are after its kernel has gone; the last of them failed."""
    from jupyter_gov import services

    count = int(os.environ.get("JUPYTER_GOV_UI_RUNS", "30"))
    if count == 0:
        return
    about = {"experiment": "loan approvals", "notebook": services.recorded_notebook(notebook)}
    for number in range(1, count):
        run = services.begin_run(name=f"earlier {number}", **about)
        services.end_run(run, status="finished")
        if number == count - 1:
            examine(run)
    last = services.begin_run(name="<b>hostile</b> & co", **about)
    services.end_run(last, status="failed", reason="KeyError: 'age'")
    services.close_stores()


def examine(run: Run) -> None:
    """Add to a run what checks have found, and reproductions that have come out otherwise."""
    from jupyter_gov import services
    from jupyter_gov.records import Cause, Cell, Compared, Finding, Fit, Metric, Reproduction, Spread
    from jupyter_gov.services.session import entry_of

    cell = Cell(order=1, source="model.fit(X, y)", cell_id="fit")
    fit = Fit(class_="sklearn.ensemble.RandomForestClassifier", name="forest", cell=cell.id, randomness="unseeded")
    auc = Metric(name="roc_auc_score", value=0.8312, cell=cell.id, fits=(fit.id,))
    fold = Metric(name="accuracy_score", value=0.9, cell=cell.id, fits=(fit.id,))
    leak = Finding(
        check="overlapping_rows",
        severity="error",
        message="The forest is tested on rows that it was fitted on.",
        remedy="Split the rows before anything is made of them.",
        count=462,
        of=498,
        expected=31.2,
        cells=(cell.id,),
        columns=("age", "<b>income</b>"),
    )
    changed = Compared(
        of="fit", name="forest", record=fit.id, cell=cell.id, verdict="different", detail="3 trees differ"
    )
    score = Compared(
        of="metric",
        name="roc_auc_score",
        record=auc.id,
        cell=cell.id,
        verdict="different",
        detail="0.8312 became 0.8296",
    )
    same = Compared(of="metric", name="accuracy_score", record=fold.id, cell=cell.id, verdict="identical")
    unseeded = Cause(
        what="unseeded",
        message="forest draws random numbers and has no seed.",
        remedy="Give it one, such as random_state=0.",
        cells=(cell.id,),
    )
    moved = Cause(what="environment", message="numpy is another version here.", decides=False)
    about = {"started": "2026-11-21T12:00:00.000000Z", "seconds": 4.25}
    first = Reproduction(verdict="identical", summary="All that was compared is identical.", **about)
    second = Reproduction(
        verdict="different",
        summary="The model forest is another: it draws random numbers without a seed.",
        items=(changed, score, same),
        first=fit.id,
        causes=(unseeded, moved),
        spread=(Spread(metric=auc.id, name="roc_auc_score", original=0.8312, values=(0.8296, 0.8301, 0.8333)),),
        times=3,
        changes=(
            {"what": "numpy", "before": "2.3.4", "after": "2.4.0"},
            {"what": "polars", "before": "1.35", "after": None},
        ),
        inputs=({"path": "data/loans.csv", "verdict": "different", "detail": "1,989 rows became 1,990."},),
        **about,
    )
    made = [cell, fit, auc, fold, leak, first, second]
    services.get_store().append([entry_of(record, f"{record.kind}.made", run.id) for record in made])


if __name__ == "__main__":
    main()
