"""The words by which authors mark what a line of a script is: a scene, what is said in it, what is seen."""

from __future__ import annotations

import re

SCENE = re.compile(
    r"\[?(?:scene|shot|cena|escena|scène|szene|scena|シーン|场景)\s*(?:n[.oº°]*\s*)?\d{1,3}\]?\s*(?:[:.)\]–—-]+|$)\s*",
    re.IGNORECASE,
)
VOICE = re.compile(
    r"(?:narrat(?:ion|or)|voice[- ]?over|v\.?o\.?|narração|narrador|locução|narración|voz en off|voix off|sprecher"
    r"|narratore|voce)\s*:\s*",
    re.IGNORECASE,
)
SEEN = re.compile(r"(?:visuals?|image|picture|on screen|imagem|visual|imagen|bild|immagine)\s*:\s*", re.IGNORECASE)


def is_labelled(line: str) -> bool:
    """Whether the line says what it is, and so begins something of its own."""
    return any(label.match(line.strip()) for label in (SCENE, VOICE, SEEN))
