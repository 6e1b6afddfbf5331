"""SVG marks. Everything that goes into a mark is a number or a colour of ours; no words of a user come here."""

from __future__ import annotations

from studio.providers.local.image.palette import from_hex, mix, shift, to_hex

CENTRE_X = 200.0


def path(outline: str, fill: str, opacity: float = 1.0) -> str:
    return f'<path d="{outline}" fill="{fill}" fill-opacity="{opacity:g}"/>'


def line(outline: str, stroke: str, width: float, opacity: float = 1.0) -> str:
    return (
        f'<path d="{outline}" fill="none" stroke="{stroke}" stroke-width="{width:g}" stroke-opacity="{opacity:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def oval(x: float, y: float, across: float, down: float, fill: str, opacity: float = 1.0) -> str:
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{across:g}" ry="{down:g}" fill="{fill}" fill-opacity="{opacity:g}"/>'


def mirrored(body: str) -> str:
    """The same marks on the other side of the figure."""
    return f'<g transform="translate({2 * CENTRE_X:g} 0) scale(-1 1)">{body}</g>'


def both(body: str) -> str:
    return body + mirrored(body)


def moved(body: str, x: float, y: float = 0.0) -> str:
    return f'<g transform="translate({x:g} {y:g})">{body}</g>'


def darker(colour: str, share: float) -> str:
    """A shade of the colour, a little cooler, as shadows are."""
    return to_hex(mix(from_hex(colour), from_hex("#1d1430"), share))


def lighter(colour: str, share: float) -> str:
    return to_hex(mix(from_hex(colour), from_hex("#fff6e4"), share))


def richer(colour: str, factor: float) -> str:
    return to_hex(shift(from_hex(colour), chroma=factor))
