"""How often a provider is asked whether a thing is made, and when an order is tried again."""

from __future__ import annotations

from studio.domain.errors import StudioError

LONGEST_RETRY_SECONDS = 30.0


class Rhythm:
    """How often to ask: soon at first, then every fortieth of the time that has passed."""

    def __init__(self, *, is_clip: bool) -> None:
        self.least, self.most = (0.5, 10.0) if is_clip else (0.2, 5.0)
        self.patience_seconds = 60 * 60.0 if is_clip else 15 * 60.0

    def seconds(self, waited: float) -> float:
        return max(self.least, min(self.most, waited / 40))


def retry_seconds(error: StudioError, tries: int) -> float:
    """How long to leave a provider alone: as long as it asks for, within reason, or longer each time."""
    wanted = error.details.get("retry_after")
    return min(LONGEST_RETRY_SECONDS, float(wanted) if isinstance(wanted, (int, float)) else 2.0**tries)
