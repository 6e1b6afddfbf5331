"""Where a browser brings the answer of a login: a page on this machine, for one login and two minutes at most."""

from __future__ import annotations

import hmac
import html
import queue
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from studio.domain.errors import NotAllowed
from studio.domain.text import one_line

CALLBACK = "/callback"
PAUSE_SECONDS = 5.0
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>studio</title>'
    '<body style="font:18px system-ui;margin:15vh auto;max-width:30em"><h1>{title}</h1><p>{text}</p></body></html>'
)
_DONE = ("You are logged in", "You can close this page and go back to the terminal.")
_UNKNOWN = ("Nothing is waited for here", "Begin again in the terminal: studio login")


class Loopback:
    """Listens on 127.0.0.1 at a free port. Whoever opens it closes it."""

    def __init__(self) -> None:
        self.state = secrets.token_urlsafe(24)
        self._answers: queue.Queue[str | NotAllowed] = queue.Queue()
        self._server = _Server(("127.0.0.1", 0), _Page)
        self._server.loopback = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        self._thread.start()

    @property
    def redirect(self) -> str:
        """Where the browser comes back to. As a number: a name could be somebody else's in a hosts file."""
        return f"http://127.0.0.1:{self._server.server_port}{CALLBACK}"

    def code(self, seconds: float) -> str | None:
        """The code of the login; None when it did not come so soon. Raises NotAllowed when it was refused."""
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(answer, NotAllowed):
            raise answer
        return answer

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answered(self, query: dict[str, list[str]]) -> tuple[int, str, str]:
        """Take what the browser brings; the status, the title and the text of the page it gets for it."""
        state = query.get("state", [""])[0]
        if not hmac.compare_digest(state.encode(), self.state.encode()):
            # Any page can send a browser here; only the issuer knows what was asked.
            return 400, *_UNKNOWN
        if "code" in query:
            self._answers.put(query["code"][0])
            return 200, *_DONE
        said = one_line(query.get("error_description", query.get("error", ["no code came"]))[0])[:300]
        self._answers.put(NotAllowed(f"The login was refused: {said}.", hint="studio login"))
        return 400, "You are not logged in", said


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    loopback: Loopback


class _Page(BaseHTTPRequestHandler):
    # Browsers open connections that they never use.
    timeout = PAUSE_SECONDS

    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        parts = urlsplit(self.path)
        if parts.path == CALLBACK:
            status, title, text = self.server.loopback.answered(parse_qs(parts.query))
        else:
            status, title, text = 404, *_UNKNOWN
        body = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        # The address holds the code.
        pass

    def version_string(self) -> str:
        return "studio"
