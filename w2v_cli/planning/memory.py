"""How much memory training takes, part by part, and whether there is enough.

The constants were fitted to the memory that runs took, measured from outside, without pages of
files: 17 runs with windows of 1 to 20, 16 to 300 dimensions, and 2,700 to 1,000,000 words. The sum
of the parts was within 6 % of each of them.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from w2v_cli.config.config import Config
from w2v_cli.config.quantities import bytes_in_words
from w2v_cli.corpus.windows import Windows
from w2v_cli.errors import NotEnoughMemoryError
from w2v_cli.memory import available_bytes
from w2v_cli.planning.text_size import TextSize
from w2v_cli.training.chunks import cut_tokens
from w2v_cli.training.engines.blocks import Layout
from w2v_cli.workers.cost import row_bytes
from w2v_cli.workers.slices import SLICE_BYTES
from w2v_cli.workers.team import Team

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


JOINED = 35_000_000
"""What a worker takes for the connection to the others, beside what it sends."""

SENT_COPIES = 5.4
"""Copies of a slice of the tables in a combination: changes, sums, and what leads from one to the
other."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Memory that training takes on this machine, in bytes, without pages of files.

    Attributes:
        n_workers: workers on this machine; the other numbers are sums over all of them.
        program: Python and TensorFlow.
        tables: center vectors, context vectors and biases.
        optimizer: the optimizer's state.
        vocabulary: the words, and what counting them leaves behind.
        chunks: the chunks of the text that are prepared and trained.
        steps: rows and logits of a step.
        bases: with several workers, the copies of tables and optimizer that they keep.
        combining: what combining the tables takes.
    """

    n_workers: int
    program: int
    tables: int
    optimizer: int
    vocabulary: int
    chunks: int
    steps: int
    bases: int
    combining: int

    @property
    def parts(self) -> dict[str, int]:
        """The parts by name."""
        return {name: size for name, size in asdict(self).items() if name != "n_workers"}

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(self.parts.values())

    @property
    def certain(self) -> int:
        """What training takes in any case: the tables, and TensorFlow as it is loaded."""
        return self.tables + self.optimizer + self.bases + self.n_workers * LEAST_PROGRAM


def training_memory(config: Config, size: TextSize, team: Team) -> Memory:
    """Return the memory that training on a text of this size takes on this machine.

    The tables count where they may be on the CPU, see `tables_are_on_cpu`.
    """
    engine, n = config.engine, team.n_here
    on_cpu, several = tables_are_on_cpu(config), team.n_workers > 1
    tables = n * on_cpu * table_bytes(size.words, config.model.dimension)
    optimizer = n * on_cpu * optimizer_bytes(size.words, config)
    chunk = chunk_bytes(config, size, team.n_workers)
    return Memory(
        n_workers=n,
        program=n * PROGRAM[engine],
        tables=tables,
        optimizer=optimizer,
        # Only the chief counts.
        vocabulary=n * size.words * BYTES_OF_A_WORD["vocabulary"]
        + size.different * BYTES_OF_A_WORD["different"],
        chunks=round(n * CHUNKS_AT_ONCE[engine] * chunk),
        steps=n * step_bytes(config),
        bases=several * (tables + optimizer),
        combining=several * n * combining_bytes(size.words, config.model.dimension),
    )


def table_bytes(n_words: int, dimension: int) -> int:
    """Return the size of center vectors, context vectors and biases."""
    return NUMBER * n_words * (2 * dimension + 1)


def optimizer_bytes(n_words: int, config: Config) -> int:
    """Return the size of the optimizer's state; adagrad has a number for each row of a table."""
    return NUMBER * n_words * 3 if config.optimizer.optimizer == "adagrad" else 0


def combining_bytes(n_words: int, dimension: int) -> int:
    """Return what a worker takes to combine its tables with those of others."""
    return JOINED + round(SENT_COPIES * min(n_words * row_bytes(dimension), SLICE_BYTES))


def chunk_bytes(config: Config, size: TextSize, n_workers: int) -> int:
    """Return the size of a chunk as it is handed to TensorFlow."""
    chunk_tokens, _ = cut_tokens(config, size.words, size.tokens, n_workers)
    tokens = min(chunk_tokens, size.tokens)
    kept = tokens * size.kept / max(size.tokens, 1)
    if config.engine == "pairs":
        # Each pair has two ids, and a weight where windows are weighted. Windows close over the
        # words that subsampling drops, lines do not.
        windows = Windows.of(config)
        n_numbers = 3 if windows.kind == "weighted" else 2
        pairs = windows.most_mean_pairs
        if windows.whole_lines:
            pairs = size.pairs * size.kept / max(size.tokens, 1) ** 2
        return round(kept * pairs * n_numbers * NUMBER)
    layout = Layout.of(config)
    n_steps = -(-kept // layout.step_tokens)
    # `left` and `right`, and three numbers for each place in the two plans of rows.
    return round(n_steps * NUMBER * (5 * layout.step_tokens + 3 * layout.n_places))


def step_bytes(config: Config) -> int:
    """Return what a step takes for rows and logits."""
    dimension = config.model.dimension
    if config.engine == "pairs":
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


def check_memory(config: Config, size: TextSize, team: Team) -> None:
    """Check that there is enough memory for what training takes in any case.

    Raises:
        NotEnoughMemoryError: there is not; the message has the figures and says what to change.
    """
    memory, available = training_memory(config, size, team), available_bytes()
    if available is not None and memory.certain > available:
        raise NotEnoughMemoryError(shortage(config, size, memory, available))


def shortage(config: Config, size: TextSize, memory: Memory, limit: int) -> str:
    """Say what training takes and what there is."""
    files = PROGRAM_FILES[config.engine]
    n = memory.n_workers
    known = memory.tables + memory.optimizer + memory.program + memory.bases
    workers, copies, fewer = "", "", ""
    if memory.bases:
        workers = f" in {n} workers" if n > 1 else " in each worker"
        copies = f", copies to combine the workers {bytes_in_words(memory.bases)}"
        fewer = "--workers, " * (n > 1)
    return (
        f"training takes about {bytes_in_words(memory.total + files)} of memory, and there are"
        f" {bytes_in_words(limit)}: {size.words:,} words with two vectors of"
        f" {config.model.dimension:,} numbers take {bytes_in_words(memory.tables)}{workers}, the"
        f" optimizer {bytes_in_words(memory.optimizer)}, Python and TensorFlow"
        f" {bytes_in_words(memory.program + files)}{copies}, the rest"
        f" {bytes_in_words(memory.total - known)}; lower {fewer}--dimension"
        " or --max-vocab, or raise --min-count; `w2v plan` proposes values"
    )
