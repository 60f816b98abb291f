"""The course of a run: reports that are joined to spans."""

import json
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.errors import ModelError
from w2v_cli.reports.run_report.course import MOST_POINTS, course_of, read_course


def test_a_span_has_the_mean_loss_of_its_pairs_and_the_speed_of_its_seconds() -> None:
    n = 2 * MOST_POINTS  # so that two reports make a span
    tokens = np.arange(1, n + 1) * 100.0
    pairs = np.tile([10.0, 30.0], MOST_POINTS)
    losses = np.tile([5.0, 3.0], MOST_POINTS)
    rates, seconds = np.linspace(1, 0, n), np.arange(1, n + 1) * 0.5
    course = course_of(np.stack([tokens, pairs, losses, rates, seconds], axis=1), [])
    assert len(course) == MOST_POINTS
    np.testing.assert_allclose(course.losses, 3.5)  # (10 * 5 + 30 * 3) / 40
    np.testing.assert_allclose(course.tokens_per_s, 200)  # 200 tokens in a second
    assert (course.tokens[-1], course.rates[-1], course.elapsed_s[-1]) == (n * 100, 0, n / 2)


def test_evaluations_are_apart_from_reports(tmp_path: Path) -> None:
    report = {"tokens": 28, "pairs": 40, "loss": 2.5, "learning_rate": 0.1, "elapsed_s": 2.0}
    evaluation = {"kind": "evaluation", "tokens": 28, "held_out": None}
    path = tmp_path / "metrics.jsonl"
    path.write_text(f"{json.dumps(report)}\n{json.dumps(evaluation)}\n")
    course = read_course(path)
    assert (len(course), course.evaluations) == (1, [evaluation])


@pytest.mark.parametrize(
    "line", ['{"tokens": 1}', "[]", "{", "\udc80".encode("utf-8", "surrogateescape")]
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str | bytes) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(line if isinstance(line, bytes) else line.encode())
    with pytest.raises(ModelError, match=r"metrics\.jsonl:1: is not the line of a report"):
        read_course(path)
