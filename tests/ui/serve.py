"""Start JupyterLab for the browser tests: a store of its own with two runs, and the bundle of this checkout.

Reads the port from ``JUPYTER_GOV_UI_PORT``. Nothing of the user's configuration is read or written.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
BUNDLE = CHECKOUT / "jupyter_gov" / "labextension"

CONFIG = """
from jupyterlab.galata import configure_jupyter_server
configure_jupyter_server(c)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = {port}
c.ServerApp.jpserver_extensions = {{"jupyterlab": True, "jupyter_gov": True}}
c.LabServerApp.extra_labextensions_path = [c.LabServerApp.extra_labextensions_path, {extensions!r}]
"""


def seed() -> None:
    """Write one run that has finished and a later one that has failed."""
    from jupyter_gov import services

    first = services.begin_run(name="credit_approval", experiment="loan approvals", notebook="credit_approval.ipynb")
    services.end_run(first, status="finished")
    second = services.begin_run(name="<b>hostile</b> & co", experiment="loan approvals", notebook="other.ipynb")
    services.end_run(second, status="failed", reason="KeyError: 'age'")
    services.close_stores()


def main() -> None:
    """Serve until told to stop."""
    if not (BUNDLE / "package.json").exists():
        sys.exit("There is no bundle to test. Run `jlpm build` first.")
    # Playwright ends the server with SIGTERM; the temporary folder must go then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    home = Path(tempfile.mkdtemp(prefix="jupyter-gov-ui-"))
    try:
        serve(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def serve(home: Path) -> None:
    """Run JupyterLab with everything it keeps under `home`."""
    for variable, folder in {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTERLAB_GALATA_ROOT_DIR": "root",
        "IPYTHONDIR": "ipython",
    }.items():
        os.environ[variable] = str(home / folder)
        (home / folder).mkdir()
    os.environ["JUPYTER_GOV_STORE"] = f"sqlite:///{home / 'gov.db'}"
    sys.path.insert(0, str(CHECKOUT))
    seed()

    extensions = home / "extensions"
    extensions.mkdir()
    (extensions / "jupyter-gov").symlink_to(BUNDLE)
    config = home / "config" / "ui_test_config.py"
    config.write_text(CONFIG.format(port=int(os.environ["JUPYTER_GOV_UI_PORT"]), extensions=str(extensions)))

    from jupyterlab.labapp import LabApp

    quiet = ["--ServerApp.log_level=ERROR", "--LabApp.log_level=ERROR"]
    LabApp.launch_instance([f"--config={config}", "--allow-root", *quiet])


if __name__ == "__main__":
    main()
