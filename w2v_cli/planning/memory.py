"""How much memory training takes, part by part, and whether there is enough.

The constants were fitted to the memory that runs took, measured from outside, without pages of
files: 17 runs with windows of 1 to 20, 16 to 300 dimensions, and 2,700 to 1,000,000 words. The sum
of the parts was within 6 % of each of them.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from w2v_cli.config.quantities import bytes_in_words
from w2v_cli.config.sections import Config
from w2v_cli.corpus.windows import Windows
from w2v_cli.errors import NotEnoughMemoryError
from w2v_cli.memory import available_bytes
from w2v_cli.planning.text_size import TextSize
from w2v_cli.training.chunks import most_chunk_tokens
from w2v_cli.training.engines.blocks import Layout

NUMBER = 4
"""Bytes of a float32 or an int32."""

PROGRAM = {"blocks": 325_000_000, "pairs": 265_000_000}
"""Python, TensorFlow and its compiled functions."""

LEAST_PROGRAM = 150_000_000
"""What TensorFlow has taken once it is loaded: less than it needs in any run."""

PROGRAM_FILES = {"blocks": 440_000_000, "pairs": 390_000_000}
"""Pages of TensorFlow's own files in memory; the system can drop some of them."""

BYTES_OF_A_WORD = {"vocabulary": 70, "different": 140}
"""What a word of the vocabulary takes, and what counting leaves for each different word."""

CHUNKS_AT_ONCE = {"blocks": 5.0, "pairs": 4.0}
"""Chunks in memory: one is trained, one waits, and the next takes several times its size."""

ROW_COPIES, LOGIT_COPIES = 4.5, 3.0
"""Copies of a step's rows and logits: they, their gradients, and what leads from one to the other.
"""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Memory that training takes, in bytes, without pages of files.

    Attributes:
        program: Python and TensorFlow.
        tables: center vectors, context vectors and biases.
        optimizer: the optimizer's state.
        vocabulary: the words, and what counting them leaves behind.
        chunks: the chunks of the text that are prepared and trained.
        steps: rows and logits of a step.
    """

    program: int
    tables: int
    optimizer: int
    vocabulary: int
    chunks: int
    steps: int

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(asdict(self).values())

    @property
    def certain(self) -> int:
        """What training takes in any case: the tables, and TensorFlow as it is loaded."""
        return self.tables + self.optimizer + LEAST_PROGRAM


def training_memory(config: Config, size: TextSize) -> Memory:
    """Return the memory that training on a text of this size takes in the process that trains.

    The tables count where they may be on the CPU, see `tables_are_on_cpu`.
    """
    engine = config.training.engine
    on_cpu = tables_are_on_cpu(config)
    return Memory(
        program=PROGRAM[engine],
        tables=on_cpu * table_bytes(size.words, config.model.dimension),
        optimizer=on_cpu * optimizer_bytes(size.words, config),
        vocabulary=size.words * BYTES_OF_A_WORD["vocabulary"]
        + size.different * BYTES_OF_A_WORD["different"],
        chunks=round(CHUNKS_AT_ONCE[engine] * chunk_bytes(config, size)),
        steps=step_bytes(config),
    )


def table_bytes(n_words: int, dimension: int) -> int:
    """Return the size of center vectors, context vectors and biases."""
    return NUMBER * n_words * (2 * dimension + 1)


def optimizer_bytes(n_words: int, config: Config) -> int:
    """Return the size of the optimizer's state; adagrad has a number for each row of a table."""
    return NUMBER * n_words * 3 if config.optimizer.optimizer == "adagrad" else 0


def chunk_bytes(config: Config, size: TextSize) -> int:
    """Return the size of a chunk as it is handed to TensorFlow."""
    tokens = min(most_chunk_tokens(config), size.tokens)
    kept = tokens * size.kept / max(size.tokens, 1)
    if config.training.engine == "pairs":
        # Each pair has two ids. Windows close over the words that subsampling drops, lines do not.
        windows = Windows.of(config)
        pairs = windows.most_mean_pairs
        if windows.whole_lines:
            pairs = size.pairs * size.kept / max(size.tokens, 1) ** 2
        return round(kept * pairs * 2 * NUMBER)
    layout = Layout.of(config)
    n_steps = -(-kept // layout.step_tokens)
    # `left` and `right`, and three numbers for each place in the two plans of rows.
    return round(n_steps * NUMBER * (5 * layout.step_tokens + 3 * layout.n_places))


def step_bytes(config: Config) -> int:
    """Return what a step takes for rows and logits."""
    dimension = config.model.dimension
    if config.training.engine == "pairs":
        batch, num_sampled = config.training.batch_size, config.objective.num_sampled
        n_rows, n_logits = 2 * batch + num_sampled, batch * (1 + num_sampled)
    else:
        layout = Layout.of(config)
        n_rows = layout.step_tokens + layout.n_places
        n_logits = layout.step_tokens * (layout.frame_length + layout.num_sampled)
    return round(NUMBER * (ROW_COPIES * n_rows * dimension + LOGIT_COPIES * n_logits))


def tables_are_on_cpu(config: Config) -> bool:
    """Return whether the tables take memory of the machine, and not of a GPU.

    Without TensorFlow, the devices are not known. Where the system has a GPU that TensorFlow may
    take by itself, the answer is no, so that no run is refused by mistake.
    """
    if config.devices.device == "auto":
        return not any(Path("/dev").glob("nvidia[0-9]*")) and not Path("/dev/kfd").exists()
    return config.devices.device == "cpu"


def check_memory(config: Config, size: TextSize) -> None:
    """Check that there is enough memory for what training takes in any case.

    Raises:
        NotEnoughMemoryError: there is not; the message has the figures and says what to change.
    """
    memory, available = training_memory(config, size), available_bytes()
    if available is not None and memory.certain > available:
        raise NotEnoughMemoryError(shortage(config, size, memory, available))


def shortage(config: Config, size: TextSize, memory: Memory, limit: int) -> str:
    """Say what training takes and what there is."""
    files = PROGRAM_FILES[config.training.engine]
    return (
        f"training takes about {bytes_in_words(memory.total + files)} of memory, and there are"
        f" {bytes_in_words(limit)}: {size.words:,} words with two vectors of"
        f" {config.model.dimension:,} numbers take {bytes_in_words(memory.tables)}, the"
        f" optimizer {bytes_in_words(memory.optimizer)}, Python and TensorFlow"
        f" {bytes_in_words(memory.program + files)}, the rest"
        f" {bytes_in_words(memory.vocabulary + memory.chunks + memory.steps)}; lower --dimension"
        " or --max-vocab, or raise --min-count; `w2v plan` proposes values"
    )
