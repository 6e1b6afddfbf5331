"""Which state of a short may follow which."""

from __future__ import annotations

import itertools

import pytest

from studio.domain.errors import Conflict
from studio.domain.short import ShortStatus, check_step

ROAD = [
    ShortStatus.DRAFT,
    ShortStatus.GENERATING_SCRIPT,
    ShortStatus.SCRIPT_READY,
    ShortStatus.SCRIPT_APPROVED,
    ShortStatus.GENERATING_MEDIA,
    ShortStatus.MEDIA_READY,
    ShortStatus.RENDERING,
    ShortStatus.COMPLETED,
    ShortStatus.PUBLISHED,
]


def test_a_short_goes_from_draft_to_published() -> None:
    for now, then in itertools.pairwise(ROAD):
        check_step(now, then)

    assert [status.progress for status in ROAD] == sorted(status.progress for status in ROAD)


@pytest.mark.parametrize("now", list(ShortStatus))
def test_any_step_may_fail_and_be_taken_again(now: ShortStatus) -> None:
    check_step(now, ShortStatus.FAILED)
    check_step(ShortStatus.FAILED, ShortStatus.GENERATING_SCRIPT)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (ShortStatus.DRAFT, ShortStatus.RENDERING),
        (ShortStatus.DRAFT, ShortStatus.COMPLETED),
        (ShortStatus.SCRIPT_READY, ShortStatus.GENERATING_MEDIA),
        (ShortStatus.SCRIPT_APPROVED, ShortStatus.RENDERING),
        (ShortStatus.MEDIA_READY, ShortStatus.COMPLETED),
    ],
)
def test_no_step_is_skipped(now: ShortStatus, then: ShortStatus) -> None:
    with pytest.raises(Conflict, match=f"is {now.value} and cannot become {then.value}"):
        check_step(now, then)
