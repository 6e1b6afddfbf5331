"""Pictures without a network: seeded scenes of cut paper and light, pictograms for the words, people for the names."""

from __future__ import annotations

from studio.providers.local.image.painter import LocalImages

__all__ = ["LocalImages"]
