"""Voices that speak on this machine without a network, each word with its time."""

from studio.providers.local.speech.local import LocalSpeech
from studio.providers.local.speech.voice import Voice

__all__ = ["LocalSpeech", "Voice"]
