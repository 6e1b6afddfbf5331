"""The guarded download, against real servers of this machine: what is fetched, what is not, and what it may cost."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from studio.domain.errors import Misconfigured, Rejected, ServiceFailed
from studio.providers.download import LIMITS, Downloads
from studio.providers.http import line
from tests.providers.certificates import write_certificate
from tests.providers.test_addresses import INSIDE
from tests.servers.files import (
    FileServer,
    Reply,
    announcing,
    dripping,
    dripping_headers,
    endless,
    file,
    redirect,
    resetting,
    running_file_server,
    stalling,
    status,
    truncated,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
MP4 = b"\0\0\0\x20ftypisom" + b"\0" * 100
WAV = b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 100
METADATA = "169.254.169.254"

QUICK = MappingProxyType({name: replace(each, seconds=0.4, idle_seconds=0.2) for name, each in LIMITS.items()})
SMALL = MappingProxyType({name: replace(each, megabytes=1) for name, each in LIMITS.items()})


@pytest.fixture
def server() -> Iterator[FileServer]:
    with running_file_server() as running:
        yield running


@pytest.fixture
def downloads(server: FileServer) -> Downloads:
    return Downloads(server.host)


def never_asked(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")


def answering(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda host, port: list(addresses)


@pytest.mark.parametrize(("medium", "data"), [("image", PNG), ("video", MP4), ("audio", WAV), ("speech", WAV)])
def test_gives_the_bytes_of_what_was_delivered(
    server: FileServer, downloads: Downloads, medium: str, data: bytes
) -> None:
    assert downloads.fetch(server.gives("/file?sig=a%20b", file(data)), medium) == data
    assert server.requests[0].path == "/file?sig=a%20b"


def test_sends_no_key_and_asks_for_plain_bytes(server: FileServer, downloads: Downloads) -> None:
    downloads.fetch(server.gives("/file", file(PNG, Set_Cookie="a=b")), "image")
    downloads.fetch(server.gives("/file", file(PNG)), "image")

    for request in server.requests:
        assert {"authorization", "cookie", "referer"}.isdisjoint(request.headers)
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers["host"] == server.host


def test_uses_no_proxy_of_the_environment(
    server: FileServer, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert downloads.fetch(server.gives("/file", file(PNG)), "image") == PNG


NOWHERE = [
    "http://v3.fal.media/a.png",
    "https://v3.fal.media:8443/a.png",
    "https://v3.fal.media:0/a.png",
    "http://v3.fal.media:443/a.png",
    "https://fal.media.example.com/a.png",
    "https://evilfal.media/a.png",
    "https://v3.fal.media.",
    "https://v3.fal.media@127.0.0.1/a.png",
    "https://me:secret@v3.fal.media/a.png",
    "https://127.0.0.1\\@v3.fal.media/a.png",
    "https://127.0.0.1#@v3.fal.media/a.png",
    "https://127.0.0.1?@v3.fal.media/a.png",
    "https://v3.fal.media%2f@127.0.0.1/a.png",
    "https://v3.fal.media:443:80/a.png",
    "https://v3.fal.media:x/a.png",
    "https://v3.fal.media\r\nHost: x/a.png",
    " https://v3.fal.media/a.png",
    "https://ⅴ3.fal.media/a.png",
    "https://v3.fal.media。/a.png",
    "https://xn--3-o6s.example/a.png",
    "https://v3%2efal%2emedia/a.png",
    "https://storage.googleapis.com/a.png",
    "https://2130706433/a.png",
    "https://0x7f000001/a.png",
    "https://0177.0.0.1/a.png",
    "https://127.1/a.png",
    "https://[::ffff:127.0.0.1]/a.png",
    "https://[::1%25lo]/a.png",
    "https:///a.png",
    "//v3.fal.media/a.png",
    "file:///etc/passwd",
    "ftp://v3.fal.media/a.png",
    "gopher://127.0.0.1:11211/_stats",
    "data:image/png;base64,iVBORw0KGgo=",
    "javascript:alert(1)",
    "",
    *(f"https://[{address}]/a.png" if ":" in address else f"https://{address}/a.png" for address in INSIDE),
]


@pytest.mark.parametrize("url", NOWHERE)
def test_an_address_outside_the_known_places_is_refused_before_it_is_looked_up(url: str) -> None:
    with pytest.raises((Rejected, Misconfigured)) as caught:
        Downloads(resolve=never_asked).fetch(url, "image")

    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "target",
    [
        f"http://{METADATA}/latest/meta-data/",
        f"https://{METADATA}/",
        "http://[fd00:ec2::254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "//v3.fal.media/a.png",
        "http://v3.fal.media/a.png",
        "https://v3.fal.media@127.0.0.1/a.png",
        "http://2130706433/a.png",
        "http://0177.0.0.1/a.png",
        "http://127.0.0.1:22/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:11211/_stats",
        "data:image/png;base64,iVBORw0KGgo=",
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_a_redirect_to_such_an_address_is_refused_too(server: FileServer, target: str) -> None:
    def asked_once(host: str, port: int) -> list[str]:
        return [host] if port == server.port else never_asked(host, port)

    downloads = Downloads(server.host, resolve=asked_once)
    first = server.gives("/a.png", redirect(target))

    with pytest.raises((Rejected, Misconfigured)):
        downloads.fetch(first, "image")


@pytest.mark.parametrize("address", INSIDE)
def test_a_known_host_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="no public address"):
        Downloads(resolve=answering(address)).fetch("https://v3.fal.media/a.png", "image")


def test_one_bad_address_among_good_ones_is_enough() -> None:
    with pytest.raises(Misconfigured, match=METADATA):
        Downloads(resolve=answering("8.8.8.8", METADATA)).fetch("https://v3.fal.media/a.png", "image")


@pytest.mark.parametrize("address", [each for each in INSIDE if each not in ("127.0.0.1", "127.8.9.10", "::1")])
def test_a_host_of_the_settings_may_be_this_machine_and_nothing_else_inside(address: str) -> None:
    downloads = Downloads("files.test:9000", resolve=answering(address))

    with pytest.raises(Misconfigured, match="no public address"):
        downloads.fetch("http://files.test:9000/a.png", "image")


def test_connects_to_the_address_that_was_checked(server: FileServer) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else [METADATA]

    server.gives("/a.png", file(PNG))

    found = Downloads(f"files.test:{server.port}", resolve=rebinding).fetch(
        f"http://files.test:{server.port}/a.png", "image"
    )

    assert (found, asked) == (PNG, ["files.test"])
    assert server.requests[0].headers["host"] == f"files.test:{server.port}"


def test_each_hop_is_looked_up_and_checked_again(server: FileServer) -> None:
    answers = iter([["127.0.0.1"], [METADATA]])
    server.gives("/a.png", redirect("/b.png"))
    server.gives("/b.png", file(PNG))
    downloads = Downloads(f"files.test:{server.port}", resolve=lambda host, port: next(answers))

    with pytest.raises(Misconfigured, match=METADATA):
        downloads.fetch(f"http://files.test:{server.port}/a.png", "image")

    assert [request.path for request in server.requests] == ["/a.png"]


def test_goes_on_to_the_next_machine_when_one_is_down(server: FileServer) -> None:
    server.gives("/a.png", file(PNG))
    downloads = Downloads(f"files.test:{server.port}", resolve=answering("::1", "127.0.0.1"))

    assert downloads.fetch(f"http://files.test:{server.port}/a.png", "image") == PNG


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_follows_three_redirects_and_no_more(server: FileServer, downloads: Downloads, code: int) -> None:
    for number in range(4):
        server.gives(f"/{number}", redirect(f"/{number + 1}", code))
    server.gives("/4", file(PNG))

    assert downloads.fetch(f"http://{server.host}/1", "image") == PNG
    with pytest.raises(Rejected, match="more than 3 times"):
        downloads.fetch(f"http://{server.host}/0", "image")


@pytest.mark.parametrize("data", [b"", b"<!doctype html>", b"GIF89a" + b"\0" * 20, MP4, WAV])
def test_a_file_that_is_no_picture_is_refused_whatever_its_header_says(
    server: FileServer, downloads: Downloads, data: bytes
) -> None:
    with pytest.raises(Rejected, match="not an image that studio reads"):
        downloads.fetch(server.gives("/file", file(data, "image/png")), "image")


def test_a_packed_file_is_never_unpacked(server: FileServer) -> None:
    bomb = gzip.compress(PNG + b"\0" * 50_000_000)
    downloads = Downloads(server.host, limits=SMALL)

    with pytest.raises(Rejected, match="something else"):
        downloads.fetch(server.gives("/file", file(bomb, "image/png", Content_Encoding="gzip")), "image")


@pytest.mark.parametrize("reply", [endless(PNG), announcing(1_000_001), file(PNG + b"\0" * 1_000_000)])
def test_a_file_above_the_limit_is_given_up(server: FileServer, reply: Reply) -> None:
    downloads = Downloads(server.host, limits=SMALL)

    with pytest.raises(Rejected, match="larger than 1 MB"):
        downloads.fetch(server.gives("/file", reply), "image")


def test_the_limits_are_those_that_are_promised() -> None:
    found = {medium: limits.megabytes for medium, limits in LIMITS.items()}

    assert found == {"image": 25, "video": 500, "audio": 50, "speech": 50, "music": 50}


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (truncated(PNG, 1000), "broke off"),
        (resetting, "broke off"),
        (stalling, "broke off"),
        (dripping(PNG), "in time"),
        (dripping_headers, "in time"),
        (status(500), "status 500"),
        (status(503), "status 503"),
        (status(429), "status 429"),
    ],
)
def test_a_file_that_does_not_arrive_whole_may_be_asked_for_again(
    server: FileServer, reply: Reply, sentence: str
) -> None:
    downloads = Downloads(server.host, limits=QUICK)

    with pytest.raises(ServiceFailed, match=sentence) as caught:
        downloads.fetch(server.gives("/file", reply), "image")

    assert not isinstance(caught.value, Rejected)


@pytest.mark.parametrize("code", [404, 410])
def test_a_file_that_is_gone_is_a_verdict(server: FileServer, downloads: Downloads, code: int) -> None:
    with pytest.raises(Rejected, match=f"status {code}"):
        downloads.fetch(server.gives("/file", status(code)), "image")


@pytest.mark.parametrize("code", [204, 206, 304, 400, 401, 403, 451])
def test_another_refusal_may_be_the_networks(server: FileServer, downloads: Downloads, code: int) -> None:
    with pytest.raises(ServiceFailed, match=f"status {code}") as caught:
        downloads.fetch(server.gives("/file", status(code)), "image")

    assert not isinstance(caught.value, Rejected)


def test_nobody_listening_is_no_verdict() -> None:
    with pytest.raises(ServiceFailed, match=r"127\.0\.0\.1 cannot be reached") as caught:
        Downloads("127.0.0.1:9").fetch("http://127.0.0.1:9/a.png", "image")

    assert not isinstance(caught.value, Rejected)


@pytest.mark.parametrize(
    "hosts", ["http://files.test:80", "files.test:x", "a b", "me@files.test", "files.test/x", ":80"]
)
def test_what_is_no_list_of_hosts_is_refused(hosts: str) -> None:
    with pytest.raises(Misconfigured, match="STUDIO_MEDIA_HOSTS"):
        Downloads(hosts)


def test_several_hosts_are_separated_by_commas(server: FileServer) -> None:
    downloads = Downloads(f" Files.Test:{server.port}, {server.host} ,")

    assert downloads.fetch(server.gives("/file", file(PNG)), "image") == PNG


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[FileServer, list[str | None], Path]]:
    """A server with a certificate for files.test, the names it was asked for, and the certificate."""
    certificate = write_certificate(tmp_path, "files.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str | None] = []
    context.sni_callback = lambda socket, name, context: names.append(name)
    with running_file_server(context) as running:
        running.gives("/a.png", file(PNG))
        yield running, names, certificate


def test_the_certificate_is_checked_for_the_name_and_not_for_the_number(
    secure: tuple[FileServer, list[str | None], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, names, certificate = secure
    monkeypatch.setattr(line, "certificates", lambda: ssl.create_default_context(cafile=str(certificate)))
    hosts = f"files.test:{server.port},other.test:{server.port}"
    downloads = Downloads(hosts, resolve=answering("127.0.0.1"))

    assert downloads.fetch(f"https://files.test:{server.port}/a.png", "image") == PNG
    assert names == ["files.test"]
    with pytest.raises(ServiceFailed, match=r"other\.test cannot be reached"):
        downloads.fetch(f"https://other.test:{server.port}/a.png", "image")


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[FileServer, list[str | None], Path]) -> None:
    server = secure[0]
    downloads = Downloads(f"files.test:{server.port}", resolve=answering("127.0.0.1"))

    with pytest.raises(ServiceFailed, match="cannot be reached"):
        downloads.fetch(f"https://files.test:{server.port}/a.png", "image")

    assert server.requests == []
