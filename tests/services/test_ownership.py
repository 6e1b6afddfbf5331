"""Every operation there is, tried by its owner, by somebody else, by a creator and by nobody.

The operations come from the registry: a new one fails here until it says how it is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from studio.app import Studio
from studio.config import Settings
from studio.contracts.approvals import RejectApproval
from studio.contracts.assists import Assist, AssistScript, RegenerateScene
from studio.contracts.bills import ReconcileCalls
from studio.contracts.characters import AnalyzePicture, CreateCharacter, EditCharacter, GeneratePortrait
from studio.contracts.climates import CreateClimate, EditClimate
from studio.contracts.credits import AdjustCredits, GrantCredits, GrantFile
from studio.contracts.films import RenderShort
from studio.contracts.keys import CreateKey
from studio.contracts.media import GenerateMedia, ImportMedia
from studio.contracts.payments import AssignPayment, Backfill
from studio.contracts.plans import CreatePlan, EditPlan, PlanFile
from studio.contracts.prompts import EditPrompt, ResetPrompt
from studio.contracts.registry import contracts, operations, scopes
from studio.contracts.scenes import AddScene, EditScene, MoveScene
from studio.contracts.scripts import ImportScript
from studio.contracts.settings import ChangeSettings, ImportSettings
from studio.contracts.shorts import CreateShort, EditShort
from studio.contracts.styles import CreateStyle, EditStyle, SuggestStyle
from studio.contracts.subscriptions import StartSubscription
from studio.contracts.users import CreateUser, EditUser, UserFile
from studio.db.engine import Database
from studio.db.models import BillingPlan, Generation, Payment
from studio.domain.clock import system_clock
from studio.domain.credits import FeatureKey, price
from studio.domain.errors import Misconfigured, NotAllowed, NotFound, NotLoggedIn, Refused, StudioError
from studio.services.ledger import Usage, capture, grant, reserve, transact
from studio.services.principal import NOBODY, Principal
from tests.fakes import FakeModels
from tests.services.conftest import acting, independent_administrator

SCRIPT = '{"title": "Seas", "language": "en", "scenes": [{"narration": "One sea."}]}'
BRIEF = CreateShort(source_text="One sea. Two moons.", aspect="1:1")  # type: ignore[arg-type]  # as JSON brings it
MISSING = "nothing-of-this-name"
IMPROVE = AssistScript(kind=Assist.IMPROVE)
PICTURE = AnalyzePicture(
    picture=b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
"""One red pixel."""


LOOKS = {
    "assists": "shorts.show",
    "characters": "characters.show",
    "climates": "climates.show",
    "credits": "credits.explain",
    "films": "shorts.show",
    "jobs": "jobs.show",
    "keys": "keys.list",
    "media": "shorts.show",
    "scenes": "shorts.show",
    "scripts": "shorts.show",
    "shorts": "shorts.show",
    "storage": "storage.show",
    "styles": "styles.show",
}
"""Which operation tells everything about a thing of this noun."""


@dataclass(frozen=True)
class Case:
    """How an operation is tried: what has to be there first, and how one asks.

    `make` gives the reference of the thing, and `ask` uses the operation on it. `fails` is what even the owner gets."""

    ask: Callable[[Studio, str], Any]
    make: Callable[[Studio], str] = lambda studio: MISSING
    fails: type[StudioError] | None = None


def _short(studio: Studio) -> str:
    return studio.scripts.generate(studio.shorts.create(BRIEF).id).id


_TAKES: dict[str, str] = {}
"""A take of each short, known to whoever asks."""


def _filmed(studio: Studio) -> str:
    short = _short(studio)
    _TAKES[short] = studio.media.generate(short, GenerateMedia(scene=1)).data[0].id
    return short


def _painted(studio: Studio) -> str:
    short = _short(studio)
    studio.media.generate(short)
    return short


def _job(studio: Studio) -> str:
    short = _short(studio)
    with studio.database.read() as session:
        return session.exec(select(Generation.id).where(Generation.short_id == short)).one()


def _style(studio: Studio) -> str:
    return str(studio.styles.create(CreateStyle(like="news", name="Private")).id)


def _climate(studio: Studio) -> str:
    return str(studio.climates.create(CreateClimate(like="alarm", name="Private")).id)


def _character(studio: Studio) -> str:
    return str(studio.characters.create(CreateCharacter(name="Private")).id)


def _key(studio: Studio) -> str:
    return studio.keys.create(CreateKey(name="private")).id


def _user(studio: Studio) -> str:
    return studio.users.create(CreateUser(email="ana@example.com")).id


def _portrayed(studio: Studio) -> str:
    return studio.characters.generate(_character(studio), GeneratePortrait()).id


def _picture(studio: Studio) -> Path:
    path = studio.settings.data_dir / "private.png"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(PICTURE.picture)
    return path


def _file(studio: Studio) -> str:
    return studio.storage.upload(_picture(studio), name="private").id


def _entry(studio: Studio) -> str:
    """The grant of the plan that the local owner began with."""
    return studio.credits.me().grants[0].id


def _request(studio: Studio) -> str:
    """More than one administrator gives alone, asked for by another one."""
    rui = acting(studio, independent_administrator(studio, "rui@example.com"))
    gift = GrantCredits(user=_user(studio), amount=20_000, reason="gift", key="large")
    return str(rui.admin_credits.grant(gift).approval_id)


def _plan(studio: Studio) -> str:
    return studio.admin_plans.create(CreatePlan(key="pro", name="Pro", credits=1, price_monthly=1)).key


def _wish(studio: Studio) -> str:
    """A plan with a page of its own, chosen and not paid."""
    with studio.database.write() as session:
        page = "https://pay.example/own"
        session.add(BillingPlan(key="own", name="Own", credits=1, price_monthly=1, currency="BRL", checkout_url=page))
    return str(studio.subscription.start(StartSubscription(plan="own")).id)


def _payment(studio: Studio) -> str:
    """Money of which nobody knows whose it is."""
    _plan(studio)
    _user(studio)
    with studio.database.write() as session:
        session.add(Payment(id="pay_1", status="RECEIVED", value=1, kept=1, due_at=0))
    return "pay_1"


def _plan_file(*lines: str) -> PlanFile:
    return PlanFile(text="\n".join(lines))


CASES: dict[str, Case] = {
    "account.me": Case(lambda studio, id: studio.account.me()),
    "approvals.list": Case(lambda studio, id: studio.approvals.list(), _request),
    "approvals.show": Case(lambda studio, id: studio.approvals.show(id), _request),
    "approvals.approve": Case(lambda studio, id: studio.approvals.approve(id), _request),
    "approvals.reject": Case(lambda studio, id: studio.approvals.reject(id, RejectApproval(reason="no")), _request),
    "admin_credits.grant": Case(
        lambda studio, id: studio.admin_credits.grant(GrantCredits(user=id, amount=5, reason="gift", key="gift")), _user
    ),
    "admin_credits.grant_many": Case(
        lambda studio, id: studio.admin_credits.grant_many(GrantFile(text=f"user,amount,reason,key\n{id},5,gift,gift")),
        _user,
    ),
    "admin_credits.adjust": Case(
        lambda studio, id: studio.admin_credits.adjust(AdjustCredits(user=id, amount=5, reason="gift", key="gift")),
        _user,
    ),
    "admin_credits.verify": Case(lambda studio, id: studio.admin_credits.verify()),
    "admin_plans.list": Case(lambda studio, id: studio.admin_plans.list()),
    "admin_plans.show": Case(lambda studio, id: studio.admin_plans.show(id), _plan),
    "admin_plans.create": Case(
        lambda studio, id: studio.admin_plans.create(CreatePlan(key="new", name="New", credits=1, price_monthly=1))
    ),
    "admin_plans.create_many": Case(
        lambda studio, id: studio.admin_plans.create_many(_plan_file("key,name,credits,price_monthly", "new,New,1,1"))
    ),
    "admin_plans.edit": Case(lambda studio, id: studio.admin_plans.edit(id, EditPlan(credits=2)), _plan),
    "admin_plans.edit_many": Case(
        lambda studio, id: studio.admin_plans.edit_many(_plan_file("key,credits", f"{id},2")), _plan
    ),
    "admin_plans.archive": Case(lambda studio, id: studio.admin_plans.archive(id), _plan),
    "admin_plans.delete": Case(lambda studio, id: studio.admin_plans.delete(id), _plan),
    "admin_prompts.list": Case(lambda studio, id: studio.admin_prompts.list()),
    "admin_prompts.show": Case(lambda studio, id: studio.admin_prompts.show("script.craft")),
    "admin_prompts.edit": Case(lambda studio, id: studio.admin_prompts.edit("script.craft", EditPrompt(text="Sing."))),
    "admin_prompts.reset": Case(lambda studio, id: studio.admin_prompts.reset("script.craft", ResetPrompt())),
    "admin_settings.list": Case(lambda studio, id: studio.admin_settings.list()),
    "admin_storage.orphans": Case(lambda studio, id: studio.admin_storage.orphans()),
    "admin_storage.sweep": Case(lambda studio, id: studio.admin_storage.sweep()),
    "admin_settings.change": Case(
        lambda studio, id: studio.admin_settings.change(ChangeSettings(values={"prices.image_generation": 6}))
    ),
    "admin_settings.export": Case(lambda studio, id: studio.admin_settings.export()),
    "admin_settings.import_": Case(
        lambda studio, id: studio.admin_settings.import_(ImportSettings(text="prices:\n  image_generation: 6\n"))
    ),
    "assists.assist": Case(lambda studio, id: studio.assists.assist(id, IMPROVE), _short, fails=Refused),
    "assists.cost": Case(lambda studio, id: studio.assists.cost(id, IMPROVE), _short, fails=Refused),
    "assists.regenerate": Case(
        lambda studio, id: studio.assists.regenerate(id, 1, RegenerateScene()), _short, fails=Refused
    ),
    "assists.regeneration_cost": Case(
        lambda studio, id: studio.assists.regeneration_cost(id, 1, RegenerateScene()), _short, fails=Refused
    ),
    "audit.list": Case(lambda studio, id: studio.audit.list()),
    "characters.list": Case(lambda studio, id: studio.characters.list(), _character),
    "characters.show": Case(lambda studio, id: studio.characters.show(id), _character),
    "characters.picture": Case(lambda studio, id: studio.characters.picture(id), _portrayed),
    "characters.create": Case(lambda studio, id: studio.characters.create(CreateCharacter(name="Ana"))),
    "characters.edit": Case(lambda studio, id: studio.characters.edit(id, EditCharacter(name="Stolen")), _character),
    "characters.delete": Case(lambda studio, id: studio.characters.delete(id), _character),
    "characters.generate": Case(lambda studio, id: studio.characters.generate(id, GeneratePortrait()), _character),
    "characters.generation_cost": Case(
        lambda studio, id: studio.characters.generation_cost(id, GeneratePortrait()), _character
    ),
    "characters.analyze": Case(lambda studio, id: studio.characters.analyze(PICTURE), fails=Refused),
    "characters.analysis_cost": Case(lambda studio, id: studio.characters.analysis_cost(PICTURE), fails=Refused),
    "climates.list": Case(lambda studio, id: studio.climates.list(), _climate),
    "climates.show": Case(lambda studio, id: studio.climates.show(id), _climate),
    "climates.create": Case(lambda studio, id: studio.climates.create(CreateClimate(like="alarm", name="New"))),
    "climates.edit": Case(lambda studio, id: studio.climates.edit(id, EditClimate(name="Stolen")), _climate),
    "climates.delete": Case(lambda studio, id: studio.climates.delete(id), _climate),
    "credits.me": Case(lambda studio, id: studio.credits.me()),
    "credits.history": Case(lambda studio, id: studio.credits.history()),
    "credits.days": Case(lambda studio, id: studio.credits.days()),
    "credits.estimate": Case(lambda studio, id: studio.credits.estimate(BRIEF)),
    "credits.explain": Case(lambda studio, id: studio.credits.explain(id), _entry),
    "films.open_film": Case(lambda studio, id: studio.films.open_film(id), _short, fails=NotFound),
    "films.thumbnail": Case(lambda studio, id: studio.films.thumbnail(id), _short, fails=NotFound),
    "films.storyboard": Case(lambda studio, id: studio.films.storyboard(id), _painted),
    "films.subtitles": Case(lambda studio, id: studio.films.subtitles(id, format="srt"), _painted),
    "films.import_music": Case(lambda studio, id: studio.films.import_music(_picture(studio)), fails=Refused),
    "films.cost": Case(lambda studio, id: studio.films.cost(id), _short),
    "films.known_music": Case(lambda studio, id: studio.films.known_music(_picture(studio)), fails=Refused),
    "films.plan_rest": Case(lambda studio, id: studio.films.plan_rest(id), _short),
    "films.plan": Case(lambda studio, id: studio.films.plan(BRIEF)),
    "films.make": Case(lambda studio, id: studio.films.make(BRIEF, preview=True)),
    "films.render": Case(lambda studio, id: studio.films.render(id, RenderShort(preview=True)), _short),
    "bills.reconcile": Case(lambda studio, id: studio.bills.reconcile(ReconcileCalls()), fails=Misconfigured),
    "jobs.list": Case(lambda studio, id: studio.jobs.list(), _job),
    "jobs.show": Case(lambda studio, id: studio.jobs.show(id), _job),
    "jobs.resolve": Case(lambda studio, id: studio.jobs.resolve(id), _job, fails=Refused),
    "keys.list": Case(lambda studio, id: studio.keys.list(), _key),
    "keys.show": Case(lambda studio, id: studio.keys.show(id), _key),
    "keys.create": Case(lambda studio, id: studio.keys.create(CreateKey(name="new"))),
    "keys.revoke": Case(lambda studio, id: studio.keys.revoke(id), _key),
    "media.generate": Case(lambda studio, id: studio.media.generate(id), _short),
    "media.cost": Case(lambda studio, id: studio.media.cost(id), _short),
    "media.list": Case(lambda studio, id: studio.media.list(id), _short),
    "media.import_": Case(lambda studio, id: studio.media.import_(id, ImportMedia(scene=1), _picture(studio)), _short),
    "media.select": Case(lambda studio, id: studio.media.select(id, _TAKES.get(id, MISSING)), _filmed),
    "model_catalogue.list": Case(lambda studio, id: studio.model_catalogue.list()),
    "model_catalogue.show": Case(lambda studio, id: studio.model_catalogue.show("local")),
    "plans.list": Case(lambda studio, id: studio.plans.list()),
    "subscription.start": Case(lambda studio, id: studio.subscription.start(StartSubscription(plan="free"))),
    "subscription.show": Case(lambda studio, id: studio.subscription.show(), _wish),
    "subscription.cancel": Case(lambda studio, id: studio.subscription.cancel(), _wish),
    "admin_payments.list": Case(lambda studio, id: studio.admin_payments.list(), _payment),
    "admin_payments.show": Case(lambda studio, id: studio.admin_payments.show(id), _payment),
    "admin_payments.assign": Case(
        lambda studio, id: studio.admin_payments.assign(id, AssignPayment(user="ana@example.com", plan="pro")),
        _payment,
    ),
    "admin_payments.backfill": Case(lambda studio, id: studio.admin_payments.backfill(Backfill()), fails=Misconfigured),
    "providers.list": Case(lambda studio, id: studio.providers.list()),
    "providers.check": Case(lambda studio, id: studio.providers.check("local")),
    "scenes.list": Case(lambda studio, id: studio.scenes.list(id), _short),
    "scenes.show": Case(lambda studio, id: studio.scenes.show(id, 1), _short),
    "scenes.add": Case(lambda studio, id: studio.scenes.add(id, AddScene(narration="Three tides.")), _short),
    "scenes.edit": Case(lambda studio, id: studio.scenes.edit(id, 1, EditScene(narration="Stolen.")), _short),
    "scenes.move": Case(lambda studio, id: studio.scenes.move(id, MoveScene(scene=2, to=1)), _short),
    "scenes.delete": Case(lambda studio, id: studio.scenes.delete(id, 1), _short),
    "scripts.generate": Case(lambda studio, id: studio.scripts.generate(id), _short),
    "scripts.cost": Case(lambda studio, id: studio.scripts.cost(id, again=True), _short),
    "scripts.approve": Case(lambda studio, id: studio.scripts.approve(id), _short),
    "scripts.export": Case(lambda studio, id: studio.scripts.export(id), _short),
    "scripts.import_": Case(lambda studio, id: studio.scripts.import_(id, ImportScript(text=SCRIPT)), _short),
    "shorts.create": Case(lambda studio, id: studio.shorts.create(BRIEF)),
    "shorts.list": Case(lambda studio, id: studio.shorts.list(), _short),
    "shorts.show": Case(lambda studio, id: studio.shorts.show(id), _short),
    "shorts.edit": Case(lambda studio, id: studio.shorts.edit(id, EditShort(title="Stolen")), _short),
    "shorts.delete": Case(lambda studio, id: studio.shorts.delete(id), _short),
    "shorts.duplicate": Case(lambda studio, id: studio.shorts.duplicate(id), _short),
    "storage.list": Case(lambda studio, id: studio.storage.list(), _file),
    "storage.upload": Case(lambda studio, id: studio.storage.upload(_picture(studio))),
    "storage.usage": Case(lambda studio, id: studio.storage.usage()),
    "storage.show": Case(lambda studio, id: studio.storage.show(id), _file),
    "storage.download": Case(lambda studio, id: studio.storage.download(id), _file),
    "storage.url": Case(lambda studio, id: studio.storage.url(id), _file, fails=Refused),
    "storage.delete": Case(lambda studio, id: studio.storage.delete(id), _file),
    "styles.list": Case(lambda studio, id: studio.styles.list(), _style),
    "styles.show": Case(lambda studio, id: studio.styles.show(id), _style),
    "styles.create": Case(lambda studio, id: studio.styles.create(CreateStyle(like="news", name="New"))),
    "styles.edit": Case(lambda studio, id: studio.styles.edit(id, EditStyle(name="Stolen")), _style),
    "styles.delete": Case(lambda studio, id: studio.styles.delete(id), _style),
    "styles.suggest": Case(lambda studio, id: studio.styles.suggest(SuggestStyle(topic="Seas"))),
    "styles.suggestion_cost": Case(lambda studio, id: studio.styles.suggestion_cost(SuggestStyle(topic="Seas"))),
    "users.list": Case(lambda studio, id: studio.users.list(), _user),
    "users.show": Case(lambda studio, id: studio.users.show(id), _user),
    "users.create": Case(lambda studio, id: studio.users.create(CreateUser(email="new@example.com"))),
    "users.create_many": Case(
        lambda studio, id: studio.users.create_many(UserFile(text="email\nnew@example.com")),
    ),
    "users.edit": Case(lambda studio, id: studio.users.edit(id, EditUser(name="Anne")), _user),
    "users.deactivate": Case(lambda studio, id: studio.users.deactivate(id), _user),
    "users.delete": Case(lambda studio, id: studio.users.delete(id, confirm="ana@example.com"), _user),
    "users.sync": Case(lambda studio, id: studio.users.sync(), fails=Misconfigured),
    "webhooks.list": Case(lambda studio, id: studio.webhooks.list()),
    "webhooks.show": Case(lambda studio, id: studio.webhooks.show(id), fails=NotFound),
    "webhooks.replay": Case(lambda studio, id: studio.webhooks.replay(id), fails=NotFound),
}
OPERATIONS = {each.key: each for each in operations()}
TRIED = sorted(set(CASES) & set(OPERATIONS))
ON_ONES_OWN = [key for key in TRIED if not OPERATIONS[key].admin]
FOR_ADMINISTRATORS = [key for key in TRIED if OPERATIONS[key].admin]
ON_ONE_THING = [key for key in ON_ONES_OWN if "{id}" in OPERATIONS[key].path]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where it is about who may and not about rows; the services' own tests ask both databases."""


def _spending(studio: Studio) -> str:
    """Credits that were spent today; gives the id of the spending."""
    now, me = system_clock(), studio.principal.user_id
    given = {"source": "promo", "source_id": "private", "key": "private", "actor": "test", "now": now}
    paid = Usage("shorts.media", price(FeatureKey.IMAGE_GENERATION), "fal", "private", "private")
    transact(studio.database, grant, me, 5, **given)
    held = transact(studio.database, reserve, me, 5, key="private", expires_at=now + 1000, now=now)
    return str(transact(studio.database, capture, str(held.hold_id), 5, paid, now=now).entry_id)


def _renamed(studio: Studio) -> str:
    return studio.users.edit(studio.principal.user_id, EditUser(name="Private")).id


SEEN_ALONE: dict[str, Callable[[Studio], str]] = {
    "account.me": _renamed,
    "characters.list": _character,
    "climates.list": _climate,
    "credits.days": _spending,
    "credits.history": _spending,
    "credits.me": _spending,
    "jobs.list": _job,
    "keys.list": _key,
    "shorts.list": _short,
    "storage.list": _file,
    "storage.usage": _file,
    "styles.list": _style,
    "subscription.show": _wish,
}
"""What its owner sees change, and nobody else, once somebody has made such a thing."""

SAME_FOR_ALL = {"model_catalogue.list", "plans.list", "providers.list"}
"""What is nobody's: the studio's offers and models. Of a provider it says whether there is a key, never which."""

LOOKING = [key for key in OPERATIONS if OPERATIONS[key].method == "GET" and "{" not in OPERATIONS[key].path]
LISTS = sorted(key for key in LOOKING if not OPERATIONS[key].admin)
"""Every operation that shows a person things without being told which, from the registry."""


class Untouchable(Database):
    """A database that must not be asked: whoever is refused is refused before."""

    def __init__(self) -> None:
        pass

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"the database was asked: {name}")


def visitor(tmp_path: Path, principal: Principal) -> Studio:
    return Studio(Settings(data_dir=tmp_path), Untouchable(), principal)


def test_every_operation_says_how_it_is_tried() -> None:
    assert sorted(CASES) == sorted(OPERATIONS)


def test_every_contract_is_a_service_of_the_studio() -> None:
    assert {contract.noun for contract in contracts()} <= set(vars(Studio))


def refusal_of(case: Case, studio: Studio, reference: str) -> tuple[str, str | None, dict[str, Any]]:
    with pytest.raises(NotFound) as caught:
        case.ask(studio, reference)
    return caught.value.message, caught.value.hint, caught.value.details


@ON_SQLITE
@pytest.mark.parametrize("key", TRIED)
def test_the_owner_may(studio: Studio, models: FakeModels, key: str) -> None:
    case = CASES[key]
    reference = case.make(studio)

    if case.fails is not None:
        with pytest.raises(case.fails):
            case.ask(studio, reference)
    else:
        assert case.ask(studio, reference) is not None


@pytest.mark.parametrize("key", ON_ONE_THING)
def test_somebody_elses_thing_answers_exactly_like_a_missing_one_and_stays_as_it_is(
    studio: Studio, other_studio: Studio, models: FakeModels, key: str
) -> None:
    case, look = CASES[key], CASES[LOOKS[key.split(".")[0]]]
    reference = case.make(studio)
    before = look.ask(studio, reference)

    strange = refusal_of(case, other_studio, reference)
    missing = refusal_of(case, other_studio, MISSING)

    assert strange == (missing[0].replace(MISSING, reference), *missing[1:])
    assert look.ask(studio, reference) == before


def test_every_list_says_whose_things_it_shows() -> None:
    assert sorted(SEEN_ALONE.keys() | SAME_FOR_ALL) == LISTS
    assert not SEEN_ALONE.keys() & SAME_FOR_ALL


@pytest.mark.parametrize("key", sorted(SEEN_ALONE))
def test_somebody_elses_things_are_in_no_list(
    studio: Studio, other_studio: Studio, models: FakeModels, key: str
) -> None:
    ask = CASES[key].ask
    before = [ask(each, MISSING) for each in (studio, other_studio)]

    SEEN_ALONE[key](studio)

    assert ask(studio, MISSING) != before[0]
    assert ask(other_studio, MISSING) == before[1]


@pytest.mark.parametrize("key", FOR_ADMINISTRATORS)
def test_a_creator_is_refused_what_is_for_administrators(tmp_path: Path, key: str) -> None:
    creator = visitor(tmp_path, Principal("1", "ana@example.com"))

    with pytest.raises(NotAllowed, match="for administrators"):
        CASES[key].ask(creator, MISSING)


@pytest.mark.parametrize("key", TRIED)
def test_nobody_is_asked_to_log_in(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotLoggedIn):
        CASES[key].ask(visitor(tmp_path, NOBODY), MISSING)


@pytest.mark.parametrize("key", [key for key in TRIED if OPERATIONS[key].scope])
def test_a_key_for_everything_else_is_refused(tmp_path: Path, key: str) -> None:
    others = scopes() - {OPERATIONS[key].scope}
    limited = visitor(tmp_path, Principal("1", "rui@example.com", "admin", others))

    with pytest.raises(NotAllowed, match=f"not for {OPERATIONS[key].scope}"):
        CASES[key].ask(limited, MISSING)


@pytest.mark.parametrize("key", [key for key in FOR_ADMINISTRATORS if "{id}" in OPERATIONS[key].path])
def test_what_is_not_there_is_missing_for_administrators_too(studio: Studio, key: str) -> None:
    refusal_of(CASES[key], studio, MISSING)
