"""Whether a run came out again: what it made beside what its reproduction made, where the two part, and why."""

from ._comparing import Kept, compare_runs
from ._judging import Judgement, judge
from ._spread import SAME, spread_of, tell_spread

__all__ = ["SAME", "Judgement", "Kept", "compare_runs", "judge", "spread_of", "tell_spread"]
