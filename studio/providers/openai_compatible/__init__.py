"""Language models behind any server that speaks OpenAI's chat completions: Ollama, LM Studio, llama.cpp, vLLM."""

from studio.providers.openai_compatible.local_servers import find_local_server
from studio.providers.openai_compatible.model import OpenAICompatibleModel

__all__ = ["OpenAICompatibleModel", "find_local_server"]
