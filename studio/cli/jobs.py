"""`studio jobs`: the paid calls, where each stands and what it cost."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import ValidationError

from studio.cli.context import Context, context_of
from studio.cli.shared import Cursor, Limit, command, group
from studio.contracts.bills import BilledCall, ReconcileCalls, Reconciliation
from studio.contracts.definitions import faults_of
from studio.contracts.jobs import JobDetails, JobFilter, JobState, JobView, ResolveJob
from studio.domain.errors import Invalid, Partial, Uncertain

app = group("The paid calls: where each stands, and what it cost.")

Job = Annotated[str, typer.Argument(help="Id of the job, or its beginning.", show_default=False)]


@command(
    app,
    "list",
    "studio jobs list",
    "studio jobs list --open",
    "studio jobs list --uncertain --json",
    "studio jobs list --short octopus-hearts",
)
def list_jobs(
    ctx: typer.Context,
    is_open: Annotated[bool, typer.Option("--open", help="Only those that have not ended.")] = False,
    uncertain: Annotated[bool, typer.Option("--uncertain", help="Only those nobody knows the outcome of.")] = False,
    state: Annotated[
        JobState | None, typer.Option(help="Only those in this state.", show_default="any", case_sensitive=False)
    ] = None,
    short: Annotated[str | None, typer.Option(help="Only those of this short.", show_default="all")] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="Those of all people; for administrators.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """The paid calls, newest first."""
    context = context_of(ctx)
    wanted = JobFilter(
        state=JobState.UNCERTAIN if uncertain else state, is_open=is_open, short=short, everyone=everyone
    )
    page = context.studio.jobs.list(wanted, limit=limit, cursor=cursor)
    headers = ("when (UTC)", "state", "what", "short", "scene", "model", "held", "credits", "quoted", "cost", "id")
    context.output.answer(page, lambda: context.output.table(headers, [_row(job) for job in page.data]))
    if page.next_cursor:
        context.output.note(f"More: the same with --cursor {page.next_cursor}")


def _row(job: JobView) -> tuple[object, ...]:
    return (
        f"{job.created_at:%Y-%m-%d %H:%M:%S}",
        job.state.value,
        job.feature.replace("_", " "),
        job.short,
        job.scene,
        job.model,
        job.credits_held or None,
        job.credits,
        _money(job.quoted_usd),
        _money(job.cost_usd),
        job.id,
    )


@command(app, "show", "studio jobs show 019f3c2a", "studio jobs show 019f3c2a --json")
def show(ctx: typer.Context, job: Job) -> None:
    """One paid call: what was asked, what came, quoted against charged."""
    context = context_of(ctx)
    found = context.studio.jobs.show(job)
    context.output.answer(found, lambda: _tell(context, found))


@command(
    app,
    "resolve",
    "studio jobs resolve 019f3c2a",
    "studio jobs resolve 019f3c2a --cancel",
    'studio jobs resolve 019f3c2a --release --reason "The provider confirmed that it lost the job."',
)
def resolve(
    ctx: typer.Context,
    job: Job,
    cancel: Annotated[bool, typer.Option("--cancel", help="Ask the provider to drop it.")] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Give the credits back whatever the provider says; for administrators.")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why, with --release.", show_default=False)] = None,
) -> None:
    """Ask the provider what became of an open job; nothing is sent or paid twice."""
    context = context_of(ctx)
    found = context.studio.jobs.resolve(job, ResolveJob(cancel=cancel, release=release, reason=reason))
    context.output.answer(found, lambda: _tell(context, found))
    _report(found)


@command(
    app,
    "reconcile",
    "studio jobs reconcile",
    "studio jobs reconcile --since 2026-10-01 --dry-run",
    "studio jobs reconcile --json",
)
def reconcile(
    ctx: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(help=ReconcileCalls.model_fields["since"].description, show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell; write nothing down.")] = False,
) -> None:
    """What fal really billed for the calls that ended, against what was quoted; for administrators."""
    context = context_of(ctx)
    try:
        wanted = ReconcileCalls.model_validate({"since": since, "dry_run": dry_run})
    except ValidationError as error:
        raise Invalid(
            "The calls cannot be looked for.",
            faults=faults_of(error, ReconcileCalls),
            hint="studio jobs reconcile --since 2026-10-01",
        ) from error
    found = context.studio.bills.reconcile(wanted)
    context.output.answer(found, lambda: _tell_bills(context, found))


def _tell_bills(context: Context, found: Reconciliation) -> None:
    headers = ("job", "state", "short", "model", "credits", "quoted", "reported", "billed")
    context.output.table(headers, [_billed(call) for call in found.differences])
    for request in found.unknown:
        context.output.line(f"unknown here: {request.endpoint} {request.request_id} ${request.billed_usd}")
    orphans = sum(call.is_orphan for call in found.differences)
    context.output.note(
        f"{found.billed} of {found.checked} calls are billed: ${found.quoted_usd} quoted, ${found.reported_usd}"
        f" reported, ${found.billed_usd} billed. {orphans} delivered nothing, {len(found.unknown)} are not known here."
    )
    if not found.applied:
        context.output.note("Nothing was written down.")


def _billed(call: BilledCall) -> tuple[object, ...]:
    state = "orphan" if call.is_orphan else call.state
    money = (_money(call.quoted_usd), _money(call.reported_usd), _money(call.billed_usd))
    return (call.job, state, call.short, call.model, call.credits, *money)


def _report(job: JobView) -> None:
    """Say by the exit code that it is not over."""
    if job.state is JobState.UNCERTAIN:
        until = f" Known by {job.known_by:%H:%M} UTC at the latest." if job.known_by else ""
        raise Uncertain(
            f"{job.provider} does not know the request yet. {job.credits_held} credits are held, not spent.{until}",
            hint="Running the same command again is safe: it continues this job.",
        )
    if job.state is JobState.SUBMITTED:
        raise Partial(
            f"{job.provider} has the request. {job.credits_held} credits are held, not spent.",
            hint="Run the command again that asked for it: it fetches what is made.",
        )


def _tell(context: Context, job: JobView) -> None:
    fields: dict[str, object] = {
        "id": job.id,
        "state": job.state.value,
        "what": job.feature.replace("_", " "),
        "short": job.short and f"{job.short}{f', scene {job.scene}' if job.scene else ''}",
        "model": job.model,
        "request": job.request_id,
        "attempts": job.attempts,
        "credits": f"{job.credits_quoted} quoted, {job.credits} charged, {job.credits_held} held",
        "dollars": f"{_money(job.quoted_usd) or 'nothing'} quoted, {_money(job.cost_usd) or 'not known'} "
        f"{'billed' if job.is_billed else 'charged'}",
        "created": f"{job.created_at:%Y-%m-%d %H:%M:%S} UTC",
        "sent": job.sent_at and f"{job.sent_at:%Y-%m-%d %H:%M:%S} UTC",
        "known by": job.known_by and f"{job.known_by:%Y-%m-%d %H:%M:%S} UTC",
        "ended": job.closed_at and f"{job.closed_at:%Y-%m-%d %H:%M:%S} UTC",
        "said": job.error,
        **(_asked(job) if isinstance(job, JobDetails) else {}),
    }
    context.output.record(list(fields.items()))


def _asked(job: JobDetails) -> dict[str, str | None]:
    body = job.request.get("body", job.request) if isinstance(job.request, dict) else {}
    prompt = body.get("prompt") or body.get("text") if isinstance(body, dict) else None
    return {"asked": str(prompt)[:500] if prompt else None, "answered by": ", ".join(job.answered_by) or None}


def _money(usd: str | None) -> str | None:
    return f"${usd}" if usd is not None else None
