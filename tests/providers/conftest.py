"""Providers are tested against real servers on this machine that speak their protocol."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.openai_compatible import OpenAICompatibleServer, running_server


@pytest.fixture
def text_server() -> Iterator[OpenAICompatibleServer]:
    with running_server() as server:
        yield server
