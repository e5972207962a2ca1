"""What a document says about the code that ran and where that was."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_gov.display import html
from jupyter_gov.display import words as w
from jupyter_gov.records import Environment

from ._overview import section
from ._run_records import RunRecords, short_digest

_KEY_PACKAGES = (
    "jupyter-gov",
    "scikit-learn",
    "numpy",
    "pandas",
    "scipy",
    "xgboost",
    "lightgbm",
    "catboost",
    "statsmodels",
    "polars",
    "pyarrow",
    "torch",
    "shap",
    "ipykernel",
)

_HERE = "Where the table was assessed. Where the model was made is not on record."


def source(records: RunRecords) -> html.Html:
    """Return commit, branch and remote, and the snapshot of what was not committed."""
    found = records.source
    if found is None:
        return section("source", "Source", html.el("p", "Where the code comes from was not recorded."))
    kept = html.el("code", found.snapshot, class_="jg-id") if found.snapshot else html.Html("none was needed")
    if found.snapshot_ref:
        kept = html.join([kept, " at ", html.name(found.snapshot_ref, limit=120, tag="code")])
    if found.dirty and not found.snapshot:
        kept = html.el("span", "none, though there were uncommitted changes", class_="jg-warn")
    facts = [
        ("Commit", html.el("code", found.commit, class_="jg-id") if found.commit else "not under version control"),
        ("Branch", html.name(found.branch) if found.branch else "–"),
        ("Remote", html.name(found.remote, limit=200) if found.remote else "–"),
        ("Uncommitted work", {True: "yes", False: "none", None: "unknown"}[found.dirty]),
        ("Snapshot", kept if found.commit else "–"),
        ("Notebook", _digest(found.notebook_digest) if found.notebook_digest else "–"),
    ]
    if found.redacted:
        facts.append(("Secrets taken out", html.join((html.name(r, limit=200) for r in found.redacted), "; ")))
    parts: list[object] = [html.facts(facts)]
    if found.left_out:
        listed = html.bullets([html.name(x, limit=200) for x in found.left_out], "jg-list")
        summary = f"The snapshot leaves out {w.plural(len(found.left_out), 'file')}"
        parts.append(html.details(summary, listed, printed=len(found.left_out) <= 30))
    return section("source", "Source", *parts)


def _digest(digest: str) -> html.Html:
    return html.el("code", short_digest(digest), class_="jg-id", title=digest)


def environment(records: RunRecords) -> html.Html:
    """Return the interpreter, packages and machine."""
    env = records.environment
    if env is None:
        return section("environment", "Environment", html.el("p", "The environment was not recorded."))
    rows = [
        ("Python", f"{env.python} ({env.implementation})"),
        ("System", env.os),
        (
            "Processor",
            " · ".join(x for x in (env.cpu or env.machine, w.plural(env.cores, "core") if env.cores else "") if x),
        ),
        ("Memory", w.size(env.memory_bytes)),
        *_machine(env),
    ]
    known = {name.lower().replace("_", "-"): name for name in env.packages}
    key = [known[k] for k in _KEY_PACKAGES if k in known]
    parts: list[object] = [html.facts(rows)]
    if records.is_table:
        parts.insert(0, html.el("p", _HERE, class_="jg-about"))
    if key:
        parts.append(_packages(env.packages, key, "Packages that numbers depend on most"))
    everything = sorted(env.packages, key=str.lower)
    listed = _packages(env.packages, everything, "All packages")
    parts.append(html.details(f"All {w.plural(len(everything), 'package')}", listed, printed=False))
    return section("environment", "Environment", *parts)


def _machine(env: Environment) -> list[tuple[str, object]]:
    """Return what is known of processors, threads and surroundings beyond the machine's name."""
    pools = [
        " ".join(str(pool[k]) for k in ("library", "version", "architecture") if pool.get(k))
        + (f", {w.plural(int(pool['threads']), 'thread')}" if pool.get("threads") else "")
        for pool in env.thread_pools
    ]
    found: list[tuple[str, object]] = [
        ("Graphics processors", html.join((html.name(g, limit=80) for g in env.gpus), ", ")),
        ("Linear algebra", html.join((html.name(p, limit=80) for p in pools), "; ")),
        ("Container", html.name(env.container, limit=80)),
        ("Variables set", html.join((html.name(v) for v in env.variables), ", ")),
        (
            "Lock files",
            html.join(
                (
                    html.join([html.name(path, limit=80), " ", _digest(digest)])
                    for path, digest in env.lock_files.items()
                ),
                ", ",
            ),
        ),
    ]
    return [(label, value) for label, value in found if value]


def _packages(packages: object, names: Sequence[str], caption: str) -> html.Html:
    versions = dict(packages)  # type: ignore[call-overload]
    rows = [[html.name(n), html.name(str(versions[n]))] for n in names]
    return html.table(
        ["Package", "Version"], rows, caption=caption, hidden_caption=True, text_columns=2, class_="jg-packages"
    )
