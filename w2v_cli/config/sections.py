"""The options of a run, as frozen dataclasses, one for each topic.

Each option is written once, here. The value None means one of two things: the option is off, or its
value is derived from other options. `Config.derived` returns the derived values.
"""

import re
from dataclasses import dataclass
from typing import Literal

from w2v_cli.config.encodings import known_encodings, reads_in_pieces
from w2v_cli.config.options import option
from w2v_cli.config.quantities import read_seconds
from w2v_cli.config.run_lengths import read_decisions
from w2v_cli.cores import granted_cores
from w2v_cli.errors import ConfigError, nearest

Device = Literal["auto", "cpu", "gpu"]
Precision = Literal["float32", "bfloat16"]
KindOfWindows = Literal["weighted", "drawn", "fixed"]

DEFAULT_EPOCHS = 5
DEFAULT_LEARNING_RATES = {"adagrad": 0.1, "sgd": 0.025}


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Which files a run reads and writes."""

    corpus: tuple[str, ...] = option(
        (), help="Text files, directories or patterns to train on. Each line is one sentence."
    )
    pairs: bool = option(
        False,
        help="The files hold pairs in place of text: center<TAB>context lines, with a weight in a"
        " third column where one is not 1.",
        heading="pairs",
    )
    output: str = option("w2v-model", help="Directory to write the model to.", heading="output")
    cache: str | None = option(
        None,
        help="Directory for the encoded text. Later runs use it again while the text is the same.",
        heading="text",
    )
    count_memory: int = option(
        2048,
        minimum=1,
        help="Memory for counting words, in megabytes. Counts that need more go to disk.",
        heading="vocabulary",
    )
    weights: str | None = option(
        None,
        help="File of weights, a number for each line of the text. It multiplies the loss of the"
        " center words of its line. Counts of words do not change.",
        heading="pairs",
    )
    weight_field: str | None = option(
        None,
        help="Field of each record that is its weight. --weights has weights of lines.",
        heading="pairs",
    )
    init_vectors: str | None = option(
        None,
        help="Model or vector file. Training starts with its vectors, for the words that it has.",
        heading="model",
    )
    freeze: Literal["contexts", "centers", "given"] | None = option(
        None,
        help="What of the words that --init-vectors has stays as it is: their context vectors and"
        " biases, their center vectors, or all that is given.",
        heading="model",
    )

    def __post_init__(self) -> None:
        if self.freeze is not None and self.init_vectors is None:
            raise ConfigError("freeze needs vectors to keep; set init_vectors")


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """How text is split into words, and which words get an id."""

    min_count: int = option(
        5, minimum=1, help="Leave out words that occur fewer times than this.", heading="vocabulary"
    )
    max_vocab: int | None = option(
        None,
        minimum=1,
        help="Greatest number of words in the vocabulary. The most frequent words are kept.",
        heading="vocabulary",
    )
    keep_words: str | None = option(
        None, help="File of words that get a vector even if they are rare.", heading="vocabulary"
    )
    stop_words: str | None = option(
        None, help="File of words that are removed from the text.", heading="vocabulary"
    )
    vocab: str | None = option(
        None,
        help="Use this vocabulary: a file of words and counts, or a directory that has one.",
        heading="vocabulary",
    )
    sentence_length: int | None = option(
        None,
        minimum=2,
        maximum=1_000_000,
        help="Greatest number of words in a sentence. Longer lines are cut; no word is lost."
        " [default: 10000, with --window line 100]",
    )
    lowercase: bool = option(False, help="Convert words to lower case.")
    normalize: Literal["none", "nfc", "nfkc"] = option(
        "none", help="Unicode normalization form for words."
    )
    digits: Literal["keep", "zero"] = option("keep", help="zero replaces each digit with 0.")
    token_pattern: str | None = option(
        None,
        help="Regular expression. Its matches in the text between white space are the words."
        " `words` stands for letters, marks and digits of any script. [default: split at white"
        " space]",
    )
    longest_word: int = option(
        1_000_000, minimum=1, help="Greatest length of a word in characters."
    )
    long_words: Literal["refuse", "cut", "skip"] = option(
        "refuse",
        help="What to do with longer words: refuse ends the run with an error, cut makes pieces,"
        " skip drops them.",
    )
    encoding: str = option("utf-8", help="Encoding of the text, such as latin-1 or utf-16.")
    encoding_errors: Literal["strict", "replace", "skip"] = option(
        "strict",
        help="What to do with bytes that are invalid in the encoding: strict ends the run with an"
        " error, replace puts U+FFFD in their place, skip drops them.",
    )
    field: str | None = option(
        None,
        help="The files hold records: JSON Lines, CSV or TSV with a header, or Parquet. The text is"
        " this field of each record. [default: plain text]",
    )
    bad_records: Literal["refuse", "skip"] = option(
        "refuse",
        help="What to do with malformed records: refuse ends the run with an error, skip leaves"
        " them out and counts them.",
    )
    split_field: str | None = option(
        None,
        help="Field of the records that says which text each one belongs to, such as period. train"
        " makes a model for each of its values; put the name in --output: -o 'models/{period}'.",
    )
    split_value: str | None = option(
        None, help="Read only the records whose --split-field has this value."
    )

    def __post_init__(self) -> None:
        for name, needed in (("split_field", "field"), ("split_value", "split_field")):
            if getattr(self, name) is not None and getattr(self, needed) is None:
                raise ConfigError(f"{name} needs {needed}, the name of a field of the records")
        if self.bad_records == "skip" and self.field is None:
            raise ConfigError("bad_records needs field, the name of the records' field of text")
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
    """How (center, context) pairs are made from sentences."""

    window: int | Literal["line"] = option(
        5,
        minimum=1,
        help="Greatest distance between a center word and a context word, in words. line takes all"
        " other words of the line as contexts, as for baskets and other sets.",
    )
    windows: KindOfWindows | None = option(
        None,
        help="fixed takes all words up to the distance --window as contexts. weighted takes them"
        " too, and multiplies the loss of a pair at distance d by (window + 1 - d) / window. drawn"
        " draws the greatest distance anew for each center, from 1 to --window, which gives the"
        " same loss on average. [default: weighted, with engine pairs drawn, with --window line"
        " fixed]",
    )
    window_left: int | None = option(
        None,
        minimum=0,
        help="Greatest distance to a context word on the left of the center. 0 takes none there."
        " [default: --window]",
    )
    window_right: int | None = option(
        None,
        minimum=0,
        help="Greatest distance to a context word on the right of the center. 0 takes none there."
        " [default: --window]",
    )
    context_min_count: int | None = option(
        None,
        minimum=1,
        help="--pairs: leave out contexts that occur fewer times than this; --min-count is for"
        " centers. [default: --min-count]",
    )
    shared_vocabulary: bool = option(
        False,
        help="--pairs: centers and contexts are words of one vocabulary, as the nodes of a graph"
        " are.",
    )
    subsample: float | None = option(
        None,
        minimum=0,
        help="Randomly drop occurrences of frequent words: words whose share of the text is above"
        " this threshold. 0 keeps all words. [default: 1e-4, with fewer than 1,000 words"
        " 0.1 / words]",
    )

    def __post_init__(self) -> None:
        if self.is_line:
            sides = {"window_left": self.window_left, "window_right": self.window_right}
            if given := [name for name, value in sides.items() if value is not None]:
                raise ConfigError(f"window line has no sides; leave out {' and '.join(given)}")
            if self.windows in ("weighted", "drawn"):
                raise ConfigError(
                    f"window line takes the whole line; leave out windows {self.windows}"
                )
        elif self.radii == (0, 0):
            raise ConfigError(
                "window_left and window_right are both 0, so no word has a context; raise one of"
                " them"
            )

    @property
    def is_line(self) -> bool:
        """Whether the whole line is the window of each of its words."""
        return self.window == "line"

    @property
    def radii(self) -> tuple[int, int]:
        """The greatest distances on the left and on the right; (0, 0) with `window: line`."""
        both = 0 if self.window == "line" else self.window
        left, right = self.window_left, self.window_right
        return both if left is None else left, both if right is None else right


@dataclass(frozen=True, kw_only=True)
class ObjectiveConfig:
    """Which loss is minimized, and which noise words it uses."""

    objective: Literal["sampled_softmax", "nce", "sampled_logistic", "negative_sampling"] = option(
        "negative_sampling", help="Loss that training minimizes."
    )
    sampler: Literal["log_uniform", "fixed_unigram", "learned_unigram", "uniform"] | None = option(
        None,
        help="Distribution that noise words are drawn from. [default: fixed_unigram with"
        " negative_sampling, else log_uniform]",
    )
    noise_exponent: float = option(
        0.75,
        minimum=0,
        help="Sampler fixed_unigram: the probability of a noise word is proportional to"
        " count^exponent.",
    )
    num_sampled: int = option(
        64,
        minimum=1,
        help="Number of noise words drawn at a time. Engine pairs draws them for each batch, engine"
        " blocks for each group of --noise-tokens words.",
    )
    negatives: float = option(
        5.0,
        above=0,
        help="Objective negative_sampling: number of noise words for each pair. The loss of the"
        " shared noise words is scaled to this number.",
    )


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Which parameters are learned."""

    dimension: int = option(100, minimum=1, help="Number of components of each vector.")
    biases: Literal["learned", "zero"] = option(
        "learned", help="learned trains a bias for each context word; zero keeps all at zero."
    )


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """How a step uses the gradient to change the tables."""

    optimizer: Literal["adagrad", "sgd"] = option(
        "adagrad", help="adagrad is row-wise Adagrad; sgd is plain gradient descent."
    )
    learning_rate: float | None = option(
        None, above=0, help="Learning rate at the start. [default: 0.1, with sgd 0.025]"
    )
    min_learning_rate: float | None = option(
        None,
        minimum=0,
        help="Learning rate at the end. It falls linearly from the start to the end. [default: 0.1%"
        " of the start]",
    )
    accumulator_exponent: float = option(
        0.25,
        minimum=0,
        help="Optimizer adagrad: step = learning rate * gradient / accumulator^exponent.",
    )

    def __post_init__(self) -> None:
        if self.rates[1] > self.rates[0]:
            raise ConfigError(
                f"min_learning_rate {self.rates[1]:g} is above learning_rate {self.rates[0]:g}"
            )

    @property
    def rates(self) -> tuple[float, float]:
        """The learning rates at the start and at the end, given or derived."""
        first, last = self.learning_rate, self.min_learning_rate
        first = DEFAULT_LEARNING_RATES[self.optimizer] if first is None else first
        return first, first / 1000 if last is None else last


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How long to train, and how many words or pairs a step has."""

    engine: Literal["blocks", "pairs"] | None = option(
        None,
        help="blocks is fast. pairs is the reference: explicit pairs and the tf.nn losses."
        " [default: blocks, with --pairs pairs]",
    )
    epochs: int | None = option(
        None, minimum=1, maximum=100_000, help="Number of passes over the text. [default: 5]"
    )
    time_budget: str | None = option(
        None,
        help="Time for the whole run, such as 90s, 20m or 1h30m, in place of --epochs. The run ends"
        " in this time, with the learning rate at its end.",
    )
    total_words: str | None = option(
        None,
        help="Number of words to train in all, in place of --epochs. A run with --time-budget saves"
        " what it has decided here: FROM:TOTAL for each change.",
    )
    # All pairs of a batch share their noise words, whose rows are drawn too far by larger ones.
    batch_size: int = option(512, minimum=1, help="Engine pairs: number of pairs in a step.")
    step_tokens: int | None = option(
        None,
        minimum=1,
        help="Engine blocks: number of words in a step, rounded up to whole groups. [default: 4096,"
        " with sgd 256]",
    )
    noise_tokens: int | None = option(
        None,
        minimum=1,
        help="Engine blocks: number of words in a group, rounded up to whole blocks. The words of a"
        " group share their noise words. [default: 256, with negative_sampling 512, with"
        " sgd 64, at most --step-tokens]",
    )
    # With window 5, a block and its neighbors are 48 words: 3 full 512-bit vectors of float32.
    block_length: int = option(
        38,
        minimum=1,
        help="Engine blocks: number of words in a block. With --window line a block has at least"
        " --sentence-length words.",
    )
    seed: int = option(
        1,
        minimum=0,
        help="Seed of all random numbers. The same seed and settings give the same vectors.",
    )
    checkpoint_minutes: float = option(
        10.0,
        above=0,
        help="Minutes between two checkpoints, the states that --resume goes on from. The end of an"
        " epoch saves one too, if the last is older than a tenth of this time.",
        heading="output",
    )

    def __post_init__(self) -> None:
        lengths = {
            "epochs": self.epochs,
            "time_budget": self.time_budget,
            "total_words": self.total_words,
        }
        given = [name for name, value in lengths.items() if value is not None]
        if len(given) > 1:
            raise ConfigError(f"{' and '.join(given)} each say how long to train; give only one")
        if self.time_budget is not None:
            read_seconds(self.time_budget)
        if self.total_words is not None:
            read_decisions(self.total_words)

    @property
    def n_epochs(self) -> int | None:
        """The number of epochs, given or by default; None if something else says how long."""
        if self.epochs is None and self.time_budget is None and self.total_words is None:
            return DEFAULT_EPOCHS
        return self.epochs


@dataclass(frozen=True, kw_only=True)
class EvaluationConfig:
    """How a model is scored and shown while it is trained, and when that stops the run."""

    holdout: float | None = option(
        None,
        above=0,
        maximum=0.5,
        is_share=True,
        help="About this share of the lines is set aside, such as 0.5% or 0.005. The loss on them"
        " is computed at the end of each epoch.",
    )
    validate: str | None = option(
        None, help="Text file for the loss on text that is not trained on, in place of --holdout."
    )
    evaluate_every: float | None = option(
        None,
        above=0,
        maximum=1,
        is_share=True,
        help="Evaluate after each such share of the run too, such as 5% or 0.05.",
    )
    evaluate_pairs: str | None = option(
        None, help="File of `word word score` lines that each evaluation scores."
    )
    evaluate_analogies: str | None = option(
        None, help="File of `a b c d` lines that each evaluation scores."
    )
    watch: str | None = option(
        None,
        help="Words, such as king,paris, whose five nearest neighbors each evaluation shows.",
    )
    patience: int | None = option(
        None,
        minimum=1,
        help="Stop after so many evaluations without a gain in the held-out loss, and keep the best"
        " vectors. [default: train to the end]",
    )
    min_delta: float | None = option(
        None,
        minimum=0,
        help="--patience: the least gain, in nats. [default: one standard error of the difference]",
    )
    tensorboard: str | None = option(
        None,
        help="Directory for TensorBoard. It gets losses, learning rate, speed and scores as curves,"
        " and the lengths of vectors as histograms.",
    )

    def __post_init__(self) -> None:
        if self.holdout is not None and self.validate is not None:
            raise ConfigError("holdout and validate both give a held-out text; set only one")
        if self.patience is not None and not self.has_text:
            raise ConfigError("patience needs a held-out text; set holdout or validate")
        if self.min_delta is not None and self.patience is None:
            raise ConfigError("min_delta belongs to patience, which is not set")
        if self.evaluate_every is not None and not self.is_on:
            raise ConfigError(
                "evaluate_every has nothing to evaluate; set holdout, validate, evaluate_pairs,"
                " evaluate_analogies or watch"
            )

    @property
    def has_text(self) -> bool:
        """Whether there is a held-out text."""
        return self.holdout is not None or self.validate is not None

    @property
    def is_on(self) -> bool:
        """Whether the run evaluates anything."""
        others = (self.evaluate_pairs, self.evaluate_analogies, self.watch)
        return self.has_text or any(other is not None for other in others)


@dataclass(frozen=True, kw_only=True)
class DeviceConfig:
    """Which devices and how many threads a run uses."""

    device: Device = option(
        "auto",
        help="Device that holds the vectors, biases and optimizer state. auto prefers a GPU.",
    )
    loss_device: Device = option(
        "auto", help="Device that computes the loss. auto takes the value of --device."
    )
    threads: int = option(
        0,
        minimum=0,
        help="Number of threads. 0 takes one thread for each core that the process may use.",
    )
    workers: str = option(
        "1",
        help="Number of processes that train on this machine, each with --threads threads and"
        " tables of its own. auto chooses it by the number of cores.",
    )
    combine_tokens: int | None = option(
        None,
        minimum=1,
        help="About how many words all workers train before they combine their tables."
        " [default: grows with the vocabulary]",
    )
    cluster: str | None = option(
        None,
        help="Addresses of the workers on several machines: host:port,host:port. The first one is"
        " the chief. Every worker has the same list.",
    )
    rank: int | None = option(None, minimum=0, help="Number of this worker in --cluster, from 0.")
    join_seconds: float = option(
        300.0, above=0, help="How long workers wait for each other at the start."
    )
    precision: Precision | None = option(
        None,
        help="Engine blocks: type of the numbers in matrix products. Tables, losses and steps have"
        " float32 in any case. [default: bfloat16 where the processor has instructions for it,"
        " otherwise float32]",
    )
    deterministic: bool = option(
        False, help="Fail if an operation could give different results in two equal runs."
    )

    @property
    def n_threads(self) -> int:
        """The number of threads, given or derived from the number of cores."""
        return self.threads or granted_cores()
