"""Which workers a run has, and where they are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cluster:
    """The workers of a run, seen from one of them.

    Attributes:
        addresses: `host:port` of each worker. The first one is the chief, which reads the text,
            shows the progress and writes the model.
        rank: index of this worker in `addresses`.
    """

    addresses: tuple[str, ...]
    rank: int

    @property
    def n_workers(self) -> int:
        return len(self.addresses)

    @property
    def n_here(self) -> int:
        """How many of the workers are on the machine of this one."""
        hosts = [address.rpartition(":")[0] for address in self.addresses]
        return hosts.count(hosts[self.rank])

    @property
    def is_chief(self) -> bool:
        return self.rank == 0

    def describe(self, rank: int) -> str:
        """Return the name of a worker in messages: `worker 2 (10.0.0.3:4000)`."""
        name = f"worker {rank}" if rank else "the chief, worker 0"
        return f"{name} ({self.addresses[rank]})"
