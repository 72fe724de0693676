"""A model's page, shown to this machine alone, and made anew as its text is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Final

from engine.analysis import verdicts
from engine.model.load import load
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import Mistake, ModelError, Problem, render
from engine.solve import Scenarios, solved_plan
from exports.page.document import Served
from exports.page.page import page, page_of_problems

HOST: Final = "127.0.0.1"
_PATIENCE: Final = 30
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass
class Live:
    """The page of a file as it is now: that of the last text that could be computed, below what is wrong with it."""

    source: Path
    scenario: str | None = None
    _lock: Lock = field(default_factory=Lock)
    _seen: object = None
    _good: tuple[Plan, Scenarios] | None = None
    _told: str = ""
    _data: tuple[Path, ...] = ()
    _page: tuple[str, str] = "", ""

    def now(self) -> tuple[str, str]:
        """Return the version of the page, and the page."""
        with self._lock:
            seen = self._state()
            if seen != self._seen or not self._page[0]:
                self._told = self._look()
                # What is read now may be in other files of data.
                seen = self._seen = self._state()
                version = sha256(f"{seen}{self._told}".encode()).hexdigest()[:16]
                self._page = version, self._made(Served(version, self._told))
            return self._page

    def _state(self) -> tuple[object, ...]:
        return tuple([_state(path) for path in (self.source, *self._data)])

    def _look(self) -> str:
        """Read the text anew, and return what is wrong with it, or to be warned of, as the terminal tells it."""
        try:
            model = load(self.source)
            self._data = tuple([self.source.parent / file.file for file in model.data])
            planned = plan(model)
            results = solved_plan(planned)
            self._good = planned, results
            found: Sequence[Problem] = [*planned.warnings, *verdicts.problems(planned, results)]
            return render(found) if found else ""
        except ModelError as wrong:
            return render(wrong.problems)
        except Mistake as wrong:
            return wrong.message
        except OSError as wrong:
            return f"{self.source}: {wrong.strerror or wrong}"
        except MemoryError:
            return "the model is too large for the memory of this machine"

    def _made(self, served: Served) -> str:
        if self._good is None:
            return page_of_problems(self.source.name, served)
        planned, results = self._good
        known = self.scenario if self.scenario in results else None
        return page(planned, results, known, served)


def server(live: Live, port: int) -> ThreadingHTTPServer:
    """Return a server of a page on the loopback; 0 is a free port. Raises Mistake for a port that is taken."""

    class Handler(_Handler):
        shown = live

    try:
        return ThreadingHTTPServer((HOST, port), Handler)
    except OSError as wrong:
        message = f"the port {port} cannot be had: {wrong.strerror}"
        raise Mistake(message, "name another, as in --port 8080; --port 0 takes one that is free") from None


def _state(path: Path) -> object:
    """Return what tells whether a file was written since."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class _Handler(BaseHTTPRequestHandler):
    """Answers a browser on this machine that asks for the page itself, and nobody else."""

    shown: Live
    timeout = _PATIENCE
    server_version = "plainsheet"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with the page, or with its version."""
        if not self._is_own():
            self._answer(HTTPStatus.FORBIDDEN, "text/plain", "only the page itself may ask, on this machine\n")
            return
        version, html = self.shown.now()
        match self.path.partition("?")[0]:
            case "/":
                self._answer(HTTPStatus.OK, "text/html", html)
            case "/version":
                self._answer(HTTPStatus.OK, "text/plain", version)
            case _:
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", "there is only the page: /\n")

    def log_message(self, *_: object) -> None:
        """Say nothing: a terminal of an author is not for requests."""

    def _is_own(self) -> bool:
        """Return whether the request names this server, as a page of somebody else's name or origin does not."""
        port = self.server.server_port  # type: ignore[attr-defined]  # of a server of HTTP
        names = {f"{HOST}:{port}", f"localhost:{port}"}
        origin = self.headers.get("Origin")
        is_same = origin is None or origin in {f"http://{name}" for name in names}
        return self.headers.get("Host") in names and is_same

    def _answer(self, status: HTTPStatus, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(content)), **_HEADERS}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
