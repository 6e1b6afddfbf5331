"""Words of a topic that tell what kind of film it wants, in the six languages studio writes in. Data alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.domain.style import ContentType

CUES: Mapping[ContentType, tuple[str, ...]] = MappingProxyType(
    {
        ContentType.NEWS: (
            r"news|breaking|today|elections?|notícias?|hoje|eleiç\w+",
            r"noticias?|hoy|actualités?|nachrichten|heute|notizie|oggi",
        ),
        ContentType.TUTORIAL: (
            r"how to|step by step|tutorial|recipes?|guide|diy|como (?:fazer|usar|montar|criar)|passo a passo|receitas?",
            r"cómo (?:hacer|usar)|paso a paso|recetas?|comment (?:faire|utiliser)|recettes?|anleitung|rezepte?",
            r"come (?:fare|usare)|ricett[ae]",
        ),
        ContentType.MEMES_HUMOR: (
            r"funny|memes?|jokes?|humou?r|lol|prank|engraçad\w+|piadas?|chistes?|gracios\w+",
            r"drôles?|blagues?|witzig\w*|witze?|divertent\w+|barzellett\w+",
        ),
        ContentType.MOTIVATIONAL: (
            r"motivat\w+|disciplin\w*|habits?|success|mindset|never give up|motivaç\w+|hábitos?|sucesso",
            r"motivación|éxito|réussite|gewohnheit\w*|erfolg|motivazion\w+|successo",
        ),
        ContentType.STORIES: (
            r"stor(?:y|ies)|legends?|tales?|once upon|myster\w+|ghosts?|história de|lendas?|contos?|mistérios?",
            r"leyendas?|cuentos?|misterios?|légendes?|contes?|mystères?|märchen|sagen?|legenden?",
            r"leggend\w+|racconti?|fiab\w+",
        ),
    }
)
"""Regular expressions of whole words, lower case."""
