"""Clients that cost little, so that the server is what is measured: raw sockets, one thread."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass

_CHUNK = 1 << 20
_FEWEST_ANSWERS = 20
_LONGEST_SECONDS = 60.0
_TICK_SECONDS = 0.05
_HEADERS_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Post:
    """One request to `/invocations`, ready to be sent."""

    wire: bytes

    @classmethod
    def of(cls, body: bytes, content_type: str, accept: str) -> Post:
        """The bytes of a request that asks to keep its connection."""
        head = (
            "POST /invocations HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: {content_type}\r\nAccept: {accept}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return cls(head.encode() + body)


class Client:
    """One connection, opened anew whenever the server closes it (its `sync` worker always does)."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._received = bytearray()

    def send(self, post: Post) -> socket.socket:
        """Send a request; its answer is read by `receive`."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=300)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received.clear()
        self._socket.sendall(post.wire)
        return self._socket

    def receive(self) -> bool:
        """Read what there is; whether the answer is complete.

        Raises:
            RuntimeError: the status is not 200, or the connection ended within the answer.
        """
        if self._socket is None:
            raise RuntimeError("nothing was sent")
        chunk = self._socket.recv(_CHUNK)
        self._received += chunk
        head_end = self._received.find(_HEADERS_END)
        if not chunk:
            raise RuntimeError("the server closed the connection within an answer")
        if head_end < 0:
            return False
        head = bytes(self._received[:head_end]).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        if len(self._received) < head_end + len(_HEADERS_END) + length:
            return False
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(f"the server answered {bytes(self._received[:300])!r}")
        if b"connection: close" in head:
            self.close()
        return True

    def ask(self, post: Post) -> float:
        """Seconds from sending to the complete answer."""
        started = time.perf_counter()
        self.send(post)
        while not self.receive():
            pass
        return time.perf_counter() - started

    def close(self) -> None:
        """Close the connection, if any."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def requests_per_second(port: int, posts: list[Post], clients: int, seconds: float) -> float:
    """Answers per second with `clients` of which each sends as soon as it was answered."""
    selector = selectors.DefaultSelector()
    connections = [Client(port) for _ in range(clients)]
    number = 0

    def send(client: Client) -> None:
        nonlocal number
        wire = client.send(posts[number % len(posts)])
        number += 1
        selector.register(wire, selectors.EVENT_READ, client)

    started = time.perf_counter()
    answered = 0
    for client in connections:
        send(client)
    # A slow server gets longer, so that there is something to count.
    while (passed := time.perf_counter() - started) < seconds or answered < _FEWEST_ANSWERS:
        if passed > _LONGEST_SECONDS:
            raise RuntimeError(f"only {answered} answers in {passed:.0f} s")
        for key, _ in selector.select(timeout=_TICK_SECONDS):
            # A closed socket cannot be taken out any more, so it goes before it is read.
            selector.unregister(key.fileobj)
            if key.data.receive():
                answered += 1
                send(key.data)
            else:
                selector.register(key.fileobj, selectors.EVENT_READ, key.data)
    elapsed = time.perf_counter() - started
    for client in connections:
        client.close()
    selector.close()
    return answered / elapsed
