"""Plans on both databases: making, changing and removing them, alone and beside another administrator."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from studio.app import Studio
from studio.contracts.audit import AuditFilter
from studio.contracts.plans import CreatePlan, EditPlan, PlanFile, PlanView
from studio.db.models.user import User
from studio.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from studio.services.plans import plan_to_give


def a_plan(key: str = "pro", **fields: Any) -> CreatePlan:
    return CreatePlan(**{"key": key, "name": "Pro", "credits": 500, "price_monthly": 4990, **fields})


def plan_file(*lines: str) -> PlanFile:
    return PlanFile(text="\n".join(lines), source="plans.csv")


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each of the works gave or raised, all of them started together."""
    start = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        start.wait()
        try:
            results[place] = work()
        except Conflict as refusal:
            results[place] = refusal

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_everybody_begins_with_the_free_plan(studio: Studio, other_studio: Studio) -> None:
    plans = other_studio.plans.list().data

    assert [(plan.key, plan.credits, plan.price_monthly, plan.currency) for plan in plans] == [("free", 100, 0, "BRL")]


def test_a_plan_keeps_everything_it_was_made_with(studio: Studio) -> None:
    made = studio.admin_plans.create(
        a_plan(
            price_yearly=49900,
            features=("No watermark", "Two voices"),
            limits={"characters": 20, "storage_megabytes": 5000},
            checkout_url="https://pay.example.com/pro?ref=1",
            sort_order=2,
            badge="Popular",
        )
    )

    assert studio.admin_plans.show("pro") == made
    assert made.model_dump(exclude={"id", "created_at", "updated_at"}) == {
        "key": "pro",
        "name": "Pro",
        "credits": 500,
        "price_monthly": 4990,
        "price_yearly": 49900,
        "currency": "BRL",
        "features": ["No watermark", "Two voices"],
        "limits": {"characters": 20, "storage_megabytes": 5000},
        "checkout_url": "https://pay.example.com/pro?ref=1",
        "active": True,
        "sort_order": 2,
        "badge": "Popular",
        "version": 1,
    }


@pytest.mark.parametrize(
    "fields",
    [
        *({"credits": value} for value in (0, -1, 1.0, "5", True, 10**18, None, float("nan"))),
        *({"price_monthly": value} for value in (-1, 9.9, True, 10**18)),
        *({"price_yearly": value} for value in (-1, 0.5)),
        *({"key": value} for value in ("", "Pro", "a b", "-a", "a" * 33, "pro\n", "é")),
        *({"currency": value} for value in ("", "brl", "REAL")),
        *({"checkout_url": value} for value in ("http://a.example", "javascript:alert(1)", "https://", "https://a b")),
        *({"limits": value} for value in ({"Characters": 1}, {"foo": 1}, {"characters": -1}, {"characters": True})),
        {"name": "  "},
        {"features": ("",)},
        {"colour": "red"},
        {"version": 1},
    ],
    ids=str,
)
def test_a_plan_that_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_plan(**fields)


def test_a_key_is_given_once(studio: Studio) -> None:
    studio.admin_plans.create(a_plan())

    with pytest.raises(Conflict, match="a plan with the key pro already"):
        studio.admin_plans.create(a_plan(name="Other"))

    assert studio.admin_plans.show("pro").name == "Pro"


def test_an_edit_changes_what_it_names_and_counts_the_version(studio: Studio) -> None:
    before = studio.admin_plans.create(a_plan(badge="Popular", price_yearly=49900))

    after = studio.admin_plans.edit("pro", EditPlan(credits=600, badge="", price_yearly=None))

    changed = {name for name in PlanView.model_fields if getattr(before, name) != getattr(after, name)}
    assert changed == {"credits", "badge", "price_yearly", "version", "updated_at"}
    assert (after.credits, after.badge, after.price_yearly, after.version) == (600, None, None, 2)


def test_an_edit_that_changes_nothing_leaves_version_and_audit_alone(studio: Studio) -> None:
    made = studio.admin_plans.create(a_plan())

    assert studio.admin_plans.edit("pro", EditPlan(credits=500)) == made
    assert [entry.action for entry in studio.audit.list().data] == ["plan.created"]


def test_the_second_of_two_administrators_is_told_who_was_faster(studio: Studio) -> None:
    studio.admin_plans.create(a_plan())
    studio.admin_plans.edit("pro", EditPlan(credits=600, version=1))

    with pytest.raises(Conflict, match=r"changed by owner@localhost at .* it is at version 2") as refusal:
        studio.admin_plans.edit("pro", EditPlan(credits=700, version=1))

    assert refusal.value.hint is not None
    assert refusal.value.hint.endswith("then edit it with --version 2.")
    assert studio.admin_plans.show("pro").credits == 600


def test_of_edits_of_one_version_at_the_same_time_one_succeeds(studio: Studio) -> None:
    studio.admin_plans.create(a_plan())

    results = at_once(
        *(
            lambda credits=credits: studio.admin_plans.edit("pro", EditPlan(credits=credits, version=1))
            for credits in (600, 700, 800, 900)
        )
    )

    winners = [result for result in results if isinstance(result, PlanView)]
    assert len(winners) == 1
    assert studio.admin_plans.show("pro") == winners[0]


def test_of_plans_of_one_key_made_at_the_same_time_one_succeeds(studio: Studio) -> None:
    results = at_once(*(lambda: studio.admin_plans.create(a_plan()) for _ in range(4)))

    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "Conflict", "PlanView"]


def test_an_archived_plan_is_off_the_offer_and_can_come_back(studio: Studio) -> None:
    studio.admin_plans.create(a_plan())

    archived = studio.admin_plans.archive("pro")

    assert (archived.active, archived.version) == (False, 2)
    assert [plan.key for plan in studio.plans.list().data] == ["free"]
    assert [plan.key for plan in studio.admin_plans.list().data] == ["free", "pro"]
    studio.admin_plans.edit("pro", EditPlan(active=True))
    assert [plan.key for plan in studio.plans.list().data] == ["free", "pro"]


def test_only_a_plan_on_offer_can_be_given(studio: Studio) -> None:
    studio.admin_plans.create(a_plan())
    studio.admin_plans.archive("pro")

    with studio.database.write() as session:
        assert plan_to_give(session, "free").key == "free"
        with pytest.raises(Refused, match="no longer on offer"):
            plan_to_give(session, "pro")
        with pytest.raises(NotFound):
            plan_to_give(session, "none\0")


def test_a_plan_somebody_has_is_kept(studio: Studio) -> None:
    studio.admin_plans.create(a_plan())
    with studio.database.write() as session:
        session.add(User(email="ana@example.com", plan="pro"))

    with pytest.raises(Conflict, match="1 person has the plan pro") as refusal:
        studio.admin_plans.delete("pro")

    assert refusal.value.hint == "studio admin plans archive pro takes it off the offer and lets them keep it."
    assert studio.admin_plans.show("pro").active


def test_a_plan_nobody_has_can_go(studio: Studio) -> None:
    made = studio.admin_plans.create(a_plan())

    gone = studio.admin_plans.delete("pro")

    assert gone.id == made.id
    with pytest.raises(NotFound, match="There is no plan pro"):
        studio.admin_plans.show("pro")


def test_the_free_plan_stays(studio: Studio) -> None:
    plans = studio.admin_plans
    attempts: list[Callable[[], object]] = [
        lambda: plans.delete("free"),
        lambda: plans.archive("free"),
        lambda: plans.edit("free", EditPlan(active=False)),
    ]

    for attempt in attempts:
        with pytest.raises(Refused, match="where everybody begins"):
            attempt()
    assert plans.show("free").active


def test_pages_follow_the_order_of_the_plans(studio: Studio) -> None:
    for key, place in (("c", 1), ("a", 1), ("b", -5), ("d", 3)):
        studio.admin_plans.create(a_plan(key, sort_order=place))

    first = studio.admin_plans.list(limit=3)
    second = studio.admin_plans.list(limit=3, cursor=first.next_cursor)

    assert [plan.key for plan in first.data + second.data] == ["b", "free", "a", "c", "d"]
    assert second.next_cursor is None


def test_a_file_makes_all_its_plans(studio: Studio) -> None:
    made = studio.admin_plans.create_many(
        plan_file("key,name,credits,price_monthly,limits", "pro,Pro,500,4990,characters=5", "team,Team,2000,14990,")
    )

    assert [(plan.key, plan.credits, plan.limits) for plan in made.data] == [
        ("pro", 500, {"characters": 5}),
        ("team", 2000, {}),
    ]
    entries = studio.audit.list(AuditFilter(action="plan.created")).data
    assert len({entry.request_id for entry in entries}) == 1


def test_one_bad_row_keeps_all_others_out_and_every_fault_is_told(studio: Studio) -> None:
    studio.admin_plans.create(a_plan("old"))

    with pytest.raises(Invalid, match=r"plans\.csv was not taken: nothing was changed") as refusal:
        studio.admin_plans.create_many(
            plan_file(
                "key,name,credits,price_monthly",
                "good,Good,1,0",
                "bad,Bad,0,1.5",
                "old,Old,1,0",
                "good,Again,1,0",
                "Bad Key,,1,0",
            )
        )

    assert refusal.value.faults == [
        "line 3: credits must be greater than or equal to 1",
        "line 3: price_monthly must be a valid integer",
        "line 4: There is a plan with the key old already.",
        "line 5: good stands in line 2 already",
        "line 6: key must be 1 to 32 small letters, digits and hyphens, such as pro-2",
        "line 6: name is missing",
    ]
    assert [plan.key for plan in studio.admin_plans.list().data] == ["free", "old"]
    assert len(studio.audit.list().data) == 1


def test_a_row_with_several_faults_tells_all_of_them(studio: Studio) -> None:
    studio.admin_plans.create(a_plan("old"))
    header = "key,name,credits,price_monthly"

    with pytest.raises(Invalid) as creation:
        studio.admin_plans.create_many(plan_file(header, "old,Old,0,0", "new,New,0,0", "new,New,1,0"))
    with pytest.raises(Invalid) as change:
        studio.admin_plans.edit_many(plan_file("key,credits", "none,0", "none,5"))

    too_few = "credits must be greater than or equal to 1"
    assert creation.value.faults == [
        f"line 2: {too_few}",
        "line 2: There is a plan with the key old already.",
        f"line 3: {too_few}",
        "line 4: new stands in line 3 already",
    ]
    assert change.value.faults == [
        f"line 2: {too_few}",
        "line 2: There is no plan none.",
        "line 3: none stands in line 2 already",
        "line 3: There is no plan none.",
    ]


def test_a_file_changes_all_its_plans_or_none(studio: Studio) -> None:
    studio.admin_plans.create(a_plan("pro"))
    studio.admin_plans.create(a_plan("team"))

    with pytest.raises(Invalid) as refusal:
        studio.admin_plans.edit_many(
            plan_file("key,credits,version", "pro,600,1", "none,1,", "team,700,9", "free,200,")
        )
    changed = studio.admin_plans.edit_many(plan_file("key,credits,name", "pro,600,", "team,700,Crew"))

    assert [fault.split(":")[0] for fault in refusal.value.faults] == ["line 3", "line 4"]
    assert [(plan.key, plan.credits, plan.name) for plan in changed.data] == [
        ("pro", 600, "Pro"),
        ("team", 700, "Crew"),
    ]
    assert studio.admin_plans.show("free").credits == 100


def test_plans_are_the_administrators_business(other_studio: Studio) -> None:
    plans = other_studio.admin_plans
    attempts: list[Callable[[], object]] = [
        plans.list,
        lambda: plans.show("free"),
        lambda: plans.create(a_plan()),
        lambda: plans.create_many(plan_file("key", "a")),
        lambda: plans.edit("free", EditPlan(credits=9)),
        lambda: plans.edit_many(plan_file("key,credits", "free,9")),
        lambda: plans.archive("free"),
        lambda: plans.delete("free"),
    ]

    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
