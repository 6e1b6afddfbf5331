"""Administrators' settings on both databases: what is in force, and changing it all at once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from studio.app import Studio
from studio.contracts.settings import DEFINITIONS, ChangeSettings, ImportSettings, SettingsChange
from studio.contracts.settings_file import parse_settings
from studio.domain.credits import DEFAULT_PRICES, FeatureKey
from studio.domain.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from studio.services.ledger import ADJUSTMENT_CAP
from studio.services.settings import Prices, default_model, fallback_model, limit_in_force, prices_in_force
from tests.services.conftest import independent_administrator
from tests.services.test_plans import at_once

PICTURES = "prices.image_generation"


def change(studio: Studio, values: dict[str, Any], **more: Any) -> SettingsChange:
    return studio.admin_settings.change(ChangeSettings(values=values, **more))


def take(studio: Studio, text: str, **more: Any) -> SettingsChange:
    return studio.admin_settings.import_(ImportSettings(text=text, source="settings.yaml", **more))


def prices(studio: Studio) -> Prices:
    with studio.database.read() as session:
        return prices_in_force(session)


def values_of(studio: Studio, key: str | None = None) -> dict[str, object]:
    return {setting.key: setting.value for setting in studio.admin_settings.list(key).data}


def test_without_an_administrator_everything_has_its_default(studio: Studio) -> None:
    assert prices(studio) == Prices(DEFAULT_PRICES, {})
    with studio.database.read() as session:
        assert default_model(session, "image") == "auto"
        assert fallback_model(session, "image") is None
        assert limit_in_force(session, "adjustment_credits") == ADJUSTMENT_CAP


def test_a_price_and_a_multiplier_decide_what_is_charged(studio: Studio) -> None:
    change(studio, {PICTURES: 7, "multipliers.fal-ai/flux/dev": 1.1})

    found = prices(studio)

    assert found.of(FeatureKey.IMAGE_GENERATION, model="other").credits == 7
    assert found.of(FeatureKey.IMAGE_GENERATION, 10, model="fal-ai/flux/dev").credits == 77
    assert found.of(FeatureKey.IMAGE_GENERATION, 10, model="local").credits == 0


def test_a_fallback_is_a_model_or_none(studio: Studio) -> None:
    found = []
    for value in ("fal/fal-ai/flux/dev", "local", ""):
        change(studio, {"fallbacks.image": value})
        with studio.database.read() as session:
            found.append(fallback_model(session, "image"))

    assert found == ["fal/fal-ai/flux/dev", "local", None]


def test_null_gives_the_default_back(studio: Studio) -> None:
    change(studio, {PICTURES: 7})

    given_back = change(studio, {PICTURES: None, "limits.characters": None})

    assert [each.model_dump() for each in given_back.changes] == [
        {"key": PICTURES, "before": 7, "after": 5, "is_default": True}
    ]
    assert prices(studio).credits == DEFAULT_PRICES


WRONG: list[tuple[str, object]] = [
    *((PICTURES, value) for value in (-1, 1.0, 1.5, True, "5", 10**18, float("nan"), [], {})),
    *(("multipliers.a/b", value) for value in (-0.1, 1001, 0.0001, float("nan"), float("inf"), True, "2")),
    *(("models.image", value) for value in ("", " ", "a b", 5, "a" * 200, "\x1b[2J")),
    *(("fallbacks.image", value) for value in ("auto", " ", "a b", 5)),
    ("limits.characters", -1),
    *((key, 1) for key in ("prices", "prices.", "prices.nothing", "nothing.at.all", "")),
    *((key, 1) for key in ("multipliers.", "multipliers.local", "multipliers.auto", "multipliers.a b")),
]


def test_what_is_no_setting_or_no_value_of_it_is_refused(studio: Studio) -> None:
    for key, value in WRONG:
        with pytest.raises(Invalid) as refusal:
            change(studio, {key: value, "prices.music_generation": 9})

        assert len(refusal.value.faults) == 1, (key, value)
    assert prices(studio).credits == DEFAULT_PRICES


def test_every_fault_of_a_file_is_told_and_nothing_is_half_applied(studio: Studio) -> None:
    text = "prices:\n  image_generation: 9\n  magic: 1\ncolour: red\nlimits: 5\nmodels:\n  image: [a]\n"

    with pytest.raises(Invalid, match=r"settings\.yaml was not taken: nothing was changed") as refusal:
        take(studio, text)

    assert refusal.value.faults == [
        "prices.magic is not a setting",
        "colour is not a setting",
        "limits is a section: under it stand names with their values",
        "models.image must be auto, local or a model's id, not ['a']",
    ]
    assert prices(studio).credits == DEFAULT_PRICES
    assert studio.audit.list().data == []


@pytest.mark.parametrize(
    "text",
    [
        "prices: {image_generation: 1, image_generation: 2}",
        "a: &a [1]\nb: *a",
        "- 1",
        "prices: [",
        "{" * 50,
        "!!python/name:os.system {}",
    ],
)
def test_yaml_that_misleads_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_settings(text, source="settings.yaml")


def test_a_file_of_ten_megabytes_is_refused() -> None:
    with pytest.raises(TooLarge):
        parse_settings("# " + "a" * 10_000_000, source="settings.yaml")


def test_a_dry_run_tells_the_difference_and_changes_nothing(studio: Studio) -> None:
    change(studio, {"multipliers.a/b": 2})

    planned = take(studio, "prices:\n  image_generation: 9\nmultipliers:\n  a/b: 1.5\n", dry_run=True)

    assert not planned.applied
    assert [(each.key, each.before, each.after) for each in planned.changes] == [
        (PICTURES, 5, 9),
        ("multipliers.a/b", 2, 1.5),
    ]
    assert values_of(studio, "multipliers") == {"multipliers.a/b": 2}
    assert prices(studio).credits == DEFAULT_PRICES


def test_what_was_exported_can_be_imported_into_another_state(studio: Studio) -> None:
    change(studio, {PICTURES: 9, "multipliers.google/gemini:free": 0.25, "models.image": "fal-ai/flux"})
    exported = studio.admin_settings.export().text
    wanted = values_of(studio)
    change(studio, {PICTURES: None, "models.image": "other", "limits.characters": 3})

    take(studio, exported, replace=True)

    assert values_of(studio) == wanted
    assert studio.admin_settings.export().text == exported


def test_importing_an_export_again_changes_nothing(studio: Studio) -> None:
    change(studio, {PICTURES: 9})

    assert take(studio, studio.admin_settings.export().text).changes == []


def test_the_export_names_every_setting(studio: Studio) -> None:
    text = studio.admin_settings.export().text

    assert all(f"  # {definition.name}: {definition.default}" in text for definition in DEFINITIONS.values())


def test_what_a_file_leaves_out_stays(studio: Studio) -> None:
    change(studio, {PICTURES: 9, "limits.characters": 3})

    take(studio, "prices:\n  image_generation: 8\nlimits:\n")

    assert (prices(studio).credits[FeatureKey.IMAGE_GENERATION], values_of(studio)["limits.characters"]) == (8, 3)


def test_a_stale_version_is_refused_and_tells_who_was_faster(studio: Studio) -> None:
    change(studio, {PICTURES: 9}, versions={PICTURES: 0})

    with pytest.raises(Conflict, match=r"changed by owner@localhost at .* it is at version 1"):
        change(studio, {PICTURES: 8}, versions={PICTURES: 0})

    assert prices(studio).credits[FeatureKey.IMAGE_GENERATION] == 9


def test_first_settings_of_one_key_at_the_same_time_all_succeed(studio: Studio) -> None:
    at_once(*(lambda price=price: change(studio, {PICTURES: price}) for price in (6, 7, 8, 9)))

    assert studio.admin_settings.list(PICTURES).data[0].version == 4
    assert len(studio.audit.list().data) == 4


def test_every_change_is_in_the_audit_trail(studio: Studio) -> None:
    change(studio, {PICTURES: 9}, reason="dearer at the vendor")
    change(studio, {PICTURES: None})

    entries = studio.audit.list().data

    assert [(entry.action, entry.subject_id, entry.before, entry.after, entry.reason) for entry in entries] == [
        ("setting.unset", PICTURES, {"value": 9}, None, None),
        ("setting.set", PICTURES, None, {"value": 9}, "dearer at the vendor"),
    ]


def test_one_setting_or_section_can_be_asked_for(studio: Studio) -> None:
    assert values_of(studio, PICTURES) == {PICTURES: 5}
    assert len(values_of(studio, "prices")) == len(FeatureKey)
    assert values_of(studio, "multipliers") == {}
    assert values_of(studio, "multipliers.fal-ai/veo3") == {"multipliers.fal-ai/veo3": 1}
    with pytest.raises(NotFound, match="There is no setting nothing"):
        values_of(studio, "nothing")


def test_settings_are_the_administrators_business(other_studio: Studio) -> None:
    attempts: list[Callable[[], object]] = [
        other_studio.admin_settings.list,
        other_studio.admin_settings.export,
        lambda: change(other_studio, {PICTURES: 1}),
        lambda: take(other_studio, "prices:\n  image_generation: 1\n", dry_run=True),
    ]

    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()


def test_raising_what_one_administrator_moves_alone_needs_a_reason(studio: Studio) -> None:
    change(studio, {"limits.adjustment_credits": 40})

    for reason in (None, "", "   "):
        with pytest.raises(Invalid, match=r"Raising limits\.adjustment_credits needs a reason") as caught:
            change(studio, {"limits.adjustment_credits": 50}, reason=reason)
    change(studio, {"limits.adjustment_credits": 50}, reason="the fair")

    assert caught.value.hint == "Say why with --reason."
    assert values_of(studio, "limits.adjustment_credits") == {"limits.adjustment_credits": 50}


def test_an_import_does_not_lift_the_limit_for_several_administrators(studio: Studio) -> None:
    independent_administrator(studio, "rui@example.com")
    text = "limits:\n  adjustment_credits: 10001\n"

    for dry_run in (True, False):
        with pytest.raises(NotAllowed, match="at most 10000 in a studio with several administrators"):
            take(studio, text, reason="more", dry_run=dry_run)

    assert values_of(studio, "limits.adjustment_credits") == {"limits.adjustment_credits": 10_000}
