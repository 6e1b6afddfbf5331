"""The log: JSON lines in a rotating file, and on standard error when somebody wants to watch. Secrets never get in."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES = 2_000_000
FILES_KEPT = 3

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_LINE = "json_line"
_ENCODE = json.JSONEncoder(ensure_ascii=False, default=str).encode
_PATTERNS = re.compile(
    r"(?P<scheme>\w+://[^\s:/@]+:)[^\s@]+(?=@)"
    r"|(?P<bearer>(?i:bearer|key)\s+)[\w.~+/=:-]{8,}"
    r"|(?P<assigned>(?i:api[_-]?key|token|secret|password)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;]{4,}"
    r"|\b(?:sk|stu|whsec|pk)_[\w-]{8,}|\bsk-[\w-]{8,}"
)
HIDDEN = "********"


class Redactor(logging.Filter):
    """Replaces known secrets, and whatever looks like one, in every record."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self.secrets = [secret for secret in secrets if len(secret) >= 4]

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self.redact(record.getMessage())
        record.args = None
        if record.exc_info:
            record.exc_text = self.redact(logging.Formatter().formatException(record.exc_info))
        for name, value in vars(record).items():
            if name not in _STANDARD and isinstance(value, str):
                setattr(record, name, self.redact(value))
        return True

    def redact(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return _PATTERNS.sub(_hide, text)


def _hide(match: re.Match[str]) -> str:
    kept = match.group("scheme") or match.group("bearer") or match.group("assigned") or ""
    return kept + HIDDEN


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and whatever else was said about it."""

    def format(self, record: logging.LogRecord) -> str:
        # The rotating handler asks twice: for the length of the line, and for the line.
        line: str | None = record.__dict__.get(_LINE)
        if line is None:
            line = record.__dict__[_LINE] = self._line(record)
        return line

    def _line(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, object] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_text:
            fields["traceback"] = record.exc_text
        return _ENCODE(fields)


def start_logging(folder: Path, *, level: str, verbose: bool = False, secrets: Iterable[str] = ()) -> Path:
    """Send the log of this process to `folder/studio.log`, and to standard error when `verbose`; returns the file."""
    file = folder / "studio.log"
    redactor = Redactor(secrets)
    handlers: list[logging.Handler] = [_file_handler(file)]
    if verbose:
        handlers.append(_stream_handler())
    for handler in handlers:
        handler.addFilter(redactor)
    root = logging.getLogger()
    for old in root.handlers:
        old.close()
    root.handlers = handlers
    root.setLevel(level)
    # At INFO httpx writes whole URLs, with whatever stands in their query.
    for noisy in ("httpx", "httpcore", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return file


def _file_handler(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        # A command must not fail because its log cannot be written.
        handler = logging.NullHandler()
    handler.setFormatter(JsonLines())
    return handler


def _stream_handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    return handler
