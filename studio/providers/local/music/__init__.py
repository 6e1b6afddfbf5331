"""Instrumental beds composed and played in numpy: the same mood, length and seed give the same bytes."""

from studio.providers.local.music.composer import LocalMusic

__all__ = ["LocalMusic"]
