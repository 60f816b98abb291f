"""How many workers a run has, and how many of them share this machine."""

from dataclasses import dataclass

from w2v_cli.config.config import Config
from w2v_cli.config.sections import DeviceConfig
from w2v_cli.errors import ConfigError
from w2v_cli.workers.cluster import Cluster
from w2v_cli.workers.environment import n_local_workers, threads_of_local_workers


@dataclass(frozen=True)
class Team:
    """The workers of a run.

    Attributes:
        n_workers: all of them.
        n_here: those on this machine.
        threads: number of threads of each one on this machine.
    """

    n_workers: int
    n_here: int
    threads: int

    @classmethod
    def of(cls, devices: DeviceConfig, cluster: Cluster | None) -> "Team":
        """Return the workers that the options ask for.

        Args:
            devices: the options.
            cluster: the workers on several machines, or None.

        Raises:
            ConfigError: the number of workers is wrong.
        """
        if cluster is not None:
            return cls(cluster.n_workers, cluster.n_here, devices.n_threads)
        n_local = n_local_workers(devices)
        return cls(n_local, n_local, threads_of_local_workers(devices, n_local))


def check_settings(config: Config, team: Team) -> None:
    """Raise ConfigError where a setting needs one worker and there are several."""
    if team.n_workers == 1:
        return
    if config.training.time_budget is not None:
        raise ConfigError("a time budget needs one worker: each would decide for itself")
    if config.evaluation.patience is not None:
        raise ConfigError("patience works with one worker only; this run has several")
