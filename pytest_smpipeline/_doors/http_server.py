"""The HTTP server: one socket, one thread that accepts, one for each request, and none of them left at its end.

It stands on werkzeug's server, as moto's does, and ends more thoroughly: that one leaves its connections and their threads to the end
of the process. Imports werkzeug, so it is imported when somebody serves.
"""

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Final, cast

from moto.moto_server import werkzeug_app
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_POLL: Final = 0.02  # seconds until the accepting thread notices that it is to end

# Newer versions of moto have a handler of their own, which keeps underscores in the names of headers.
_Handler: Final = cast("type[WSGIRequestHandler]", getattr(werkzeug_app, "MotoRequestHandler", WSGIRequestHandler))


class _QuietHandler(_Handler):  # type: ignore[misc, valid-type] # whichever moto has
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing: errors are logged elsewhere."""


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # they are waited for

    def __init__(self, host: str, port: int, app: "WSGIApplication", fd: int) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(host, port, app, _QuietHandler, fd=fd)

    def process_request(self, request: object, client_address: object) -> None:
        self._open.add(cast("socket.socket", request))
        super().process_request(request, client_address)  # type: ignore[arg-type] # as it came

    def shutdown_request(self, request: object) -> None:
        self._open.discard(cast("socket.socket", request))
        super().shutdown_request(request)  # type: ignore[arg-type] # as it came

    def server_close(self) -> None:
        """Let go of everybody, those that are connected and ask nothing too, and wait for the threads that answer."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):  # its thread may be closing it
                connection.shutdown(socket.SHUT_RD)
        super().server_close()


class HttpServer:
    """A server in threads of this process, from its making to ``stop()``."""

    def __init__(self, app: "WSGIApplication", host: str, port: int) -> None:
        """Listen and answer; port 0 is one that is free. Raises ``OSError`` when that can't be."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family) as listening:
            self.port: int = listening.getsockname()[1]
            # werkzeug takes a copy of the socket; a port that is taken makes it end the process, so it does not bind one itself.
            self._server = _Server(host, self.port, app, listening.fileno())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), name="smpipeline server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, finish what is being answered, and free the port."""
        self._server.shutdown()
        self._thread.join()
