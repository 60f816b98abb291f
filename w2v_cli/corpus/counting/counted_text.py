"""Read a text once: count its words, and keep them as local ids on disk.

In: blocks of text. Out: runs of words and counts, and a spool file of local ids from each counter,
with the order in which to read them. Memory is bounded: a counter whose table of words is full
writes it as a run and begins to number anew.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.counting.runs import Run
from w2v_cli.corpus.counting.word_table import LINE_END_ID, WordTable
from w2v_cli.corpus.counting.workers import Elsewhere, Here, Worker, in_order
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import Spaced
from w2v_cli.memory import peak_resident_bytes

PROCESS_BYTES = 64_000_000
"""About what a process takes beside its table of words."""

SMALL_TEXT = 16
"""Blocks that are counted sooner than another process would have started."""


class SplitsBlocks(Protocol):
    """Turns a block of text into words: a tokenizer of text or of pairs."""

    def spaced(self, block: TextBlock) -> Spaced: ...


class Portion(NamedTuple):
    """What became of a block.

    Attributes:
        run: number of the run, of its counter, that has the block's words.
        n_ids: local ids that were spooled, line ends among them.
        has_line_end_too_many: as the tokenizer's `Spaced` has it.
        is_weighted: whether weights of its lines were spooled.
        n_tokens: words that were counted.
        n_long, n_undecodable: as the tokenizer's `Words` have them.
    """

    run: int
    n_ids: int
    has_line_end_too_many: bool
    is_weighted: bool
    n_tokens: int
    n_long: int
    n_undecodable: int


class BlockCounter:
    """Counts blocks of text."""

    def __init__(self, tokenizer: SplitsBlocks, path: Path, memory: int, spool: bool) -> None:
        """Make a counter.

        Args:
            tokenizer: turns a block into words.
            path: what the names of its files begin with.
            memory: bytes that its table of words may take.
            spool: whether the ids are kept.
        """
        self._tokenizer, self._path, self._memory = tokenizer, path, memory
        self._table = WordTable()
        self._runs: list[Run] = []
        self._spool = path.with_suffix(".spool").open("wb") if spool else None
        self._weights = path.with_suffix(".weights").open("wb") if spool else None

    def count(self, block: TextBlock) -> Portion:
        """Count a block, and spool its ids."""
        if self._table.n_bytes > self._memory:
            self._end_run()
        found = self._tokenizer.spaced(block)
        ids = self._table.ids(found.text)
        if self._spool and self._weights:
            self._spool.write(ids.data)
            if found.weights is not None:
                self._weights.write(found.weights.data)
        n_line_ends = np.count_nonzero(ids == LINE_END_ID)
        return Portion(
            run=len(self._runs),
            n_ids=len(ids),
            has_line_end_too_many=found.has_line_end_too_many,
            is_weighted=found.weights is not None,
            n_tokens=len(ids) - int(n_line_ends),
            n_long=found.n_long,
            n_undecodable=found.n_undecodable,
        )

    def finish(self) -> tuple[list[Run], int]:
        """Write what is left; return all runs, and the most memory that this process has taken."""
        self._end_run()
        self.close()
        return self._runs, peak_resident_bytes()

    def close(self) -> None:
        """Write no more ids."""
        for file in (self._spool, self._weights):
            if file:
                file.close()

    def _end_run(self) -> None:
        path = self._path.with_name(f"{self._path.name}-{len(self._runs)}")
        self._runs.append(self._table.write(path))


@dataclass(frozen=True)
class CountedText:
    """A text that was read.

    Attributes:
        spools: path of the local ids of each counter; absent if nothing was spooled.
        runs: of each counter.
        portions: (number of the counter, portion) in the order of the text.
        peak_bytes: the most memory that the processes of all counters took together.
    """

    spools: list[Path]
    runs: list[list[Run]]
    portions: list[tuple[int, Portion]]
    peak_bytes: int

    @property
    def all_runs(self) -> list[Run]:
        """The runs of all counters."""
        return list(chain.from_iterable(self.runs))

    @property
    def n_tokens(self) -> int:
        """Words that were counted."""
        return sum(portion.n_tokens for _, portion in self.portions)

    @property
    def is_weighted(self) -> bool:
        """Whether lines have weights that are not all 1."""
        return any(portion.is_weighted for _, portion in self.portions)

    @property
    def n_long(self) -> int:
        """Words that were too long, or cuts that were made in them."""
        return sum(portion.n_long for _, portion in self.portions)

    @property
    def n_undecodable(self) -> int:
        """Places where bytes were replaced or skipped."""
        return sum(portion.n_undecodable for _, portion in self.portions)

    def local_ids(self) -> Iterator[tuple[Path, Run, NDArray[np.int32]]]:
        """Yield each portion's spool, run and local ids, with a line end for each line."""
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("rb")) for path in self.spools]
            for counter, portion in self.portions:
                ids = np.fromfile(files[counter], dtype="<i4", count=portion.n_ids)
                ids = ids[: portion.n_ids - portion.has_line_end_too_many]
                yield self.spools[counter], self.runs[counter][portion.run], ids

    def weights(self) -> Iterator[NDArray[np.float32] | None]:
        """Yield the weights of the lines of each portion that has some; None if all are 1."""
        with ExitStack() as stack:
            paths = [path.with_suffix(".weights") for path in self.spools]
            files = [stack.enter_context(path.open("rb")) for path in paths]
            for counter, portion in self.portions:
                if portion.is_weighted:
                    n_lines = portion.n_ids - portion.n_tokens
                    yield np.fromfile(files[counter], dtype="<f4", count=n_lines)
                elif portion.n_ids:
                    yield None


def count_text(
    blocks: Iterable[TextBlock],
    tokenizer: SplitsBlocks,
    directory: Path,
    n_workers: int,
    memory: int,
    spool: bool = True,
) -> CountedText:
    """Read a text.

    Args:
        blocks: the text.
        tokenizer: turns a block into words.
        directory: where runs and spools are written; exists.
        n_workers: processes that count, this one among them; it alone does for a small text.
        memory: bytes that they may take together.
        spool: whether local ids are kept, to encode the text.

    Raises:
        CorpusError: the text cannot be read, with file and line.
    """
    blocks = iter(blocks)
    first = list(islice(blocks, SMALL_TEXT))
    if len(first) < SMALL_TEXT:
        n_workers = 1
    paths = [directory / f"counter-{number}" for number in range(n_workers)]
    share = memory // n_workers
    table_memory = max(share - PROCESS_BYTES, share // 2)
    kinds: list[Callable[..., Worker]] = [Here, *[Elsewhere] * (n_workers - 1)]
    with ExitStack() as stack:
        workers = [
            stack.enter_context(closing(kind(BlockCounter, tokenizer, path, table_memory, spool)))
            for kind, path in zip(kinds, paths, strict=True)
        ]
        portions = list(in_order(workers, "count", chain(first, blocks)))
        for worker in workers:
            worker.start("finish")
        finished = [worker.result() for worker in workers]
    runs, peaks = zip(*finished, strict=True)
    spools = [path.with_suffix(".spool") for path in paths]
    return CountedText(spools, list(runs), portions, sum(peaks))
