"""The story of docs/team.md: a server on PostgreSQL, an administrator and a creator with homes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.render.probe import probe
from tests.cli.test_serve import running
from tests.servers.asaas import KEY, TOKEN, AsaasServer, running_asaas

TEXT = "Octopuses have three hearts. Two of them feed the gills. The third one feeds everything else."
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Home:
    """Somebody's machine: a home of its own, and no setting of the server's."""

    folder: Path

    def run(self, *words: str, stdin: str = "", **more: str) -> str:
        """What the command prints. Fails the test unless it succeeds."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("STUDIO_", "ASAAS_"))}
        homes = {f"XDG_{name}_HOME": str(self.folder / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
        done = subprocess.run(
            [sys.executable, "-m", "studio", *words],
            input=stdin,
            env=environment | homes | {"HOME": str(self.folder), "COLUMNS": "80"} | more,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *words: str, **more: str) -> Any:
        return json.loads(self.run(*words, "--json", **more))


@pytest.fixture
def asaas() -> Iterator[AsaasServer]:
    with running_asaas() as server:
        yield server


@pytest.mark.slow
@pytest.mark.acceptance
def test_a_team_buys_credits_and_makes_a_film(
    postgres_url: str, tmp_path: Path, asaas: AsaasServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, admin, creator = (Home(tmp_path / name) for name in ("host", "admin", "creator"))
    for home in (host, admin, creator):
        home.folder.mkdir()
    first = host.json(
        *("admin", "users", "create", "--email", "rui@example.com", "--role", "admin", "--with-key"),
        STUDIO_DATABASE_URL=postgres_url,
    )
    for name, value in {"KEY": KEY, "URL": asaas.url}.items():
        monkeypatch.setenv(f"ASAAS_API_{name}", value)
    monkeypatch.setenv("ASAAS_WEBHOOK_TOKEN", TOKEN)

    with running(postgres_url, tmp_path / "files") as (_, address):
        at = ("login", "--server", address, "--with-token", "--insecure-storage")
        admin.run(*at, stdin=first["api_key"])
        offer = ("--key", "pro", "--name", "Pro", "--credits", "500", "--price-monthly", "4990")
        admin.run("admin", "plans", "create", *offer)
        ana = admin.json("admin", "users", "create", "--email", "ana@example.com", "--name", "Ana", "--with-key")
        creator.run(*at, stdin=ana["api_key"])
        assert creator.json("whoami")["email"] == "ana@example.com"

        page = creator.run("subscription", "start", "pro", "--no-open")
        (checkout,) = asaas.checkouts
        assert checkout in page
        paid = asaas.pays_checkout(checkout)
        for _ in range(2):  # as Asaas may
            assert asaas.delivers(f"{address}/api/webhooks/asaas", asaas.event("PAYMENT_CONFIRMED", paid)) == 200
        _until(lambda: creator.json("credits", "show")["credits_remaining"] == 500)

        (creator.folder / "text.md").write_text(TEXT)
        film = creator.json("shorts", "make", "--from", "text.md", "--duration", "15", "--output", "film.mp4")
        found = probe(creator.folder / "film.mp4")
        assert (film["status"], found.picture.width, found.picture.height) == ("COMPLETED", 1080, 1920)
        assert abs(found.seconds - film["duration_seconds"]) < 0.1
        assert [short["handle"] for short in creator.json("shorts", "list")["data"]] == [film["handle"]]
        assert admin.json("shorts", "list")["data"] == []
        assert admin.json("admin", "credits", "verify")["violations"] == []


def _until(holds: Any) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not come about"
