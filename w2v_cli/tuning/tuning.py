"""Find the best of several settings for a text, in about a given time."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from w2v_cli.config.config import Config
from w2v_cli.config.quantities import seconds_in_words
from w2v_cli.config.sections import RunConfig
from w2v_cli.config.sources import to_yaml
from w2v_cli.corpus.cache import prepare_cached
from w2v_cli.corpus.prepared_text import PreparedText, Tell
from w2v_cli.errors import ConfigError, TrainingError
from w2v_cli.planning.speed import try_steps
from w2v_cli.runs.held_out_text import HeldOutText, held_out_text
from w2v_cli.runs.observers import Observer
from w2v_cli.runs.stop_rules import StopRule
from w2v_cli.training.full_softmax import standard_error
from w2v_cli.tuning.record import Record
from w2v_cli.tuning.rungs import Cost, Rung, plan_rungs, shrunk
from w2v_cli.tuning.space import Measure, Space
from w2v_cli.tuning.trial import Trial, run_trial, shortened
from w2v_cli.workers.team import Team

HOLDOUT = 0.01
"""Share of the lines that is set aside where losses are compared and the user names no text."""

SPEED_SHARE = 0.1
"""Share of the budget that may pass before training, to measure the speed of each setting."""

MOST_SPEED_S, LEAST_SPEED_S = 2.0, 0.2


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """How a tuning speaks, and how it is stopped.

    Attributes:
        tell: hears what happens, in lines.
        observer: returns what shows the progress of a trial.
        stop_rules: can stop a trial.
        around_start: returns a context manager around the start of TensorFlow.
    """

    tell: Tell
    observer: Callable[[], Observer]
    stop_rules: Sequence[StopRule]
    around_start: Callable[[], AbstractContextManager[object]]


def shared_settings(config: Config, measure: Measure) -> Config:
    """Return the settings that all trials share: with a held-out text if losses are compared.

    Args:
        config: the settings as they were given.
        measure: what the trials are compared by.

    Raises:
        ConfigError: an option does not go with tuning.
    """
    if not config.run.corpus:
        raise ConfigError("no corpus: name the text files to train on")
    if config.training.n_epochs is None:
        raise ConfigError(
            "--budget says how long tuning may take; give --epochs in place of --time-budget and"
            " --total-words"
        )
    if config.devices.workers != "1" or config.devices.cluster is not None:
        raise ConfigError("tuning trains with one worker; leave out --workers and --cluster")
    evaluation = config.evaluation
    for name in ("pairs", "analogies"):
        if measure == name and getattr(evaluation, f"evaluate_{name}") is None:
            raise ConfigError(f"--by {name} needs a file: give --evaluate-{name}")
    if measure == "loss" and evaluation.holdout is None and evaluation.validate is None:
        return replace(config, evaluation=replace(evaluation, holdout=HOLDOUT))
    return config


class Tuning:
    """Compares settings.

    Attributes:
        record: what is known so far.
    """

    def __init__(
        self,
        given: Config,
        space: Space,
        measure: Measure,
        budget_s: float,
        record: Record,
        around: Surroundings,
    ) -> None:
        """Take in what to compare.

        Args:
            given: the settings that all trials share, as they were given.
            space: the others.
            measure: what the trials are compared by.
            budget_s: about how long all of it may take, in seconds.
            record: where it is saved.
            around: how it speaks, and how it is stopped.

        Raises:
            ConfigError: an option does not go with tuning.
        """
        base = shared_settings(given, measure)
        cache = base.run.cache or str(record.work / "text")
        own = replace(base.run, cache=cache, output=str(record.work / "model"))
        values = replace(base, run=own).values()
        self.record = record
        self._settings = space.settings
        self._configs = [Config.of(**{**values, **chosen}) for chosen in self._settings]
        self._given, self._measure, self._budget_s = given, measure, budget_s
        self._around = around
        self._began = time.monotonic() - record.seconds
        self._texts: dict[str, PreparedText] = {}
        self._held_out: HeldOutText | None = None

    def run(self) -> Trial:
        """Train until there is a winner; return its trial.

        Raises:
            TrainingError: no setting gives a model.
            Other errors: as `train` raises them.
        """
        record = self.record
        if not record.costs:
            self._measure_costs()
        if not record.rungs:
            record.rungs = plan_rungs(record.costs, self._left_s)
            record.members = [list(range(len(self._settings)))]
            self._save()
        self._run_rung(len(record.members))
        while len(record.members) < len(record.rungs) and self._begin_rung():
            self._run_rung(len(record.members))
        return self._finish()

    @property
    def _left_s(self) -> float:
        return max(self._budget_s - (time.monotonic() - self._began), 0.0)

    def _save(self) -> None:
        self.record.seconds = time.monotonic() - self._began
        self.record.save()

    def _text(self, config: Config) -> PreparedText:
        """Return the text as a setting reads it; most settings read it alike."""
        key = str(asdict(config.text))
        if key not in self._texts:
            assert config.run.cache is not None
            text = prepare_cached(config, Path(config.run.cache), self._around.tell)
            if text is None:
                raise ConfigError("tuning reads the text more than once; give it as a file")
            self._texts[key] = text
        return self._texts[key]

    def _measure_costs(self) -> None:
        """Find out how long each setting takes, by a few steps."""
        n = len(self._configs)
        self._around.tell(f"measuring the speed of {n:,} settings")
        costs = []
        for config in self._configs:
            text = self._text(config)
            seconds = min(max(SPEED_SHARE * self._budget_s / n, LEAST_SPEED_S), MOST_SPEED_S)
            alone = Team.of(config.devices, None)
            found = try_steps(text, config, seconds, self._around.around_start(), alone)
            assert config.training.n_epochs is not None
            words = config.training.n_epochs * text.corpus.n_tokens
            costs.append(Cost(words / found.tokens_per_s, found.start_s + found.save_s))
        self.record.costs = costs

    def _run_rung(self, number: int) -> None:
        record = self.record
        done = {str(trial.settings) for trial in record.trials if trial.rung == number}
        rung, members = record.rungs[number - 1], record.members[number - 1]
        self._around.tell(
            f"rung {number} of {len(record.rungs)}: {len(members):,} settings, each trained on"
            f" {rung.share:.1%} of a run"
        )
        for at in members:
            if str(self._settings[at]) not in done:
                self._run_trial(at, number, rung)

    def _begin_rung(self) -> bool:
        """Choose the settings of the next rung, and shorten what no longer ends in time.

        Returns:
            Whether there is time to train them further than before. If not, it is not begun.
        """
        record = self.record
        n_begun = len(record.members)
        chosen = self._ranked(n_begun)[: record.rungs[n_begun].n_settings]
        costs = [self._cost(at, trial) for at, trial in chosen]
        left = shrunk(record.rungs[n_begun:], costs, self._left_s)
        if left[0].share <= record.rungs[n_begun - 1].share:
            self._around.tell("no time is left to train the best settings further")
            return False
        record.rungs = [*record.rungs[:n_begun], *left]
        record.members = [*record.members, sorted(at for at, _ in chosen)]
        self._save()
        return True

    def _ranked(self, rung: int) -> list[tuple[int, Trial]]:
        """Return the settings of a rung that gave a model, and their trials, the best first."""
        trials = [trial for trial in self.record.trials if trial.rung == rung]
        places = [self._settings.index(trial.settings) for trial in trials]
        found = [
            (at, trial)
            for at, trial in zip(places, trials, strict=True)
            if np.isfinite(trial.badness(self._measure))
        ]
        if not found:
            reason = trials[-1].failure or f"none has a score by {self._measure}"
            raise TrainingError(f"no setting gives a model to compare: {reason}")
        return sorted(found, key=lambda each: each[1].badness(self._measure))

    def _cost(self, at: int, trial: Trial) -> Cost:
        """Return how long a setting takes, as its last trial has shown."""
        config = self._configs[at]
        assert config.training.n_epochs is not None
        words = config.training.n_epochs * self._text(config).corpus.n_tokens
        start_s = trial.seconds - trial.tokens / trial.words_per_s
        return Cost(words / trial.words_per_s, max(start_s, 0.0))

    def _run_trial(self, at: int, rung: int, chosen: Rung) -> None:
        record, started = self.record, time.monotonic()
        config, text = self._configs[at], self._text(self._configs[at])
        if self._measure == "loss" and self._held_out is None:
            self._held_out = held_out_text(text, config, record.work)
        number = len(record.trials) + 1
        done = run_trial(
            Trial(number=number, rung=rung, share=chosen.share, settings=self._settings[at]),
            shortened(config, chosen.share, text.corpus.n_tokens),
            self._held_out,
            record.losses_file(number),
            self._around.observer(),
            self._around.stop_rules,
            self._around.around_start(),
        )
        done = replace(done, seconds=round(time.monotonic() - started, 2))
        record.trials.append(done)
        self._save()
        self._around.tell(f"trial {number}, {in_words(done)}")

    def _finish(self) -> Trial:
        """Choose the winner and write its settings."""
        ranked = self._ranked(len(self.record.members))
        at, winner = ranked[0]
        if self._measure == "loss":
            at, winner = self._fastest_of_the_best(ranked)
        self.record.winner = winner.number
        best = Config.of(**{**self._given.values(), **self._settings[at]})
        best = replace(best, run=replace(best.run, output=RunConfig().output))
        self._save()
        self.record.finish(to_yaml(best))
        return winner

    def _fastest_of_the_best(self, ranked: Sequence[tuple[int, Trial]]) -> tuple[int, Trial]:
        """Return the fastest setting whose loss is not above the least by a standard error.

        The standard error is that of the difference, on the same pairs.
        """
        assert self._held_out is not None
        lines = self._held_out.pairs.lines
        least = np.load(self.record.losses_file(ranked[0][1].number), allow_pickle=False)
        equal = []
        for at, trial in ranked:
            losses = np.load(self.record.losses_file(trial.number), allow_pickle=False)
            if losses.mean() - least.mean() <= standard_error(losses - least, lines):
                equal.append((at, trial))
        return max(equal, key=lambda each: each[1].words_per_s)


def in_words(trial: Trial) -> str:
    """Return what a trial has shown, in a line."""
    settings = ", ".join(f"{key} {value}" for key, value in trial.settings.items())
    if trial.failure is not None:
        return f"{settings}: {trial.failure}"
    facts = []
    if trial.loss is not None:
        facts.append(f"held-out loss {trial.loss:.4f} ± {trial.standard_error:.4f}")
    if trial.pairs is not None:
        facts.append(f"Spearman {trial.pairs:.4f}")
    if trial.analogies is not None:
        facts.append(f"analogies {trial.analogies:.1%}")
    facts.append(f"{trial.words_per_s:,} words/s, {seconds_in_words(trial.seconds)}")
    return f"{settings}: {', '.join(facts)}"
