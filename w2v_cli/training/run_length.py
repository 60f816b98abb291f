"""How many words a run trains in all, and how far it has come."""

from dataclasses import dataclass
from itertools import pairwise

from w2v_cli.config.run_lengths import Decision


@dataclass(frozen=True)
class RunLength:
    """The length of a run. It can be decided after some words, and changed later.

    The progress of a run is what the learning rate follows. It stays 0 until the length is decided.
    It has no jumps: after a change it goes on from where it is, and reaches 1 at the new end.

    Attributes:
        decisions: from a number of trained tokens on, the run has so many tokens in all.

    >>> RunLength(((0, 100), (50, 75))).progress(50), RunLength(((0, 100), (50, 75))).progress(60)
    (0.5, 0.7)
    """

    decisions: tuple[Decision, ...] = ()

    @property
    def total(self) -> int:
        """Tokens of the run as it was decided last."""
        return self.decisions[-1][1]

    def after(self, tokens: int, total: int) -> "RunLength":
        """Return the length after one more decision."""
        return RunLength((*self.decisions, (tokens, total)))

    def progress(self, tokens: int) -> float:
        """Return the progress after so many tokens, from 0 to 1."""
        if not self.decisions:
            return 0.0
        if tokens >= self.total:
            return 1.0
        done = 0.0
        for (start, total), (until, _) in pairwise([*self.decisions, (tokens, 0)]):
            if min(tokens, until) > start:
                done += (1.0 - done) * ((min(tokens, until) - start) / (total - start))
        return min(done, 1.0)
