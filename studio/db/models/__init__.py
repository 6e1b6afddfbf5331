"""One file per noun; importing this package knows every table."""

from studio.db.models.asset import Asset
from studio.db.models.character import Character
from studio.db.models.climate import Climate
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short, ShortCharacter
from studio.db.models.style import Style
from studio.db.models.user import User

__all__ = ["Asset", "Character", "Climate", "Media", "Short", "ShortCharacter", "ShortScene", "Style", "User"]
