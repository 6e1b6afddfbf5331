"""Films of a server, handed over on this machine: what the contract calls `local`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.domain.errors import NotFound
from studio.domain.placing import digest_of, place_film

if TYPE_CHECKING:
    from studio.contracts.shorts import ShortView
    from studio.remote.studio import RemoteStudio


class FilmsByHand:
    studio: RemoteStudio
    open_film: Any

    def deliver(self, id: str, output: Path, *, replace: bool = False) -> ShortView:
        """Download the film to `output`, whole or not at all. Raises what `place_film` and `open_film` raise."""
        view: ShortView = self.studio.shorts.show(id)
        film: Path = self.open_film(view.id)
        place_film(film, output, view.handle, replace=replace or self.is_ours(output))
        self.studio.deliveries.note(view.id, output.absolute(), digest_of(output))
        film.unlink()
        return view.model_copy(update={"video_path": str(output.absolute())})

    def is_ours(self, output: Path) -> bool:
        """Whether the file there is a film that came from this server, of a short that is still there."""
        if not output.is_file():
            return False
        short_id = self.studio.deliveries.short_of(digest_of(output))
        return short_id is not None and self._exists(short_id)

    def _exists(self, short_id: str) -> bool:
        try:
            self.studio.shorts.show(short_id)
        except NotFound:
            return False
        return True
