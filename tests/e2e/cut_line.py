"""A telephone line that is cut while a file travels: bytes go through it until they do not."""

import contextlib
import socket
import threading
from typing import Any

_READ = 64 * 1024
# Of what the browser sends on one connection, an upload alone is as long as that.
LONG = 1_000_000


class CutLine:
    """Listens on `port`, leads to a server. `cut`: "going", long uploads stop in their middle;
    "coming", they arrive whole and their answer is lost; "" the line is good.

    It is cut as long as it says so: a browser sends again by itself, once, what a connection it
    had used before did not carry."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self.cut = ""
        self.happened = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _address = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            ends: dict[str, Any] = {"sent": 0}
            for source, target, way in ((browser, server, "going"), (server, browser, "coming")):
                threading.Thread(
                    target=self._carry, args=(source, target, way, ends), daemon=True
                ).start()

    def _carry(
        self, source: socket.socket, target: socket.socket, way: str, ends: dict[str, Any]
    ) -> None:
        try:
            while part := source.recv(_READ):
                if way == "going":
                    ends["sent"] += len(part)
                if self.cut == way and ends["sent"] > LONG:
                    self.happened.set()
                    break
                target.sendall(part)
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
