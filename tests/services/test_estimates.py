"""What is told before is what is charged after, wherever a short stands: nothing more is due, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import Studio
from studio.contracts.media import GenerateMedia, ImportMedia, MediaKind
from studio.contracts.scenes import EditScene, MoveScene
from studio.contracts.settings import ChangeSettings
from studio.contracts.shorts import CreateShort, EditShort
from studio.domain.errors import NotEnoughCredits, Uncertain
from studio.providers.registry import Models, TextServer
from studio.services.media import MediaMaker
from studio.services.scripts import ScriptsService
from tests.servers.fal import media as files
from tests.servers.fal.server import FalServer, running_fal
from tests.servers.openrouter.running import running_openrouter
from tests.servers.openrouter.server import OpenRouterServer
from tests.servers.reaching import access_to
from tests.services.paid import assert_sound, grant, leave, set_price

BRIEF = CreateShort(topic="Why octopuses have three hearts", duration_seconds=15, language="en")
PICTURES = GenerateMedia(kind=MediaKind.PICTURE)
START = 1000


@pytest.fixture
def fal() -> Iterator[FalServer]:
    with running_fal() as server:
        yield server


@pytest.fixture
def router() -> Iterator[OpenRouterServer]:
    with running_openrouter() as server:
        yield server


@pytest.fixture(autouse=True)
def models(studio: Studio, fal: FalServer, router: OpenRouterServer) -> Iterator[Models]:
    access = replace(access_to(fal), openrouter_key=router.key, openrouter_url=router.url)
    models = Models(text_server=TextServer(is_looked_for=False), access=access)
    leave(studio, START)
    studio.models = models
    assert isinstance(studio.scripts, ScriptsService)
    assert isinstance(studio.media, MediaMaker)
    for service in (studio.scripts, studio.media):
        # What is asked for is made at once.
        service.generations.pause = lambda seconds: None
    yield models
    models.close()


def wealth(studio: Studio) -> int:
    """All credits that are not spent, those that are set aside included."""
    credits = studio.credits.me()
    return credits.credits_remaining + credits.credits_held


def finish(studio: Studio, short: str) -> None:
    """All that costs credits on the way to a film."""
    studio.scripts.generate(short)
    studio.media.generate(short)


def write(studio: Studio, fal: FalServer, short: str) -> None:
    studio.scripts.generate(short)


def begin(studio: Studio, fal: FalServer, short: str) -> None:
    write(studio, fal, short)
    studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE))
    studio.media.generate(short, GenerateMedia(kind=MediaKind.SPEECH))


def complete(studio: Studio, fal: FalServer, short: str) -> None:
    finish(studio, short)


def edited(change: EditScene) -> Callable[[Studio, FalServer, str], None]:
    def edit(studio: Studio, fal: FalServer, short: str) -> None:
        finish(studio, short)
        studio.scenes.edit(short, 1, change)

    return edit


def changed(change: EditShort) -> Callable[[Studio, FalServer, str], None]:
    def edit(studio: Studio, fal: FalServer, short: str) -> None:
        finish(studio, short)
        studio.shorts.edit(short, change)

    return edit


def lose(studio: Studio, fal: FalServer, short: str) -> None:
    """Nobody knows what became of a picture; its credits are held. Prices are others by then."""
    write(studio, fal, short)
    fal.loses("closes")
    with pytest.raises(Uncertain):
        studio.media.generate(short, PICTURES)
    set_price(studio, image_generation=7)


def lose_the_fallbacks(studio: Studio, fal: FalServer, short: str) -> None:
    """The model refused, and the cheaper one that was asked in its place was lost on the way."""
    other = "fal/fal-ai/flux/schnell"
    values = {"fallbacks.image": other, f"multipliers.{other}": 0.2}
    studio.admin_settings.change(ChangeSettings(values=values))
    write(studio, fal, short)
    fal.validates_at_once = False
    fal.will("content_policy")
    fal.loses("well", "closes")
    with pytest.raises(Uncertain):
        studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE))
    fal.validates_at_once = True


def bring_a_picture(studio: Studio, fal: FalServer, short: str) -> None:
    write(studio, fal, short)
    picture = Path("reef.png")
    picture.write_bytes(files.picture(180, 320, (10, 90, 160), "png"))
    studio.media.import_(short, ImportMedia(scene=1), picture)


def choose_an_older_take(studio: Studio, fal: FalServer, short: str) -> None:
    finish(studio, short)
    first = next(take for take in studio.scenes.show(short, 1).media if take.kind == "picture")
    studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE, again=True))
    studio.media.select(short, first.id)


def lose_a_clip(studio: Studio, fal: FalServer, short: str) -> None:
    finish(studio, short)
    clip = next(take for take in studio.scenes.show(short, 2).media if take.kind == "video")
    studio.assets.storage.delete(clip.path or "")


def move(studio: Studio, fal: FalServer, short: str) -> None:
    finish(studio, short)
    studio.scenes.move(short, MoveScene(scene=2, to=1))


STATES: dict[str, Callable[[Studio, FalServer, str], None]] = {
    "nothing": lambda studio, fal, short: None,
    "the script": write,
    "some takes": begin,
    "everything": complete,
    "other words": edited(EditScene(narration="Quite other words are said here.")),
    "something else is seen": edited(EditScene(visual="a lighthouse at night")),
    "another prompt": edited(EditScene(image_prompt="a lighthouse at night, in fog")),
    "another picture": edited(EditScene(new_picture=True)),
    "another style": changed(EditShort(style="story")),
    "no music": changed(EditShort(music="none")),
    "another order": move,
    "a lost call": lose,
    "a lost call of the fallback": lose_the_fallbacks,
    "one's own picture": bring_a_picture,
    "an older take": choose_an_older_take,
    "a lost file": lose_a_clip,
}


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What reads and writes rows is asked of both databases by the first test."""


def test_a_short_that_was_begun_costs_what_was_told(studio: Studio, fal: FalServer) -> None:
    short = studio.shorts.create(BRIEF).id
    whole = studio.films.plan(BRIEF).credits
    begin(studio, fal, short)
    begun = START - wealth(studio)

    rest = studio.credits.estimate(BRIEF)
    finish(studio, short)

    assert START - wealth(studio) == whole == begun + rest.credits
    assert 0 < rest.credits < whole


RARER = {"the script", "another picture", "no music", "another order", "one's own picture", "a lost file"}
"""States that stand between others, and are left to the long run."""


@ON_SQLITE
@pytest.mark.parametrize(
    "state", [pytest.param(state, marks=[pytest.mark.nightly] if state in RARER else []) for state in STATES]
)
def test_what_is_left_costs_what_was_told(studio: Studio, fal: FalServer, state: str) -> None:
    short = studio.shorts.create(BRIEF).id
    STATES[state](studio, fal, short)
    before = wealth(studio)

    told = studio.films.plan_rest(short)
    same_request = studio.films.plan(BRIEF)
    finish(studio, short)

    assert before - wealth(studio) == told.credits
    assert same_request == told
    assert studio.films.plan_rest(short).lines == []
    assert studio.credits.me().credits_held == 0
    assert_sound(studio)


@ON_SQLITE
@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(GenerateMedia(scene=1, kind=MediaKind.PICTURE, again=True), marks=pytest.mark.nightly),
        GenerateMedia(scene=1, kind=MediaKind.VIDEO, again=True),
        GenerateMedia(kind=MediaKind.SPEECH, again=True),
        GenerateMedia(kind=MediaKind.MUSIC),
        pytest.param(GenerateMedia(again=True), marks=pytest.mark.nightly),
        GenerateMedia(again=True, offline=True),
    ],
    ids=lambda wanted: str(wanted.model_dump(exclude_defaults=True, mode="json")),
)
def test_another_take_costs_what_was_told(studio: Studio, fal: FalServer, wanted: GenerateMedia) -> None:
    short = studio.shorts.create(BRIEF).id
    choose_an_older_take(studio, fal, short)
    before = wealth(studio)

    told = studio.media.cost(short, wanted).credits
    studio.media.generate(short, wanted)

    assert before - wealth(studio) == told


@ON_SQLITE
def test_takes_of_another_short_are_not_paid_for_again(studio: Studio) -> None:
    script = "title: Seas\nlanguage: en\nscenes:\n  - narration: One sea.\n  - narration: Two moons rise.\n"
    brief = CreateShort(source_text=script, source_name="seas.yaml", seed=7)
    finish(studio, studio.shorts.create(brief).id)
    before = wealth(studio)

    twin = brief.model_copy(update={"captions": False})
    told = studio.films.plan(twin)
    finish(studio, studio.shorts.create(twin).id)

    assert (told.credits, before - wealth(studio)) == (0, 0)


@ON_SQLITE
def test_what_cannot_be_known_is_counted_as_if_it_had_to_be_made(studio: Studio, fal: FalServer) -> None:
    short = studio.shorts.create(BRIEF).id
    finish(studio, short)
    studio.shorts.edit(short, EditShort(voice="fal/fal-ai/kokoro/american-english#af_bella"))
    before = wealth(studio)

    told = studio.films.plan_rest(short)
    finish(studio, short)

    # The new voice happens to be as fast as the old one, so that the music still fits.
    assert [line.work for line in told.lines] == ["speech", "music"]
    assert before - wealth(studio) == told.lines[0].credits


@ON_SQLITE
def test_a_short_that_is_gone_on_with_needs_only_what_is_left(studio: Studio, fal: FalServer) -> None:
    short = studio.shorts.create(BRIEF).id
    lose(studio, fal, short)
    held = studio.credits.me().credits_held
    rest = studio.films.plan_rest(short)
    grant(studio, rest.credits - held - 1 - studio.credits.me().credits_remaining, key="spent elsewhere")

    short_of_one = studio.films.plan(BRIEF)
    with pytest.raises(NotEnoughCredits) as caught:
        studio.films.make(BRIEF)
    grant(studio, 1, key="one more")
    finish(studio, short)

    assert (short_of_one.credits_held, short_of_one.credits_missing) == (held, 1)
    assert caught.value.details["missing"] == 1
    assert wealth(studio) == 0


@ON_SQLITE
def test_a_take_that_another_short_has_ordered_stays_on_its_account(studio: Studio, fal: FalServer) -> None:
    script = "title: Seas\nlanguage: en\nscenes:\n  - narration: One sea.\n  - narration: Two moons rise.\n"
    brief = CreateShort(source_text=script, source_name="seas.yaml", seed=7, video_model="local", music="none")
    first = studio.shorts.create(brief).id
    twin = studio.shorts.create(brief.model_copy(update={"captions": False})).id
    wanted = GenerateMedia(scene=1, kind=MediaKind.PICTURE)
    fal.loses("closes")
    with pytest.raises(Uncertain):
        studio.media.generate(first, wanted)

    told = studio.media.cost(twin, wanted)
    studio.media.generate(twin, wanted)

    ordered, fetched = studio.shorts.show(first), studio.shorts.show(twin)
    (use,) = studio.credits.history().data
    assert (told.credits, told.credits_held, len(fal.paid)) == (5, 5, 1)
    assert (use.short_id, use.scene, use.credits) == (first, 1, 5)
    assert (ordered.credits_used, ordered.credits_quoted, ordered.quoted_usd) == (5, 5, ordered.cost_usd)
    assert (fetched.credits_used, fetched.credits_quoted, fetched.cost_usd) == (0, 0, "0.00")
    assert [take.kind for take in fetched.scenes[0].media] == ["picture"]
    assert studio.films.plan_rest(first).credits == studio.films.plan_rest(twin).credits
    assert_sound(studio)
