"""Find out which worker of a run this process is: from the options, `TF_CONFIG` or Slurm."""

import json
import os
from collections.abc import Mapping
from typing import Any

from w2v_cli.config.sections import DeviceConfig
from w2v_cli.cores import granted_cores
from w2v_cli.errors import ConfigError
from w2v_cli.workers.cluster import Cluster

TRAINING_JOBS = ("chief", "worker")
OTHER_JOBS = ("ps", "evaluator")
SLURM_PORT = 8888
CORES_OF_A_WORKER = 4
"""The parts of a step of engine blocks: more threads than these have nothing to do."""


class NoTrainingTaskError(Exception):
    """The cluster has this process for another kind of work, so it has nothing to do."""


def find_cluster(
    devices: DeviceConfig, environment: Mapping[str, str] = os.environ
) -> Cluster | None:
    """Return the workers on several machines, or None if the run has one machine.

    Raises:
        ConfigError: the options or the environment variables contradict themselves or each other.
        NoTrainingTaskError: this process is a parameter server or an evaluator of the cluster.
    """
    n_local = n_local_workers(devices)
    cluster, source = None, ""
    if devices.cluster is not None:
        cluster, source = _from_options(devices.cluster, devices.rank), "--cluster"
    elif devices.rank is not None:
        raise ConfigError("--rank says which worker of --cluster this is; add --cluster")
    elif environment.get("TF_CONFIG"):
        cluster, source = _from_tf_config(environment["TF_CONFIG"]), "TF_CONFIG"
    elif int(environment.get("SLURM_STEP_NUM_TASKS") or 1) > 1:
        cluster, source = _from_slurm(), "Slurm"
    if cluster is None or cluster.n_workers == 1:
        return None
    if n_local > 1:
        raise ConfigError(
            f"--workers starts workers on one machine, and {source} names workers on several; name"
            " each worker there, also several of one machine"
        )
    return cluster


def n_local_workers(devices: DeviceConfig) -> int:
    """Return how many workers the option `workers` asks for.

    Raises:
        ConfigError: it is no number and not `auto`.
    """
    if devices.workers == "auto":
        return max(1, granted_cores() // CORES_OF_A_WORKER)
    if not devices.workers.isdecimal() or not 1 <= int(devices.workers) <= 1024:
        raise ConfigError(f"workers must be auto or 1 to 1,024, got {devices.workers!r}")
    return int(devices.workers)


def threads_of_local_workers(devices: DeviceConfig, n_workers: int) -> int:
    """Return the number of threads of each local worker, given or its part of the cores."""
    return devices.threads or max(1, granted_cores() // n_workers)


def _from_options(addresses: str, rank: int | None) -> Cluster:
    cluster = Cluster(
        _checked([part.strip() for part in addresses.split(",")], "--cluster"), rank or 0
    )
    if rank is None and cluster.n_workers > 1:
        raise ConfigError("--cluster needs --rank, the number of this worker, from 0")
    if cluster.rank >= cluster.n_workers:
        raise ConfigError(
            f"--rank is {cluster.rank}, but --cluster names the workers 0 to"
            f" {cluster.n_workers - 1}"
        )
    return cluster


def _from_tf_config(text: str) -> Cluster | None:
    try:
        described: dict[str, Any] = json.loads(text)
        jobs, task = described.get("cluster", {}), described.get("task", {})
        kind, index = task.get("type", "worker"), int(task.get("index", 0))
        addresses = [(job, i, a) for job in TRAINING_JOBS for i, a in enumerate(jobs.get(job, []))]
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigError(f"TF_CONFIG cannot be read: {error}") from None
    if not addresses:
        return None
    if kind in OTHER_JOBS:
        raise NoTrainingTaskError(
            f"TF_CONFIG calls this process {kind} {index}; w2v trains with chief and worker only,"
            " so there is nothing to do"
        )
    places = [(job, i) for job, i, _ in addresses]
    if (kind, index) not in places:
        raise ConfigError(f"TF_CONFIG calls this process {kind} {index}, but does not list it")
    checked = _checked([address for _, _, address in addresses], "TF_CONFIG")
    return Cluster(checked, places.index((kind, index)))


def _from_slurm() -> Cluster:
    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.SlurmClusterResolver(
        port_base=SLURM_PORT,
        # Without these numbers it asks nvidia-smi, which may be absent.
        gpus_per_node=1 << 10,
        gpus_per_task=1,
        auto_set_gpu=False,
    )
    addresses = resolver.cluster_spec().as_dict()["worker"]
    return Cluster(_checked(addresses, "Slurm"), int(resolver.get_task_info()[1]))


def _checked(addresses: list[str], source: str) -> tuple[str, ...]:
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
            raise ConfigError(f"{source}: {address!r} is not an address like host:4000")
    if repeated := {address for address in addresses if addresses.count(address) > 1}:
        raise ConfigError(f"{source}: {min(repeated)} is there twice; each worker needs its own")
    return tuple(addresses)
