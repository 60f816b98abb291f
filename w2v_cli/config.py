"""The settings of a run: frozen dataclasses by concern.

An option is written once, here. Its field name is the YAML key (`min_count`) and gives the flag
(`--min-count`) and the environment variable (`W2V_MIN_COUNT`); its type, bounds and help come with
it. `config_sources` combines the three with the defaults.
"""

import codecs
import dataclasses
import math
import os
import re
from dataclasses import dataclass, field, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from w2v_cli.errors import ConfigError, nearest

Device = Literal["auto", "cpu", "gpu"]

DEFAULT_LEARNING_RATES = {"adagrad": 0.1, "sgd": 0.025}
DEFAULT_NOISE_TOKENS = {"negative_sampling": 512}
"""Where it is not 256: the others lose by sharing noise more widely, see `benchmarks/README.md`."""


def option(
    default: object, *, help: str, minimum: float = -math.inf, above: float = -math.inf
) -> Any:
    """Declare a field that users can set; `minimum` is inclusive, `above` exclusive."""
    return field(default=default, metadata={"help": help, "minimum": minimum, "above": above})


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What is read and what is written."""

    corpus: tuple[str, ...] = option(
        (), help="Text files, directories or patterns to train on, one sentence a line."
    )
    output: str = option("w2v-model", help="Model directory to write.")
    cache: str | None = option(
        None, help="Keep encoded text in this directory, and use it again while nothing changed."
    )
    count_memory: int = option(
        2048, minimum=1, help="Megabytes for counting words; with more words, disk is used."
    )
    init_vectors: str | None = option(
        None, help="Begin with the vectors of this model or file, for the words that it has."
    )


def _reads_in_pieces(encoding: str) -> bool:
    """Return whether Python knows a text encoding of this name, and can decode parts of a text."""
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError):  # ValueError for a NUL or half of a surrogate pair
        return False
    whole_only = ("idna", "punycode", "undefined")
    return found._is_text_encoding and found.name not in whole_only


def _encodings() -> list[str]:
    from encodings.aliases import aliases

    names = sorted({*aliases, *aliases.values()})
    return [name.replace("_", "-") for name in names if _reads_in_pieces(name)]


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """How text becomes ids."""

    min_count: int = option(5, minimum=1, help="Leave out words that occur less often.")
    max_vocab: int | None = option(
        None, minimum=1, help="Keep at most this many words, the most frequent ones."
    )
    keep_words: str | None = option(
        None, help="File of words that get a vector however rare they are."
    )
    stop_words: str | None = option(None, help="File of words to leave out of the text.")
    vocab: str | None = option(
        None, help="File or directory of words and counts to take the vocabulary from."
    )
    sentence_length: int = option(
        10_000, minimum=2, help="Cut longer lines into pieces of this many words; none is lost."
    )
    lowercase: bool = option(False, help="Turn words to lower case.")
    normalize: Literal["none", "nfc", "nfkc"] = option(
        "none", help="Unicode normalization form to bring words into."
    )
    digits: Literal["keep", "zero"] = option("keep", help="zero turns every digit into 0.")
    token_pattern: str | None = option(
        None, help="Words are the matches of this regular expression, between white space."
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
        if not _reads_in_pieces(self.encoding):
            raise ConfigError(
                f"unknown encoding {self.encoding!r}{nearest(self.encoding, _encodings())}"
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
    subsample: float | None = option(
        None,
        minimum=0,
        help="Thin words whose share of the text is above this; 0 keeps all. [default: 1e-4, with"
        " fewer than 1,000 words 0.1 / words]",
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
        if self.learning_rate is None:
            object.__setattr__(self, "learning_rate", DEFAULT_LEARNING_RATES[self.optimizer])
        if self.min_learning_rate is None:
            object.__setattr__(self, "min_learning_rate", self.rates[0] / 1000)
        if self.rates[1] > self.rates[0]:
            raise ConfigError(
                f"min_learning_rate {self.rates[1]:g} is above learning_rate {self.rates[0]:g}"
            )

    @property
    def rates(self) -> tuple[float, float]:
        """The learning rates of the first and the last step."""
        return self.learning_rate or 0.0, self.min_learning_rate or 0.0


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How long and in what portions."""

    engine: Literal["blocks", "pairs"] = option(
        "blocks", help="blocks is fast; pairs calls the tf.nn losses on explicit pairs."
    )
    epochs: int = option(5, minimum=1, help="Passes over the text.")
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
        10.0, above=0, help="Save a state to resume from this often, and at the end of an epoch."
    )


@dataclass(frozen=True, kw_only=True)
class DeviceConfig:
    """Where the work runs."""

    device: Device = option("auto", help="Where the tables live; auto takes a GPU if there is one.")
    loss_device: Device = option(
        "auto", help="Where the loss is computed; auto is where the tables live."
    )
    threads: int = option(0, minimum=0, help="Threads to compute with; 0 takes every core.")
    deterministic: bool = option(
        False, help="Refuse any operation that could differ between two equal runs."
    )

    @property
    def n_threads(self) -> int:
        """How many threads that is."""
        return self.threads or os.cpu_count() or 1


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
        if self.training.noise_tokens is None:
            most = DEFAULT_NOISE_TOKENS.get(self.objective.objective, 256)
            noise_tokens = min(most, self.training.step_tokens)
            training = replace(self.training, noise_tokens=noise_tokens)
            object.__setattr__(self, "training", training)
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

    def values(self) -> dict[str, Any]:
        """Return every option's value by key, in the order of this module."""
        known = options().values()
        return {option.key: getattr(getattr(self, option.section), option.key) for option in known}


@dataclass(frozen=True)
class Option:
    """One setting as users see it."""

    key: str
    section: str
    kind: Any
    default: object
    help: str
    minimum: float
    above: float

    @property
    def flag(self) -> str:
        if self.type is tuple:
            return "CORPUS"  # arguments, without a flag
        return "--" + self.key.replace("_", "-")

    @property
    def variable(self) -> str:
        return "W2V_" + self.key.upper()

    @property
    def choices(self) -> tuple[str, ...]:
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    @property
    def optional(self) -> bool:
        return isinstance(self.kind, UnionType)

    @property
    def type(self) -> Any:
        """int, float, bool, str or tuple: what a value is once it is not None."""
        if self.choices:
            return str
        kinds = [kind for kind in get_args(self.kind) if kind is not NoneType]
        return kinds[0] if self.optional else get_origin(self.kind) or self.kind

    @property
    def expects(self) -> str:
        """What a value must be, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
        expected = words.get(self.type, "a list of texts")
        if self.minimum > -math.inf:
            expected += f", at least {self.minimum:g}"
        if self.above > -math.inf:
            expected += f", above {self.above:g}"
        return expected + (", or none" if self.optional else "")

    def parse(self, text: str) -> object:
        """Read a value from a flag, an environment variable or a YAML scalar.

        YAML's own reading is not used: it takes `1e-3` for a string and `no` for False.
        """
        if self._means_none(text):
            return None
        readers: dict[Any, Any] = {int: int, float: float, bool: _read_bool, str: str}
        try:
            return self.check(readers.get(self.type, str)(text))
        except ValueError:
            raise self._refused(text) from None

    def check(self, value: object) -> object:
        """Return `value` with its declared type, or raise ConfigError."""
        if self._means_none(value):
            return None
        if self.type is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value) if abs(value) < 1e300 else math.inf
        if self.type is tuple and isinstance(value, (list, str)):
            value = (value,) if isinstance(value, str) else tuple(value)
        if type(value) is not self.type or (self.choices and value not in self.choices):
            raise self._refused(value)
        if isinstance(value, tuple) and not all(type(item) is str for item in value):
            raise self._refused(value)
        if isinstance(value, (int, float)) and not self._in_bounds(value):
            raise self._refused(value)
        return value

    def _means_none(self, value: object) -> bool:
        # The same in Python as on the command line: no file is called "none" or "".
        spelled = isinstance(value, str) and value.lower() in ("none", "null", "~", "")
        return self.optional and (value is None or spelled)

    def _in_bounds(self, value: float) -> bool:
        return math.isfinite(value) and value >= self.minimum and value > self.above

    def _refused(self, value: object) -> ConfigError:
        return ConfigError(f"{self.key} must be {self.expects}, got {value!r}")


def _read_bool(text: str) -> bool:
    known = {"true": True, "yes": True, "on": True, "1": True}
    known |= {"false": False, "no": False, "off": False, "0": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


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
