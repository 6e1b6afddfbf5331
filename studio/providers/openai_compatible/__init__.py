"""A script writer behind any server that speaks OpenAI's chat completions: Ollama, LM Studio, llama.cpp, vLLM."""

from studio.providers.openai_compatible.local_servers import find_local_server
from studio.providers.openai_compatible.writer import OpenAICompatibleWriter

__all__ = ["OpenAICompatibleWriter", "find_local_server"]
