"""Let a worker answer only at its own address.

TensorFlow's server listens at its port on every address of the machine. On Linux, a filter on the
listening socket drops the packets to other addresses: whoever tries to connect there gets no
answer. The filter is a program of classic BPF, which needs no privileges.
"""

import ctypes
import ipaddress
import os
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from w2v_cli.workers.cluster import Cluster

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

SO_ATTACH_FILTER = 26
LOAD_BYTE, LOAD_WORD, SHIFT_RIGHT, JUMP_IF_EQUAL, RETURN = 0x30, 0x20, 0x74, 0x15, 0x06
NETWORK_HEADER = 0xFFF00000
"""Offsets from here on count from the header of IP."""

TARGET_OFFSETS = {4: 16, 6: 24}
"""Where the target address begins in the headers of IPv4 and IPv6."""

DROP, PASS = 0, 0xFFFFFFFF
POLL_S = 0.005


@contextmanager
def listen_only_at(cluster: Cluster) -> Iterator[None]:
    """Restrict the server that is started in the block, as soon as it listens."""
    host, _, port = cluster.addresses[cluster.rank].rpartition(":")
    allowed = own_addresses(host, cluster) if sys.platform == "linux" else []
    if not allowed:
        yield
        return
    ended = threading.Event()

    def restrict() -> None:
        while not _attach(int(port), allowed) and not ended.wait(POLL_S):
            pass

    thread = threading.Thread(target=restrict, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def own_addresses(host: str, cluster: Cluster) -> list[Address]:
    """Return the addresses at which this worker has to answer; none if that is not certain.

    A name can mean 127.0.1.1 on its own machine and a public address on the others.
    """
    with suppress(OSError):
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
        addresses = [ipaddress.ip_address(str(sockaddr[0])) for *_, sockaddr in found]
        hosts = {address.rpartition(":")[0] for address in cluster.addresses}
        if not any(address.is_loopback for address in addresses) or _all_loopback(hosts):
            return [address for address in addresses if _is_here(address)]
    return []


def drops_other_targets(allowed: list[Address]) -> bytes:
    """Return a program of classic BPF that passes packets to these addresses and drops others."""
    program: list[tuple[int, int, int, int]] = []
    for address in allowed:
        packed = address.packed
        words = [int.from_bytes(packed[i : i + 4], "big") for i in range(0, len(packed), 4)]
        first = NETWORK_HEADER + TARGET_OFFSETS[address.version]
        block = [(LOAD_BYTE, 0, NETWORK_HEADER), (SHIFT_RIGHT, 0, 4)]
        block += [(JUMP_IF_EQUAL, 1, address.version)]
        for i, word in enumerate(words):
            block += [(LOAD_WORD, 0, first + 4 * i), (JUMP_IF_EQUAL, 1, word)]
        block += [(RETURN, 0, PASS)]
        # A comparison that fails goes on after this block, at the next address.
        program += [
            (code, 0, (len(block) - i - 1) * compares, operand)
            for i, (code, compares, operand) in enumerate(block)
        ]
    program.append((RETURN, 0, 0, DROP))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def _attach(port: int, allowed: list[Address]) -> bool:
    """Attach the filter to the socket of this process that listens at the port, if there is one."""
    for descriptor in Path("/proc/self/fd").iterdir():
        if not descriptor.is_socket():
            continue
        with suppress(OSError), socket.socket(fileno=os.dup(int(descriptor.name))) as found:
            listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if listens and found.getsockname()[1] == port:
                program = ctypes.create_string_buffer(drops_other_targets(allowed))
                n_instructions = len(program) // struct.calcsize("HBBI")
                described = struct.pack("HL", n_instructions, ctypes.addressof(program))
                found.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, described)
                return True
    return False


def _all_loopback(hosts: set[str]) -> bool:
    try:
        return all(ipaddress.ip_address(socket.gethostbyname(host)).is_loopback for host in hosts)
    except OSError:
        return False


def _is_here(address: Address) -> bool:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family) as tried:
        try:
            tried.bind((str(address), 0))
        except OSError:
            return False
    return True
