"""How long a run takes, from what was measured on this machine."""

from dataclasses import asdict, dataclass

from w2v_cli.config.sections import Config
from w2v_cli.planning.speed import Trial
from w2v_cli.planning.text_survey import TextSurvey

PROGRAM_S = 0.8
"""How long it takes to start the program, and to end it with TensorFlow loaded."""


@dataclass(frozen=True, kw_only=True)
class RunTime:
    """Seconds that a run takes, part by part.

    Attributes:
        count: to count and encode the text.
        start: to start the program and TensorFlow, and to compile the step.
        train: to train all epochs.
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


def time_of_a_run(config: Config, survey: TextSurvey, trial: Trial) -> RunTime:
    """Return how long a run takes.

    Args:
        config: every setting of the run.
        survey: of its text.
        trial: of steps on what was read of the text.
    """
    size = survey.size(config)
    train_s = size.tokens * config.training.epochs / trial.tokens_per_s
    save_s = trial.save_s * size.words / survey.read_size.words
    return RunTime(
        count=survey.seconds,
        start=PROGRAM_S + trial.start_s,
        train=train_s,
        save=save_s * (1 + number_of_saves(config, train_s)),
    )


def number_of_saves(config: Config, train_s: float) -> int:
    """Return how many states a run saves that trains for so many seconds."""
    if config.objective.sampler == "learned_unigram":
        return 0
    epochs, between = config.training.epochs, 60 * config.training.checkpoint_minutes
    epoch_s = train_s / epochs
    if epoch_s >= between / 10:
        return round(epochs * (1 + epoch_s // between))
    # A state is saved at the first end of an epoch that is late enough.
    epochs_between = -(-between / 10 // epoch_s)
    return int(epochs // epochs_between)
