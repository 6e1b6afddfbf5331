"""fal calls the server: over the wire, with its own signature, at the very address that went along with the order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from studio.app import Studio
from studio.config import Settings
from studio.contracts.media import GenerateMedia, MediaKind
from studio.domain.clock import system_clock
from studio.domain.errors import Uncertain
from studio.providers.registry import Models, TextServer
from tests.api.conftest import serving
from tests.servers.fal.callbacks import Message, message_about
from tests.servers.fal.server import FalServer, running_fal
from tests.services.paid import leave
from tests.services.test_remote_media import BRIEF, models_at

PICTURE = GenerateMedia(scene=1, kind=MediaKind.PICTURE)
PATIENCE_SECONDS = 10.0


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here does not depend on the database; the services' tests cover both."""
    return sqlite_url


@pytest.fixture
def fal() -> Iterator[FalServer]:
    with running_fal() as server:
        yield server


@pytest.fixture
def address(settings: Settings, fal: FalServer) -> Iterator[str]:
    there = {
        "fal_key": fal.key,
        "fal_queue_url": fal.queue_url,
        "fal_rest_url": fal.rest_url,
        "fal_api_url": fal.api_url,
    }
    with serving(Settings(database_url=settings.database_url, data_dir=settings.data_dir, **there)) as address:  # type: ignore[arg-type]  # as the environment brings it
        yield address


@pytest.fixture
def orderer(studio: Studio, fal: FalServer, address: str) -> Iterator[Studio]:
    """A studio on the same database, whose orders name the server."""
    leave(studio, 100)
    access = replace(models_at(fal).access, public_url=address)
    studio.models = Models(text_server=TextServer(is_looked_for=False), access=access)
    yield studio
    studio.models.close()


def post(message: Message) -> httpx.Response:
    return httpx.post(message.address, content=message.body, headers=dict(message.headers), trust_env=False)


def wait_for_answer(studio: Studio) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while studio.jobs.list().data[0].state.value != "submitted":
        assert time.monotonic() < until, "the message took no effect"
        time.sleep(0.01)


def test_a_lost_order_is_found_by_fals_own_call(orderer: Studio, fal: FalServer) -> None:
    short = orderer.shorts.create(BRIEF).id
    orderer.scripts.generate(short)
    fal.loses("closes")
    with pytest.raises(Uncertain):
        orderer.media.generate(short, PICTURE)
    (job,) = fal.jobs.values()
    message = message_about(fal, job, system_clock() // 1000)

    forged = post(replace(message, headers={**message.headers, "X-Fal-Webhook-Signature": "00" * 64}))
    taken = [post(message).status_code for _ in range(2)]
    wait_for_answer(orderer)
    orderer.media.generate(short, PICTURE)

    assert (forged.status_code, taken) == (401, [200, 200])
    assert len(fal.posts) == len(fal.paid) == 1
    assert orderer.credits.me().credits_remaining == 95
