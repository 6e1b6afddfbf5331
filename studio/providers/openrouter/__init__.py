"""Language and image models through OpenRouter, one key for many vendors."""

from studio.providers.openrouter.chat import OpenRouterChat
from studio.providers.openrouter.image import OpenRouterImage
from studio.providers.openrouter.service import KeyFacts, LiveModel, OpenRouter

__all__ = ["KeyFacts", "LiveModel", "OpenRouter", "OpenRouterChat", "OpenRouterImage"]
