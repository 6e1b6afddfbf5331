"""Operations over HTTP: once under a key, watched line by line, with files in and out, for their owner only."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio.contracts.wire import STREAM
from tests.api.conftest import Person

BRIEF = {"source_text": "One sea. Two moons.", "aspect": "1:1", "duration_seconds": 15}


def _grant(key: str = "gift-1", amount: int = 50) -> dict[str, Any]:
    return {"user": "ana@example.com", "amount": amount, "reason": "gift", "key": key}


def test_a_request_under_a_key_is_done_once(admin: Person, creator: Person) -> None:
    under = {"Idempotency-Key": "k1"}
    first = admin.http.post("/api/admin/credits/grant", json=_grant(), headers=under)
    again = admin.http.post("/api/admin/credits/grant", json=_grant(), headers=under)
    other = admin.http.post("/api/admin/credits/grant", json=_grant("gift-2"), headers=under)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert creator.http.get("/api/credits/me").json()["data"]["credits_remaining"] == 50


def test_a_key_is_one_persons_own_and_a_failure_may_be_tried_again(admin: Person, creator: Person) -> None:
    under = {"Idempotency-Key": "k1"}
    refused = admin.http.post("/api/admin/credits/grant", json=_grant() | {"user": "nobody"}, headers=under)
    mine, theirs = (
        person.http.post(f"/api/shorts/{short}/script", headers={"Idempotency-Key": "s"})
        for person in (admin, creator)
        for short in [person.http.post("/api/shorts", json=BRIEF).json()["data"]["handle"]]
    )

    assert refused.status_code == 404
    assert admin.http.post("/api/admin/credits/grant", json=_grant(), headers=under).status_code == 201
    assert mine.json()["data"]["id"] != theirs.json()["data"]["id"]


def test_the_same_key_from_twenty_threads_is_one_grant(admin: Person, creator: Person) -> None:
    statuses: list[int] = []

    def ask() -> None:
        answer = admin.http.post("/api/admin/credits/grant", json=_grant(), headers={"Idempotency-Key": "k"})
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert creator.http.get("/api/credits/me").json()["data"]["credits_remaining"] == 50


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_film_is_made_watched_and_fetched(creator: Person, tmp_path: Path) -> None:
    lines = []
    with creator.http.stream(
        "POST", "/api/shorts/make", json=BRIEF, params={"preview": True}, headers={"Accept": STREAM}
    ) as answer:
        assert answer.headers["content-type"].startswith(STREAM)
        lines = [json.loads(line) for line in answer.iter_lines()]

    stages = {line["step"]["stage"] for line in lines if "step" in line}
    last = lines[-1]
    assert len(stages) > 2
    assert (last["success"], last["status"]) == (True, 201)
    short = last["data"]["handle"]
    film = creator.http.get(f"/api/shorts/{short}/film")
    part = creator.http.get(f"/api/shorts/{short}/film", headers={"Range": "bytes=4-7"})
    board = creator.http.get(f"/api/shorts/{short}/storyboard")
    assert (film.headers["content-type"], len(film.content)) == ("video/mp4", last["data"]["size_bytes"])
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert board.content.startswith(b"\x89PNG")
    assert "-->" in creator.http.get(f"/api/shorts/{short}/subtitles", params={"format": "srt"}).json()["data"]


def test_work_that_fails_while_it_is_watched_ends_with_its_error(creator: Person) -> None:
    made = creator.http.post("/api/shorts", json=BRIEF).json()["data"]["handle"]
    with creator.http.stream("POST", f"/api/shorts/{made}/media", headers={"Accept": STREAM}) as answer:
        last = json.loads(list(answer.iter_lines())[-1])

    assert answer.status_code == 200
    assert (last["success"], last["status"]) == (False, 404)
    assert last["hint"]


def test_the_short_can_be_named_in_the_body(creator: Person) -> None:
    short = creator.http.post("/api/shorts", json=BRIEF).json()["data"]["handle"]
    script = creator.http.post("/api/shorts/script", json={"short": short})
    media = creator.http.post("/api/shorts/media", json={"short": short, "scene": 1})
    wrong = creator.http.post("/api/shorts/script", json={"short": short, "price": 0})
    missing = creator.http.post("/api/shorts/script", json={"short": "nothing"})

    assert script.json()["data"]["status"] == "SCRIPT_READY"
    assert media.json()["data"]["data"]
    assert (wrong.status_code, missing.status_code) == (422, 404)


def test_files_of_ones_own_come_in_as_they_are(creator: Person, tmp_path: Path) -> None:
    short = creator.http.post("/api/shorts", json=BRIEF).json()["data"]["handle"]
    creator.http.post(f"/api/shorts/{short}/script")
    Image.new("RGB", (200, 200), "teal").save(tmp_path / "sea.png")
    data = (tmp_path / "sea.png").read_bytes()

    taken = creator.http.post(f"/api/shorts/{short}/media/import", params={"scene": 1}, content=data)
    empty = creator.http.post(f"/api/shorts/{short}/media/import", params={"scene": 1})
    rubbish = creator.http.post(f"/api/shorts/{short}/media/import", params={"scene": 1}, content=b"no picture")

    assert taken.status_code == 201, taken.text
    assert (empty.status_code, rubbish.status_code) in {(400, 400), (400, 422)}


def test_somebody_elses_thing_answers_like_a_missing_one(admin: Person, creator: Person) -> None:
    short = admin.http.post("/api/shorts", json=BRIEF).json()["data"]

    for path in ("", "/scenes", "/film", "/media", "/cost"):
        theirs = creator.http.get(f"/api/shorts/{short['id']}{path}")
        absent = creator.http.get(f"/api/shorts/{'0' * len(short['id'])}{path}")
        assert theirs.status_code == absent.status_code == 404
        assert theirs.text.replace(short["id"], "ID") == absent.text.replace("0" * len(short["id"]), "ID")


def test_a_creator_is_no_administrator_and_a_limited_key_is_limited(creator: Person) -> None:
    made = creator.http.post("/api/keys", json={"name": "ci", "scopes": ["shorts:read"]}).json()["data"]
    limited = {"Authorization": f"Bearer {made['api_key']}"}

    assert creator.http.get("/api/users").status_code == 403
    # Also with a body that is wrong: nothing is said about it to whoever may not ask.
    assert creator.http.post("/api/admin/plans", content=b"{").status_code == 403
    assert creator.http.get("/api/shorts", headers=limited).status_code == 200
    assert creator.http.get("/api/credits/me", headers=limited).status_code == 403


@pytest.mark.parametrize("path", ["/api/admin/prompts/..%2f..%2fsecret", "/api/shorts/%00", "/api/models/%2e%2e%2f"])
def test_tricks_in_paths_find_nothing(path: str, admin: Person) -> None:
    assert admin.http.get(path).status_code in (400, 404, 422)
