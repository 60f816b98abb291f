"""Find settings with which training fits into an amount of memory."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from w2v_cli.config.config import Config
from w2v_cli.planning.memory import PROGRAM_FILES, training_memory
from w2v_cli.planning.text_size import TextSize
from w2v_cli.workers.team import Team

LARGEST_DIMENSION = 1_000
SMALLEST_DIMENSION = 10
FEWEST_WORDS = 1_000
"""No proposal goes below, unless the text has fewer words."""

LARGEST_MIN_COUNT = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Proposals:
    """Settings that fit, each with all other settings as they are; None if no value fits.

    Attributes:
        dimension: the largest one, up to `LARGEST_DIMENSION`.
        max_vocab: the largest one, at most the words that the vocabulary has.
        min_count: the smallest one.
    """

    dimension: int | None
    max_vocab: int | None
    min_count: int | None

    @property
    def any(self) -> bool:
        """Whether there is a setting that fits."""
        return not (self.dimension is None and self.max_vocab is None and self.min_count is None)


def propose(
    config: Config, size: TextSize, words_with: Callable[[int], int], limit: int, team: Team
) -> Proposals:
    """Return settings whose memory, with pages of files, is at most `limit` bytes.

    Args:
        config: every setting of the run.
        size: of the text.
        words_with: least count -> words of the text that occur so often.
        limit: bytes.
        team: the workers; all those on this machine have to fit.
    """

    def fits(n_words: int, dimension: int) -> bool:
        changed = replace(config, model=replace(config.model, dimension=dimension))
        memory = training_memory(changed, replace(size, words=n_words), team)
        return memory.total + PROGRAM_FILES[config.engine] <= limit

    dimension = config.model.dimension
    most_words = _greatest(lambda n: fits(n, dimension), min(FEWEST_WORDS, size.words), size.words)
    return Proposals(
        dimension=_greatest(
            lambda d: fits(size.words, d), SMALLEST_DIMENSION, max(LARGEST_DIMENSION, dimension)
        ),
        max_vocab=most_words,
        min_count=_least_min_count(lambda n: fits(n, dimension), words_with),
    )


def _greatest(fits: Callable[[int], bool], least: int, most: int) -> int | None:
    """Return the greatest number from `least` to `most` that fits; smaller ones fit as well."""
    if not fits(least):
        return None
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle) else (least, middle - 1)
    return least


def _least_min_count(fits: Callable[[int], bool], words_with: Callable[[int], int]) -> int | None:
    """Return the smallest least count that leaves few enough words, but not too few."""
    least, most = 1, LARGEST_MIN_COUNT
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if fits(words_with(middle)) else (middle + 1, most)
    enough = words_with(least) >= min(FEWEST_WORDS, words_with(1))
    return least if enough and fits(words_with(least)) else None
