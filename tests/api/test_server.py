"""What every request meets: envelopes, logins, limits, ids; never a 500 for what a client did."""

from __future__ import annotations

import json
import logging
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from studio import __version__
from studio.config import Settings
from studio.db.engine import Database
from tests.api.conftest import Person, serving

FORM = {"content-type": "application/json"}


def test_health_needs_no_login(address: str) -> None:
    answer = httpx.get(f"{address}/api/health", trust_env=False)

    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert answer.json()["data"]["version"] == __version__
    assert answer.json()["data"]["database"] == "ok"


def test_success_and_errors_have_their_envelopes(admin: Person) -> None:
    made = admin.http.post("/api/characters", json={"name": "Vega"})
    missing = admin.http.get("/api/characters/nobody")

    assert (made.status_code, made.json()["success"], made.json()["data"]["handle"]) == (201, True, "vega")
    assert missing.status_code == 404
    assert missing.json() == {
        "success": False,
        "error": "There is no character called nobody.",
        "code": "not_found",
        "hint": missing.json()["hint"],
        "details": {},
    }


def test_without_a_valid_login_nothing_is_told(address: str) -> None:
    for header in ("", "Bearer", "Basic YTpi", "Bearer stu_live_x", "Bearer é", "bearer a.b.c"):
        # Not even that the body is wrong, or that there is no such thing.
        headers = [(b"authorization", header.encode())]
        answer = httpx.post(f"{address}/api/characters", headers=headers, content=b"{", trust_env=False)

        assert answer.status_code == 401, header
        assert answer.json()["code"] == "not_logged_in"
    assert httpx.get(f"{address}/api/characters/x", trust_env=False).status_code == 401


def test_paths_and_methods_that_there_are_not(admin: Person) -> None:
    assert admin.http.get("/api/nothing").status_code == 404
    assert admin.http.get("/").json()["code"] == "not_found"
    wrong = admin.http.patch("/api/shorts")
    assert (wrong.status_code, wrong.json()["success"]) == (405, False)


BODIES: list[tuple[bytes, dict[str, str], int]] = [
    (b"{", FORM, 422),
    (b"", FORM, 422),
    (b"[]", FORM, 422),
    (b"null", FORM, 422),
    (b'{"name": []}', FORM, 422),
    (b'{"name": "a", "role": "admin"}', FORM, 422),
    (b'{"name": NaN}', FORM, 422),
    (b'{"name": "\xff"}', FORM, 422),
    (b'{"name":' + b"[" * 50_000, FORM, 422),
    (b'{"name": "a"}', {"content-type": "text/plain"}, 400),
    (b'{"name": "a"}', {}, 400),
    (b"x" * 1_000_001, FORM, 413),
]


def test_a_wrong_body_is_the_clients_fault(admin: Person) -> None:
    for body, headers, status in BODIES:
        answer = admin.http.post("/api/characters", content=body, headers=headers)

        assert answer.status_code == status, body[:40]
        assert answer.json()["success"] is False
    assert admin.http.get("/api/characters").json()["data"]["data"] == []


def test_wrong_parameters_are_named(admin: Person) -> None:
    for query, fault in (
        ("limit=many", "limit"),
        ("limit=1&limit=2", "limit"),
        ("page=2", "page"),
        ("cursor=%00", "cursor"),
    ):
        answer = admin.http.get(f"/api/shorts?{query}")

        assert answer.status_code in (400, 422), query
        assert fault in json.dumps(answer.json()), query


def test_a_body_without_a_length_is_counted_as_it_comes(admin: Person, address: str) -> None:
    parts = urlsplit(address)
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        head = f"POST /api/characters HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin.key}\r\n"
        connection.sendall(head.encode() + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(40):
                connection.sendall(chunk)
        except OSError:
            pass  # the server may hang up once it has said enough
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_requests_have_ids_and_are_logged_without_their_query(admin: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "studio.requests"):
        given = admin.http.get("/api/shorts?limit=1", headers={"x-request-id": "mine-1"})
        made = admin.http.get("/api/shorts", headers={"x-request-id": "bad id"})

    assert given.headers["x-request-id"] == "mine-1"
    assert len(made.headers["x-request-id"]) == 32
    record = next(each for each in caplog.records if getattr(each, "request_id", "") == "mine-1")
    assert (record.__dict__["path"], record.__dict__["status"]) == ("/api/shorts", 200)
    assert admin.key not in caplog.text


def test_only_what_went_wrong_is_logged_when_asked(
    sqlite_url: str, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path, api_log_min_status=400)
    with serving(settings) as address, caplog.at_level(logging.INFO, "studio.requests"):
        httpx.get(f"{address}/api/health", trust_env=False)
        httpx.get(f"{address}/api/nothing", trust_env=False)

    assert [record.__dict__["status"] for record in caplog.records if record.name == "studio.requests"] == [404]


def test_metrics_are_behind_their_token(address: str) -> None:
    httpx.get(f"{address}/api/health", trust_env=False)

    closed = httpx.get(f"{address}/metrics", trust_env=False)
    opened = httpx.get(f"{address}/metrics", headers={"Authorization": "Bearer counting"}, trust_env=False)

    assert closed.status_code == 401
    assert 'studio_requests_total{method="GET",route="/api/health",status="200"} 1.0' in opened.text


def test_other_sites_may_not_call_unless_they_are_named(sqlite_url: str, tmp_path: Any, address: str) -> None:
    origin = {"Origin": "https://app.example.com"}
    closed = httpx.get(f"{address}/api/health", headers=origin, trust_env=False)
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path, cors_origins="https://app.example.com")
    with serving(settings) as named:
        opened = httpx.get(f"{named}/api/health", headers=origin, trust_env=False)

    assert "access-control-allow-origin" not in closed.headers
    assert opened.headers["access-control-allow-origin"] == "https://app.example.com"


def test_a_database_that_is_gone_is_a_503_that_says_nothing_of_it(
    creator: Person, database: Database, database_url: str
) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql('ALTER TABLE "user" RENAME TO gone')

    answer = creator.http.get("/api/credits/me")

    assert answer.status_code == 503
    assert "gone" not in answer.text
    assert "user" not in answer.json()["error"]


def test_the_document_names_every_route(address: str) -> None:
    described = httpx.get(f"{address}/openapi.json", trust_env=False).json()

    for path in ("/api/health", "/api/credits/me", "/api/shorts/{id}/scenes/reorder", "/api/shorts/script"):
        assert path in described["paths"]
    assert described["paths"]["/api/shorts"]["post"]["operationId"] == "shorts.create"
