"""Stored files: who owns them, what they take, who still needs them, and what belongs to nobody."""

from __future__ import annotations

import io
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from studio.app import Studio
from studio.contracts.characters import CreateCharacter
from studio.contracts.media import ImportMedia
from studio.contracts.plans import EditPlan
from studio.contracts.shorts import CreateShort
from studio.contracts.storage import FileFilter, FileKind
from studio.db.models.asset import Asset
from studio.db.models.audit_entry import AuditEntry
from studio.domain.errors import Conflict, Invalid, NotFound, Refused, ServiceFailed, TooLarge
from studio.domain.storage import Storage, StoredFile
from studio.services.doctor import check_storage
from studio.services.portraits import add_reference
from studio.services.references import find
from tests.fakes import FakeModels, tone
from tests.storage.files import key_of

DAY = timedelta(days=1)


def picture(folder: Path, colour: str = "red", name: str = "reef.png", size: int = 8) -> Path:
    path = folder / name
    data = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(data, "PNG")
    path.write_bytes(data.getvalue())
    return path


def allow(studio: Studio, megabytes: int) -> None:
    studio.admin_plans.edit("free", EditPlan(limits={"storage_megabytes": megabytes}))


def root_of(studio: Studio) -> Path:
    return studio.settings.storage_folder


def files_in(studio: Studio) -> list[str]:
    return [file.key for file in studio.assets.storage.list()]


def make_old(studio: Studio, *keys: str) -> None:
    moment = (datetime.now(UTC) - 3 * DAY).timestamp()
    for key in keys:
        os.utime(root_of(studio) / key, (moment, moment))


def test_an_upload_is_kept_once_under_the_hash_of_its_bytes(studio: Studio, tmp_path: Path) -> None:
    first = studio.storage.upload(picture(tmp_path), name="Reef <b>& co</b>\u202e.png")
    again = studio.storage.upload(picture(tmp_path), name="../../etc/passwd")

    assert again.id == first.id
    assert (first.name, again.name) == ("Reef <b>& co</b>.png", "../../etc/passwd")
    assert (first.kind, first.media_type) == (FileKind.PICTURE, "image/png")
    assert studio.storage.show(first.id[:13]) == studio.storage.show("@last") == again
    assert files_in(studio) == [f"{studio.principal.user_id}/{first.sha256[:2]}/{first.sha256}.png"]
    assert studio.storage.download(first.id).read_bytes() == picture(tmp_path).read_bytes()


def test_what_counts_are_the_bytes_and_not_the_name(studio: Studio, tmp_path: Path) -> None:
    disguised = picture(tmp_path, name="film.mp4")
    page = tmp_path / "photo.png"
    page.write_bytes(b"<script>alert(1)</script>")
    sound = tmp_path / "unknown"
    sound.write_bytes(tone(0.1, 8000, 1))

    assert studio.storage.upload(disguised).media_type == "image/png"
    assert studio.storage.upload(sound).kind is FileKind.SOUND
    with pytest.raises(Refused, match="neither a picture nor a clip nor a sound") as caught:
        studio.storage.upload(page)
    assert caught.value.hint
    with pytest.raises(NotFound, match="no file"):
        studio.storage.upload(tmp_path / "missing.png")
    assert len(files_in(studio)) == 2


def test_a_file_that_is_too_large_and_a_name_that_is_too_long_are_refused(studio: Studio, tmp_path: Path) -> None:
    large = picture(tmp_path, name="large.png")
    os.truncate(large, 500_000_001)

    with pytest.raises(TooLarge, match="larger than 500 MB"):
        studio.storage.upload(large)
    with pytest.raises(Invalid, match="at most 255 letters"):
        studio.storage.upload(picture(tmp_path), name="x" * 256)
    assert files_in(studio) == []


def test_an_upload_without_room_leaves_nothing(studio: Studio, tmp_path: Path) -> None:
    known = studio.storage.upload(picture(tmp_path))
    allow(studio, 0)

    with pytest.raises(Refused, match="Your plan has room for 0 MB"):
        studio.storage.upload(picture(tmp_path, "blue"))

    assert studio.storage.upload(picture(tmp_path)).id == known.id
    assert len(files_in(studio)) == 1


def test_two_uploads_at_once_do_not_share_the_same_room(studio: Studio, tmp_path: Path) -> None:
    allow(studio, 1)
    sources = [tmp_path / f"{number}.png" for number in range(4)]
    for number, source in enumerate(sources):
        source.write_bytes(picture(tmp_path).read_bytes() + bytes([number]) * 600_000)
    outcomes: list[object] = []

    def upload(source: Path) -> None:
        try:
            outcomes.append(Studio(studio.settings, studio.database, studio.principal).storage.upload(source))
        except Refused as error:
            outcomes.append(error.message)

    threads = [threading.Thread(target=upload, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([each for each in outcomes if not isinstance(each, str)]) == 1
    assert studio.storage.usage().used_bytes <= 1_000_000
    assert len(files_in(studio)) == 1


def test_usage_tells_the_kinds_apart_and_nobody_elses_files(
    studio: Studio, other_studio: Studio, tmp_path: Path
) -> None:
    allow(studio, 7)
    source, sound = picture(tmp_path), tmp_path / "theme"
    sound.write_bytes(tone(0.5, 8000, 1))
    studio.storage.upload(source)
    studio.storage.upload(sound)
    other_studio.storage.upload(picture(tmp_path, "blue", "other.png"))

    report = studio.storage.usage()

    sizes = source.stat().st_size, sound.stat().st_size
    assert [(each.kind.value, each.files, each.size_bytes) for each in report.kinds] == [
        ("picture", 1, sizes[0]),
        ("clip", 0, 0),
        ("sound", 1, sizes[1]),
    ]
    assert (report.files, report.used_bytes, report.limit_bytes, report.storage) == (2, sum(sizes), 7_000_000, "local")


def test_lists_are_newest_first_by_kind_and_page_by_page(studio: Studio, tmp_path: Path, models: FakeModels) -> None:
    names = [studio.storage.upload(picture(tmp_path, colour), name=colour).name for colour in ("red", "blue", "green")]
    short = studio.scripts.generate(studio.shorts.create(CreateShort(source_text="One sea.")).id).id
    studio.media.generate(short)

    uploads = FileFilter(uploaded=True)
    first = studio.storage.list(uploads, limit=2)
    second = studio.storage.list(uploads, limit=2, cursor=first.next_cursor)
    sounds = studio.storage.list(FileFilter(kind=FileKind.SOUND)).data

    assert [file.name for file in (*first.data, *second.data)] == names[::-1]
    assert second.next_cursor is None
    assert sounds
    assert all(file.media_type == "audio/wav" and file.name is None for file in sounds)


def test_a_file_that_is_used_is_not_deleted_and_its_users_are_named(
    studio: Studio, tmp_path: Path, models: FakeModels
) -> None:
    source = picture(tmp_path, size=300)
    file = studio.storage.upload(source, name="reef.png").id
    short = studio.scripts.generate(studio.shorts.create(CreateShort(topic="Tides")).id)
    studio.media.import_(short.id, ImportMedia(scene=1), source)
    character = studio.characters.create(CreateCharacter(name="Ana"))
    show_in_portrait(studio, str(character.handle), file)

    with pytest.raises(Conflict, match=r"reef\.png is used by") as caught:
        studio.storage.delete(file)

    users = [f"character {character.handle}", f"short {short.handle}, scene 1"]
    assert caught.value.details == {"used_by": users}
    assert studio.storage.show(file).used_by == users
    assert caught.value.hint

    studio.characters.delete(str(character.handle))
    studio.shorts.delete(short.id)

    assert studio.storage.download(file).read_bytes() == source.read_bytes(), "an upload outlives what used it"
    assert studio.storage.delete(file).deleted
    assert files_in(studio) == []
    with pytest.raises(NotFound):
        studio.storage.show(file)


def show_in_portrait(studio: Studio, handle: str, file: str) -> None:
    from studio.db.models.character import Character

    with studio.database.write() as session:
        row = find(session, Character, studio.principal, handle, "character")
        add_reference(session, row, session.get_one(Asset, file), "import", 0)


def test_music_and_films_count_as_used(studio: Studio, tmp_path: Path, models: FakeModels) -> None:
    sound = tmp_path / "theme.wav"
    sound.write_bytes(tone(0.5, 8000, 1))
    music = studio.storage.upload(sound).id
    short = studio.shorts.create(CreateShort(topic="Tides", music=music))

    with pytest.raises(Conflict, match=f"short {short.handle}, music"):
        studio.storage.delete(music)


def test_the_local_storage_gives_no_links(studio: Studio, tmp_path: Path) -> None:
    file = studio.storage.upload(picture(tmp_path)).id

    with pytest.raises(Refused, match="local storage gives no links") as caught:
        studio.storage.url(file)
    with pytest.raises(Invalid, match="60 to 604800 seconds"):
        studio.storage.url(file, seconds=5)

    assert f"studio storage download {file}" in str(caught.value.hint)


def test_a_storage_that_fails_at_the_end_of_a_deletion_loses_nothing(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = studio.storage.upload(picture(tmp_path)).id

    def fail(key: str) -> None:
        raise ServiceFailed("The storage is away.", hint="Try again later.")

    with monkeypatch.context() as patch:
        patch.setattr(studio.assets.storage, "delete", fail)
        assert studio.storage.delete(file).deleted
    make_old(studio, *files_in(studio))

    assert len(studio.admin_storage.sweep().orphans) == 1
    assert files_in(studio) == []


def test_what_belongs_to_nobody_is_found_and_removed_after_a_day(
    studio: Studio, other_studio: Studio, tmp_path: Path
) -> None:
    kept = [each.storage.upload(picture(tmp_path)) for each in (studio, other_studio)]
    source = picture(tmp_path, "blue")
    storage = studio.assets.storage
    old = [key_of(b"1", "gone-owner"), key_of(b"2", studio.principal.user_id), key_of(b"3", "doctor")]
    new, foreign = key_of(b"4", studio.principal.user_id), "backups/2026/database.sql"
    for key in (*old, new, foreign):
        storage.put(key, source)
    make_old(studio, *[key for key in files_in(studio) if key != new])

    found = studio.admin_storage.orphans()
    swept = studio.admin_storage.sweep()

    assert sorted(each.key for each in found.orphans) == sorted(old)
    assert (found.deleted, found.more, found.lost) == (False, False, [])
    assert sorted(each.key for each in swept.orphans) == sorted(old)
    assert swept.size_bytes == 3 * source.stat().st_size
    assert len(files_in(studio)) == 4
    assert {new, foreign} <= set(files_in(studio))
    assert [each.storage.show(view.id) for each, view in zip((studio, other_studio), kept, strict=True)] == kept
    with studio.database.read() as session:
        assert len(session.exec(select(AuditEntry).where(AuditEntry.action == "storage.swept")).all()) == 1


def test_a_sweep_takes_no_more_than_it_may_and_says_so(studio: Studio, tmp_path: Path) -> None:
    keys = [key_of(bytes([number]), "gone") for number in range(5)]
    for key in keys:
        studio.assets.storage.put(key, picture(tmp_path))
    make_old(studio, *keys)

    first, second = studio.admin_storage.sweep(limit=3), studio.admin_storage.sweep(limit=3)

    assert (len(first.orphans), first.more) == (3, True)
    assert (len(second.orphans), second.more) == (2, False)
    with pytest.raises(Refused, match="1 to 1000"):
        studio.admin_storage.sweep(limit=0)


class Overtaken:
    """A storage whose old files are stored anew between the look and the deletion."""

    def __init__(self, storage: Storage, source: Path) -> None:
        self.storage, self.source = storage, source

    def __getattr__(self, name: str) -> object:
        return getattr(self.storage, name)

    def delete_older(self, key: str, moment: int) -> bool:
        self.storage.put(key, self.source)
        return self.storage.delete_older(key, moment)


def test_what_is_stored_anew_during_a_sweep_stays(studio: Studio, tmp_path: Path) -> None:
    source = picture(tmp_path)
    file = studio.storage.upload(source)
    key = files_in(studio)[0]
    with studio.database.write() as session:
        session.delete(session.get_one(Asset, file.id))
    make_old(studio, key)
    storage = studio.assets.storage
    studio.assets.storage = Overtaken(storage, source)  # type: ignore[assignment]  # the port, overtaken

    swept = studio.admin_storage.sweep()

    assert swept.orphans == []
    assert storage.fetch(key).read_bytes() == source.read_bytes()


def test_a_file_whose_owner_came_back_is_not_swept(studio: Studio, tmp_path: Path) -> None:
    source = picture(tmp_path)
    storage = studio.assets.storage
    owned = studio.assets.row_of(source, "png", studio.principal)
    storage.put(owned.key, source)
    make_old(studio, owned.key)

    class Late:
        """A storage in front of which somebody uploads as soon as it has been listed."""

        def __getattr__(self, name: str) -> object:
            return getattr(storage, name)

        def list(self, folder: str = "") -> list[StoredFile]:
            listed = list(storage.list(folder))
            studio.storage.upload(source)
            make_old(studio, owned.key)
            return listed

    studio.assets.storage = Late()  # type: ignore[assignment]

    assert studio.admin_storage.sweep().orphans == []
    assert storage.exists(owned.key)


def test_rows_whose_file_is_gone_are_reported_and_kept(studio: Studio, other_studio: Studio, tmp_path: Path) -> None:
    lost = studio.storage.upload(picture(tmp_path))
    other = other_studio.storage.upload(picture(tmp_path))
    studio.storage.upload(picture(tmp_path, "blue"))
    for key in files_in(studio):
        if lost.sha256 in key:
            (root_of(studio) / key).unlink()

    found = studio.admin_storage.sweep()

    assert sorted(each.id for each in found.lost) == sorted([lost.id, other.id])
    assert studio.storage.show(lost.id) == lost
    with pytest.raises(NotFound, match="not in the storage any more"):
        studio.storage.download(lost.id)


def test_the_check_up_tries_the_storage_and_names_what_belongs_to_nobody(studio: Studio, tmp_path: Path) -> None:
    storage: Storage = studio.assets.storage
    storage.put(key_of(b"1"), picture(tmp_path))
    make_old(studio, key_of(b"1"))

    findings = check_storage(studio.database, storage)

    assert [finding.level for finding in findings] == ["ok", "warning"]
    assert "1 files in the storage belong to nobody" in findings[1].message
    assert files_in(studio) == [key_of(b"1")], "the probe is gone"


def test_the_check_up_finds_a_storage_that_gives_other_bytes(studio: Studio) -> None:
    storage = studio.assets.storage

    class Forgetful:
        def __getattr__(self, name: str) -> object:
            return getattr(storage, name)

        def fetch(self, key: str, *, fresh: bool = False) -> Path:
            path = storage.fetch(key)
            path.write_bytes(b"something else")
            return path

    findings = check_storage(studio.database, Forgetful())  # type: ignore[arg-type]  # the port, gone wrong

    assert [finding.level for finding in findings] == ["error"]
    assert findings[0].hint
