"""Write `metrics.csv`: the reports and evaluations of a run, as a table for spreadsheets."""

import csv
import json
from pathlib import Path
from typing import Any

REPORTED = ("epoch", "tokens", "total_tokens", "elapsed_s", "pairs", "loss", "learning_rate")
EVALUATED = (
    "held_out_loss", "held_out_standard_error", "held_out_perplexity", "held_out_objective",
    "pairs_correlation", "analogies_accuracy",
)  # fmt: skip


def write_metrics_table(lines: Path, table: Path) -> None:
    """Write a row for each report. It has the evaluation at the same place, if there was one.

    Args:
        lines: `metrics.jsonl`.
        table: the CSV file to write.
    """
    rows: list[dict[str, Any]] = []
    with lines.open(encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            if found.get("kind") == "evaluation":
                rows[-1].update(_evaluated(found))
            else:
                rows.append({name: found[name] for name in REPORTED})
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*REPORTED, *EVALUATED], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _evaluated(evaluation: dict[str, Any]) -> dict[str, Any]:
    row = {name: evaluation[name] for name in ("pairs_correlation", "analogies_accuracy")}
    if held_out := evaluation["held_out"]:
        softmax = held_out["softmax"]
        row["held_out_loss"] = softmax["cross_entropy"]
        row["held_out_standard_error"] = softmax["standard_error"]
        row["held_out_perplexity"] = softmax["perplexity"]
        row["held_out_objective"] = held_out["objective"]
    return row
