"""A server that speaks OpenRouter's protocol, strict about what it is asked, and fails the ways OpenRouter fails.

Each paid POST takes the next `Reply`, or is answered well. What would be billed stands in `paid`. As a process of its
own (`python -m tests.servers.openrouter --port 0`) it prints its port, and answers under `/_test/` what it was paid
for (`GET /_test/paid`) and which reply comes next (`GET /_test/next/<name in replies.REPLIES>`)."""

from tests.servers.openrouter.running import running_openrouter
from tests.servers.openrouter.server import KEY, OpenRouterServer, Reply
from tests.servers.openrouter.work import MODELS, PICTURE_USD, UPSTREAM_USD, Model, Request, Work

__all__ = [
    "KEY",
    "MODELS",
    "PICTURE_USD",
    "UPSTREAM_USD",
    "Model",
    "OpenRouterServer",
    "Reply",
    "Request",
    "Work",
    "running_openrouter",
]
