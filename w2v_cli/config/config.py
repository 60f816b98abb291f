"""All settings of a run: the options of every topic, and what is derived from several of them.

`sections` declares the options. `sources` combines flags, environment and YAML files with the
defaults.
"""

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_type_hints

from w2v_cli.config.options import Option
from w2v_cli.config.sections import (
    DeviceConfig,
    EvaluationConfig,
    KindOfWindows,
    ModelConfig,
    ObjectiveConfig,
    OptimizerConfig,
    PairsConfig,
    RunConfig,
    TextConfig,
    TrainingConfig,
)
from w2v_cli.errors import ConfigError, nearest

DEFAULT_STEP_TOKENS = {"adagrad": 4096, "sgd": 256}
SGD_NOISE_TOKENS = 64
"""Plain steps on summed gradients must be small. So must the groups that share noise words: the row
of a noise word has a gradient from every pair of its group."""

DEFAULT_NOISE_TOKENS = {"negative_sampling": 512}
"""Defaults that are not 256. A larger group of words costs the other objectives quality, see
`benchmarks/README.md`.
"""

MOST_DISTANCES = 1 << 28
"""Limit of sentence_length * window. It bounds memory, because a sentence is trained as a whole."""

DEFAULT_SENTENCE_LENGTH, DEFAULT_LINE_LENGTH = 10_000, 100
"""The second is that of `window: line`, where the pairs of a line grow with its square."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting of a run, by topic.

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
    evaluation: EvaluationConfig = EvaluationConfig()
    devices: DeviceConfig = DeviceConfig()

    def __post_init__(self) -> None:
        sentence_length = self.sentence_length
        window = sentence_length if self.pairs.is_line else max(self.pairs.radii)
        if sentence_length * window > MOST_DISTANCES:
            raise ConfigError(
                f"a sentence of {sentence_length:,} words with a window of {window:,} has too many"
                f" pairs; sentence_length times window may be {MOST_DISTANCES:,} at most"
            )
        self._check_pairs()
        if self.engine == "blocks" and self.sampler == "learned_unigram":
            raise ConfigError(
                "sampler learned_unigram learns from each batch of pairs; use it with engine pairs"
            )
        if self.engine == "pairs" and self.devices.precision == "bfloat16":
            raise ConfigError(
                "engine pairs computes in float32; precision bfloat16 needs engine blocks"
            )
        several = self.devices.workers != "1" or self.devices.cluster is not None
        if several and self.evaluation.patience is not None:
            raise ConfigError("patience works with one worker only; leave out workers and cluster")
        if self.training.time_budget is not None and self.evaluation.patience is not None:
            raise ConfigError("patience and time_budget both end the run: give one of them")
        if self.run.weight_field is not None:
            if self.text.field is None:
                raise ConfigError(
                    "weight_field needs field, the name of the records' field of text"
                )
            if self.run.weights is not None:
                raise ConfigError("weights and weight_field both weigh the lines: give one of them")

    @classmethod
    def of(cls, **values: object) -> "Config":
        """Return the defaults, with the options in `values` set to other values.

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

    def _check_pairs(self) -> None:
        """Raise ConfigError where options of pairs and of text are mixed."""
        pairs, is_shared = self.pairs, self.pairs.shared_vocabulary
        if not self.run.pairs:
            if pairs.context_min_count is not None or is_shared:
                raise ConfigError(
                    "context_min_count and shared_vocabulary are for pairs; set pairs too"
                )
            return
        if pairs.context_min_count is not None and is_shared:
            raise ConfigError("a shared vocabulary has one min_count; leave out context_min_count")
        if self.training.engine == "blocks":
            raise ConfigError("engine blocks trains on lines of text; pairs need engine pairs")
        of_text = {
            "windows": pairs.windows,
            "window_left": pairs.window_left,
            "window_right": pairs.window_right,
            "subsample": pairs.subsample,
            "weights": self.run.weights,
            "vocab": self.text.vocab,
            "token_pattern": self.text.token_pattern,
            "field": self.text.field,
            "holdout": self.evaluation.holdout,
            "validate": self.evaluation.validate,
        }
        if given := [name for name, value in of_text.items() if value]:
            raise ConfigError(f"{', '.join(given)} is for text; leave it out with pairs")
        several = self.devices.workers != "1" or self.devices.cluster is not None
        if not is_shared and (several or self.run.init_vectors is not None):
            raise ConfigError(
                "workers, cluster and init_vectors need one vocabulary for centers and contexts;"
                " set shared_vocabulary, or leave them out"
            )

    @property
    def engine(self) -> Literal["blocks", "pairs"]:
        """The engine, given or derived."""
        return self.training.engine or ("pairs" if self.run.pairs else "blocks")

    @property
    def kind_of_windows(self) -> KindOfWindows:
        """The value of `windows`, given or derived.

        Engine pairs takes as long for a pair of little weight as for any other.
        """
        if self.pairs.windows is not None:
            return self.pairs.windows
        if self.pairs.is_line:
            return "fixed"
        return "weighted" if self.engine == "blocks" else "drawn"

    @property
    def threshold(self) -> float | None:
        """The subsampling threshold; None if it depends on the vocabulary, 0 for pairs."""
        return 0.0 if self.run.pairs else self.pairs.subsample

    @property
    def sentence_length(self) -> int:
        """The greatest number of words in a sentence, given or derived."""
        if self.text.sentence_length is not None:
            return self.text.sentence_length
        return DEFAULT_LINE_LENGTH if self.pairs.is_line else DEFAULT_SENTENCE_LENGTH

    @property
    def sampler(self) -> Literal["log_uniform", "fixed_unigram", "learned_unigram", "uniform"]:
        """The distribution of noise words, given or derived.

        negative_sampling with log-uniform noise scored lower, see `benchmarks/README.md`.
        """
        if self.objective.sampler is not None:
            return self.objective.sampler
        of_word2vec = self.objective.objective == "negative_sampling"
        return "fixed_unigram" if of_word2vec else "log_uniform"

    @property
    def noise_tokens(self) -> int:
        """How many words share noise words in engine blocks, given or derived.

        This is the size before it is rounded up to whole blocks.
        """
        if self.training.noise_tokens is not None:
            return self.training.noise_tokens
        most = DEFAULT_NOISE_TOKENS.get(self.objective.objective, 256)
        if self.optimizer.optimizer == "sgd":
            most = SGD_NOISE_TOKENS
        return min(most, self.step_tokens)

    @property
    def step_tokens(self) -> int:
        """How many words a step of engine blocks has, given or derived.

        This is the size before it is rounded up to whole groups.
        """
        if self.training.step_tokens is not None:
            return self.training.step_tokens
        return DEFAULT_STEP_TOKENS[self.optimizer.optimizer]

    def values(self) -> dict[str, Any]:
        """Return every option's value by key, as it was given, in the order of this module."""
        known = options().values()
        return {option.key: getattr(getattr(self, option.section), option.key) for option in known}

    @property
    def derived(self) -> dict[str, Any]:
        """The values of the options that are derived from others and are not given.

        >>> Config.of(optimizer="sgd", step_tokens=300).derived["learning_rate"]
        0.025
        """
        first, last = self.optimizer.rates
        follow = {
            "sentence_length": self.sentence_length,
            "windows": self.kind_of_windows,
            "engine": self.engine,
            "sampler": self.sampler,
            "learning_rate": first,
            "min_learning_rate": last,
            "epochs": self.training.n_epochs,
            "step_tokens": self.step_tokens,
            "noise_tokens": self.noise_tokens,
        }
        given = self.values()
        return {
            key: value for key, value in follow.items() if given[key] is None and value is not None
        }

    @property
    def effective(self) -> dict[str, Any]:
        """The value of every option by key, given or derived."""
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
