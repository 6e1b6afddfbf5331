"""`studio admin users`: letting people in, changing what they may do, and seeing them off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from studio.cli.context import Context, context_of
from studio.cli.definitions import in_words
from studio.cli.fields import given
from studio.cli.files import FromFile, row_file
from studio.cli.progress import watched
from studio.cli.questions import ask_text
from studio.cli.shared import Cursor, Limit, command, group, said
from studio.contracts.definitions import checked
from studio.contracts.users import (
    CreateUser,
    DeletedUser,
    EditUser,
    NewUser,
    SyncReport,
    UserFile,
    UserFilter,
    UserView,
)
from studio.domain.errors import UsageError
from studio.domain.people import Role

app = group("Users: letting people in, changing what they may do, and seeing them off.")


def _option(name: str, model: type[BaseModel] = EditUser) -> Any:
    help = model.model_fields[name].description
    return typer.Option(f"--{name.replace('_', '-')}", help=help, show_default=False)


User = Annotated[str, typer.Argument(help="An address, the start of an id, or @last.", show_default=False)]
Email = Annotated[str | None, _option("email", CreateUser)]
Name = Annotated[str | None, _option("name")]
TheirRole = Annotated[Role | None, _option("role")]
Plan = Annotated[str | None, _option("plan")]
Reason = Annotated[
    str | None,
    typer.Option("--reason", help=EditUser.model_fields["reason"].description, show_default=False, callback=said),
]


@command(
    app,
    "list",
    "studio admin users list",
    "studio admin users list --search example.com --plan pro --json",
    "studio admin users list --role admin",
)
def list_users(
    ctx: typer.Context,
    search: Annotated[str | None, _option("search", UserFilter)] = None,
    role: TheirRole = None,
    plan: Plan = None,
    deleted: Annotated[bool, _option("deleted", UserFilter)] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """The people of this studio, newest first."""
    context = context_of(ctx)
    wanted = UserFilter(search=search, role=role, plan=plan, deleted=deleted)
    page = context.studio.users.list(wanted, limit=limit, cursor=cursor)
    context.output.answer(page, lambda: _table(context, page.data))
    if page.next_cursor:
        context.output.note(f"More: studio admin users list --cursor {page.next_cursor}")


@command(app, "show", "studio admin users show ana@example.com", "studio admin users show @last --json")
def show(ctx: typer.Context, user: User) -> None:
    """One person with plan, credits and version."""
    context = context_of(ctx)
    _answer(context, context.studio.users.show(user))


@command(
    app,
    "create",
    "studio admin users create --email ana@example.com --name Ana",
    "studio admin users create --email rui@example.com --role admin --with-key",
    "studio admin users create --from people.csv",
)
def create(
    ctx: typer.Context,
    email: Email = None,
    name: Name = None,
    role: TheirRole = None,
    plan: Plan = None,
    with_key: Annotated[bool, typer.Option("--with-key", help="Also make an API key, shown this once.")] = False,
    source: FromFile = None,
) -> None:
    """Let somebody in, or everybody in a file: all of them or nobody.

    A plan gives nobody credits by itself: studio admin credits grant does. A shared studio without an administrator
    makes its first one without a login, always with a key."""
    context = context_of(ctx)
    fields = given(email=email, name=name, role=role, plan=plan, with_key=with_key or None)
    if source is not None:
        _create_many(context, source, fields)
    else:
        _answer_new(context, _create(context, _checked(CreateUser, fields, "create")))


def _create(context: Context, data: CreateUser) -> NewUser:
    if context.target.server is not None:
        return context.studio.users.create(data)
    from studio.app import create_first_administrator, needs_first_administrator

    if context.login is None and needs_first_administrator(context.settings):
        return create_first_administrator(context.settings, data)
    return context.studio.users.create(data)


def _create_many(context: Context, source: str, fields: dict[str, Any]) -> None:
    created = context.studio.users.create_many(row_file(UserFile, source, fields))
    context.output.answer(created, lambda: _table(context, created.data))


@command(
    app,
    "edit",
    "studio admin users edit ana@example.com --plan pro",
    "studio admin users edit ana@example.com --asaas-customer cus_000005219613",
    "studio admin users edit rui@example.com --role admin --reason 'looks after the plans'",
    "studio admin users edit rui@example.com --activate",
)
def edit(
    ctx: typer.Context,
    user: User,
    name: Name = None,
    role: TheirRole = None,
    plan: Plan = None,
    asaas_customer: Annotated[str | None, _option("asaas_customer")] = None,
    activate: Annotated[bool, typer.Option("--activate", help="Let somebody in again who was deactivated.")] = False,
    version: Annotated[int | None, _option("version")] = None,
    reason: Reason = None,
) -> None:
    """Change somebody; what is left out stays.

    With --version the change is refused when another administrator was faster; without it the last one wins. Who
    becomes an administrator loses the API keys that others made for them; studio keys create --user gives them one."""
    context = context_of(ctx)
    changes = given(name=name, role=role, plan=plan, asaas_customer=asaas_customer, active=activate or None)
    if not changes:
        raise UsageError("There is nothing to change.", hint="studio admin users edit --help lists the options.")
    data = _checked(EditUser, {**changes, **given(version=version, reason=reason)}, "edit")
    _answer(context, context.studio.users.edit(user, data))


@command(
    app,
    "deactivate",
    "studio admin users deactivate ana@example.com",
    "studio admin users deactivate ana@example.com --reason 'left the team' --yes",
)
def deactivate(ctx: typer.Context, user: User, reason: Reason = None) -> None:
    """Keep somebody out: no login and no API key works any more. Their work and credits stay."""
    context = context_of(ctx)
    view = context.studio.users.show(user)
    context.confirm(f"Keep {view.email} out?")
    _answer(context, context.studio.users.deactivate(view.id, reason=reason))


@command(
    app,
    "delete",
    "studio admin users delete ana@example.com --dry-run",
    "studio admin users delete ana@example.com --confirm ana@example.com --reason 'asked for it'",
)
def delete(
    ctx: typer.Context,
    user: User,
    confirm: Annotated[
        str | None, typer.Option("--confirm", help="Their address, typed again.", metavar="EMAIL", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what would go.")] = False,
    reason: Reason = None,
) -> None:
    """Delete somebody with all their work: shorts, styles, climates, characters, files and API keys.

    Ledger, paid calls and audit trail stay, under a user without name and address. It cannot be undone."""
    context = context_of(ctx)
    users = context.studio.users
    view = users.show(user)
    if dry_run:
        _answer_deletion(
            context, users.delete(view.id, confirm="", dry_run=True), f"Deleting {view.email} would remove"
        )
        return
    typed = confirm if confirm is not None else _ask_for_address(context, view)
    _answer_deletion(context, users.delete(view.id, confirm=typed, reason=reason), f"Deleted {view.email} with")


def _ask_for_address(context: Context, view: UserView) -> str:
    # --yes is not enough: what a person made over months is gone for good.
    if not context.can_prompt:
        raise UsageError("Deleting somebody has to be confirmed.", hint=f"--confirm {view.email}")
    gone = context.studio.users.delete(view.id, confirm="", dry_run=True)
    context.output.note(f"This removes {_in_numbers(gone)}, for good.")
    return ask_text(f"To delete {view.email}, type the address again:")


@command(
    app,
    "sync",
    "studio admin users sync --dry-run",
    "studio admin users sync --json",
    "studio admin users sync --most-gone 40",
)
def sync(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what would change.")] = False,
    most_gone: Annotated[
        int | None,
        typer.Option(
            "--most-gone",
            help="How many people may be gone at Clerk; without it half of those who are linked.",
            min=0,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Take over the people that Clerk knows, and keep those out who are gone there.

    Names, addresses and who is kept out are Clerk's to say; plans, credits and roles stay. Webhooks do the same as it
    happens: this puts right what they missed. Stopped anywhere, the same command goes on."""
    context = context_of(ctx)
    users = context.studio.users
    with watched(context) as watching:
        report = users.sync(dry_run=dry_run, most_gone=most_gone, **watching)
    context.output.answer(report, lambda: context.output.line(_synced(report)))


def _synced(report: SyncReport) -> str:
    would = "would be " if report.dry_run else ""
    changed = (
        f"{report.created} {would}created, {report.updated} {would}changed, {report.deactivated} {would}deactivated"
    )
    kept = f" {report.kept} stay as the only administrator." if report.kept else ""
    return f"{changed}; {report.unchanged} were up to date.{kept}"


def _checked(model: type[BaseModel], fields: dict[str, Any], verb: str) -> Any:
    return checked(model, fields, "user", hint=f"studio admin users {verb} --help lists the options.")


def _answer(context: Context, user: UserView) -> None:
    first = ("email", "name", "role", "active")
    fields = user.model_dump(mode="json", exclude={"api_key"})
    names = [*first, *(name for name in fields if name not in first and name != "id"), "id"]
    rows = [(name.replace("_", " "), in_words(fields[name])) for name in names]
    context.output.answer(user, lambda: context.output.record(rows))


def _answer_new(context: Context, user: NewUser) -> None:
    _answer(context, user)
    if user.api_key is not None and not context.output.wants_json:
        context.output.note("This API key is shown this once; studio login --with-token takes it:")
        context.output.line(user.api_key)


def _answer_deletion(context: Context, gone: DeletedUser, done: str) -> None:
    context.output.answer(gone, lambda: context.output.line(f"{done} {_in_numbers(gone)}."))


def _in_numbers(gone: DeletedUser) -> str:
    counts = (
        (gone.shorts, "short"),
        (gone.definitions, "style, climate or character", "styles, climates and characters"),
        (gone.files, "file"),
        (gone.api_keys, "API key"),
    )
    parts = [_counted(*count) for count in counts]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _table(context: Context, users: Sequence[UserView]) -> None:
    headers = ("email", "name", "role", "active", "plan", "credits", "held", "created")
    context.output.table(
        headers,
        [
            (
                user.email,
                user.name,
                user.role,
                in_words(user.active),
                user.plan,
                user.credits_remaining,
                user.credits_held,
                f"{user.created_at:%Y-%m-%d}",
            )
            for user in users
        ],
    )
