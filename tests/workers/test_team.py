"""How many workers a run has, and how many share the machine."""

import pytest

from w2v_cli.config.config import Config
from w2v_cli.config.sections import DeviceConfig
from w2v_cli.cores import granted_cores
from w2v_cli.errors import ConfigError
from w2v_cli.workers.cluster import Cluster
from w2v_cli.workers.team import Team, check_settings


def test_one_worker_has_all_cores() -> None:
    assert Team.of(DeviceConfig(), None) == Team(1, 1, granted_cores())


def test_local_workers_share_the_cores_unless_threads_are_given() -> None:
    many = granted_cores() + 1
    assert Team.of(DeviceConfig(workers=str(many)), None) == Team(many, many, 1)
    assert Team.of(DeviceConfig(workers="3", threads=5), None) == Team(3, 3, 5)


def test_of_a_cluster_those_with_the_host_of_this_one_are_here() -> None:
    cluster = Cluster(("one:4000", "one:4001", "two:4000"), 1)
    assert Team.of(DeviceConfig(threads=4), cluster) == Team(n_workers=3, n_here=2, threads=4)


def test_a_time_budget_is_for_one_worker() -> None:
    config = Config.of(time_budget="1m")
    check_settings(config, Team(1, 1, 2))
    with pytest.raises(ConfigError, match="a time budget needs one worker"):
        check_settings(config, Team(2, 1, 2))
