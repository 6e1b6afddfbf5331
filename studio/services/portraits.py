"""Reference pictures of characters: painted from their traits, here or elsewhere, or brought by the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from studio.contracts.characters import CharacterData, GeneratePortrait
from studio.contracts.media import NOTHING_TO_PAY, CostView
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.character import Character
from studio.db.models.character_image import CharacterImage
from studio.domain.clock import Clock
from studio.domain.credits import FeatureKey
from studio.domain.errors import Conflict, NotFound
from studio.domain.ports import ImageRequest
from studio.domain.progress import Cancelled, Progress, Step
from studio.domain.remote import Answer, Medium, PaintRequest, Reference, RemoteModel, RemoteRequest
from studio.domain.script import Shot
from studio.domain.short import SEED_STEP
from studio.domain.style import Figure
from studio.providers.registry import LOCAL, Models
from studio.services.assets import AssetStore, saved
from studio.services.catalogue import DEFAULT_STYLE, built_in_styles
from studio.services.charges import Charge, cost_of
from studio.services.generations import Call, Generations
from studio.services.keys import content_key
from studio.services.principal import Principal
from studio.services.remote_work import Fetch, PictureWork
from studio.services.room import require_room
from studio.services.settings import default_model
from studio.services.wishes import IMPORTED
from studio.services.writing.figures import completed
from studio.services.writing.pictures import PORTRAIT_SIZE, portrait_prompt

PORTRAIT = "portrait"


@dataclass(frozen=True)
class Painted:
    """A picture that is in the storage; its row has still to be saved."""

    asset: Asset


@dataclass(frozen=True)
class Wish:
    """A picture to be painted by `painter`, or by the one on this machine."""

    call: Call
    request: ImageRequest | PaintRequest
    painter: RemoteModel | None


class Portraits:
    """Has the reference pictures of one person's characters painted."""

    def __init__(
        self, database: Database, principal: Principal, models: Models, assets: AssetStore, clock: Clock
    ) -> None:
        self.database = database
        self.principal = principal
        self.models = models
        self.assets = assets
        self.clock = clock
        self.generations = Generations(database, principal, clock)

    def paint(self, row: Character, data: GeneratePortrait, progress: Progress, cancelled: Cancelled) -> None:
        """Have the picture painted unless one that fits the traits is there."""
        wish = self._wish(row, data)
        if self._stands(row, wish):
            progress(Step("character", "A picture that fits is there.", detail=True))
            return
        with self.database.read() as session:
            require_room(session, self.principal)
        progress(Step("character", f"Painting {row.name} with {wish.call.model} …"))
        keep = self._keep(row.id, wish.call)
        if wish.painter is None:
            self.generations.run(wish.call, lambda: self._painted_here(wish.request), keep)
            return
        assert isinstance(wish.request, PaintRequest)
        work = _Stored(PictureWork(wish.request, 0), self.assets, self.principal)
        try:
            self.generations.order(
                wish.call,
                wish.painter,
                work,
                keep,
                read=self.read,
                stands=lambda session: self._stands_in(session, row, wish),
                cancelled=cancelled,
            )
        except Conflict:
            # Another run may just have had it painted: then it stands.
            if not self._stands(row, wish):
                raise

    def cost(self, row: Character, data: GeneratePortrait) -> CostView:
        """What `paint` would charge now."""
        wish = self._wish(row, data)
        if self._stands(row, wish):
            return NOTHING_TO_PAY
        painter, request = wish.painter, wish.request
        quoted = painter.quote(request) if painter and isinstance(request, PaintRequest) else None
        return cost_of(self.database, self.generations, [Charge.of(wish.call, PORTRAIT, quoted)])

    def read(self, reference: Reference) -> bytes:
        """The bytes of a stored picture."""
        return self.assets.storage.fetch(reference.key).read_bytes()

    def newest(self, row: Character) -> bytes:
        """The newest reference picture. Raises NotFound when there is none."""
        with self.database.read() as session:
            found = references_of(session, [row.id]).get(row.id)
        if found is None:
            raise NotFound(f"{row.handle} has no picture yet.", hint=f"studio characters generate {row.handle}")
        return self.assets.path(found.asset).read_bytes()

    def _wish(self, row: Character, data: GeneratePortrait) -> Wish:
        figure = CharacterData.model_validate_json(row.definition).to_domain()
        with self.database.read() as session:
            setting = default_model(session, Medium.IMAGE.value)
            painted = _count_painted(session, row.id)
        name = self.models.chosen(Medium.IMAGE, data.model, setting)
        painter = self.models.remote(name, Medium.IMAGE)
        # Without `again` it is the last picture that is wished for, and so found when the traits are the same.
        number = painted if data.again else max(0, painted - 1)
        seed = (int(content_key(row.id)[:7], 16) + number * SEED_STEP) % 2**31
        request = portrait_prompt(figure, seed) if painter else _for_local_painter(figure, seed)
        model = painter.name if painter else self.models.image(None).name
        call = Call(
            key=content_key(PORTRAIT, model, row.id, request),
            feature=FeatureKey.CHARACTER_GENERATION,
            model=model,
            request=request,
            operation="characters.generate",
            charged_as=None if painter else LOCAL,
        )
        return Wish(call, request, painter)

    def _stands(self, row: Character, wish: Wish) -> bool:
        with self.database.read() as session:
            return self._stands_in(session, row, wish)

    def _stands_in(self, session: Session, row: Character, wish: Wish) -> bool:
        found = references_of(session, [row.id]).get(row.id)
        is_wished = found is not None and found.image.request_key == wish.call.key
        return is_wished and found is not None and self.assets.storage.exists(found.asset.key)

    def _painted_here(self, request: ImageRequest | PaintRequest) -> Painted:
        assert isinstance(request, ImageRequest)
        picture = self.models.image(None).paint(request)
        return Painted(self.assets.keep_bytes(picture.data, "png", self.principal))

    def _keep(self, character_id: str, call: Call) -> Callable[[Session, Painted, int], None]:
        def keep(session: Session, painted: Painted, credits: int) -> None:
            row = session.get(Character, character_id)
            if row is None:
                raise NotFound("The character was deleted meanwhile; nothing was charged.")
            add_reference(session, row, painted.asset, call.model, self.clock(), call.key, credits)

        return keep


@dataclass(frozen=True)
class Shown:
    """A character's reference picture: its row, its file, and how many there are."""

    image: CharacterImage
    asset: Asset
    count: int


def references_of(session: Session, characters: Sequence[str]) -> Mapping[str, Shown]:
    """The newest reference picture of each of these characters that has one, by the character's id."""
    statement = (
        select(CharacterImage, Asset)
        .join(Asset, col(Asset.id) == CharacterImage.asset_id)
        .where(col(CharacterImage.character_id).in_(characters))
        .order_by(col(CharacterImage.created_at), col(CharacterImage.id))
    )
    found: dict[str, Shown] = {}
    for image, asset in session.exec(statement).all():
        before = found.get(image.character_id)
        found[image.character_id] = Shown(image, asset, 1 + (before.count if before else 0))
    return found


def add_reference(
    session: Session,
    row: Character,
    asset: Asset,
    model: str,
    now: int,
    request_key: str = "",
    credits: int = 0,
) -> None:
    """Make this file the newest reference picture of the character."""
    kept = saved(session, asset)
    image = CharacterImage(
        owner_id=row.owner_id,
        character_id=row.id,
        asset_id=kept.id,
        model=model,
        request_key=request_key,
        credits_used=credits,
        created_at=now,
    )
    session.add(image)
    session.flush()


def remove_references(session: Session, row: Character) -> set[str]:
    """Delete the rows of a character's pictures; returns the ids of the files they pointed to."""
    images = session.exec(select(CharacterImage).where(CharacterImage.character_id == row.id)).all()
    for image in images:
        session.delete(image)
    session.flush()
    return {image.asset_id for image in images}


@dataclass(frozen=True)
class _Stored:
    """A picture that is put into the storage before it is paid for."""

    work: PictureWork
    assets: AssetStore
    principal: Principal

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        return self.work.next(answers)

    def stands(self, answers: Sequence[Answer]) -> bool:
        return self.work.stands(answers)

    def result(self, answers: Sequence[Answer], fetch: Fetch) -> Painted:
        made = self.work.result(answers, fetch)
        return Painted(self.assets.keep_bytes(made.data, made.extension, self.principal))


def _count_painted(session: Session, character_id: str) -> int:
    painted = select(func.count()).where(CharacterImage.character_id == character_id, CharacterImage.model != IMPORTED)
    return session.exec(painted).one()


def _for_local_painter(figure: Figure, seed: int) -> ImageRequest:
    width, height = PORTRAIT_SIZE
    return ImageRequest(
        prompt="",
        narration="",
        width=width,
        height=height,
        seed=seed,
        style=built_in_styles()[DEFAULT_STYLE].to_domain(DEFAULT_STYLE),
        shot=Shot.MEDIUM,
        figures=(completed(figure),),
    )
