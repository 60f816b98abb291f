"""Read how a run went from `metrics.jsonl`, thinned to what a chart can show."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError

MOST_POINTS = 200


@dataclass(frozen=True, eq=False)
class Course:
    """How a run went, in spans of one or more reports.

    Attributes:
        tokens: [n] int64, tokens that were trained at the end of each span.
        elapsed_s: [n] float64, the same in seconds.
        losses: [n] float64, mean training loss of the pairs of each span, in nats.
        rates: [n] float64, learning rate at the end of each span.
        tokens_per_s: [n] float64, tokens of each span divided by its seconds.
        evaluations: what the evaluations found, as `metrics.jsonl` has it.
    """

    tokens: NDArray[np.int64]
    elapsed_s: NDArray[np.float64]
    losses: NDArray[np.float64]
    rates: NDArray[np.float64]
    tokens_per_s: NDArray[np.float64]
    evaluations: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.tokens)


def read_course(path: Path) -> Course:
    """Return the course of a run.

    Raises:
        ModelError: a line is damaged.
    """
    reports, evaluations = [], []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            found = json.loads(line)
            if found.get("kind") == "evaluation":
                evaluations.append(found)
            else:
                names = ("tokens", "pairs", "loss", "learning_rate", "elapsed_s")
                reports.append([float(found[name]) for name in names])
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ModelError(f"{path}:{number}: is not the line of a report") from None
    return course_of(np.array(reports, dtype=np.float64).reshape(-1, 5), evaluations)


def course_of(reports: NDArray[np.float64], evaluations: list[dict[str, Any]]) -> Course:
    """Return the course of [n, 5] tokens, pairs, loss, learning rate and seconds of reports."""
    n_spans = min(len(reports), MOST_POINTS)
    ends = np.linspace(0, len(reports), n_spans + 1).astype(int)[1:] - 1
    tokens, elapsed_s = reports[ends, 0], reports[ends, 4]
    pairs = np.cumsum(reports[:, 1])[ends]
    summed = np.cumsum(reports[:, 1] * reports[:, 2])[ends]
    seconds = np.maximum(np.diff(elapsed_s, prepend=0), 1e-9)
    return Course(
        tokens=tokens.astype(np.int64),
        elapsed_s=elapsed_s,
        losses=np.diff(summed, prepend=0) / np.maximum(np.diff(pairs, prepend=0), 1),
        rates=reports[ends, 3],
        tokens_per_s=np.diff(tokens, prepend=0) / seconds,
        evaluations=evaluations,
    )
