"""Policies on runs: which is in force, what it comes to, who waived what."""

from ._checking import Nudge, check, current_check, nudges, why_nothing_applies
from ._citing import cell_numbers, changed_since
from ._finding import PolicyFile, find_policy, list_policies
from ._finding_lint import lint_policy
from ._recomputing import differences, recompute, recorded_check
from ._using import drop_policy, policy_in_force, use_policy
from ._waiving import waive, withdraw

__all__ = [
    "Nudge",
    "PolicyFile",
    "cell_numbers",
    "changed_since",
    "check",
    "current_check",
    "differences",
    "drop_policy",
    "find_policy",
    "lint_policy",
    "list_policies",
    "nudges",
    "policy_in_force",
    "recompute",
    "recorded_check",
    "use_policy",
    "waive",
    "why_nothing_applies",
    "withdraw",
]
