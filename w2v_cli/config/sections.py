"""The settings of a run: frozen dataclasses by concern.

An option is written once, here. A field of None is derived: from other options, or from the
machine; `Config.derived` has what such an option comes to. `sources` combines flags, environment
and YAML files with the defaults.
"""

import dataclasses
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_type_hints

from w2v_cli.config.encodings import known_encodings, reads_in_pieces
from w2v_cli.config.options import Option, option
from w2v_cli.cores import granted_cores
from w2v_cli.errors import ConfigError, nearest

Device = Literal["auto", "cpu", "gpu"]

DEFAULT_LEARNING_RATES = {"adagrad": 0.1, "sgd": 0.025}
DEFAULT_NOISE_TOKENS = {"negative_sampling": 512}
"""Where it is not 256: the others lose by sharing noise more widely, see `benchmarks/README.md`."""

MOST_DISTANCES = 1 << 28
"""Words of a sentence times window: a sentence is trained as a whole, so this bounds its memory."""


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What is read and what is written."""

    corpus: tuple[str, ...] = option(
        (), help="Text files, directories or patterns to train on, one sentence a line."
    )
    output: str = option("w2v-model", help="Model directory to write.", heading="output")
    cache: str | None = option(
        None,
        help="Keep encoded text in this directory, and use it again while nothing changed.",
        heading="text",
    )
    count_memory: int = option(
        2048,
        minimum=1,
        help="Megabytes for counting words; with more words, disk is used.",
        heading="vocabulary",
    )
    init_vectors: str | None = option(
        None,
        help="Begin with the vectors of this model or file, for the words that it has.",
        heading="model",
    )


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """How text becomes ids."""

    min_count: int = option(
        5, minimum=1, help="Leave out words that occur less often.", heading="vocabulary"
    )
    max_vocab: int | None = option(
        None,
        minimum=1,
        help="Keep at most this many words, the most frequent ones.",
        heading="vocabulary",
    )
    keep_words: str | None = option(
        None, help="File of words that get a vector however rare they are.", heading="vocabulary"
    )
    stop_words: str | None = option(
        None, help="File of words to leave out of the text.", heading="vocabulary"
    )
    vocab: str | None = option(
        None,
        help="File or directory of words and counts to take the vocabulary from.",
        heading="vocabulary",
    )
    sentence_length: int = option(
        10_000,
        minimum=2,
        maximum=1_000_000,
        help="Cut longer lines into pieces of this many words; none is lost.",
    )
    lowercase: bool = option(False, help="Turn words to lower case.")
    normalize: Literal["none", "nfc", "nfkc"] = option(
        "none", help="Unicode normalization form to bring words into."
    )
    digits: Literal["keep", "zero"] = option("keep", help="zero turns every digit into 0.")
    token_pattern: str | None = option(
        None,
        help="Words are the matches of this regular expression, between white space; `words` is"
        " one for letters, marks and digits of any script.",
    )
    longest_word: int = option(1_000_000, minimum=1, help="Most characters that a word may have.")
    long_words: Literal["refuse", "cut", "skip"] = option(
        "refuse", help="What becomes of longer words; refuse ends the run."
    )
    encoding: str = option("utf-8", help="Encoding of the text files, such as latin-1 or utf-16.")
    encoding_errors: Literal["strict", "replace", "skip"] = option(
        "strict", help="What becomes of bytes that are not of the encoding; strict ends the run."
    )

    def __post_init__(self) -> None:
        if not reads_in_pieces(self.encoding):
            raise ConfigError(
                f"unknown encoding {self.encoding!r}{nearest(self.encoding, known_encodings())}"
            )
        try:
            re.compile(self.token_pattern or "")
        except (re.error, OverflowError, RecursionError) as error:
            raise ConfigError(
                f"token_pattern {self.token_pattern!r} is not a regular expression: {error}"
            ) from None


@dataclass(frozen=True, kw_only=True)
class PairsConfig:
    """How (center, context) pairs are drawn from sentences."""

    window: int = option(5, minimum=1, help="Most words on each side of a center word.")
    subsample: float = option(
        1e-4, minimum=0, help="Thin words whose share of the text is above this; 0 keeps all."
    )


@dataclass(frozen=True, kw_only=True)
class ObjectiveConfig:
    """What is minimized, and where noise words come from."""

    objective: Literal["sampled_softmax", "nce", "sampled_logistic", "negative_sampling"] = option(
        "sampled_softmax", help="Loss to minimize."
    )
    sampler: Literal["log_uniform", "fixed_unigram", "learned_unigram", "uniform"] = option(
        "log_uniform", help="Distribution of the noise words."
    )
    noise_exponent: float = option(
        0.75, minimum=0, help="With fixed_unigram: noise in proportion to count^exponent."
    )
    num_sampled: int = option(
        64, minimum=1, help="Noise words that a batch of pairs, or noise_tokens words, share."
    )
    negatives: float = option(
        5.0, above=0, help="With negative_sampling: how many noise words weigh against one pair."
    )


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """What is learned."""

    dimension: int = option(100, minimum=1, help="Numbers in each vector.")
    biases: Literal["learned", "zero"] = option(
        "learned", help="Learn a bias for each context word, or keep all at zero."
    )


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """How a gradient changes the tables."""

    optimizer: Literal["adagrad", "sgd"] = option(
        "adagrad", help="Row-wise Adagrad, or plain gradient steps."
    )
    learning_rate: float | None = option(
        None, above=0, help="Step size at the start. [default: 0.1, with sgd 0.025]"
    )
    min_learning_rate: float | None = option(
        None, minimum=0, help="Step size at the end of a linear fall. [default: 0.1% of the start]"
    )
    accumulator_exponent: float = option(
        0.25, minimum=0, help="With adagrad: step = rate * gradient / accumulator^exponent."
    )

    def __post_init__(self) -> None:
        if self.rates[1] > self.rates[0]:
            raise ConfigError(
                f"min_learning_rate {self.rates[1]:g} is above learning_rate {self.rates[0]:g}"
            )

    @property
    def rates(self) -> tuple[float, float]:
        """The learning rates of the first and the last step, given or derived."""
        first, last = self.learning_rate, self.min_learning_rate
        first = DEFAULT_LEARNING_RATES[self.optimizer] if first is None else first
        return first, first / 1000 if last is None else last


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How long and in what portions."""

    engine: Literal["blocks", "pairs"] = option(
        "blocks", help="blocks is fast; pairs calls the tf.nn losses on explicit pairs."
    )
    epochs: int = option(5, minimum=1, maximum=100_000, help="Passes over the text.")
    batch_size: int = option(4096, minimum=1, help="Engine pairs: pairs in one step.")
    step_tokens: int = option(
        4096, minimum=1, help="Engine blocks: words in one step, made up to whole groups."
    )
    noise_tokens: int | None = option(
        None,
        minimum=1,
        help="Engine blocks: words in a group, which share noise; whole blocks. [default: 256, with"
        " negative_sampling 512, within step_tokens]",
    )
    # With a window of 5, it and the words around it are 48: three whole vectors of float32.
    block_length: int = option(38, minimum=1, help="Engine blocks: words in one block.")
    seed: int = option(1, minimum=0, help="Same seed, same vectors.")
    checkpoint_minutes: float = option(
        10.0,
        above=0,
        help="Save a state to resume from this often, and at the end of an epoch.",
        heading="output",
    )


@dataclass(frozen=True, kw_only=True)
class DeviceConfig:
    """Where the work runs."""

    device: Device = option("auto", help="Where the tables live; auto takes a GPU if there is one.")
    loss_device: Device = option(
        "auto", help="Where the loss is computed; auto is where the tables live."
    )
    threads: int = option(
        0, minimum=0, help="Threads to compute with; 0 takes every core that is granted."
    )
    deterministic: bool = option(
        False, help="Refuse any operation that could differ between two equal runs."
    )

    @property
    def n_threads(self) -> int:
        """How many threads that is."""
        return self.threads or granted_cores()


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting of a run, by concern.

    >>> Config.of(window=3).pairs.window
    3
    """

    run: RunConfig = RunConfig()
    text: TextConfig = TextConfig()
    pairs: PairsConfig = PairsConfig()
    objective: ObjectiveConfig = ObjectiveConfig()
    model: ModelConfig = ModelConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    training: TrainingConfig = TrainingConfig()
    devices: DeviceConfig = DeviceConfig()

    def __post_init__(self) -> None:
        sentence_length, window = self.text.sentence_length, self.pairs.window
        if sentence_length * window > MOST_DISTANCES:
            raise ConfigError(
                f"a sentence of {sentence_length:,} words with a window of {window:,} has too many"
                f" pairs; sentence_length times window may be {MOST_DISTANCES:,} at most"
            )
        if self.training.engine == "blocks" and self.objective.sampler == "learned_unigram":
            raise ConfigError(
                "sampler learned_unigram learns from each batch of pairs; use it with engine pairs"
            )

    @classmethod
    def of(cls, **values: object) -> "Config":
        """Return the defaults with the named options set.

        Raises:
            ConfigError: an option is unknown, of the wrong type or out of bounds.
        """
        known = options()
        by_section: dict[str, dict[str, object]] = {}
        for key, value in values.items():
            if key not in known:
                raise ConfigError(f"unknown option {key}{nearest(key, known)}")
            found = known[key]
            by_section.setdefault(found.section, {})[key] = found.check(value)
        sections = get_type_hints(cls)
        return cls(**{name: sections[name](**given) for name, given in by_section.items()})

    @property
    def noise_tokens(self) -> int:
        """How many words share noise words in engine blocks, given or derived."""
        if self.training.noise_tokens is not None:
            return self.training.noise_tokens
        most = DEFAULT_NOISE_TOKENS.get(self.objective.objective, 256)
        return min(most, self.training.step_tokens)

    def values(self) -> dict[str, Any]:
        """Return every option's value by key as it was given, in the order of this module."""
        known = options().values()
        return {option.key: getattr(getattr(self, option.section), option.key) for option in known}

    @property
    def derived(self) -> dict[str, Any]:
        """What the options come to that follow from others, for those that are not given.

        >>> Config.of(optimizer="sgd", noise_tokens=300).derived
        {'learning_rate': 0.025, 'min_learning_rate': 2.5e-05}
        """
        first, last = self.optimizer.rates
        follow = {
            "learning_rate": first,
            "min_learning_rate": last,
            "noise_tokens": self.noise_tokens,
        }
        given = self.values()
        return {key: value for key, value in follow.items() if given[key] is None}

    @property
    def effective(self) -> dict[str, Any]:
        """What every option comes to, given or derived, by key."""
        return {**self.values(), **self.derived}


@cache
def options() -> dict[str, Option]:
    """Return every option by key, in the order they are declared."""
    found: dict[str, Option] = {}
    for section, section_type in get_type_hints(Config).items():
        hints = get_type_hints(section_type)
        for declared in dataclasses.fields(section_type):
            assert declared.name not in found, "two options of one name"
            found[declared.name] = Option(
                key=declared.name,
                section=section,
                kind=hints[declared.name],
                default=declared.default,
                **declared.metadata,
            )
    return found
