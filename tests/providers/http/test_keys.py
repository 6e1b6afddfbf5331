"""Keys and addresses: a key goes to its own server and is never shown."""

from __future__ import annotations

import logging

import pytest

from studio.domain.errors import KeyRefused, Misconfigured, Rejected
from studio.providers.http import Client
from tests.providers.http.asking import KEY, QUESTION, asked, client
from tests.servers.openai_compatible import OpenAICompatibleServer, failed, said


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/v1/models",
        "https://127.0.0.1:{port}/v1/models",
        "http://evil.example/v1/models",
        "http://127.0.0.1:{port}@evil.example/v1/models",
        "http://me:secret@127.0.0.1:{port}/v1/models",
        "http://127.0.0.1:{port}\\@evil.example/",
        "http://[bad",
        "http://127.0.0.1:{port}\n.evil.example/",
    ],
)
def test_an_address_of_another_server_is_refused_before_the_key_goes_there(
    text_server: OpenAICompatibleServer, address: str
) -> None:
    with pytest.raises(Rejected):
        client(text_server, api_key=KEY).get(address.format(port=text_server.port))

    assert text_server.requests == []


def test_an_address_of_the_server_itself_is_taken(text_server: OpenAICompatibleServer) -> None:
    asking = client(text_server, api_key=KEY)

    listed = asking.content(asking.get(f"{text_server.url}/models"))

    assert listed["data"][0]["id"] == "qwen3:8b"
    assert text_server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_the_query_and_the_scheme_of_the_key_are_sent(text_server: OpenAICompatibleServer) -> None:
    client(text_server, api_key=KEY, scheme="Key").get("models", {"q": "a b&c"})

    assert text_server.requests[0].path == "/v1/models?q=a+b%26c"
    assert text_server.requests[0].headers["authorization"] == f"Key {KEY}"


def test_the_key_is_sent_as_a_bearer_and_shown_nowhere(
    text_server: OpenAICompatibleServer, caplog: pytest.LogCaptureFixture
) -> None:
    text_server.api_key = "another-key"
    asking = client(text_server, api_key=f" {KEY}\n")

    with caplog.at_level(logging.DEBUG), pytest.raises(KeyRefused) as caught:
        asking.content(asking.post("chat/completions", QUESTION))

    assert text_server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "refused the key: Incorrect API key provided: Bearer ********." in caught.value.message
    assert KEY not in repr(asking) + caplog.text


def test_without_a_key_no_authorization_is_sent(text_server: OpenAICompatibleServer) -> None:
    asked(text_server, said("hello"))

    assert "authorization" not in text_server.requests[0].headers


def test_proxies_of_the_environment_are_not_used(
    text_server: OpenAICompatibleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert asked(text_server, said("hello"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:11434",
        "ftp://127.0.0.1/v1",
        "http://",
        "http://me:secret@host/v1",
        "http://host/v1?key=1",
        "http://h:x",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Client(address, service="The model")

    assert "secret" not in caught.value.message


@pytest.mark.parametrize("key", ["two words", "clé", "line\nbreak"])
def test_what_is_no_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Client("http://127.0.0.1/v1", service="The model", api_key=key)

    assert key not in caught.value.message


@pytest.mark.parametrize(
    ("key", "said", "shown"),
    [
        ("key-id-1:s3cr3t", "no key key-id-1:s3cr3t here", "no key ******** here"),
        ("key-id-1:s3cr3t", "wrong secret s3cr3t of key-id-1", "wrong secret ******** of ********"),
        ("me:s3cr3t", "some of s3cr3t", "some of ********"),
        ("key-id-1:", "key-id-1 has no secret", "******** has no secret"),
        (":s3cr3t", "s3cr3t", "********"),
        ("key-id-1:two:parts", "secret two:parts", "secret ********"),
        (None, "nothing: to hide", "nothing: to hide"),
    ],
)
def test_neither_half_of_a_key_is_shown(
    text_server: OpenAICompatibleServer, key: str | None, said: str, shown: str
) -> None:
    with pytest.raises(KeyRefused) as caught:
        asked(text_server, failed(401, said), api_key=key)

    assert caught.value.message.endswith(f": {shown}.")
