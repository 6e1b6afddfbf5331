"""The server in a process of its own, for tests in which studio is killed: it counts on."""

from __future__ import annotations

import pytest

from studio.domain.errors import Uncertain
from studio.providers.catalogue import find_spec
from studio.providers.fal import FalModel
from tests.providers.fal.conftest import FLUX, Desk, connected
from tests.servers.fal import running_fal_process


def test_it_is_told_what_to_do_and_tells_what_was_paid() -> None:
    with running_fal_process("--latency", "0.05") as process, connected(process.server) as fal:
        model = FalModel(find_spec(f"fal/{FLUX}"), fal, lambda url, medium: b"")
        desk = Desk(model)
        process.set(answers=["bad_gateway"], concurrency=3)
        order = desk.order()

        with pytest.raises(Uncertain):
            desk.send(order)
        (ticket,) = model.find(order, 0)
        answer = desk.wait(order, ticket)

        state = process.state()
        assert [paid["request_id"] for paid in state["paid"]] == [ticket.request_id]
        assert state == {"paid": state["paid"], "posts": 1, "leaks": [], "total_usd": "0.003"}
        assert answer.cost_microusd == 3_000
