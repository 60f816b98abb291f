"""Find the words that several models have, and their vectors in each model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.queries import Vectors


@dataclass(frozen=True, eq=False)
class SharedWords:
    """Words that all of some models have.

    Attributes:
        models: the models.
        words: the shared words, in the order of the first model.
        ids: for each model [n] intp, the rows of the words.
    """

    models: Sequence[Vectors]
    words: list[str]
    ids: list[NDArray[np.intp]]

    def __len__(self) -> int:
        return len(self.words)

    def units(self, model: int) -> NDArray[np.float32]:
        """Return the vectors of the words in a model, brought to length 1, [n, D] float32."""
        return self.models[model].units(self.ids[model])

    def counts(self, model: int) -> NDArray[np.int64]:
        """Return how often each word was seen by a model, [n] int64; 0 where it is not known."""
        counts: NDArray[np.int64] = self.models[model].vocabulary.counts[self.ids[model]]
        return counts


def shared_words(models: Sequence[Vectors], restrict: int | None = None) -> SharedWords:
    """Return the words that all of `models` have.

    Args:
        models: at least two.
        restrict: only so many of these words, the most frequent ones of the first model.

    Raises:
        ModelError: there are fewer than two such words.
    """
    first, *others = models
    words = [word for word in first.vocabulary.words if all(word in other for other in others)]
    if len(words) < 2:
        raise ModelError(
            f"the models share {len(words)} word{'s' * (not words)} and at least 2 are needed;"
            " compare models of one language, with the same rules for words"
        )
    words = words[:restrict]
    ids = [
        np.array([model.vocabulary.ids[word] for word in words], dtype=np.intp) for model in models
    ]
    return SharedWords(models, words, ids)
