"""Train once with some settings, and score what comes out."""

import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from w2v_cli.config.config import Config
from w2v_cli.errors import DivergedError, NotEnoughMemoryError
from w2v_cli.runs.directory import can_resume
from w2v_cli.runs.held_out_text import HeldOutText, rows_of
from w2v_cli.runs.observers import Observer
from w2v_cli.runs.stop_rules import StopRule
from w2v_cli.runs.train import train
from w2v_cli.tuning.space import Measure, Settings


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one training has shown.

    Attributes:
        number: from 1, in the order of training.
        rung: from 1.
        share: of the run that was trained, above 0 to 1.
        settings: the options that were tried.
        tokens: in-vocabulary words that were trained.
        loss: held-out loss, in nats; None if the trial failed or the run has no held-out text.
        standard_error: of the loss.
        pairs: Spearman's correlation with the scores of word pairs, or None.
        analogies: share of the analogies that were solved, or None.
        words_per_s: words a second in training.
        seconds: of the whole trial.
        failure: why there is no model, or None.
    """

    number: int
    rung: int
    share: float
    settings: Settings
    tokens: int = 0
    loss: float | None = None
    standard_error: float | None = None
    pairs: float | None = None
    analogies: float | None = None
    words_per_s: int = 0
    seconds: float = 0.0
    failure: str | None = None

    def badness(self, measure: Measure) -> float:
        """Return a number that is smaller for better trials; infinite without a model."""
        found = {
            "loss": self.loss,
            "pairs": None if self.pairs is None else -self.pairs,
            "analogies": None if self.analogies is None else -self.analogies,
        }[measure]
        return float("inf") if found is None or not np.isfinite(found) else found


def shortened(config: Config, share: float, n_tokens: int) -> Config:
    """Return settings that train on a share of a run.

    Args:
        config: the settings of the whole run.
        share: above 0 to 1.
        n_tokens: words of the text that are trained in an epoch.
    """
    n_epochs = config.training.n_epochs
    assert n_epochs is not None
    if share >= 1:
        return config
    words = max(round(share * n_epochs * n_tokens), 1)
    return replace(config, training=replace(config.training, epochs=None, total_words=str(words)))


def run_trial(
    trial: Trial,
    config: Config,
    held_out: HeldOutText | None,
    losses_file: Path,
    observer: Observer,
    stop_rules: Sequence[StopRule],
    around_start: AbstractContextManager[object],
) -> Trial:
    """Train, score, and remove the model.

    Args:
        trial: number, rung, share and settings.
        config: what is trained, with these settings.
        held_out: the held-out text, or None.
        losses_file: where they are saved, [n_pairs] float64.
        observer, stop_rules, around_start: as for `train`.

    Returns:
        The trial with what it has shown; the seconds are those of training.
    """
    target = Path(config.run.output)
    try:
        trained = train(
            config,
            overwrite=not can_resume(target),
            resume=can_resume(target),
            observer=observer,
            stop_rules=stop_rules,
            around_start=around_start,
        )
    except (DivergedError, NotEnoughMemoryError) as error:
        shutil.rmtree(target.with_name(f"{target.name}.diverged"), ignore_errors=True)
        return replace(trial, failure=str(error))
    model = trained.model
    assert model is not None
    run: dict[str, Any] = model.manifest["training"]
    found: dict[str, Any] = model.manifest["evaluation"]
    softmax = (found["held_out"] or {}).get("softmax", {})
    if held_out is not None:
        np.save(losses_file, held_out.losses(rows_of(model)), allow_pickle=False)
    shutil.rmtree(target)
    return replace(
        trial,
        tokens=run["tokens"],
        loss=softmax.get("cross_entropy"),
        standard_error=softmax.get("standard_error"),
        pairs=found["pairs_correlation"],
        analogies=found["analogies_accuracy"],
        words_per_s=run["tokens_per_s"],
    )
