"""fal: pictures, clips, voices, music and transcripts through its queue. Nothing here waits, repeats or keeps books."""

from studio.providers.fal.model import FalModel
from studio.providers.fal.service import Fal

__all__ = ["Fal", "FalModel"]
