"""Hair: what hangs behind the head and what lies on it. The head is 116 by 148 units around (200, 120)."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from studio.providers.local.image.figures.ink import both, darker, lighter, line, oval, path
from studio.providers.local.image.figures.traits import Look

_CROWN = "M140 132 C134 62 160 34 200 34 C240 34 266 62 260 132 L252 134 "
_HAIRLINES = {
    "side": "C252 108 246 92 226 80 C206 92 176 96 158 88 C150 98 148 114 148 134 Z",
    "middle": "C252 112 238 84 203 60 C166 84 148 112 148 134 Z",
    "fringe": "C252 116 250 106 244 100 C214 108 186 108 156 100 C150 106 148 116 148 134 Z",
    "high": "C251 110 244 88 228 76 C210 68 190 68 172 76 C156 88 149 110 148 134 Z",
}


def hair_behind(look: Look) -> str:
    return _BEHIND.get(look.hair_style, _nothing)(look)


def hair_before(look: Look) -> str:
    return _BEFORE.get(look.hair_style, _side_cap)(look)


def _nothing(look: Look) -> str:
    return ""


def _cap(look: Look, hairline: str) -> str:
    shine = line("M164 66 C176 50 196 44 216 46", lighter(look.hair, 0.28), 7, 0.45)
    return path(_CROWN + _HAIRLINES[hairline], look.hair) + shine


def _side_cap(look: Look) -> str:
    return _cap(look, "side") + path(
        "M158 88 C176 96 206 92 226 80 C240 88 246 98 250 112 C240 98 228 94 222 94 C200 102 176 104 158 88 Z",
        darker(look.hair, 0.18),
    )


def _buzz(look: Look) -> str:
    return path(
        (
            "M144 122 C138 66 164 42 200 42 C236 42 262 66 256 122 L250 122 C250 100 240 82 222 "
            "76 C206 72 194 72 178 76 C160 82 150 100 150 122 Z"
        ),
        look.hair,
        0.82,
    )


def _long(look: Look) -> str:
    shade = darker(look.hair, 0.22)
    return path(
        (
            "M136 132 C128 50 158 26 200 26 C242 26 272 50 264 132 C266 200 282 252 274 312 C246 "
            "326 232 300 226 268 L174 268 C168 300 154 326 126 312 C118 252 134 200 136 132 Z"
        ),
        shade,
    )


def _long_front(look: Look) -> str:
    lock = path(
        (
            "M148 132 C150 108 160 92 176 78 C160 96 152 140 156 190 C158 240 152 284 134 310 "
            "C122 300 120 260 128 216 C134 180 132 150 140 120 Z"
        ),
        look.hair,
    )
    return _cap(look, "middle") + both(lock)


def _wavy(look: Look) -> str:
    outline = (
        "M136 130 C126 50 158 24 200 24 C242 24 274 50 264 130 C284 160 262 184 280 212 C296 "
        "244 268 262 278 292 C262 318 238 306 226 268 L174 268 C162 306 138 318 122 292 C132 "
        "262 104 244 120 212 C138 184 116 160 136 130 Z"
    )
    return path(outline, darker(look.hair, 0.2))


def _wavy_front(look: Look) -> str:
    lock = path(
        (
            "M150 112 C158 96 168 86 180 76 C156 110 164 150 150 176 C136 200 156 226 142 258 "
            "C134 276 128 286 124 290 C118 262 108 240 122 210 C138 184 122 160 138 122 Z"
        ),
        look.hair,
    )
    return _cap(look, "side") + both(lock)


def _curls(look: Look, places: list[tuple[float, float, float]]) -> str:
    base = "".join(oval(x, y, radius, radius, look.hair) for x, y, radius in places)
    strokes = "".join(
        line(
            (
                f"M{x - radius * 0.45:g} {y:g} A{radius * 0.45:g} {radius * 0.45:g} 0 0 1 {x + radius * 0.4:g} "
                f"{y - radius * 0.2:g}"
            ),
            lighter(look.hair, 0.22),
            3.5,
            0.4,
        )
        for x, y, radius in places
    )
    return base + strokes


def _arc(
    radius_x: float, radius_y: float, start: float, stop: float, count: int, size: float
) -> list[tuple[float, float, float]]:
    """Curls along an oval around the head; angles in half turns, 0 to the right, 0.5 downwards."""
    angles = [pi * (start + (stop - start) * index / (count - 1)) for index in range(count)]
    return [
        (200 + radius_x * cos(angle), 118 + radius_y * sin(angle), size * (1 + 0.12 * (index % 2)))
        for index, angle in enumerate(angles)
    ]


def _curly(look: Look) -> str:
    sides = [(200.0 + side * (70 + 5 * (row % 2)), 110.0 + 30 * row, 25.0) for row in range(6) for side in (-1, 1)]
    return path("M140 90 L260 90 L266 260 L134 260 Z", darker(look.hair, 0.25)) + _curls(look, sides)


def _curly_front(look: Look) -> str:
    return (
        path(_CROWN + _HAIRLINES["high"], look.hair)
        + _curls(look, _arc(62, 68, -0.98, -0.02, 9, 22))
        + _curls(look, _arc(40, 46, -0.85, -0.15, 5, 17))
    )


def _afro(look: Look) -> str:
    return oval(200, 92, 108, 100, darker(look.hair, 0.15)) + _curls(look, _arc(94, 92, -1.22, 0.22, 15, 25))


def _afro_front(look: Look) -> str:
    return path(_CROWN + _HAIRLINES["high"], look.hair) + _curls(look, _arc(66, 74, -0.95, -0.05, 9, 24))


def _bob(look: Look) -> str:
    return path(
        (
            "M134 132 C126 48 158 26 200 26 C242 26 274 48 266 132 C270 170 276 196 268 214 C240 "
            "224 160 224 132 214 C124 196 130 170 134 132 Z"
        ),
        darker(look.hair, 0.2),
    )


def _bob_front(look: Look) -> str:
    side = path("M150 104 C142 140 152 180 146 214 C138 216 132 214 131 210 C126 176 132 140 138 108 Z", look.hair)
    return _cap(look, "fringe") + both(side)


def _bun(look: Look) -> str:
    return oval(200, 24, 33, 30, darker(look.hair, 0.12)) + oval(196, 20, 24, 21, look.hair)


def _high_cap(look: Look) -> str:
    return _cap(look, "high")


def _middle_cap(look: Look) -> str:
    return _cap(look, "middle")


def _ponytail(look: Look) -> str:
    tail = path(
        "M236 56 C290 50 310 104 296 160 C288 200 300 226 284 256 C270 236 262 216 264 178 C268 132 262 100 232 84 Z",
        darker(look.hair, 0.12),
    )
    return tail + oval(240, 64, 13, 13, look.garment_colour)


def _braids(look: Look) -> str:
    knots = "".join(
        oval(136 - 2 * row, 176 + 25 * row, 16 - row * 0.8, 17, darker(look.hair, 0.08 + 0.1 * (row % 2)))
        for row in range(7)
    )
    return both(knots + oval(123, 346, 8, 10, look.garment_colour))


def _mohawk(look: Look) -> str:
    spikes = (
        "M178 78 C170 40 176 10 186 -6 L194 6 L204 -12 L212 6 L222 -4 C228 16 230 44 222 78 C208 70 192 70 178 78 Z"
    )
    return _buzz(look).replace("0.82", "0.4") + path(spikes, look.hair)


def _dreadlocks(look: Look) -> str:
    ropes = [
        (142, 120, 120, 292),
        (152, 110, 138, 312),
        (258, 120, 280, 292),
        (248, 110, 262, 312),
        (136, 130, 108, 260),
        (264, 130, 292, 260),
    ]
    return "".join(
        line(f"M{a} {b} C{a - 6} {b + 60} {c + 6} {d - 80} {c} {d}", darker(look.hair, 0.1 * (index % 3)), 17)
        for index, (a, b, c, d) in enumerate(ropes)
    )


def _dreadlocks_front(look: Look) -> str:
    strands = "".join(
        line(
            f"M200 46 C{200 + 26 * step} 44 {200 + 44 * step} 66 {200 + 57 * step} 118",
            lighter(look.hair, 0.08 * (abs(step) * 3 % 3)),
            13,
        )
        for step in (-1, -0.66, 0.66, 1)
    )
    return _cap(look, "high") + strands


def _headscarf(look: Look) -> str:
    return path(
        (
            "M128 140 C120 40 156 18 200 18 C244 18 280 40 272 140 C276 200 296 236 292 268 C250 "
            "296 150 296 108 268 C104 236 124 200 128 140 Z"
        ),
        darker(look.garment_colour, 0.25),
    )


def _headscarf_front(look: Look) -> str:
    cloth = lighter(look.garment_colour, 0.12)
    frame = (
        "M132 150 C122 46 158 22 200 22 C242 22 278 46 268 150 C266 190 244 214 200 222 C156 "
        "214 134 190 132 150 Z M148 136 C148 172 170 196 200 196 C230 196 252 172 252 136 "
        "C252 96 232 74 200 74 C168 74 148 96 148 136 Z"
    )
    fold = line("M142 176 C160 214 214 232 262 196", darker(look.garment_colour, 0.3), 5, 0.5)
    return (
        f'<path d="{frame}" fill="{cloth}" fill-rule="evenodd"/>'
        + path("M134 168 C150 214 232 238 268 160 C276 214 262 250 214 262 C172 262 138 234 134 168 Z", cloth)
        + fold
    )


_BEHIND: dict[str, Callable[[Look], str]] = {
    "long": _long,
    "wavy": _wavy,
    "curly": _curly,
    "afro": _afro,
    "bob": _bob,
    "bun": _bun,
    "ponytail": _ponytail,
    "braids": _braids,
    "dreadlocks": _dreadlocks,
    "headscarf": _headscarf,
}
_BEFORE: dict[str, Callable[[Look], str]] = {
    "short": _side_cap,
    "buzz": _buzz,
    "bald": _nothing,
    "long": _long_front,
    "wavy": _wavy_front,
    "curly": _curly_front,
    "afro": _afro_front,
    "bob": _bob_front,
    "bun": _high_cap,
    "ponytail": _side_cap,
    "braids": _middle_cap,
    "mohawk": _mohawk,
    "dreadlocks": _dreadlocks_front,
    "headscarf": _headscarf_front,
}
