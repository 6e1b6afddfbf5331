"""Users: whom administrators let in, with which role and plan, and what becomes of somebody who leaves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated

from pydantic import AfterValidator, Field

from studio.contracts.base import LINE_OR_NONE, ONE_LINE, Deleted, Input, Moment, Page, RowFile, View
from studio.contracts.operations import Contract, operation
from studio.domain.people import DEFAULT_PLAN, Role, email_address
from studio.domain.progress import Cancelled, Progress, never, silent

Email = Annotated[str, AfterValidator(email_address)]
PersonName = Annotated[str, ONE_LINE, Field(max_length=120)]
PlanName = Annotated[str, ONE_LINE, Field(min_length=1, max_length=40)]
Reason = Annotated[Annotated[str, Field(max_length=500)] | None, LINE_OR_NONE]
CustomerId = Annotated[Annotated[str, Field(max_length=64)] | None, LINE_OR_NONE]


class UserRow(Input):
    """A person as one row of a file."""

    email: Email = Field(description="The address they are known by.")
    name: PersonName = Field("", description="What they are called.")
    role: Role = Field(Role.CREATOR, description="What they may do.")
    plan: PlanName = Field(DEFAULT_PLAN, description="The key of their plan; credits are granted apart.")


class CreateUser(UserRow):
    """A new person; `with_key` also makes their first API key."""

    with_key: bool = False


class EditUser(Input):
    """Changes to a person; what is left out stays. A `version` refuses the change if somebody else was faster."""

    name: PersonName = Field("", description="What they are called.")
    role: Role = Field(Role.CREATOR, description="What they may do.")
    plan: PlanName = Field(DEFAULT_PLAN, description="The key of their plan.")
    asaas_customer: CustomerId = Field(None, description="Their customer id at Asaas; empty for none.")
    active: bool = Field(True, description="Whether they may log in.")
    version: int | None = Field(
        None,
        strict=True,
        ge=1,
        description="Refuse if somebody changed them since this version, as show tells it; else the last one wins.",
    )
    reason: Reason = Field(None, description="Why, for the audit trail.")


class UserFile(RowFile):
    """Many people at once."""


class UserFilter(Input):
    """Which people to list."""

    search: str | None = Field(None, max_length=200, description="A part of the name or the address.")
    role: Role | None = Field(None, description="Only those with this role.")
    plan: str | None = Field(None, max_length=40, description="Only those with this plan.")
    deleted: bool = Field(False, description="Those who were deleted instead.")


EVERYBODY = UserFilter()


class UserView(View):
    """A person, with the credits they can spend and those set aside for calls under way."""

    id: str
    email: str
    name: str
    role: str
    active: bool
    plan: str | None
    clerk_id: str | None
    asaas_customer: str | None
    credits_remaining: int
    credits_held: int
    credits_debt: int
    version: int
    created_at: Moment
    updated_at: Moment
    deactivated_at: Moment | None
    deleted_at: Moment | None


class NewUser(UserView):
    """A new person; `api_key` is shown this once and never again."""

    api_key: str | None


class UserList(View):
    data: list[UserView]
    next_cursor: str | None = None


class DeletedUser(Deleted):
    """What went with somebody: numbers of shorts, of styles, climates and characters, of files and of API keys."""

    shorts: int
    definitions: int
    files: int
    api_keys: int


class SyncReport(View):
    """How many people were taken over from Clerk, changed, and deactivated because they are gone there.

    `unchanged` are those who were up to date, `kept` the only administrators, who are never deactivated. After a dry
    run all of it is what would have been."""

    created: int
    updated: int
    deactivated: int
    unchanged: int
    kept: int
    dry_run: bool


class Users(Contract, ABC):
    noun = "users"

    @operation("GET", "/api/users", scope="admin:read", admin=True)
    @abstractmethod
    def list(self, wanted: UserFilter = EVERYBODY, *, limit: int = 20, cursor: str | None = None) -> Page[UserView]:
        """The people that match, newest first."""

    @operation("GET", "/api/users/{id}", scope="admin:read", admin=True)
    @abstractmethod
    def show(self, id: str) -> UserView:
        """One person by address, id or unique prefix of an id."""

    @operation("POST", "/api/users", scope="admin:write", admin=True, created=True)
    @abstractmethod
    def create(self, data: CreateUser) -> NewUser:
        """Let somebody in."""

    @operation("POST", "/api/users/import", scope="admin:write", admin=True, created=True)
    @abstractmethod
    def create_many(self, data: UserFile) -> UserList:
        """Let everybody in whom a file names, or nobody: every fault is told with its line."""

    @operation("PUT", "/api/users/{id}", scope="admin:write", admin=True)
    @abstractmethod
    def edit(self, id: str, data: EditUser) -> UserView:
        """Change a person's name, role, plan or customer id, or let them in again."""

    @operation("POST", "/api/users/{id}/deactivate", scope="admin:write", admin=True)
    @abstractmethod
    def deactivate(self, id: str, *, reason: str | None = None) -> UserView:
        """Keep somebody out; their work, keys and credits stay as they are."""

    @operation("DELETE", "/api/users/{id}", scope="admin:write", admin=True)
    @abstractmethod
    def delete(self, id: str, *, confirm: str, reason: str | None = None, dry_run: bool = False) -> DeletedUser:
        """Delete somebody with all their work; `confirm` is their address, typed again.

        Ledger entries stay, under a user without name and address. A dry run only counts."""

    @operation("POST", "/api/admin/users/sync", scope="admin:write", admin=True)
    @abstractmethod
    def sync(
        self,
        *,
        dry_run: bool = False,
        most_gone: int | None = None,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> SyncReport:
        """Take over the people that Clerk knows, and keep those out who are gone there; plans and credits stay.

        Half of those who are linked may be gone, or `most_gone`: more are a sign of another instance's key."""
