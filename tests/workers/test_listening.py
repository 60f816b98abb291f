"""A worker answers at its own address only."""

import ipaddress
import socket
import sys
import time
from collections.abc import Iterator

import pytest

from w2v_cli.workers.cluster import Cluster
from w2v_cli.workers.listening import listen_only_at, own_addresses

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the filter is one of Linux")


@pytest.fixture
def port() -> Iterator[int]:
    """Listen everywhere, as TensorFlow does, in the block of a worker at 127.0.0.1."""
    with socket.socket(socket.AF_INET6) as server:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        server.bind(("::", 0))
        port: int = server.getsockname()[1]
        cluster = Cluster((f"127.0.0.1:{port}", "127.0.0.1:1"), 0)
        with listen_only_at(cluster):
            server.listen()
            time.sleep(0.2)  # the filter comes with the next look for the socket
            yield port


def answers(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as client:
        client.settimeout(1)
        try:
            client.connect((host, port))
        except TimeoutError:
            return False
        return True


def test_only_the_own_address_answers(port: int) -> None:
    assert answers("127.0.0.1", port)
    assert not answers("127.0.0.2", port)
    assert not answers("::1", port)


@pytest.mark.parametrize(
    ("host", "others", "expected"),
    [
        ("127.0.0.1", "127.0.0.2", ["127.0.0.1"]),
        ("localhost", "10.1.2.3", []),  # others may mean another machine by this name
        ("203.0.113.7", "203.0.113.8", []),  # an address of no interface here
    ],
)
def test_an_uncertain_address_restricts_nothing(
    host: str, others: str, expected: list[str]
) -> None:
    cluster = Cluster((f"{host}:4000", f"{others}:4000"), 0)
    found = own_addresses(host, cluster)
    assert found == [ipaddress.ip_address(address) for address in expected]
