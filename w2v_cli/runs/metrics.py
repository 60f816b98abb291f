"""Write the reports and evaluations of a run to a file, one JSON object per line.

The line of an evaluation has `"kind": "evaluation"`; the line of a report has no kind.
"""

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from w2v_cli.runs.observers import Observer
from w2v_cli.storage import name_file_in_errors, write_whole

if TYPE_CHECKING:
    from w2v_cli.runs.evaluation import Evaluation
    from w2v_cli.training.loop import Report


class MetricsFile(Observer):
    """Writes `metrics.jsonl`. A resumed run keeps the reports up to its position."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def begin(self, tokens: int, total_tokens: int) -> None:
        write_whole(self._path, "".join(self._lines_up_to(tokens)))
        # Each line is written at once, so that no checkpoint is ahead of this file.
        self._file = self._path.open("a", encoding="utf-8", buffering=1)

    def report(self, report: "Report") -> None:
        self._write(asdict(report))

    def evaluation(self, evaluation: "Evaluation") -> None:
        self._write({"kind": "evaluation", **asdict(evaluation)})

    def _write(self, line: dict[str, Any]) -> None:
        assert self._file is not None
        with name_file_in_errors(self._path):
            self._file.write(json.dumps(line) + "\n")

    def end(self) -> None:
        if self._file is not None:
            with name_file_in_errors(self._path):
                self._file.close()

    def _lines_up_to(self, tokens: int) -> list[str]:
        if not self._path.is_file():
            return []
        kept = []
        text = self._path.read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines(keepends=True):
            with suppress(ValueError, TypeError, KeyError):  # the last line may be incomplete
                if line.endswith("\n") and json.loads(line)["tokens"] <= tokens:
                    kept.append(line)
        return kept
