"""Which worker a process is, from the options and from the environment."""

import json

import pytest

from w2v_cli.config.sections import DeviceConfig
from w2v_cli.cores import granted_cores
from w2v_cli.errors import ConfigError
from w2v_cli.workers.cluster import Cluster
from w2v_cli.workers.environment import NoTrainingTaskError, find_cluster, n_local_workers


def tf_config(kind: str, index: int, **jobs: list[str]) -> dict[str, str]:
    return {"TF_CONFIG": json.dumps({"cluster": jobs, "task": {"type": kind, "index": index}})}


def test_a_run_without_a_cluster_has_none() -> None:
    assert find_cluster(DeviceConfig(), {}) is None


def test_options_name_the_workers() -> None:
    devices = DeviceConfig(cluster="one:4000, two:4001", rank=1)
    assert find_cluster(devices, {}) == Cluster(("one:4000", "two:4001"), 1)


@pytest.mark.parametrize(
    ("kind", "index", "rank"), [("chief", 0, 0), ("worker", 0, 1), ("worker", 1, 2)]
)
def test_the_chief_of_tf_config_comes_first(kind: str, index: int, rank: int) -> None:
    environment = tf_config(kind, index, worker=["b:1", "c:1"], chief=["a:1"], ps=["d:1"])
    assert find_cluster(DeviceConfig(), environment) == Cluster(("a:1", "b:1", "c:1"), rank)


def test_worker_0_is_the_chief_where_tf_config_names_none() -> None:
    found = find_cluster(DeviceConfig(), tf_config("worker", 0, worker=["a:1", "b:1"]))
    assert found is not None
    assert found.is_chief


@pytest.mark.parametrize("kind", ["ps", "evaluator"])
def test_other_tasks_have_nothing_to_do(kind: str) -> None:
    with pytest.raises(NoTrainingTaskError, match=f"calls this process {kind} 0"):
        find_cluster(DeviceConfig(), tf_config(kind, 0, worker=["a:1", "b:1"]))


@pytest.mark.parametrize(
    "environment",
    [
        tf_config("worker", 0, worker=["a:1"]),
        tf_config("chief", 0, chief=["a:1"]),
        {"TF_CONFIG": "{}"},
        {"TF_CONFIG": ""},
        {"SLURM_STEP_NUM_TASKS": "1"},
    ],
)
def test_one_worker_is_a_local_run(environment: dict[str, str]) -> None:
    assert find_cluster(DeviceConfig(), environment) is None


def test_options_come_before_the_environment() -> None:
    devices = DeviceConfig(cluster="x:1,y:1", rank=0)
    found = find_cluster(devices, tf_config("worker", 1, worker=["a:1", "b:1"]))
    assert found == Cluster(("x:1", "y:1"), 0)


def test_tasks_of_slurm_are_the_workers() -> None:
    # The real resolver of TensorFlow reads the real variables.
    environment = {
        "SLURM_STEP_NUM_TASKS": "3",
        "SLURM_STEP_NODELIST": "node[7-8]",
        "SLURM_STEP_TASKS_PER_NODE": "2,1",
        "SLURM_PROCID": "2",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        found = find_cluster(DeviceConfig())
    assert found == Cluster(("node7:8888", "node7:8889", "node8:8888"), 2)


@pytest.mark.parametrize(
    ("devices", "environment", "message"),
    [
        ({"rank": 1}, {}, "--rank says which worker of --cluster"),
        ({"cluster": "a:1,b:1"}, {}, "--cluster needs --rank"),
        ({"cluster": "a:1,b:1", "rank": 2}, {}, "names the workers 0 to 1"),
        ({"cluster": "a:1,b", "rank": 0}, {}, "'b' is not an address like host:4000"),
        ({"cluster": "a:1,b:99999", "rank": 0}, {}, "'b:99999' is not an address"),
        ({"cluster": "a:1,a:1", "rank": 0}, {}, "a:1 is there twice"),
        ({"cluster": "a:1,b:1", "rank": 0, "workers": "2"}, {}, "--cluster names workers on sev"),
        ({}, {"TF_CONFIG": "{"}, "TF_CONFIG cannot be read"),
        ({}, {"TF_CONFIG": "[]"}, "TF_CONFIG cannot be read"),
        ({}, tf_config("worker", 5, worker=["a:1", "b:1"]), "worker 5, but does not list it"),
        ({"workers": "many"}, {}, "workers must be auto or 1 to 1,024, got 'many'"),
        ({"workers": "0"}, {}, "workers must be auto"),
    ],
)
def test_contradictions_are_named(
    devices: dict[str, object], environment: dict[str, str], message: str
) -> None:
    config = DeviceConfig(**devices)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=message):
        find_cluster(config, environment)


def test_auto_follows_the_cores() -> None:
    assert n_local_workers(DeviceConfig(workers="auto")) == max(1, granted_cores() // 4)
    assert n_local_workers(DeviceConfig(workers="3")) == 3
