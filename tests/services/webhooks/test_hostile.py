"""Ten thousand deliveries to each source, most of them forged: not one of those is taken, and each genuine one counts
once, in whatever order all of them come."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import func, select

from studio.db.models.credit_entry import CreditEntry
from studio.db.models.user import User
from studio.db.models.webhook_event import WebhookEvent
from studio.domain.errors import NotLoggedIn
from studio.domain.signatures import sign
from studio.services import ledger
from tests.servers.clerk import clerk_user, delivery, message
from tests.servers.clerk.messages import SIGNING_KEY
from tests.services.webhooks.conftest import NOW, USERS_KEY, Post

Delivery = tuple[str, dict[str, str], bytes]

PEOPLE, EVENTS_EACH = 10, 5
GENUINE = PEOPLE * EVENTS_EACH
REPLAYS, FORGED, STALE = 300, 9_150, 500


def clerk_message(person: int, number: int) -> Delivery:
    user = clerk_user(f"user_{person}", f"p{person}@example.com", at=NOW + number, first_name=f"Version {number}")
    body = message("user.updated", user)
    return "clerk", delivery(body, f"msg_{person}_{number}", seconds=NOW // 1000), body


def user_event(person: int, number: int) -> Delivery:
    data = {"email": f"p{person}@example.com", "creditDelta": number + 1}
    body = json.dumps({"type": "user.updated", "timestamp": NOW + number, "data": data}).encode()
    return "users", signed("webhook", f"evt_{person}_{number}", NOW // 1000, body, USERS_KEY), body


def signed(family: str, id: str, seconds: int, body: bytes, key: bytes) -> dict[str, str]:
    values = (id, str(seconds), sign(id, seconds, body, key))
    return dict(zip((f"{family}-{part}" for part in ("id", "timestamp", "signature")), values, strict=True))


def parts(given: Delivery) -> tuple[str, str, str, str]:
    family = "svix" if given[0] == "clerk" else "webhook"
    id, moment, signature = (given[1][f"{family}-{part}"] for part in ("id", "timestamp", "signature"))
    return family, id, moment, signature


def changed(given: Delivery, body: bytes | None = None, **headers: str) -> Delivery:
    source, old, same = given
    family = parts(given)[0]
    return source, {**old, **{f"{family}-{name}": value for name, value in headers.items()}}, body or same


def _flipped(given: Delivery, chance: random.Random) -> Delivery:
    body = bytearray(given[2])
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return changed(given, body=bytes(body))


def _with_nan(given: Delivery, chance: random.Random) -> Delivery:
    return changed(given, timestamp=chance.choice(["NaN", "nan", "inf", "1e10"]))


MUTATIONS: dict[str, Callable[[Delivery, random.Random], Delivery]] = {
    "body": lambda given, chance: changed(given, body=given[2].replace(b"p", b"q", chance.randint(1, 3))),
    "id": lambda given, chance: changed(given, id=f"{parts(given)[1]}{chance.randrange(10**9)}"),
    "timestamp": lambda given, chance: changed(given, timestamp=str(NOW // 1000 + chance.choice([-1, 1, 60, -60]))),
    "key": lambda given, chance: (
        given[0],
        signed(parts(given)[0], parts(given)[1], NOW // 1000, given[2], chance.randbytes(32)),
        given[2],
    ),
    "empty": lambda given, chance: changed(given, **{chance.choice(["id", "timestamp", "signature"]): ""}),
    "no prefix": lambda given, chance: changed(given, signature=parts(given)[3].removeprefix("v1,")),
    "NaN": _with_nan,
    "bit flip": _flipped,
    "trailing space": lambda given, chance: (
        changed(given, body=given[2] + b" ")
        if chance.random() < 0.5
        else changed(given, signature=f"{parts(given)[3]} ")
    ),
}


def stale(given: Delivery, chance: random.Random) -> Delivery:
    seconds = NOW // 1000 + chance.choice([-1, 1]) * chance.randint(301, 10**7)
    key = SIGNING_KEY if given[0] == "clerk" else USERS_KEY
    return given[0], signed(parts(given)[0], f"{parts(given)[1]}_stale", seconds, given[2], key), given[2]


@pytest.mark.slow
@pytest.mark.parametrize("make", [clerk_message, user_event], ids=["clerk", "users"])
def test_of_ten_thousand_deliveries_only_the_genuine_ones_count(
    post: Post, make: Callable[[int, int], Delivery]
) -> None:
    chance = random.Random(814)
    genuine = [make(person, number) for person in range(PEOPLE) for number in range(EVENTS_EACH)]
    kinds = list(MUTATIONS)
    forged = [MUTATIONS[kinds[number % 9]](chance.choice(genuine), chance) for number in range(FORGED)]
    forged += [stale(chance.choice(genuine), chance) for _ in range(STALE)]
    said = [(each, True) for each in genuine + [chance.choice(genuine) for _ in range(REPLAYS)]]
    said += [(each, False) for each in forged]
    chance.shuffle(said)

    taken: Counter[bool] = Counter()
    for (source, headers, body), is_genuine in said:
        try:
            found = post.inbox.take(source, headers, body)
        except NotLoggedIn:
            assert not is_genuine
            continue
        taken[is_genuine] += 1
        if found.is_new:
            assert post.inbox.process(source, found.event_id) in ("applied", "ignored")

    assert len(said) == 10_000
    assert taken == {True: GENUINE + REPLAYS}
    check_nets(post, make)


def check_nets(post: Post, make: Callable[[int, int], Delivery]) -> None:
    with post.inbox.database.read() as session:
        people = session.exec(select(User)).all()
        assert ledger.verify(session) == []
        assert session.exec(select(func.count()).select_from(WebhookEvent)).one() == GENUINE
        balances = {ledger.balance_of(session, each.id, now=NOW).available for each in people}
    assert len(people) == PEOPLE
    if make is clerk_message:
        assert {each.name for each in people} == {f"Version {EVENTS_EACH - 1}"}
    else:
        assert balances == {sum(range(1, EVENTS_EACH + 1))}


def test_one_event_from_twenty_threads_moves_credits_once(post: Post) -> None:
    source, headers, body = user_event(1, 41)

    def deliver(_: int) -> tuple[bool, str]:
        taken = post.inbox.take(source, headers, body)
        return taken.is_new, post.inbox.process(source, taken.event_id)

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(deliver, range(20)))

    with post.inbox.database.read() as session:
        entries = session.exec(select(CreditEntry.amount)).all()
    assert sorted(found) == [(False, "applied")] * 19 + [(True, "applied")]
    assert entries == [42]


def test_many_people_at_once_from_many_threads_end_with_exact_sums(post: Post) -> None:
    events = [user_event(person, number) for person in range(4) for number in range(4)] * 2
    random.Random(3).shuffle(events)

    def deliver(given: Delivery) -> str:
        taken = post.inbox.take(*given)
        return post.inbox.process(given[0], taken.event_id)

    with ThreadPoolExecutor(8) as pool:
        states = set(pool.map(deliver, events))
    post.clock.now += 60_000
    while post.inbox.process_waiting():
        post.clock.now += 600_000

    with post.inbox.database.read() as session:
        people = session.exec(select(User)).all()
        balances = [ledger.balance_of(session, each.id, now=NOW).available for each in people]
        assert ledger.verify(session) == []
    assert states <= {"applied", "received"}
    assert balances == [10] * 4
