"""Which writer a name stands for, and what is asked on the way there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from studio.domain.errors import Misconfigured, NotFound, Refused
from studio.domain.remote import Answer, ClipRequest, Medium, PaintRequest, Reference, RemoteModel, Ticket
from studio.providers import openai_compatible
from studio.providers.access import ProviderAccess
from studio.providers.automatic import automatic
from studio.providers.catalogue import find_spec
from studio.providers.registry import LOCAL, Models, TextServer
from tests.servers.fal import FalServer, running_fal
from tests.servers.fal.media import picture
from tests.servers.openai_compatible import OpenAICompatibleServer
from tests.servers.reaching import models_at


@pytest.fixture
def configured(text_server: OpenAICompatibleServer) -> Models:
    return Models(text_server=TextServer(text_server.url, "a-secret-key", "qwen3:8b"))


def finding(monkeypatch: pytest.MonkeyPatch, url: str | None) -> Models:
    """Models without settings, on a machine where this server (or none) would be found."""
    monkeypatch.setattr(openai_compatible, "find_local_server", lambda: url)
    return Models(text_server=TextServer(api_key="key-of-another"))


def writing(models: Models, wanted: str | None = None) -> str:
    return models.chosen(Medium.TEXT, wanted)


def test_a_configured_server_writes_by_itself(configured: Models) -> None:
    assert writing(configured) == "openai/qwen3:8b"


@pytest.mark.parametrize("model", ["openai/gemma3:4b", "openai/org/model"])
def test_a_named_model_is_asked_for_at_the_server(configured: Models, model: str) -> None:
    named = configured.remote(writing(configured, model), Medium.TEXT)

    assert named is not None
    assert named.name == model


def test_local_is_always_local(configured: Models, text_server: OpenAICompatibleServer) -> None:
    assert configured.remote(writing(configured, "local"), Medium.TEXT) is None
    assert configured.writer("local").name == "local"
    assert text_server.requests == []


def test_the_writer_on_this_machine_is_no_model_elsewhere(configured: Models) -> None:
    with pytest.raises(Refused):
        configured.writer("openai/qwen3:8b")


def test_a_server_that_runs_here_is_used_without_the_key_of_another(
    text_server: OpenAICompatibleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writing(finding(monkeypatch, text_server.url)) == "openai/qwen3:8b"
    assert "authorization" not in text_server.requests[0].headers


def test_without_any_server_a_topic_is_outlined_locally(monkeypatch: pytest.MonkeyPatch) -> None:
    assert writing(finding(monkeypatch, None)) == LOCAL


def test_a_named_model_without_a_server_is_a_matter_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match=r"There is no server for openai/qwen3:8b\."):
        finding(monkeypatch, None).remote("openai/qwen3:8b", Medium.TEXT)


@pytest.mark.parametrize("model", ["gpt", "openai/", "fal/x", ""])
def test_an_unknown_name_is_refused(configured: Models, model: str) -> None:
    with pytest.raises(Refused, match="There is no"):
        configured.remote(model, Medium.TEXT)


def test_nothing_is_looked_for_when_that_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_compatible, "find_local_server", lambda: pytest.fail("it was looked for"))

    assert writing(Models(text_server=TextServer(is_looked_for=False))) == LOCAL


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(TextServer("http://127.0.0.1/v1", "a-secret-key"))


def test_the_registry_loads_no_http_client_until_a_server_is_used() -> None:
    code = (
        "import sys; from studio.providers.registry import Models; Models().writer('local');"
        "sys.exit('httpx' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


NO_SERVER = TextServer(is_looked_for=False)
DEEPSEEK, BANANA = "openrouter/deepseek/deepseek-v3.2", "fal/fal-ai/nano-banana-2"
FACE = Reference("users/1/face.png", "image/png")


def keyed(*, openrouter: str = "", fal: str = "", server: TextServer = NO_SERVER) -> Models:
    return Models(text_server=server, access=ProviderAccess(openrouter_key=openrouter, fal_key=fal))


@pytest.fixture
def fal() -> Iterator[FalServer]:
    with running_fal() as server:
        yield server


@pytest.fixture
def models(fal: FalServer) -> Iterator[Models]:
    opened = models_at(fal)
    yield opened
    opened.close()


def made(model: RemoteModel, request: PaintRequest | ClipRequest) -> Answer:
    tickets: list[Ticket] = []
    order = model.prepare(request, lambda reference: picture(64, 64, (9, 90, 200), "png"))
    model.send(order, "0193f6a0-7a6e-7000-8000-000000000001", tickets.append)
    while (answer := model.look(order, tickets[0])) is None:
        pass
    return answer


@pytest.mark.parametrize("medium", list(Medium))
def test_what_works_by_itself_is_in_the_catalogue_and_for_that_medium(medium: Medium) -> None:
    assert automatic(medium)
    assert all(medium in find_spec(model).media for model in automatic(medium))


def test_without_a_key_everything_is_made_here() -> None:
    assert {keyed().chosen(medium) for medium in Medium} == {LOCAL}


def test_a_key_makes_its_provider_work_by_itself() -> None:
    both = keyed(openrouter="or", fal="f")

    assert {medium: both.chosen(medium) for medium in Medium} == {
        Medium.TEXT: DEEPSEEK,
        Medium.VISION: "openrouter/google/gemini-3.5-flash-lite",
        Medium.IMAGE: BANANA,
        Medium.VIDEO: "fal/fal-ai/kling-video/v2.5-turbo/pro/text-to-video",
        Medium.SPEECH: "fal/fal-ai/elevenlabs/tts/eleven-v3",
        Medium.MUSIC: "fal/fal-ai/stable-audio-25/text-to-audio",
        Medium.TRANSCRIPTION: "fal/fal-ai/elevenlabs/speech-to-text/scribe-v2",
    }
    assert keyed(openrouter="or").chosen(Medium.IMAGE) == "openrouter/google/gemini-3.1-flash-image"
    assert keyed(fal="f").chosen(Medium.TEXT) == LOCAL


def test_a_wish_comes_before_the_setting_and_the_setting_before_the_best() -> None:
    both = keyed(openrouter="or", fal="f")

    assert both.chosen(Medium.IMAGE, "local", "fal/fal-ai/flux/dev") == LOCAL
    assert both.chosen(Medium.IMAGE, None, "fal/fal-ai/flux/dev") == "fal/fal-ai/flux/dev"
    assert both.chosen(Medium.IMAGE, None, "local") == LOCAL
    assert both.chosen(Medium.IMAGE, "auto", "local") == BANANA


def test_a_server_that_was_set_up_writes_before_a_key_that_is_there(text_server: OpenAICompatibleServer) -> None:
    models = keyed(openrouter="or", server=TextServer(text_server.url, model="gemma3:4b"))

    assert models.chosen(Medium.TEXT) == "openai/gemma3:4b"
    assert text_server.requests == []


def test_a_key_comes_before_a_server_that_happens_to_run(
    text_server: OpenAICompatibleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_compatible, "find_local_server", lambda: text_server.url)

    assert keyed(openrouter="or", server=TextServer()).chosen(Medium.TEXT) == DEEPSEEK
    assert keyed(server=TextServer()).chosen(Medium.TEXT) == "openai/qwen3:8b"


@pytest.mark.parametrize("model", ["local", "local/anything"])
def test_what_is_on_this_machine_is_nowhere_else(model: str) -> None:
    assert keyed(openrouter="or", fal="f").remote(model, Medium.IMAGE) is None


@pytest.mark.parametrize(
    ("model", "medium"),
    [
        (DEEPSEEK, Medium.TEXT),
        ("openrouter/google/gemini-3.8-flash", Medium.VISION),
        ("openrouter/google/gemini-2.5-flash-image", Medium.IMAGE),
        ("fal/fal-ai/flux/dev", Medium.IMAGE),
        (BANANA, Medium.IMAGE),
        ("fal/fal-ai/elevenlabs/music", Medium.MUSIC),
        ("openai/org/model", Medium.VISION),
    ],
)
def test_an_id_is_a_model_of_its_provider_and_the_same_one_each_time(model: str, medium: Medium) -> None:
    models = keyed(openrouter="or", fal="f", server=TextServer("http://127.0.0.1:9/v1", "key"))

    found = models.remote(model, medium)

    assert found is not None
    assert (found.name, found.provider) == (model, model.partition("/")[0])
    assert models.remote(model, medium) is found


@pytest.mark.parametrize(
    ("model", "medium", "kind", "sentence", "hint"),
    [
        (BANANA, Medium.IMAGE, Misconfigured, "FAL_KEY is not set, and fal/fal-ai/nano", "studio providers check"),
        (DEEPSEEK, Medium.TEXT, Misconfigured, "OPENROUTER_API_KEY is not set", "studio providers check"),
        ("openai/qwen3:8b", Medium.TEXT, Misconfigured, "There is no server for openai/qwen3", "run Ollama"),
        ("fal/fal-ai/flux/def", Medium.IMAGE, NotFound, "no model called fal/fal-ai/flux/def", "fal/fal-ai/flux/dev"),
        ("flux/dev", Medium.IMAGE, NotFound, "There is no model called", "fal/fal-ai/flux/dev"),
        ("fal/fal-ai/flux/dev", Medium.VIDEO, Refused, "is no video model", "studio models list --medium video"),
        (DEEPSEEK, Medium.VISION, Refused, "is no vision model", "studio models list --medium vision"),
        ("openai/qwen3:8b", Medium.IMAGE, Refused, "no image model called openai/qwen3", "--medium image"),
        ("openai/", Medium.TEXT, Refused, "no text model called openai/", "--medium text"),
        ("", Medium.TEXT, NotFound, "There is no model called", "studio models list"),
    ],
)
def test_a_model_that_cannot_be_had_says_what_is_missing(
    model: str, medium: Medium, kind: type[Refused], sentence: str, hint: str
) -> None:
    with pytest.raises(kind) as caught:
        keyed().remote(model, medium)

    assert sentence in caught.value.message
    assert hint in (caught.value.hint or "")


def test_a_model_is_handed_its_own_providers_key_only(
    text_server: OpenAICompatibleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_compatible, "find_local_server", lambda: text_server.url)

    models = keyed(openrouter="or-key", fal="fal-key", server=TextServer(api_key="key-of-another"))
    models.remote("openai/any", Medium.TEXT)
    monkeypatch.setattr(models, "keyed", lambda medium: None)

    assert models.chosen(Medium.TEXT) == "openai/qwen3:8b"
    assert all("authorization" not in request.headers for request in text_server.requests)


def test_a_picture_with_references_goes_to_the_endpoint_that_takes_them(fal: FalServer, models: Models) -> None:
    model = models.remote(BANANA, Medium.IMAGE)
    assert model is not None

    plain = made(model, PaintRequest("A red bicycle.", 512, 512, 1))
    shown = made(model, PaintRequest("A red bicycle.", 512, 512, 1, references=(FACE,)))

    assert [paid["endpoint"] for paid in fal.paid] == ["fal-ai/nano-banana-2", "fal-ai/nano-banana-2/edit"]
    assert model.name == BANANA
    for answer in (plain, shown):
        assert model.fetch(answer.files[0])


def test_a_clip_with_a_start_goes_to_the_endpoint_that_takes_one(models: Models) -> None:
    model = models.remote("fal/fal-ai/kling-video/v2.5-turbo/pro/text-to-video", Medium.VIDEO)
    assert model is not None
    request = ClipRequest("It rolls away.", 5, 720, 1280, 1, start=FACE)
    tickets: list[Ticket] = []

    order = model.prepare(request, lambda reference: picture(64, 64, (9, 90, 200), "png"))
    model.send(order, "0193f6a0-7a6e-7000-8000-000000000001", tickets.append)

    assert order.endpoint == "fal-ai/kling-video/v2.5-turbo/pro/image-to-video"
    assert model.quote(request) == 350_000
    assert [ticket.request_id for ticket in model.find(order, 0)] == [tickets[0].request_id]
    assert model.cancel(tickets[0]) in (True, False)


def test_the_registry_loads_no_provider_until_one_is_chosen() -> None:
    code = (
        "import sys; from studio.domain.remote import Medium; from studio.providers.registry import Models, TextServer;"
        "models = Models(text_server=TextServer(is_looked_for=False));"
        "[models.chosen(medium) for medium in Medium]; models.remote('local', Medium.IMAGE);"
        "sys.exit(any(name in sys.modules for name in ('httpx', 'pydantic', 'studio.providers.fal')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
