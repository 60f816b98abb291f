"""Show how far long work is: a bar on a terminal, else a line every 30 seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from w2v_cli.terminal.streams import discard

if TYPE_CHECKING:
    from tqdm import tqdm

LINE_EVERY_S = 30.0


@contextmanager
def progress_of(units: str, verb: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that takes how many units are done, and of how many; it shows that.

    Args:
        units: what is counted, such as `words`.
        verb: what is done to them, such as `compared`.
    """
    bar: tqdm[NoReturn] | None = None
    shown_at = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal bar, shown_at
        if sys.stderr.isatty():
            if bar is None:
                from tqdm import tqdm

                bar = tqdm(total=total, unit=f" {units}", unit_scale=True, dynamic_ncols=True)
            bar.update(done - bar.n)
        elif time.monotonic() - shown_at > LINE_EVERY_S:
            shown_at = time.monotonic()
            try:
                print(f"{done:,} of {total:,} {units} {verb}", file=sys.stderr, flush=True)
            except OSError:
                # The reader of stderr is gone. The search must go on without it.
                discard(sys.stderr)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()
