"""Indexes, asks and serves with every socket watched; a process of its own for test_deployment.

    python tests/offline.py CORPUS INDEX

The last line printed says what happened: {"asked", "outside", "status"}.
"""

from __future__ import annotations

import fcntl
import ipaddress
import json
import os
import signal
import socket
import struct
import sys
import threading
import time

outside: list[str] = []
QUESTION = "公园门票价格不得超过多少元？"


def watch(event: str, given: tuple[object, ...]) -> None:
    """Refuses any socket but loopback's, and any look-up of a name but localhost."""
    if event in ("socket.connect", "socket.sendto") and isinstance(given[1], tuple):
        host = str(given[1][0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = str(given[0])
    else:
        return
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = host in ("localhost", "None")
    if not is_here:
        outside.append(f"{event} {host}")
        raise OSError(f"no network: {host}")


def raise_loopback() -> None:
    """Sets lo up; a new network namespace has it down. Elsewhere it is up, and this may not be allowed."""
    with socket.socket() as any_socket:
        try:
            up = struct.pack("16sh", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
            fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS
        except OSError:
            pass


def ask_the_page(port: int, state: dict[str, object]) -> None:
    """Waits for the page, asks it a question, ends the server."""
    from tests.asking import fetch, run

    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            state["status"] = fetch(url, "/health").json["status"]
            break
        except OSError:
            time.sleep(0.1)
    fetch(url, "/")
    state["asked"] = "20元" in run(url, "ask_json", QUESTION).json["data"][0]["answer"]
    os.kill(os.getpid(), signal.SIGTERM)


def main(corpus: str, index: str) -> None:
    """Index, ask, serve."""
    from bearing_qa.cli.main import app
    from tests.browsing import free_port

    raise_loopback()
    app(["index", corpus, "--index", index], standalone_mode=False)
    app(["ask", QUESTION, "--index", index], standalone_mode=False)
    port, state = free_port(), {}  # type: tuple[int, dict[str, object]]
    threading.Thread(target=ask_the_page, args=(port, state), daemon=True).start()
    app(["serve", "--index", index, "--port", str(port)], standalone_mode=False)
    print(json.dumps({"asked": state["asked"], "outside": outside, "status": state["status"]}))


if __name__ == "__main__":
    sys.addaudithook(watch)
    main(*sys.argv[1:])
