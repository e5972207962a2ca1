"""What the explanation of one row asks, rests on and cannot tell."""

from __future__ import annotations

from .._cards import Card

ROW_CARD = Card(
    name="row_explanation",
    title="Explanation of one row",
    question="Why did the model decide this row as it did?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="The model, rows to compare with, and the row. Reasons need a mapping from columns to reasons.",
    formula=(
        "SHAP values of the original columns against a stated reference: the columns' values add up to the row's "
        "output less the mean output of the reference. A reason is the sum of its columns."
    ),
    intervals=(
        "Student's t over ten parts of the reference, each a draw of its rows and of the permutations: how far another "
        "draw of the reference would move the number."
    ),
    source=(
        "Lundberg & Lee (2017), NeurIPS; Lundberg et al. (2020), Nat. Mach. Intell. 2:56–67. Reasons: Regulation B, "
        "12 CFR 1002.9(b)(2), its official interpretation, and form C-1 of appendix C."
    ),
    reading=(
        "Read the bars from the reference to this row: each column moved the output that far. What is within its error "
        "of zero is no reason."
    ),
    limits=(
        "It tells what moved this model's output, not what would have to change for another decision, nor what causes "
        "what. Columns that go together share a part between them. Another reference gives other numbers."
    ),
    cost="One prediction of each row of X; besides, two predictions for each column and each of 500 reference rows.",
    page="docs/explain_row.md",
)
"""The card of `explain_row`, which is no registered assessment: it needs a row, and no labels."""
