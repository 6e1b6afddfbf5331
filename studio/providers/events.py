"""Server-sent events out of bytes as they come: what is data, what is a comment, and where an event ends.

Lines end at \\n or \\r\\n and nowhere else: JSON may hold U+2028, which text readers take for the end of a line."""

from __future__ import annotations


class EventReader:
    """Takes bytes in any pieces, even in the middle of a letter, and gives the data of each event that is complete."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []

    def feed(self, part: bytes) -> tuple[list[str], bool]:
        """The events that are complete with these bytes, and whether anything but comments came."""
        events: list[str] = []
        *ends, rest = part.split(b"\n")
        had_data = False
        for end in ends:
            self._line += end
            had_data = self._is_data() or had_data
            events += self._take_line()
        self._line += rest
        return events, had_data or bool(rest and self._is_data())

    def end(self) -> list[str]:
        """What the stream held when it ended, for servers that leave out the last blank line."""
        return [*self._take_line(), *self._take_event()]

    def _is_data(self) -> bool:
        return self._line.startswith(b"data:")

    def _take_line(self) -> list[str]:
        line = bytes(self._line).removesuffix(b"\r")
        self._line.clear()
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        return [] if line else self._take_event()

    def _take_event(self) -> list[str]:
        if not self._data:
            return []
        event = b"\n".join(self._data).decode("utf-8", "replace")
        self._data.clear()
        return [event]
