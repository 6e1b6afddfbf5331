"""`studio admin credits`: granting, correcting and proving credits."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from studio.cli.context import Context, context_of
from studio.cli.files import RowFile, read_data
from studio.cli.shared import command, group
from studio.contracts.credits import AdjustCredits, GrantCredits, GrantFile, MovementView
from studio.contracts.definitions import checked
from studio.domain.errors import Refused, UsageError

app = group("Credits: granting, correcting and proving them.")

Reason = Annotated[
    str | None, typer.Option("--reason", help="Why, for the ledger and the audit trail.", show_default=False)
]
Key = Annotated[
    str | None,
    typer.Option("--key", help="A name for it: under the same name it happens once.", show_default=False),
]
ApprovedBy = Annotated[
    str | None,
    typer.Option(
        "--approved-by",
        help="A second administrator, for more than one may move alone.",
        metavar="EMAIL",
        show_default=False,
    ),
]
_DAYS = re.compile(r"(\d{1,5})d", re.ASCII)


@command(
    app,
    "grant",
    "studio admin credits grant ana@example.com 500 --reason 'winner of May' --key may-winner",
    "studio admin credits grant ana@example.com 50 --reason 'sorry' --key ticket-812 --expires 90d",
    "studio admin credits grant --from grants.csv",
)
def grant(
    ctx: typer.Context,
    user: Annotated[
        str | None, typer.Argument(help="An e-mail address, an id or its beginning.", show_default=False)
    ] = None,
    amount: Annotated[int | None, typer.Argument(help="How many credits.", show_default=False)] = None,
    reason: Reason = None,
    key: Key = None,
    expires: Annotated[
        str | None, typer.Option("--expires", help="Days they live, such as 90d.", metavar="DAYS", show_default=False)
    ] = None,
    approved_by: ApprovedBy = None,
    source: RowFile = None,
) -> None:
    """Give credits to somebody, or to everybody a file lists: all of them or nobody.

    The same key again gives nothing more. A file has the columns user, amount, reason, key and perhaps expires_days."""
    context = context_of(ctx)
    fields = _given(user=user, amount=amount, reason=reason, key=key, approved_by=approved_by, expires=expires)
    if source is not None:
        if fields:
            raise UsageError("--from takes everything from the file.", hint="Leave the rest out.")
        text, name = read_data(source)
        found = context.studio.admin_credits.grant_many(GrantFile(text=text, source=name))
        context.output.answer(found, lambda: _table(context, found.data))
        return
    fields |= {"expires_days": _days(fields.pop("expires"))} if expires is not None else {}
    _answer(context, context.studio.admin_credits.grant(_checked(GrantCredits, fields)))


@command(
    app,
    "adjust",
    "studio admin credits adjust ana@example.com -50 --reason 'charged twice' --key ticket-813",
    "studio admin credits adjust ana@example.com 20000 --reason 'moved' --key move-7 --approved-by rui@example.com",
    takes_negatives=True,
)
def adjust(
    ctx: typer.Context,
    user: Annotated[str, typer.Argument(help="An e-mail address, an id or its beginning.", show_default=False)],
    amount: Annotated[int, typer.Argument(help="How many credits, up or down.", show_default=False)],
    reason: Reason = None,
    key: Key = None,
    approved_by: ApprovedBy = None,
) -> None:
    """Correct somebody's credits by hand, up or down; nobody gets into debt by it."""
    context = context_of(ctx)
    fields = _given(user=user, amount=amount, reason=reason, key=key, approved_by=approved_by)
    _answer(context, context.studio.admin_credits.adjust(_checked(AdjustCredits, fields)))


@command(app, "verify", "studio admin credits verify", "studio admin credits verify --user ana@example.com --json")
def verify(
    ctx: typer.Context,
    user: Annotated[
        str | None, typer.Option("--user", help="Only this person's part.", show_default="everybody")
    ] = None,
) -> None:
    """Prove that every credit is accounted for; exits with 1 when a rule of the ledger is broken."""
    context = context_of(ctx)
    view = context.studio.admin_credits.verify(user)

    def tell() -> None:
        context.output.table(("rule", "row"), [(each.rule, each.who) for each in view.violations])
        if view.healthy:
            context.output.line("Every credit is accounted for.")

    context.output.answer(view, tell)
    if not view.healthy:
        raise typer.Exit(1)


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _days(text: str) -> int:
    found = _DAYS.fullmatch(text)
    if found is None:
        raise Refused(f"{text} is no number of days.", hint="Write 90d for ninety days.")
    return int(found[1])


def _checked(model: type[Any], fields: dict[str, Any]) -> Any:
    missing = [name for name in ("user", "amount", "reason", "key") if name not in fields]
    if missing:
        raise UsageError(f"Missing: {', '.join(missing)}.", hint="Add USER AMOUNT --reason TEXT --key KEY.")
    return checked(model, fields, "movement of credits", hint="studio admin credits --help")


def _answer(context: Context, view: MovementView) -> None:
    rows = [(name.replace("_", " "), value) for name, value in view.model_dump().items()]
    context.output.answer(view, lambda: context.output.record(rows))


def _table(context: Context, movements: list[MovementView]) -> None:
    rows = [(each.user, each.credits_remaining, each.credits_held, each.grant_id) for each in movements]
    context.output.table(("user", "credits", "held", "grant"), rows)
