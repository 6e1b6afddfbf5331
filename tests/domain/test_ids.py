"""Ids sort by time and are UUIDs of version 7."""

from __future__ import annotations

import time
import uuid

from studio.domain.ids import new_id


def test_ids_are_version_7_and_carry_their_time() -> None:
    before = time.time_ns() // 1_000_000

    value = uuid.UUID(new_id())

    assert (value.version, value.variant) == (7, uuid.RFC_4122)
    assert before <= value.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_sort_by_the_time_they_were_made() -> None:
    ids = []
    for _ in range(20):
        ids.append(new_id())
        time.sleep(0.002)

    assert ids == sorted(ids)
    assert len(set(ids)) == 20
