"""Messages as administrators see them: in pages, one by one, and asked for again at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from studio.contracts.webhooks import WebhookFilter, WebhookState
from studio.db.models.audit_entry import AuditEntry
from studio.db.models.webhook_event import WebhookEvent
from studio.domain.errors import Conflict, NotFound, Refused
from studio.services.principal import Principal
from studio.services.webhooks.looking import WebhooksService
from tests.servers.clerk import clerk_user
from tests.services.webhooks.conftest import Post

ADMIN = Principal("admin-1", "chief@example.com", "admin")
EVENT = {"type": "user.updated", "data": {"email": "ana@example.com", "creditDelta": 5}}


@pytest.fixture
def webhooks(post: Post) -> WebhooksService:
    return WebhooksService(post.inbox.database, ADMIN, lambda: post.inbox, post.clock)


def test_pages_have_every_message_once_and_the_newest_first(post: Post, webhooks: WebhooksService) -> None:
    for number in range(7):
        # Several at the same moment, from both senders.
        post.clock.now += number % 2
        post.users(EVENT, id=f"same_{number}")
        post.clerk("created", clerk_user(f"user_{number}"), id=f"same_{number}")

    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = webhooks.list(limit=4, cursor=cursor)
        found, cursor, pages = found + page.data, page.next_cursor, pages + 1

    assert (len(found), len({each.id for each in found}), pages) == (14, 14, 4)
    assert [each.received_at for each in found] == sorted((each.received_at for each in found), reverse=True)
    assert [each.id for each in webhooks.list(WebhookFilter(source="clerk", state=WebhookState.DEAD)).data] == []


def test_a_message_is_found_by_the_senders_id_where_that_says_which(post: Post, webhooks: WebhooksService) -> None:
    post.users(EVENT, id="evt_1")
    post.users(EVENT, id="same")
    post.clerk("created", clerk_user("user_ana"), id="same")

    assert webhooks.show("evt_1").id == "users:evt_1"
    assert webhooks.show("clerk:same").type == "user.created"
    with pytest.raises(Refused, match="Several senders have a message same"):
        webhooks.show("same")
    with pytest.raises(NotFound):
        webhooks.show("users:")


def test_one_that_is_asked_for_again_by_several_at_once_takes_effect_once(
    post: Post, webhooks: WebhooksService
) -> None:
    post.users(EVENT, id="evt_1")
    with post.inbox.database.write() as session:
        row = session.get_one(WebhookEvent, ("users", "evt_1"))
        row.state, row.error = "dead", "As if it had failed."
        session.add(row)

    def replay(_: int) -> str:
        try:
            return webhooks.replay("evt_1").state
        except Conflict:
            return "applied"

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(replay, range(8)))

    with post.inbox.database.read() as session:
        row = session.get_one(WebhookEvent, ("users", "evt_1"))
        trail = session.exec(select(AuditEntry).where(AuditEntry.action == "webhook.replayed")).all()
    # The ledger knows the event from the first time, and gives nothing twice even so.
    assert (set(states), row.state, row.error, row.attempts) == ({"applied"}, "applied", None, 2)
    assert {(entry.actor_email, entry.subject_id) for entry in trail} == {(ADMIN.email, "users:evt_1")}
