"""Language-model servers that already run on this machine. Nothing is started and nothing is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from studio.domain.errors import StudioError
from studio.providers.http import Client
from studio.providers.openai_compatible.chat import ChatServer

USUAL_ADDRESSES = (
    "http://127.0.0.1:11434/v1",  # Ollama
    "http://127.0.0.1:1234/v1",  # LM Studio
    "http://127.0.0.1:8080/v1",  # llama.cpp
)

_LARGEST_LIST_BYTES = 1024 * 1024


def find_local_server(timeout: float = 0.3, addresses: Sequence[str] = USUAL_ADDRESSES) -> str | None:
    """The base URL of the first usual server that answers with a model that writes; None when there is none.

    All are asked at once for their list of models and no longer than `timeout` seconds in all. Whatever else listens
    there (a web page, an empty list) is passed over."""
    pool = ThreadPoolExecutor(len(addresses), thread_name_prefix="find-server")
    asked = [pool.submit(_has_models, address, timeout) for address in addresses]
    wait(asked, timeout)
    # A thread that still waits ends by its own time limit; nobody waits for it.
    pool.shutdown(wait=False, cancel_futures=True)
    found = zip(addresses, asked, strict=True)
    return next((address for address, answer in found if answer.done() and answer.result()), None)


def _has_models(address: str, seconds: float) -> bool:
    client = Client(
        address,
        service="The server",
        answer_seconds=seconds,
        connect_seconds=seconds,
        maximum_bytes=_LARGEST_LIST_BYTES,
    )
    try:
        return bool(ChatServer(client).models())
    except StudioError:
        return False
