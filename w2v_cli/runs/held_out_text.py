"""Score tables on a text that they were not trained on."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus, open_encoded
from w2v_cli.corpus.other_text import encode_other_text
from w2v_cli.corpus.prepared_text import PreparedText
from w2v_cli.corpus.subsampling import keep_probabilities, kept_shares
from w2v_cli.corpus.windows import Windows
from w2v_cli.errors import ModelError
from w2v_cli.noise import lacking_in_logits
from w2v_cli.runs.directory import RUN
from w2v_cli.storage import faults, fingerprints, read_sealed, staged_directory, write_sealed
from w2v_cli.training.full_softmax import Gather, SoftmaxScores, score, softmax_losses
from w2v_cli.training.held_out import HeldOutPairs, draw_pairs
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.store import Model
from w2v_cli.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence


VALIDATION, DESCRIPTION = f"{RUN}/validation", "validation.json"


class HeldOutText:
    """The pairs of a held-out text, and how tables are scored on them.

    Attributes:
        pairs: the pairs.
    """

    def __init__(self, corpus: EncodedCorpus, vocabulary: Vocabulary, config: Config) -> None:
        """Draw the pairs.

        Raises:
            CorpusError: the text has no pairs.
        """
        keep = keep_probabilities(vocabulary.counts, config.threshold)
        self.pairs: HeldOutPairs = draw_pairs(
            corpus, keep, Windows.of(config), config.training.seed
        )
        self._shares = kept_shares(vocabulary.counts, config.threshold)
        objective = config.objective
        self._lacking = lacking_in_logits(
            objective.objective, config.sampler, vocabulary.counts, objective.noise_exponent
        )
        self._n_threads = config.devices.n_threads

    def losses(self, gather: Gather) -> NDArray[np.float64]:
        """Return the loss of each pair under the full softmax, [n_pairs] float64, in nats."""
        n_words = len(self._shares)
        return softmax_losses(self.pairs, self._predicting(gather), n_words, self._n_threads)

    def _predicting(self, gather: Gather) -> Gather:
        """Return what reads the same tables, with biases that make logits follow log p."""

        def predicting(name: str, ids: NDArray[np.signedinteger]) -> NDArray[np.float32]:
            rows = gather(name, ids)
            return rows + self._lacking[ids] if name == "biases" else rows

        return predicting

    def score(self, losses: NDArray[np.float64]) -> SoftmaxScores:
        """Sum up the losses of all pairs."""
        return score(losses, self.pairs, self._shares)


def held_out_text(text: PreparedText, config: Config, directory: Path) -> HeldOutText | None:
    """Return the held-out text of a run, or None if it has none.

    A resumed run has the text that was read when it began, whatever the file holds now.

    Args:
        text: the text of the run.
        config: every setting of the run.
        directory: the working directory of the run.

    Raises:
        CorpusError: the file of `validate` cannot be read, or there are no pairs.
    """
    corpus = text.held_out
    if config.evaluation.validate is not None:
        corpus = _validation_text(config, text.vocabulary, directory / VALIDATION)
    return None if corpus is None else HeldOutText(corpus, text.vocabulary, config)


def _validation_text(config: Config, vocabulary: Vocabulary, target: Path) -> EncodedCorpus:
    """Return the text of `validate`, which is read once and then lies in `target` as ids."""
    try:
        found = read_sealed(target / DESCRIPTION)
        if not faults(target, found["files"]):
            return open_encoded(target, found["sha256"])
    except (OSError, ValueError):
        shutil.rmtree(target, ignore_errors=True)
    assert config.evaluation.validate is not None
    with staged_directory(target) as directory:
        names = [config.evaluation.validate]
        corpus = encode_other_text(config, names, vocabulary, directory)
        described = {"sha256": corpus.sha256, "files": fingerprints(directory)}
        write_sealed(directory / DESCRIPTION, described)
    return open_encoded(target, corpus.sha256)


def score_on_text(model: str | Path, corpus: "Sequence[str | Path]") -> SoftmaxScores:
    """Return the full softmax loss of a model on the pairs of a text.

    The text is read with the settings of the model, and pairs are made as in its training.

    Args:
        model: a model directory of `w2v train`.
        corpus: text files, directories or patterns.

    Raises:
        CorpusError: the text cannot be read, or has no pairs.
        InputMissingError, ModelError: the model cannot be opened, or is not a model directory.
    """
    opened = load_vectors(model).model
    if opened is None:
        raise ModelError(
            f"{model}: a file of vectors has no context vectors, so it has no loss; name a model"
            " directory of `w2v train`"
        )
    config = Config.of(**opened.manifest["config"])
    if config.run.pairs:
        raise ModelError(f"{model}: was trained on pairs, so it has no loss on text")
    with TemporaryDirectory(prefix="w2v-evaluate-") as directory:
        names = [str(name) for name in corpus]
        encoded = encode_other_text(config, names, opened.vocabulary, Path(directory))
        text = HeldOutText(encoded, opened.vocabulary, config)
        return text.score(text.losses(rows_of(opened)))


def rows_of(model: Model) -> Gather:
    """Return what reads the tables of a model."""
    tables = {name: model.table(name) for name in ("center", "context", "biases")}
    return lambda name, ids: np.asarray(tables[name][ids])
