"""From a picture to a character: a vision model is shown it once, and what it said is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, select

from studio.contracts.characters import AnalyzePicture, CharacterFields
from studio.contracts.media import NOTHING_TO_PAY, CostView
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.domain.clock import Clock
from studio.domain.credits import FeatureKey
from studio.domain.errors import Invalid, Refused
from studio.domain.remote import Medium, Reference
from studio.providers.registry import Models
from studio.services.assets import MEDIA_TYPES, AssetStore
from studio.services.generations import Call, Generations
from studio.services.keys import content_key
from studio.services.principal import Principal
from studio.services.prompts import prompts_in_force
from studio.services.text_models import TextModel, question_cost, remembered, remote_model
from studio.services.writing.traits_dialogue import TraitsDialogue


@dataclass(frozen=True)
class Looking:
    """A picture that is to be described: what kind of file it is, who looks at it, and what that is charged as."""

    extension: str
    model: TextModel
    call: Call
    dialogue: TraitsDialogue


class Analyses:
    """Has the pictures of one person looked at."""

    def __init__(
        self, database: Database, principal: Principal, models: Models, assets: AssetStore, clock: Clock
    ) -> None:
        self.database = database
        self.principal = principal
        self.models = models
        self.assets = assets
        self.generations = Generations(database, principal, clock)

    def looking(self, data: AnalyzePicture) -> Looking:
        """The question for a vision model. Raises Invalid for what is no picture, Refused where nobody can look."""
        # Late: it loads the picture library, which a list of characters does without.
        from studio.render.picture import picture_facts

        try:
            _, _, extension = picture_facts(data.picture)
        except Invalid as error:
            raise Invalid(
                f"{data.source} is no picture that can be read.", hint="Give a PNG, JPEG or WebP file."
            ) from error
        with self.database.read() as session:
            prompts = prompts_in_force(session)
        model = self._viewer(data.model)
        key = self.assets.key_of(data.picture, extension, self.principal)
        request = Reference(key, MEDIA_TYPES[extension])
        call = Call(
            key=content_key("analysis", model.name, request),
            feature=FeatureKey.CHARACTER_ANALYSIS,
            model=model.name,
            request=request,
            operation="characters.analyze",
            charged_as=model.charged_as,
        )
        return Looking(extension, model, call, TraitsDialogue(request, prompts))

    def stored(self, data: AnalyzePicture, looking: Looking) -> Asset:
        """The picture in the storage; its row has still to be saved."""
        return self.assets.keep_bytes(data.picture, looking.extension, self.principal)

    def forget(self, asset: Asset) -> None:
        """Delete a picture that nobody wanted to keep."""
        with self.database.read() as session:
            own = select(Asset).where(Asset.owner_id == self.principal.user_id, Asset.key == asset.key)
            if session.exec(own).first() is not None:
                return
        self.assets.storage.delete(asset.key)

    def _viewer(self, wanted: str | None) -> TextModel:
        found = remote_model(self.database, self.models, Medium.VISION, wanted)
        if found is None:
            raise Refused(
                "There is no model that can look at pictures.",
                hint="Set OPENROUTER_API_KEY, or name one with --model; studio models list --medium vision",
            )
        return found

    def remembered(self, session: Session, looking: Looking) -> CharacterFields | None:
        """What the same model said of the same picture before."""
        return remembered(session, self.principal, looking.call, looking.dialogue)

    def cost(self, data: AnalyzePicture) -> CostView:
        """What looking at the picture would charge now."""
        looking = self.looking(data)
        with self.database.read() as session:
            if self.remembered(session, looking) is not None:
                return NOTHING_TO_PAY
        return question_cost(self.generations, looking.call, looking.model, "analysis", looking.dialogue.opening)
