"""What an evaluation of a run in progress finds."""

from dataclasses import dataclass, field

from w2v_cli.training.full_softmax import SoftmaxScores


@dataclass(frozen=True)
class HeldOutLoss:
    """The loss on held-out pairs, in nats.

    Attributes:
        objective: mean of the training objective, with one fixed set of candidates.
        softmax: the full softmax.
        change: cross-entropy of the full softmax, less that of the evaluation before. None for the
            first evaluation since the run began or was resumed.
        change_error: standard error of `change`, of the same pairs in both evaluations.
    """

    objective: float
    softmax: SoftmaxScores
    change: float | None = None
    change_error: float | None = None


@dataclass(frozen=True)
class Watched:
    """The nearest neighbors of a watched word.

    Attributes:
        word: the word.
        neighbors: the five nearest words, nearest first.
        came: those of them that were not among the five in the evaluation before.
        went: words that were among the five then, and are not now.
    """

    word: str
    neighbors: tuple[str, ...]
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the neighbors in words; + marks what came.

        >>> print(Watched("king", ("queen", "prince"), ("prince",), ("castle",)))
        king: queen +prince (no longer castle)
        """
        words = " ".join(f"{'+' * (word in self.came)}{word}" for word in self.neighbors)
        gone = f" (no longer {' '.join(self.went)})" if self.went else ""
        return f"{self.word}: {words}{gone}"


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation finds. Parts that the run does not ask for are None or empty.

    Attributes:
        epoch: from 1.
        tokens: in-vocabulary tokens passed so far in all epochs.
        total_tokens: the same at the end of the run.
        held_out: the loss on held-out pairs.
        pairs_correlation: Spearman's correlation with the scores of --evaluate-pairs.
        analogies_accuracy: share of the questions of --evaluate-analogies that were solved.
        watched: neighbors of the words of --watch.
        seconds: how long the evaluation took.
    """

    epoch: int
    tokens: int
    total_tokens: int
    held_out: HeldOutLoss | None = None
    pairs_correlation: float | None = None
    analogies_accuracy: float | None = None
    watched: tuple[Watched, ...] = field(default=())
    seconds: float = 0.0

    def in_words(self) -> list[str]:
        """Return the lines that people see."""
        facts = []
        if self.held_out is not None:
            softmax = self.held_out.softmax
            facts.append(
                f"held-out loss {softmax.cross_entropy:.4f} ± {softmax.standard_error:.4f}"
                f" (perplexity {softmax.perplexity:,.0f}; unigram {softmax.unigram:.4f}), held-out"
                f" objective {self.held_out.objective:.4f}"
            )
        if self.pairs_correlation is not None:
            facts.append(f"Spearman {self.pairs_correlation:.4f}")
        if self.analogies_accuracy is not None:
            facts.append(f"analogies {self.analogies_accuracy:.1%}")
        where = f"epoch {self.epoch}, {self.tokens / self.total_tokens:.0%}: "
        return [where + ", ".join(facts)] * bool(facts) + [f"  {each}" for each in self.watched]
