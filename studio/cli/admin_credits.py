"""`studio admin credits`: granting, correcting and proving credits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from studio.cli.context import Context, context_of
from studio.cli.fields import given
from studio.cli.files import FromFile, row_file
from studio.cli.shared import Cursor, Limit, command, group, said
from studio.contracts.approvals import ALL_REQUESTS, ApprovalFilter, ApprovalState, ApprovalView, RejectApproval
from studio.contracts.credits import AdjustCredits, GrantCredits, GrantFile, MovementView
from studio.contracts.definitions import checked
from studio.domain.errors import Partial, Refused, UsageError

app = group("Credits: granting, correcting and proving them.")

Reason = Annotated[
    str | None,
    typer.Option("--reason", help="Why, for the ledger and the audit trail.", show_default=False, callback=said),
]
Key = Annotated[
    str | None,
    typer.Option("--key", help="A name for it: under the same name it happens once.", show_default=False),
]
Request = Annotated[str, typer.Argument(help="The id of a request, its beginning, or @last.", show_default=False)]
_DAYS = re.compile(r"(\d{1,5})d", re.ASCII)


@command(
    app,
    "grant",
    "studio admin credits grant ana@example.com 500 --reason 'winner of May' --key may-winner",
    "studio admin credits grant ana@example.com 50 --reason 'sorry' --key ticket-812 --expires 90d",
    "studio admin credits grant --from grants.csv",
    takes_negatives=True,
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
    source: FromFile = None,
) -> None:
    """Give credits to somebody, or to everybody a file lists: all of them or nobody.

    The same key again gives nothing more. More than one administrator may give alone waits for a second one, and
    the command exits with 8. A file has the columns user, amount, reason, key and perhaps expires_days."""
    context = context_of(ctx)
    fields = given(user=user, amount=amount, reason=reason, key=key, expires=expires)
    if source is not None:
        found = context.studio.admin_credits.grant_many(row_file(GrantFile, source, fields))
        context.output.answer(found, lambda: _table(context, found.data))
        return
    fields |= {"expires_days": _days(fields.pop("expires"))} if expires is not None else {}
    _answer(context, context.studio.admin_credits.grant(_checked(GrantCredits, fields, "grant")))


@command(
    app,
    "adjust",
    "studio admin credits adjust ana@example.com -50 --reason 'charged twice' --key ticket-813",
    "studio admin credits adjust ana@example.com 20000 --reason 'moved from the old shop' --key move-7",
    takes_negatives=True,
)
def adjust(
    ctx: typer.Context,
    user: Annotated[str, typer.Argument(help="An e-mail address, an id or its beginning.", show_default=False)],
    amount: Annotated[int, typer.Argument(help="How many credits, up or down.", show_default=False)],
    reason: Reason = None,
    key: Key = None,
) -> None:
    """Correct somebody's credits by hand, up or down; nobody gets into debt by it.

    More than one administrator may move alone waits for a second one, and the command exits with 8."""
    context = context_of(ctx)
    fields = given(user=user, amount=amount, reason=reason, key=key)
    _answer(context, context.studio.admin_credits.adjust(_checked(AdjustCredits, fields, "adjust")))


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
        context.output.note(
            "Move no credits before this is understood: studio admin audit list tells what was changed lately, and"
            " studio admin db restore takes a backup that was sound."
        )
        raise typer.Exit(1)


@command(
    app,
    "approvals",
    "studio admin credits approvals",
    "studio admin credits approvals --all --limit 50 --json",
)
def approvals(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were approved or rejected.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """What waits for a second administrator, newest first."""
    context = context_of(ctx)
    wanted = ALL_REQUESTS if everything else ApprovalFilter(state=ApprovalState.PENDING)
    page = context.studio.approvals.list(wanted, limit=limit, cursor=cursor)
    context.output.answer(page, lambda: _table_of_requests(context, page.data))
    if page.next_cursor:
        again = "studio admin credits approvals --all" if everything else "studio admin credits approvals"
        context.output.note(f"More: {again} --cursor {page.next_cursor}")


@command(
    app,
    "approve",
    "studio admin credits approve 01KPB2V6X4QJ",
    "studio admin credits approve 01KPB2V6X4QJ --yes --json",
)
def approve(ctx: typer.Context, request: Request) -> None:
    """Move the credits another administrator asked for; with a login of your own, and never for yourself."""
    context = context_of(ctx)
    view = context.studio.approvals.show(request)
    context.confirm(f"{_in_words(view)} Approve it?")
    _answer(context, context.studio.approvals.approve(view.id))


@command(
    app,
    "reject",
    "studio admin credits reject 01KPB2V6X4QJ --reason 'not agreed with the shop'",
    "studio admin credits reject 01KPB2V6X4QJ --reason 'a slip of mine' --json",
)
def reject(
    ctx: typer.Context,
    request: Request,
    reason: Annotated[str, typer.Option("--reason", help="Why not.", show_default=False)],
) -> None:
    """Turn a request down for good; whoever asked takes it back in the same way."""
    context = context_of(ctx)
    data = checked(RejectApproval, {"reason": reason}, "rejection", hint="studio admin credits reject --help")
    view = context.studio.approvals.reject(request, data)
    context.output.answer(view, lambda: context.output.line(f"Rejected {view.id}: nothing was moved."))


def _in_words(view: ApprovalView) -> str:
    until = "" if view.expires_days is None else f" for {view.expires_days} days"
    return f"{view.requested_by} asks for {view.amount:+} credits{until} for {view.user}: {view.reason}."


def _table_of_requests(context: Context, requests: Sequence[ApprovalView]) -> None:
    headers = ("id", "state", "what", "user", "credits", "asked by", "at", "reason")
    context.output.table(
        headers,
        [
            (
                each.id,
                each.state,
                each.action,
                each.user,
                each.amount,
                each.requested_by,
                f"{each.created_at:%Y-%m-%d %H:%M}",
                each.reason,
            )
            for each in requests
        ],
    )


def _days(text: str) -> int:
    found = _DAYS.fullmatch(text)
    if found is None:
        raise Refused(f"{text} is no number of days.", hint="Write 90d for ninety days.")
    return int(found[1])


def _checked(model: type[Any], fields: dict[str, Any], verb: str) -> Any:
    missing = [name for name in ("user", "amount", "reason", "key") if name not in fields]
    if missing:
        raise UsageError(f"Missing: {', '.join(missing)}.", hint="Add USER AMOUNT --reason TEXT --key KEY.")
    return checked(model, fields, "movement of credits", hint=f"studio admin credits {verb} --help lists the options.")


def _answer(context: Context, view: MovementView) -> None:
    rows = [(name.replace("_", " "), value) for name, value in view.model_dump().items()]
    context.output.answer(view, lambda: context.output.record(rows))
    if view.state == "pending":
        context.output.note(
            "Nothing has moved yet: this is more than one administrator may move alone and waits for a second"
            f" administrator, who runs: studio admin credits approve {view.approval_id}"
        )
        raise typer.Exit(Partial.exit_code)


def _table(context: Context, movements: list[MovementView]) -> None:
    rows = [(each.user, each.credits_remaining, each.credits_held, each.grant_id) for each in movements]
    context.output.table(("user", "credits", "held", "grant"), rows)
