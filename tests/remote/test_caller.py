"""What a server, or whatever stands in its place, can answer, and that nothing is asked twice that must not be."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.api.streams import BEAT_SECONDS
from studio.contracts.characters import CreateCharacter
from studio.contracts.films import RenderShort
from studio.contracts.scripts import ImportScript
from studio.domain import errors
from studio.domain.errors import (
    Interrupted,
    Invalid,
    Misconfigured,
    NotFound,
    NotLoggedIn,
    NotSent,
    ServiceFailed,
    StudioError,
)
from studio.domain.progress import Step
from studio.remote import caller, http
from studio.remote.address import server_address
from studio.remote.caller import FixedToken
from studio.remote.failures import ServerBug
from studio.remote.http import HttpTransport, Request
from studio.remote.studio import RemoteStudio
from tests.providers.certificates import write_certificate
from tests.remote.scripted import HANG, Scripted, data, error, reply, running_scripted, stream


@pytest.fixture
def server() -> Iterator[Scripted]:
    with running_scripted() as server:
        yield server


@pytest.fixture
def studio(server: Scripted, tmp_path: Path) -> Iterator[RemoteStudio]:
    studio = server.studio(tmp_path)
    yield studio
    studio.close()


def test_the_token_goes_with_every_request_and_what_is_unknown_in_an_answer_is_left(
    server: Scripted, studio: RemoteStudio
) -> None:
    server.answers.append(data({"id": "x", "deleted": True, "from_a_newer_server": 1}))

    gone = studio.shorts.delete("a b/ç".replace("/", ""))

    [asked] = server.asked
    assert gone.model_dump() == {"id": "x", "deleted": True}
    assert (asked.method, asked.path) == ("DELETE", "/api/shorts/a%20b%C3%A7")
    assert asked.headers["authorization"] == "Bearer secret"
    assert asked.headers["user-agent"].startswith("studio/")


@pytest.mark.parametrize("id", ["", ".", "..", "a/b", "../keys"])
def test_an_id_that_would_lead_elsewhere_is_never_sent(server: Scripted, studio: RemoteStudio, id: str) -> None:
    with pytest.raises(NotFound):
        studio.shorts.show(id)

    assert server.asked == []


def all_kinds(kind: type[StudioError] = StudioError) -> list[type[StudioError]]:
    return [each for below in kind.__subclasses__() for each in (below, *all_kinds(below))]


@pytest.mark.parametrize("kind", [each for each in all_kinds() if each.__module__ == errors.__name__])
def test_an_error_is_of_the_class_it_was(server: Scripted, studio: RemoteStudio, kind: type[StudioError]) -> None:
    server.answers.append(error(409, kind.code, "It is so.", hint="Do this.", details={"faults": ["a", "b"], "x": 1}))

    with pytest.raises(kind) as caught:
        studio.shorts.show("x")

    assert type(caught.value) is kind
    assert (caught.value.message, caught.value.hint) == ("It is so.", "Do this.")
    assert caught.value.details == {"faults": ["a", "b"], "x": 1}
    assert not isinstance(caught.value, Invalid) or caught.value.faults == ["a", "b"]


@pytest.mark.parametrize(
    ("answer", "kind", "exit_code", "words"),
    [
        (error(500, "bug", "Something in studio went wrong."), ServerBug, 70, "request r-17"),
        (error(502, "service_failed", "fal is down.", hint="Wait."), ServiceFailed, 6, "Wait. The server's log knows"),
        (error(401, "from_the_future", "No."), NotLoggedIn, 4, "No."),
        (error(418, "teapot", "Short and stout."), errors.Refused, 1, "stout"),
        (reply(502, b"<html>Bad gateway</html>", kind="text/html"), ServiceFailed, 6, "answered 502, but not as"),
        (reply(200, b"<html>Log in to the hotel</html>", kind="text/html"), ServiceFailed, 6, "not as a studio server"),
        (reply(200, {"success": True}), ServiceFailed, 6, "not as a studio server"),
        (reply(200, []), ServiceFailed, 6, "not as a studio server"),
        (reply(200, b"[" * 100_000), ServiceFailed, 6, "not as a studio server"),
        (data({"id": 1}), ServiceFailed, 6, "cannot be read"),
        (reply(301, b"", "Location: https://elsewhere.example.com"), ServiceFailed, 6, "it has moved"),
        (reply(500, {"success": False, "error": None, "details": 7, "hint": [1]}), ServiceFailed, 6, "answered 500"),
    ],
    ids=lambda value: value[-60:].decode(errors="replace") if isinstance(value, bytes) else None,
)
def test_what_no_studio_answers(
    server: Scripted, studio: RemoteStudio, answer: bytes, kind: type[StudioError], exit_code: int, words: str
) -> None:
    server.answers.append(answer)

    with pytest.raises(kind) as caught:
        studio.shorts.show("x")

    assert caught.value.exit_code == exit_code
    assert words in f"{caught.value.message} {caught.value.hint}"
    assert len(server.asked) == 1


CUT = reply(200, {"success": True, "data": {}})[:-9]


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 2", b"what?\r\n\r\n"])
def test_reading_is_asked_once_more_when_the_connection_breaks(
    server: Scripted, studio: RemoteStudio, answer: bytes
) -> None:
    server.answers += [answer, data({"data": [], "next_cursor": None})]

    assert studio.shorts.list(limit=3).data == []
    assert [asked.path for asked in server.asked] == ["/api/shorts?limit=3"] * 2


def test_an_answer_that_ends_too_early_is_not_taken(server: Scripted, studio: RemoteStudio) -> None:
    server.answers.append(CUT)

    with pytest.raises(ServiceFailed, match="The connection to the server was lost: it ended too early"):
        studio.shorts.list()


def test_writing_is_repeated_only_with_the_key_by_which_the_server_knows_it(
    server: Scripted, studio: RemoteStudio
) -> None:
    server.answers += [b"", b"", b"", b"", b""]
    for ask in (
        lambda: studio.characters.create(CreateCharacter(name="Vega")),
        lambda: studio.scripts.import_("x", ImportScript(text="a")),
        lambda: studio.shorts.delete("x"),
        lambda: studio.films.render("x", RenderShort()),
    ):
        with pytest.raises(ServiceFailed, match="was lost"):
            ask()

    methods = [asked.method for asked in server.asked]
    keys = [asked.headers.get("idempotency-key") for asked in server.asked]
    assert methods == ["POST", "PUT", "DELETE", "POST", "POST"]
    assert keys[:3] == [None] * 3
    assert keys[3] == keys[4] is not None
    server.answers.append(error(409, "conflict", "No."))
    with pytest.raises(errors.Conflict):
        studio.films.render("x", RenderShort())
    assert server.asked[-1].headers["idempotency-key"] != keys[3]


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    transport = HttpTransport(server_address("http://127.0.0.1:9"))
    studio = RemoteStudio("x", transport, FixedToken("secret"), tmp_path)

    with pytest.raises(NotSent, match=r"The server http://127\.0\.0\.1:9 cannot be reached: Connection refused"):
        studio.shorts.list()


def test_a_server_that_says_nothing_is_not_waited_for(server: Scripted) -> None:
    server.answers.append(HANG)
    started = time.monotonic()

    with pytest.raises(ServiceFailed, match="it does not answer"):
        HttpTransport(server_address(server.address)).send(Request("POST", "/x"), silence_seconds=0.2)

    assert time.monotonic() - started < 5


def test_an_answer_without_end_is_cut_off(
    server: Scripted, studio: RemoteStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.remote.failures.whole", lambda reply: http.whole(reply, 1000))
    server.answers.append(reply(200, b" " * 100_000))

    with pytest.raises(ServiceFailed, match="does not end"):
        studio.shorts.list()


def test_a_file_that_nobody_wants_is_answered_all_the_same(
    server: Scripted, studio: RemoteStudio, tmp_path: Path
) -> None:
    server.answers.append(error(413, "too_large", "More than studio takes."))
    (tmp_path / "big.mp3").write_bytes(b"x" * 3_000_000)

    with pytest.raises(errors.TooLarge):
        studio.films.import_music(tmp_path / "big.mp3")

    [asked] = server.asked
    assert asked.headers["content-type"] == "application/octet-stream"
    assert (asked.headers["content-length"], len(asked.body)) == ("3000000", 3_000_000)


def test_a_film_that_breaks_off_is_no_film(server: Scripted, studio: RemoteStudio) -> None:
    server.answers.append(reply(200, b"x" * 5000, kind="video/mp4")[:-10])

    with pytest.raises(ServiceFailed, match="ended too early"):
        studio.films.open_film("x")


class Renewing:
    """Tokens of which each is refused once."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.refused: list[str] = []

    def current(self) -> str:
        return self.tokens[0]

    def renewed(self, refused: str) -> str | None:
        self.refused.append(refused)
        self.tokens.pop(0)
        return self.tokens[0] if self.tokens else None


def test_a_token_that_is_refused_is_renewed_once(server: Scripted, tmp_path: Path) -> None:
    refusal = error(401, "not_logged_in", "This login is not valid.")
    server.answers += [refusal, data({"id": "x", "deleted": True}), refusal, refusal]
    tokens = Renewing("old", "new", "newer")
    studio = server.studio(tmp_path, tokens)

    assert studio.shorts.delete("x").deleted
    with pytest.raises(NotLoggedIn):
        studio.shorts.delete("x")

    assert tokens.refused == ["old", "new"]
    assert [asked.headers["authorization"] for asked in server.asked] == [
        "Bearer old", "Bearer new", "Bearer new", "Bearer newer",
    ]  # fmt: skip


# Long work


def test_steps_are_told_as_they_come(server: Scripted, studio: RemoteStudio) -> None:
    heard: list[Step] = []
    server.answers.append(
        stream(
            {"step": {"stage": "media", "message": "a", "done": 1, "total": 2, "detail": True}},
            {"beat": True},
            {"step": {"stage": "film", "message": "b", "later": "x", "done": "many"}},
            {"something": "new"},
            {"success": False, "error": "No.", "code": "not_enough_credits", "details": {}, "status": 402},
        )
    )

    with pytest.raises(errors.NotEnoughCredits):
        studio.films.render("x", RenderShort(), progress=heard.append)

    assert heard == [Step("media", "a", 1, 2, True), Step("film", "b")]
    assert server.asked[0].headers["accept"].startswith("application/x-ndjson")


@pytest.mark.parametrize("end", [b"", b'{"success": true, "da', b"\n", b"[]\n"])
def test_a_stream_that_breaks_off_says_what_to_do(server: Scripted, studio: RemoteStudio, end: bytes) -> None:
    server.answers.append(stream({"beat": True}, end))

    with pytest.raises(ServiceFailed) as caught:
        studio.films.render("x", RenderShort())

    assert end == b"[]\n" or caught.value.hint == "Run the same command again: it goes on where it stands."
    assert len(server.asked) == 1


def test_a_stream_that_falls_silent_is_lost(
    server: Scripted, studio: RemoteStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.remote.caller.WATCHED_SILENCE_SECONDS", 0.2)
    server.answers.append(stream({"beat": True}) + HANG)

    with pytest.raises(ServiceFailed, match="it does not answer"):
        studio.films.render("x", RenderShort())


@pytest.mark.parametrize("start", [stream({"step": {"stage": "a", "message": "b"}}), b""])
def test_whoever_stops_hangs_up(server: Scripted, studio: RemoteStudio, start: bytes) -> None:
    server.answers.append(start + HANG)

    with pytest.raises(Interrupted, match="Stopped; what was made is kept") as caught:
        studio.films.render("x", RenderShort(), cancelled=lambda: bool(server.asked))

    assert caught.value.exit_code == 130
    assert start == b"" or server.left.wait(5)


def test_the_wait_for_a_beat_is_longer_than_the_beat() -> None:
    assert caller.WATCHED_SILENCE_SECONDS >= 3 * BEAT_SECONDS


# TLS


def test_a_server_is_only_trusted_with_a_certificate_for_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def answer(host: str) -> int:
        with running_scripted(context) as server:
            server.answers.append(data({}))
            sent = HttpTransport(server_address(f"https://{host}:{server.port}")).send(Request("GET", "/"))
            sent.close()
            return sent.status

    with pytest.raises(NotSent, match=r"certificate verify failed|CERTIFICATE_VERIFY_FAILED"):
        answer("localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert answer("localhost") == 200
    with pytest.raises(NotSent):
        answer("127.0.0.1")


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("https://Studio.Example.com/", "https://studio.example.com"),
        (" https://studio.example.com:443/team/ ", "https://studio.example.com/team"),
        ("https://studio.example.com:8443", "https://studio.example.com:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_the_address_of_a_server_has_one_spelling(text: str, spelling: str) -> None:
    assert str(server_address(text)) == spelling


@pytest.mark.parametrize(
    "text",
    [
        "", "studio.example.com", "ftp://x", "https://", "https://u:p@x.com", "https://x.com?a=b", "https://x.com#a",
        "http://studio.example.com", "http://127.0.0.1.example.com", "https://x.com:99999", "https://x\r\ny.com",
        "https://x.com/../y%2f", "https://exa mple.com", "http://10.0.0.1:8000",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_server(text: str) -> None:
    with pytest.raises(Misconfigured):
        server_address(text)


def test_a_proxy_of_the_environment_is_gone_through(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://ana:s%40cret@127.0.0.1:{server.port}")
    connects: list[Any] = []
    monkeypatch.setattr(
        "http.client.HTTPSConnection.set_tunnel", lambda self, *given: connects.append((self.host, *given))
    )
    monkeypatch.setattr("http.client.HTTPSConnection.connect", lambda self: (_ for _ in ()).throw(OSError("enough")))

    with pytest.raises(NotSent):
        HttpTransport(server_address("https://studio.example.com")).send(Request("GET", "/"))
    with pytest.raises(NotSent):
        HttpTransport(server_address("https://localhost")).send(Request("GET", "/"))

    header = {"Proxy-Authorization": "Basic YW5hOnNAY3JldA=="}
    assert connects == [("127.0.0.1", "studio.example.com", 443, header)]
