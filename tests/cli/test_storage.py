"""`studio storage`, as a person runs it."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run
from tests.servers.s3 import BUCKET, running_s3
from tests.servers.trouble import page_of_html
from tests.servers.vercel_blob import TOKEN, running_vercel_blob
from tests.storage.files import key_of

FIELDS = {"id", "name", "kind", "media_type", "size_bytes", "sha256", "used_by", "created_at"}


@pytest.fixture
def reef(tmp_path: Path) -> Path:
    path = tmp_path / "Reef at dawn.png"
    data = io.BytesIO()
    Image.new("RGB", (30, 30), "teal").save(data, "PNG")
    path.write_bytes(data.getvalue())
    return path


def test_a_file_is_uploaded_looked_at_fetched_and_deleted(studio_command: Run, reef: Path, tmp_path: Path) -> None:
    uploaded = studio_command("storage", "upload", str(reef), "--json")
    listed = studio_command("storage", "list", "--json").json
    in_words = studio_command("storage", "list")
    fetched = studio_command("storage", "download", "@last", "--json").json
    taken = studio_command("storage", "download", "@last")
    gone = studio_command("storage", "delete", uploaded.json["id"][:13], "--yes")
    missing = studio_command("storage", "download", uploaded.json["id"])

    assert uploaded.code == 0
    assert set(uploaded.json) == FIELDS
    assert (uploaded.json["name"], uploaded.json["kind"]) == ("Reef at dawn.png", "picture")
    assert listed == {"data": [uploaded.json], "next_cursor": None}
    assert in_words.out.startswith("Reef at dawn.png\tpicture\t0.0 MB\t")
    assert fetched["path"] == "reef-dawn.png"
    assert (tmp_path / "reef-dawn.png").read_bytes() == reef.read_bytes()
    assert (taken.code, "exists already" in taken.err) == (1, True)
    assert gone.out == "Deleted Reef at dawn.png.\n"
    assert missing.code == 1


def test_standard_input_and_output_carry_files(studio_command: Run, reef: Path, tmp_path: Path) -> None:
    piped = studio_command("storage", "upload", "-", "--name", "piped", stdin=reef.read_bytes())
    target = tmp_path / "out.png"
    written = studio_command("storage", "download", "@last", "--output", str(target))
    both = studio_command("storage", "download", "@last", "--output", "-", "--json")

    assert piped.code == 0
    assert written.out.startswith(str(target))
    assert target.read_bytes() == reef.read_bytes()
    assert both.code == 2


def test_a_name_that_means_something_to_a_disk_names_no_file(studio_command: Run, reef: Path, tmp_path: Path) -> None:
    studio_command("storage", "upload", str(reef), "--name", "../../.ssh/authorized_keys\x1b[31m.png")

    shown = studio_command("storage", "list")
    fetched = studio_command("storage", "download", "@last", "--json").json

    assert "\x1b" not in shown.out
    assert fetched["path"] == "ssh-authorized-keys.png"
    assert (tmp_path / "ssh-authorized-keys.png").is_file()


def test_usage_shows_kinds_and_the_share_of_the_plan(studio_command: Run, reef: Path) -> None:
    studio_command("storage", "upload", str(reef))

    words, report = studio_command("storage", "usage"), studio_command("storage", "usage", "--json").json

    assert words.out.splitlines()[0].startswith("pictures\t1\t")
    assert "of your plan, in the local storage" in words.err
    assert set(report) == {"used_bytes", "limit_bytes", "files", "storage", "kinds"}
    assert report["used_bytes"] == reef.stat().st_size


def test_what_belongs_to_nobody_is_named_first_and_removed_when_asked(studio_command: Run, tmp_path: Path) -> None:
    orphan = tmp_path / "data" / "files" / key_of(b"left over")
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"left over")
    os.utime(orphan, (time.time() - 300_000,) * 2)

    named = studio_command("storage", "list", "--orphans")
    tried = studio_command("storage", "delete", "--orphans", "--dry-run", "--json").json
    asked = studio_command("storage", "delete", "--orphans")
    swept = studio_command("storage", "delete", "--orphans", "--yes", "--json").json
    clean = studio_command("storage", "list", "--orphans")

    assert named.out.split("\t")[0] == "orphan"
    assert (tried["deleted"], [each["key"] for each in tried["orphans"]]) == (False, [key_of(b"left over")])
    assert (asked.code, "--yes" in asked.err) == (2, True)
    assert (swept["deleted"], swept["size_bytes"]) == (True, 9)
    assert not orphan.exists()
    assert "has an owner" in clean.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("delete",),
        ("delete", "019f3c2a", "--orphans"),
        ("delete", "019f3c2a", "--dry-run"),
        ("list", "--orphans", "--uploaded"),
        ("url", "019f3c2a", "--seconds", "5"),
    ],
)
def test_wrong_usage_is_said(studio_command: Run, arguments: tuple[str, ...]) -> None:
    assert studio_command("storage", *arguments).code == 2


def test_a_blob_vendor_that_answers_rubbish_ends_with_6_and_a_next_step(
    studio_command: Run, reef: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_vercel_blob() as server:
        monkeypatch.setenv("STUDIO_STORAGE", "vercel_blob")
        monkeypatch.setenv("BLOB_READ_WRITE_TOKEN", TOKEN)
        monkeypatch.setenv("VERCEL_BLOB_API_URL", server.url)
        good = studio_command("storage", "upload", str(reef), "--json")
        server.troubles.next("", page_of_html())
        bad = studio_command("storage", "url", "@last", "--json")
        no_link = studio_command("storage", "url", "@last")
        checked = studio_command("doctor", "--json").json

    assert (good.code, next(iter(server.blobs)).endswith(good.json["sha256"] + ".png")) == (0, True)
    assert bad.code == 6
    assert '"hint": "Check its address' in bad.err
    assert (no_link.code, "gives no links" in no_link.err) == (1, True)
    finding = next(each for each in checked["findings"] if each["check"] == "storage")
    assert finding["message"] == "The vercel_blob storage takes, gives and forgets files."
    assert TOKEN not in bad.err + good.out


def test_s3_gives_a_link_that_ends(studio_command: Run, reef: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_s3() as address:
        monkeypatch.setenv("STUDIO_STORAGE", "s3")
        monkeypatch.setenv("STUDIO_STORAGE_URL", f"s3://{BUCKET}/cli?endpoint={address}&region=us-east-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        studio_command("storage", "upload", str(reef))
        link = studio_command("storage", "url", "@last", "--seconds", "60", "--json").json

    assert link["url"].startswith(f"{address}/{BUCKET}/cli/")
    assert link["expires_at"] is not None
