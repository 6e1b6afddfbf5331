"""The check-up of payments: key, environment, the webhook's token, and whether Asaas still sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.contracts.doctor import Finding
from studio.domain.errors import ServiceFailed, StudioError
from studio.domain.text import one_line
from studio.providers.asaas.environment import API_KEY, checked_key, environment_of
from studio.services.webhooks.asaas import TOKEN, tokens_of

if TYPE_CHECKING:
    from studio.providers.asaas.service import Asaas, Queue

CHECK = "billing"
PATH = "/api/webhooks/asaas"


def billing_findings(api_key: str, api_url: str, tokens: str, asaas: Callable[[], Asaas]) -> list[Finding]:
    """What is right and wrong about payments. Asaas is asked only where a key is set."""
    if not api_key.strip() and not tokens.strip():
        return [Finding(check=CHECK, level="ok", message="Payments are not set up: plans are given by administrators.")]
    checks = (lambda: _key(api_key, api_url), lambda: _tokens(tokens), lambda: _queues(asaas))
    return [finding for check in checks for finding in _told(check)]


def _told(check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return check()
    except ServiceFailed as error:
        return [Finding(check=CHECK, level="warning", message=error.message, hint=error.hint)]
    except StudioError as error:
        return [Finding(check=CHECK, level="error", message=error.message, hint=error.hint)]


def _key(api_key: str, api_url: str) -> list[Finding]:
    checked_key(api_key, api_url)
    environment = environment_of(api_url)
    where = f"for Asaas' {environment.name}" if environment else f"for {one_line(api_url)}"
    return [Finding(check=CHECK, level="ok", message=f"{API_KEY} is set, {where}.")]


def _tokens(tokens: str) -> list[Finding]:
    if tokens_of(tokens):
        return [Finding(check=CHECK, level="ok", message=f"{TOKEN} is set and long enough.")]
    hint = f"Set {TOKEN}, and the same token at Asaas for the webhook to …{PATH}."
    return [Finding(check=CHECK, level="warning", message=f"{TOKEN} is not set: no payment is told of.", hint=hint)]


def _queues(asaas: Callable[[], Asaas]) -> list[Finding]:
    with asaas() as service:
        ours = [queue for queue in service.queues() if queue.url.rstrip("/").endswith(PATH)]
    if not ours:
        message = f"No webhook at Asaas goes to …{PATH}: payments are found by the backfill alone."
        return [Finding(check=CHECK, level="warning", message=message, hint="docs/operations/billing.md says how.")]
    return [_queue(queue) for queue in ours]


def _queue(queue: Queue) -> Finding:
    url = one_line(queue.url)[:200]
    if queue.is_interrupted or not queue.is_enabled:
        return Finding(
            check=CHECK,
            level="error",
            message=f"Asaas has stopped sending to {url}.",
            hint="Switch the webhook on again at Asaas, then: studio admin webhooks backfill",
        )
    if not queue.has_token:
        message = f"The webhook to {url} has no token at Asaas: its messages are turned away."
        return Finding(check=CHECK, level="error", message=message, hint=f"Give it the token of {TOKEN}.")
    return Finding(check=CHECK, level="ok", message=f"Asaas sends to {url}.")
