"""Answers byte by byte: whole ones, and all the ways an answer can be spoiled."""

from __future__ import annotations

import builtins
import contextlib
import json
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.servers.fal.server import FalServer, File

NGINX = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


class Replies(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fal: FalServer
    body: Any
    data: builtins.bytes
    query: dict[str, str]

    def _fail(self, how: str, answer: builtins.bytes) -> None:
        """Spoil the answer in the way of this name."""
        name, _, status = how.partition(":")
        match name:
            case "closes":
                self.close_connection = True
            case "resets" | "closes_before":
                self._reset()
            case "never_answers":
                self.fal.closing.wait(30)
                self.close_connection = True
            case "bad_gateway":
                self.bytes(502, NGINX, "text/html")
            case "half_a_body":
                self._half(answer)
            case "drips":
                self._drip(answer)
            case "resets_at":
                self._reset_at(int(status), answer)
            case "not_json":
                self.bytes(200, NGINX, "text/html")
            case "wrong_type":
                self.json(200, [json.loads(answer)])
            case "too_many_requests":
                self.json(429, {"detail": "Rate limit exceeded"}, Retry_After=self.fal.retry_after)
            case "locked_account":
                self.json(403, {"detail": "User is locked. Reason: Exhausted balance."})
            case "taken" | "refused":
                self.json(int(status), {"detail": f"Status {status}"})
            case _:
                raise AssertionError(f"nobody knows what {how} is")

    def json(self, status: int, content: Any, **headers: str) -> None:
        self.bytes(status, json.dumps(content).encode(), "application/json", **headers)

    def bytes(self, status: int, data: builtins.bytes, media_type: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def _half(self, data: builtins.bytes, announced: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(announced or len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.close_connection = True

    def _reset_at(self, size: int, data: builtins.bytes) -> None:
        """Break off after so many bytes of the whole answer, its head included."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        self.wfile.write((head.encode() + data)[:size])
        # What was written has to arrive: a reset may overtake it.
        time.sleep(0.02)
        self._reset()

    def _drip(self, data: builtins.bytes) -> None:
        """A byte now and then, so that no single read is ever late."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(OSError):
            for index in range(len(data)):
                self.wfile.write(data[index : index + 1])
                if self.fal.closing.wait(0.05):
                    break
        self.close_connection = True

    def _endless(self, file: File) -> None:
        self.send_response(200)
        self.send_header("Content-Type", file.media_type)
        self.send_header("Connection", "close")
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(file.data)
            while not self.fal.closing.is_set():
                self.wfile.write(b"\0" * 65_536)
        self.close_connection = True

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """The tests look at `requests` instead."""
