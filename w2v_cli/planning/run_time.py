"""How long a run takes, from what was measured on this machine."""

from dataclasses import asdict, dataclass

from w2v_cli.config.config import Config
from w2v_cli.config.quantities import read_seconds
from w2v_cli.config.run_lengths import read_decisions
from w2v_cli.planning.pace import Pace
from w2v_cli.planning.speed import Trial
from w2v_cli.planning.text_survey import TextSurvey

PROGRAM_S = 0.8
"""How long it takes to start the program, and to end it with TensorFlow loaded."""

TEAM_S = 2.0
"""How much longer that takes with several workers: they wait for each other, at 2 cores."""


@dataclass(frozen=True, kw_only=True)
class RunTime:
    """Seconds that a run takes, part by part.

    Attributes:
        count: to count and encode the text.
        start: to start the program and TensorFlow, and to compile the step.
        train: to train.
        save: to save states and the model.
    """

    count: float
    start: float
    train: float
    save: float

    @property
    def total(self) -> float:
        """All parts together."""
        return float(sum(asdict(self).values()))


def time_of_a_run(config: Config, survey: TextSurvey, trial: Trial, pace: Pace) -> RunTime:
    """Return how long a run takes. With a time budget, training has what the other parts leave.

    Args:
        config: every setting of the run.
        survey: of its text.
        trial: of steps on what was read of the text.
        pace: of all workers together.
    """
    size, training = survey.size(config), config.training
    start_s = PROGRAM_S + trial.start_s + TEAM_S * (pace.combinations > 0)
    save_s = trial.save_s * size.words / survey.read_size.words
    if training.time_budget is not None:
        left = read_seconds(training.time_budget) - survey.seconds - start_s - save_s
        train_s = max(left, 0.0)
    elif training.total_words is not None:
        train_s = read_decisions(training.total_words)[-1][1] / pace.tokens_per_s
    else:
        assert training.n_epochs is not None
        train_s = size.tokens * training.n_epochs / pace.tokens_per_s
    n_saves = number_of_saves(config, train_s, size.tokens / pace.tokens_per_s)
    return RunTime(count=survey.seconds, start=start_s, train=train_s, save=save_s * (1 + n_saves))


def number_of_saves(config: Config, train_s: float, epoch_s: float) -> int:
    """Return how many states a run saves.

    Args:
        config: every setting of the run.
        train_s: seconds of training.
        epoch_s: seconds of an epoch.
    """
    if config.sampler == "learned_unigram":
        return 0
    between = 60 * config.training.checkpoint_minutes
    epochs = train_s / epoch_s
    if epoch_s >= between / 10:
        return int(epochs) + int(train_s // between)
    # A state is saved at the first end of an epoch that is late enough.
    epochs_between = -(-between / 10 // epoch_s)
    return int(epochs // epochs_between)
