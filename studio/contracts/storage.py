"""Stored files: what a person has in the storage, and what lies there that belongs to nobody."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from studio.contracts.base import Deleted, Input, Moment, Page, View
from studio.contracts.operations import Contract, operation

HOUR = 60 * 60
WEEK = 7 * 24 * HOUR
LONGEST_NAME = 255
LARGEST_FILE_BYTES = 500_000_000


class FileKind(StrEnum):
    PICTURE = "picture"
    CLIP = "clip"
    SOUND = "sound"


class FileFilter(Input):
    """Which files to list."""

    kind: FileKind | None = Field(None, description="Only files of this kind.")
    uploaded: bool = Field(False, description="Only what was uploaded, nothing studio made.")


EVERY_FILE = FileFilter()


class FileView(View):
    """A file of one's own. `name` is null for what studio made; `used_by` are shorts and characters that need it."""

    id: str
    name: str | None
    kind: FileKind
    media_type: str
    size_bytes: int
    sha256: str
    used_by: list[str]
    created_at: Moment


class FileLink(View):
    """Where anybody can read a file. `expires_at` is null where the storage gives it to everybody for good."""

    id: str
    url: str
    expires_at: Moment | None


class KindUsage(View):
    """What the files of one kind take."""

    kind: FileKind
    files: int
    size_bytes: int


class UsageReport(View):
    """What one's files take, and what the plan has room for."""

    used_bytes: int
    limit_bytes: int
    files: int
    storage: str
    kinds: list[KindUsage]


class OrphanView(View):
    """A file in the storage that belongs to nobody."""

    key: str
    size_bytes: int
    written_at: Moment


class LostView(View):
    """A file that somebody should have and the storage has not."""

    id: str
    owner_id: str
    key: str
    size_bytes: int


class OrphanReport(View):
    """Files without an owner, older than a day, and owners without their file.

    With `deleted` the files are gone. `more` tells that the look ended at its limit."""

    orphans: list[OrphanView]
    lost: list[LostView]
    size_bytes: int
    deleted: bool
    more: bool


class StoredFiles(Contract, ABC):
    noun = "storage"

    @operation("GET", "/api/storage", scope="storage:read")
    @abstractmethod
    def list(self, wanted: FileFilter = EVERY_FILE, *, limit: int = 20, cursor: str | None = None) -> Page[FileView]:
        """One's own files, newest first."""

    @operation("POST", "/api/storage", scope="storage:write", created=True)
    @abstractmethod
    def upload(self, source: Path, *, name: str = "") -> FileView:
        """Keep a picture, a clip or a sound. The same bytes again are the same file, under the newer name."""

    @operation("GET", "/api/storage/usage", scope="storage:read")
    @abstractmethod
    def usage(self) -> UsageReport:
        """What one's files take, by kind, and what the plan has room for."""

    @operation("GET", "/api/storage/{id}", scope="storage:read")
    @abstractmethod
    def show(self, id: str) -> FileView:
        """One file by its id, a unique prefix of it, or @last."""

    @operation("GET", "/api/storage/{id}/file", scope="storage:read", produces="application/octet-stream")
    @abstractmethod
    def download(self, id: str) -> Path:
        """A local file with the bytes. Raises NotFound when the storage has lost it."""

    @operation("GET", "/api/storage/{id}/url", scope="storage:read")
    @abstractmethod
    def url(self, id: str, *, seconds: int = HOUR) -> FileLink:
        """An address at which anybody can read the file. Raises Refused where the storage gives none."""

    @operation("DELETE", "/api/storage/{id}", scope="storage:write")
    @abstractmethod
    def delete(self, id: str) -> Deleted:
        """Remove a file that no short and no character uses."""


class AdminStorage(Contract, ABC):
    noun = "admin_storage"

    @operation("GET", "/api/admin/storage/orphans", scope="admin:read", admin=True)
    @abstractmethod
    def orphans(self, *, limit: int = 100) -> OrphanReport:
        """Files that belong to nobody, and files that are gone; at most `limit` of each."""

    @operation("DELETE", "/api/admin/storage/orphans", scope="admin:write", admin=True)
    @abstractmethod
    def sweep(self, *, limit: int = 1000) -> OrphanReport:
        """Remove the files that belong to nobody, at most `limit` of them."""
