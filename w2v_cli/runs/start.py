"""Start TensorFlow for a run, and the other workers if it has some."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from w2v_cli.config.config import Config
from w2v_cli.config.sources import to_yaml
from w2v_cli.corpus.prepared_text import Tell
from w2v_cli.errors import LostWorkersError
from w2v_cli.workers.cluster import Cluster
from w2v_cli.workers.environment import n_local_workers, threads_of_local_workers
from w2v_cli.workers.processes import LocalWorkers, local_workers

if TYPE_CHECKING:
    from w2v_cli.training.devices import Placement
    from w2v_cli.training.peers import Peers
    from w2v_cli.workers.transport import Transport


@dataclass(frozen=True)
class Started:
    """What a run trains with.

    Attributes:
        config: the settings, with the threads of this worker.
        placement: the devices.
        transport: the connection to the other workers, if there are some.
    """

    config: Config
    placement: "Placement"
    transport: "Transport | None"

    @property
    def peers(self) -> "Peers | None":
        """The other workers, for a `Trainer`."""
        if self.transport is None:
            return None
        from w2v_cli.workers.group import Group

        return Group(self.transport)


@contextmanager
def started(
    config: Config,
    cluster: Cluster | None,
    tell: Tell,
    around_start: AbstractContextManager[object] | None,
) -> Iterator[Started]:
    """Start TensorFlow, and start or join the other workers. Local workers end with the block.

    Args:
        config: every setting of the run.
        cluster: the workers on several machines, or None.
        tell: hears what happens.
        around_start: context manager that is entered while TensorFlow is loaded and started.

    Raises:
        TrainingError: a device or a worker is missing; a worker fails during the block.
    """
    n_local = 1 if cluster else n_local_workers(config.devices)
    local: LocalWorkers | None = None
    if n_local > 1:
        threads = threads_of_local_workers(config.devices, n_local)
        config = replace(config, devices=replace(config.devices, threads=threads))
    with ExitStack() as stack:
        if n_local > 1:
            tell(f"starting TensorFlow in {n_local} workers of {_count(threads, 'thread')}")
            seconds = config.devices.join_seconds
            local = stack.enter_context(local_workers(n_local, to_yaml(config), seconds))
            cluster = local.cluster
        elif cluster:
            tell(f"waiting for {_count(cluster.n_workers - 1, 'worker')}")
        else:
            tell("starting TensorFlow")
        with around_start or nullcontext(), _name_local_failures(local):
            placement, transport = _start(config, cluster)
        telling = transport.tell_failures() if transport else nullcontext()
        with _name_local_failures(local), telling:
            yield Started(config, placement, transport)


def _start(config: Config, cluster: Cluster | None) -> "tuple[Placement, Transport | None]":
    from w2v_cli.training.devices import prepare_devices

    engine = config.engine
    if cluster is None:
        return prepare_devices(config.devices, engine), None
    from w2v_cli.workers.transport import Transport

    transport = Transport(cluster, config.devices.join_seconds)
    return prepare_devices(config.devices, engine, transport.join), transport


@contextmanager
def _name_local_failures(local: LocalWorkers | None) -> Iterator[None]:
    """Say why a local worker has ended, where the connection knows only that it has."""
    try:
        yield
    except LostWorkersError as error:
        reason = local.explain() if local else None
        if reason is None:
            raise
        raise LostWorkersError(reason) from error


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"
