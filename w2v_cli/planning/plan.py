"""Find out what a run will need, with one pass over its text and a few trial steps."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from w2v_cli.config.config import Config
from w2v_cli.corpus.coverage import MIN_COUNTS, log_uniform_overlap
from w2v_cli.corpus.prepared_text import Tell
from w2v_cli.memory import available_bytes
from w2v_cli.planning.disk import Disk, disk_of_a_run, free_bytes
from w2v_cli.planning.memory import PROGRAM_FILES, Memory, shortage, training_memory
from w2v_cli.planning.pace import Pace, number_of_rounds, pace_of_a_run
from w2v_cli.planning.proposals import Proposals, propose
from w2v_cli.planning.run_time import RunTime, number_of_saves, time_of_a_run
from w2v_cli.planning.sample import Estimate
from w2v_cli.planning.speed import Trial, try_steps
from w2v_cli.planning.text_size import TextSize
from w2v_cli.planning.text_survey import TextSurvey, survey_text
from w2v_cli.workers.cluster import Cluster
from w2v_cli.workers.team import Team, check_settings

CLOSE_TO_LOG_UNIFORM = 0.75
"""Mass that log-uniform noise shares with the frequencies of natural text, or more: 0.84 to 0.91 of
three texts."""


class MinCount(NamedTuple):
    """What a least count keeps.

    Attributes:
        min_count: words that occur less often are left out.
        words: how many words are kept.
        share: of the text, from 0 to 1.
        memory: of training with these words, in bytes, without pages of files.
    """

    min_count: int
    words: Estimate
    share: Estimate
    memory: int


class NoiseFit(NamedTuple):
    """How near log-uniform noise is to the text.

    Attributes:
        frequencies: mass that it shares with the words' frequencies, 1 if they are equal.
        unigram: the same with count^noise_exponent.
        sampler: the sampler that this speaks for.
    """

    frequencies: float
    unigram: float
    sampler: str


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Whether a run fits into the memory that there is.

    Attributes:
        limit: bytes: what was asked for, or what is available; None if that is not known.
        shortage: what is too large, in words; None if the run fits.
        proposals: settings that fit; None without a limit.
    """

    limit: int | None
    shortage: str | None
    proposals: Proposals | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run will need.

    Attributes:
        survey: what reading the text has shown.
        size: of the whole text.
        min_counts: what several least counts keep.
        noise: how near log-uniform noise is.
        memory: of training, without pages of files.
        program_files: pages of files beside it, in bytes; as measured, if there was a trial.
        available: memory that this process can take, in bytes; None if not known.
        fit: whether there is enough memory.
        disk: what the run takes.
        disk_free: what the disk of the output has left, in bytes.
        team: the workers. Memory is that of all workers on this machine.
        trial: what trial steps showed; None without them.
        pace: the speed of all workers together; None without a trial.
        epoch_s: seconds that an epoch takes; None without a trial.
        time: of the whole run; None without a trial.
    """

    survey: TextSurvey
    size: TextSize
    min_counts: list[MinCount]
    noise: NoiseFit
    memory: Memory
    program_files: int
    available: int | None
    fit: Fit
    disk: Disk
    disk_free: int
    team: Team
    trial: Trial | None
    pace: Pace | None
    epoch_s: float | None
    time: RunTime | None

    @property
    def peak_bytes(self) -> int:
        """The most memory that the run takes, with pages of files.

        For one worker, `w2v info` shows it. Several workers share the pages of files.
        """
        return max(self.memory.total + self.program_files, self.survey.text.counting_bytes)


def make_plan(
    config: Config,
    directory: Path,
    tell: Tell,
    *,
    seconds: float,
    sample_bytes: int,
    fits: int | None,
    around_start: AbstractContextManager[object],
    cluster: Cluster | None = None,
) -> Plan:
    """Plan a run.

    Args:
        config: every setting of the run.
        directory: where temporary files are written; exists and is empty.
        tell: hears what happens.
        seconds: how long to try steps; 0 leaves speed and time out.
        sample_bytes: of a larger text, a sample of this size is read; 0 reads any text whole.
        fits: memory that the run must fit into, in bytes; None stands for what is available.
        around_start: context manager that is entered while TensorFlow is loaded and started.
        cluster: the workers on several machines, or None.

    Raises:
        ConfigError: a setting is wrong for several workers.
        ConfigError, CorpusError: as `survey_text` does.
        TrainingError: as `try_steps` does.
    """
    team = Team.of(config.devices, cluster)
    check_settings(config, team)
    survey = survey_text(config, directory, tell, sample_bytes)
    size, available = survey.size(config), available_bytes()
    trial = None
    # The plan may be for another machine, but trial steps have to fit into this one.
    needed = training_memory(survey.config, survey.read_size, team).certain
    if seconds and (available is None or needed <= available):
        tell("trying steps")
        trial = try_steps(survey.text, survey.config, seconds, around_start, team)
    pace = pace_of_a_run(config, size, trial, team) if trial else None
    time = time_of_a_run(config, survey, trial, pace) if trial and pace else None
    epoch_s = size.tokens / pace.tokens_per_s if pace else None
    epochs = time.train / epoch_s if time and epoch_s else config.training.n_epochs or 1
    measured_files = trial.file_bytes if trial else None
    return Plan(
        survey=survey,
        size=size,
        min_counts=_min_counts(config, survey, size, team),
        noise=_noise_fit(config, survey),
        memory=training_memory(config, size, team),
        program_files=measured_files or PROGRAM_FILES[config.engine],
        available=available,
        fit=_fit(config, survey, size, fits, available, team),
        disk=disk_of_a_run(
            config,
            size,
            n_reports=number_of_rounds(config, size, team, epochs),
            n_saves=number_of_saves(config, time.train, epoch_s) if time and epoch_s else 0,
        ),
        disk_free=free_bytes(Path(config.run.output)),
        team=team,
        trial=trial,
        pace=pace,
        epoch_s=epoch_s,
        time=time,
    )


def _min_counts(config: Config, survey: TextSurvey, size: TextSize, team: Team) -> list[MinCount]:
    rows = []
    for least in sorted({*MIN_COUNTS, config.text.min_count}):
        words = survey.words_with(least)
        memory = training_memory(config, replace(size, words=round(words.value)), team)
        rows.append(MinCount(least, words, survey.share_with(least), memory.total))
    return rows


def _noise_fit(config: Config, survey: TextSurvey) -> NoiseFit:
    counts, exponent = survey.text.vocabulary.counts, config.objective.noise_exponent
    frequencies = log_uniform_overlap(counts)
    close = frequencies >= CLOSE_TO_LOG_UNIFORM
    return NoiseFit(
        frequencies,
        log_uniform_overlap(counts, exponent),
        "log_uniform" if close else "fixed_unigram",
    )


def _fit(
    config: Config,
    survey: TextSurvey,
    size: TextSize,
    fits: int | None,
    available: int | None,
    team: Team,
) -> Fit:
    limit = available if fits is None else fits
    if limit is None:
        return Fit(limit=None, shortage=None, proposals=None)
    memory, short = training_memory(config, size, team), None
    # What is asked for must be kept; what happens to be available is only to be enough.
    files = PROGRAM_FILES[config.engine]
    if limit < (memory.certain if fits is None else memory.total + files):
        short = shortage(config, size, memory, limit)

    def words_with(min_count: int) -> int:
        return round(survey.words_with(min_count).value)

    proposals = propose(config, size, words_with, limit, team)
    return Fit(limit=limit, shortage=short, proposals=proposals)
