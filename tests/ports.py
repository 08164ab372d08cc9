"""Free ports on loopback, in runs: Airflow's log servers take the two after its own."""

import os
import socket
from itertools import count

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_NEXT = count(23400 + 500 * _WORKER, 10)


def free_ports(wanted: int) -> list[int]:
    """Ports whose two successors are free as well."""
    found: list[int] = []
    for port in _NEXT:
        if all(_free(port + step) for step in range(3)):
            found.append(port)
        if len(found) == wanted:
            break
    return found


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
