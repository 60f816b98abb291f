"""Evaluate a run in progress: held-out loss, questions, and the neighbors of watched words."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.config.sections import EvaluationConfig
from w2v_cli.corpus.prepared_text import PreparedText
from w2v_cli.errors import ConfigError
from w2v_cli.runs.evaluation import Evaluation, HeldOutLoss, Watched
from w2v_cli.runs.held_out_text import HeldOutText, held_out_text
from w2v_cli.training.full_softmax import standard_error
from w2v_cli.vectors.evaluation import Evaluator
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.questions import read_analogies, read_pairs
from w2v_cli.vocabulary import Vocabulary

if TYPE_CHECKING:
    from w2v_cli.training.held_out_objective import HeldOutObjective
    from w2v_cli.training.loop import Trainer

WATCHED_NEIGHBORS = 5


class Evaluations:
    """Evaluates one run.

    Attributes:
        last: the last evaluation, or None.
        losses: [n_pairs] float64, held-out losses of the pairs in the last evaluation.
        lines: [n_pairs] int64, number of the line of each pair.
    """

    def __init__(self, config: Config, text: PreparedText, directory: Path) -> None:
        """Read the files, so that an error in one of them comes before training.

        Args:
            config: every setting of the run.
            text: the text of the run.
            directory: the working directory of the run.

        Raises:
            ConfigError: a word to watch has no vector.
            CorpusError: there are no held-out pairs.
            EvaluationError: a file of questions cannot be read.
        """
        self._vocabulary = text.vocabulary
        self._text: HeldOutText | None = held_out_text(text, config, directory)
        self._questions = _Questions(config.evaluation)
        self._watched = _watched_words(config.evaluation, text.vocabulary)
        self._objective: HeldOutObjective | None = None
        self._neighbors: dict[str, tuple[str, ...]] = {}
        self.last: Evaluation | None = None
        self.losses: NDArray[np.float64] | None = None
        self.lines = self._text.pairs.lines if self._text else np.empty(0, np.int64)

    def rehearse(self, trainer: "Trainer") -> float:
        """Evaluate the tables, forget what is found, and return the seconds that it took."""
        started = time.perf_counter()
        before = self.losses, dict(self._neighbors), self.last
        self.evaluate(trainer)
        self.losses, self._neighbors, self.last = before
        return time.perf_counter() - started

    def evaluate(self, trainer: "Trainer") -> Evaluation:
        """Evaluate the tables as they are now. They do not change."""
        started = time.perf_counter()
        held_out = self._held_out(trainer) if self._text else None
        correlation = accuracy = None
        watched: tuple[Watched, ...] = ()
        if self._watched or self._questions.are_some:
            vectors = Vectors(self._vocabulary, trainer.tables.center_vectors())
            correlation, accuracy = self._questions.scores(vectors)
            watched = tuple(self._watch(vectors, word) for word in self._watched)
        position = trainer.position
        self.last = Evaluation(
            epoch=max(len(position.loss_by_epoch), 1),
            tokens=position.tokens,
            total_tokens=trainer.total_tokens,
            held_out=held_out,
            pairs_correlation=correlation,
            analogies_accuracy=accuracy,
            watched=watched,
            seconds=round(time.perf_counter() - started, 3),
        )
        return self.last

    def _held_out(self, trainer: "Trainer") -> HeldOutLoss:
        from w2v_cli.training.held_out_objective import HeldOutObjective

        assert self._text is not None
        gather = trainer.tables.rows
        if self._objective is None:
            counts, placement = self._vocabulary.counts, trainer.engine.placement
            pairs = self._text.pairs
            self._objective = HeldOutObjective(pairs, counts, trainer.config, placement)
        losses, before = self._text.losses(gather), self.losses
        self.losses = losses
        change = change_error = None
        if before is not None:
            change = float((losses - before).mean())
            change_error = standard_error(losses - before, self.lines)
        mean = float(self._objective.losses(gather).mean())
        return HeldOutLoss(mean, self._text.score(losses), change, change_error)

    def _watch(self, vectors: Vectors, word: str) -> Watched:
        found = tuple(each.word for each in vectors.neighbors(word, WATCHED_NEIGHBORS))
        before = self._neighbors.get(word, found)
        self._neighbors[word] = found
        return Watched(
            word,
            found,
            came=tuple(each for each in found if each not in before),
            went=tuple(each for each in before if each not in found),
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What `model.json` says about the last evaluation."""
        return {"evaluation": asdict(self.last)} if self.last else {}

    def trend(self) -> str | None:
        """Say whether the held-out loss was still falling, or None if that is not known."""
        held_out = self.last.held_out if self.last else None
        if held_out is None or held_out.change is None or held_out.change_error is None:
            return None
        change = f"{held_out.change:+.4f} ± {held_out.change_error:.4f} in the last evaluation"
        if held_out.change < -held_out.change_error:
            return f"the held-out loss was still falling ({change}); more epochs may help"
        if held_out.change > held_out.change_error:
            return f"the held-out loss was rising ({change}); fewer epochs or --patience may help"
        return f"the held-out loss was no longer falling ({change})"


class _Questions:
    """The files of questions of a run."""

    def __init__(self, config: EvaluationConfig) -> None:
        pairs, analogies = config.evaluate_pairs, config.evaluate_analogies
        self._pairs = read_pairs(Path(pairs)) if pairs else None
        self._analogies = read_analogies(Path(analogies)) if analogies else None
        self.are_some = bool(self._pairs or self._analogies)

    def scores(self, vectors: Vectors) -> tuple[float | None, float | None]:
        """Return the correlation of the pairs and the accuracy of the analogies."""
        evaluator = Evaluator(vectors)
        correlation = evaluator.pairs(self._pairs).spearman if self._pairs else None
        if not self._analogies:
            return correlation, None
        return correlation, evaluator.analogies(self._analogies).total.accuracy


def _watched_words(config: EvaluationConfig, vocabulary: Vocabulary) -> list[str]:
    words = [word for word in (config.watch or "").replace(",", " ").split() if word]
    unknown = [word for word in words if word not in vocabulary.ids]
    if unknown:
        raise ConfigError(f"watch: {', '.join(unknown)} is not in the vocabulary of this text")
    return words
