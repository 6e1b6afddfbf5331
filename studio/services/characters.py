"""Characters: people who look the same in every scene and every film. All of them are somebody's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session, func, select

from studio.contracts.base import Deleted, Input, Page
from studio.contracts.characters import (
    AnalysisView,
    AnalyzePicture,
    CharacterData,
    CharacterFields,
    Characters,
    CharacterView,
    CreateCharacter,
    GeneratePortrait,
)
from studio.contracts.media import CostView
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.character import Character
from studio.db.models.short import ShortCharacter
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Refused
from studio.domain.progress import Cancelled, Progress, Step, never, silent
from studio.domain.style import Figure
from studio.providers.registry import Models
from studio.services.analyses import Analyses, Looking
from studio.services.assets import AssetStore, unused
from studio.services.definitions import DefinitionService
from studio.services.plans import plan_limit
from studio.services.portraits import Portraits, add_reference, references_of, remove_references
from studio.services.principal import Principal
from studio.services.references import find, lock_owner
from studio.services.text_models import TextModel, ask
from studio.services.wishes import IMPORTED


class CharactersService(DefinitionService[Character, CharacterData, CharacterView], Characters):
    singular = "character"
    model = Character
    data = CharacterData
    view = CharacterView

    def __init__(
        self,
        database: Database,
        principal: Principal,
        models: Models,
        assets: AssetStore,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__(database, principal, clock)
        self.assets = assets
        self.portraits = Portraits(database, principal, models, assets, clock)
        self.analyses = Analyses(database, principal, models, assets, clock)

    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[CharacterView]:
        page = super().list(limit=limit, cursor=cursor)
        return page.model_copy(update={"data": self._with_references(page.data)})

    def show(self, id: str) -> CharacterView:
        return self._whole_view(super().show(id))

    def create(self, data: Input) -> CharacterView:
        return self._whole_view(super().create(data))

    def edit(self, id: str, data: Input) -> CharacterView:
        return self._whole_view(super().edit(id, data))

    def delete(self, id: str) -> Deleted:
        with self.database.write() as session:
            row = find(session, Character, self.principal, id, self.singular)
            gone = self._remove(session, row)
        # The rows are gone for certain before their files go: a crash leaves a file too many, never one too few.
        for asset in gone:
            self.assets.storage.delete(asset.key)
        return Deleted(id=row.id)

    def generate(
        self, id: str, data: GeneratePortrait, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> CharacterView:
        self.portraits.paint(self._row(id), data, progress, cancelled)
        return self.show(id)

    def generation_cost(self, id: str, data: GeneratePortrait) -> CostView:
        return self.portraits.cost(self._row(id), data)

    def picture(self, id: str) -> bytes:
        return self.portraits.newest(self._row(id))

    def analyze(
        self, data: AnalyzePicture, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> AnalysisView:
        if data.save is not None:
            # Before anything is paid: there may be no room for one more.
            with self.database.read() as session:
                self._check_room(session)
        began_at = self.clock()
        looking = self.analyses.looking(data)
        asset = self.analyses.stored(data, looking)
        with self.database.write() as session:
            traits = self.analyses.remembered(session, looking)
            view = None if traits is None else self._seen(session, data, looking.model, asset, traits, 0)
        if view is None:
            progress(Step("character", f"Showing {data.source} to {looking.model.name} …"))
            view = self._looked_at(data, looking, asset, began_at, cancelled)
        if data.save is None:
            self.analyses.forget(asset)
        return view

    def _looked_at(
        self, data: AnalyzePicture, looking: Looking, asset: Asset, began_at: int, cancelled: Cancelled
    ) -> AnalysisView:
        def keep_of(model: TextModel) -> Callable[[Session, CharacterFields, int], AnalysisView]:
            return lambda session, traits, credits: self._seen(session, data, model, asset, traits, credits)

        return ask(
            self.analyses.generations,
            looking.call,
            looking.model,
            looking.dialogue,
            keep_of,
            began_at=began_at,
            read=self.portraits.read,
            cancelled=cancelled,
        )

    def analysis_cost(self, data: AnalyzePicture) -> CostView:
        return self.analyses.cost(data)

    def _row(self, id: str) -> Character:
        with self.database.read() as session:
            return find(session, Character, self.principal, id, self.singular)

    def _seen(
        self,
        session: Session,
        data: AnalyzePicture,
        model: TextModel,
        asset: Asset,
        traits: CharacterFields,
        credits: int,
    ) -> AnalysisView:
        words = {name: word for name, word in traits.model_dump().items() if word}
        view = None
        if data.save is not None:
            row = self._made(session, CreateCharacter(name=data.save, **words))
            add_reference(session, row, asset, IMPORTED, self.clock())
            view = self._referenced([self._shown(self._entry(row))], session)[0]
        return AnalysisView(traits=words, model=model.name, credits_used=credits, character=view)

    def _made(self, session: Session, data: Input) -> Character:
        # So that two who begin at once do not both find room.
        lock_owner(session, self.principal)
        self._check_room(session)
        return super()._made(session, data)

    def _check_room(self, session: Session) -> None:
        own = select(func.count()).select_from(Character).where(Character.owner_id == self.principal.user_id)
        count, most = session.exec(own).one(), plan_limit(session, self.principal, "characters")
        if count >= most:
            raise Refused(
                f"Your plan has room for {most} character{'' if most == 1 else 's'}, and you have {count}.",
                hint="studio characters delete HANDLE makes room; studio plans list shows other plans.",
            )

    def _remove(self, session: Session, row: Character) -> Sequence[Asset]:
        """Delete the character with its pictures; gives the files that nothing else uses."""
        self._refuse_used(session, row)
        candidates = remove_references(session, row)
        session.delete(row)
        session.flush()
        gone = unused(session, candidates)
        for asset in gone:
            session.delete(asset)
        return gone

    def _whole_view(self, view: CharacterView) -> CharacterView:
        return self._with_references([_with_chosen(view)])[0]

    def _with_references(self, views: Sequence[CharacterView]) -> Sequence[CharacterView]:
        with self.database.read() as session:
            return self._referenced(views, session)

    def _referenced(self, views: Sequence[CharacterView], session: Session) -> Sequence[CharacterView]:
        found = references_of(session, [str(view.id) for view in views])
        return [
            view.model_copy(
                update={
                    "reference_image": shown.asset.key,
                    "reference_model": shown.image.model,
                    "reference_images": shown.count,
                }
            )
            if (shown := found.get(str(view.id)))
            else view
            for view in views
        ]

    def _built_in(self) -> Mapping[str, CharacterData]:
        return {}

    def _count_users(self, session: Session, row: Character) -> int:
        statement = select(func.count()).where(ShortCharacter.character_id == row.id)
        return session.exec(statement).one()


def _with_chosen(view: CharacterView) -> CharacterView:
    # Late: it loads the painter, which a list of characters does without.
    from studio.providers.local.image.figures import chosen_traits

    given = {trait: getattr(view, trait) for trait in CharacterFields.model_fields}
    return view.model_copy(update={"chosen": chosen_traits(Figure(view.name, **given))})
