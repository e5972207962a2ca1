"""The wording of Regulation B's sample form C-1."""

from __future__ import annotations

C1 = (
    "Credit application incomplete",
    "Insufficient number of credit references provided",
    "Unacceptable type of credit references provided",
    "Unable to verify credit references",
    "Temporary or irregular employment",
    "Unable to verify employment",
    "Length of employment",
    "Income insufficient for amount of credit requested",
    "Excessive obligations in relation to income",
    "Unable to verify income",
    "Length of residence",
    "Temporary residence",
    "Unable to verify residence",
    "No credit file",
    "Limited credit experience",
    "Poor credit performance with us",
    "Delinquent past or present credit obligations with others",
    "Collection action or judgment",
    "Garnishment or attachment",
    "Foreclosure or repossession",
    "Bankruptcy",
    "Number of recent inquiries on credit bureau report",
    "Value or type of collateral not sufficient",
)
"""The principal reasons of part I of form C-1, 12 CFR part 1002, appendix C, but for “Other, specify”."""

MOST = 4
"""Reasons of which more are not likely to be helpful to the applicant (official interpretation 9(b)(2)-1)."""
