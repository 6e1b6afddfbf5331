"""Bodies: neck, garment, arms in a pose, legs. A grown person is 1000 units tall, the hips at 540."""

from __future__ import annotations

from studio.providers.local.image.figures.ink import both, darker, lighter, line, mirrored, oval, path
from studio.providers.local.image.figures.traits import Look

_HEM_Y = 560
_ELBOWS_AND_HANDS = {
    "rest": ((96, 400), (104, 520)),
    "hip": ((62, 392), (122, 470)),
    "open": ((74, 390), (34, 320)),
    "point": ((82, 350), (40, 232)),
    "think": ((98, 396), (166, 262)),
}


def body(look: Look, pose: str) -> str:
    """Everything below the chin but what hangs in front of the torso, with the far arm behind it."""
    return (
        _legs(look)
        + mirrored(_arm(look, "rest"))
        + _neck(look)
        + _torso(look)
        + _details(look)
        + _scarf(look)
        + _arm(look, pose)
    )


def _neck(look: Look) -> str:
    shade = darker(look.skin, 0.22)
    return path("M176 168 L224 168 L226 228 C236 240 164 240 174 228 Z", look.skin) + path(
        "M176 178 C190 200 214 200 226 184 L226 204 C210 218 190 214 175 200 Z", shade, 0.55
    )


def _half(look: Look) -> tuple[float, float, float]:
    """Half widths of shoulders, waist and hips."""
    shoulder = 108 * look.breadth
    return shoulder, shoulder * (0.64 if look.is_feminine else 0.78), shoulder * (0.82 if look.is_feminine else 0.76)


def _torso(look: Look) -> str:
    shoulder, waist, hip = _half(look)
    outline = (
        f"M174 222 C160 238 {200 - shoulder + 26:g} 236 {200 - shoulder:g} 262 C{200 - shoulder - 6:g} "
        f"300 {200 - waist - 4:g} 360 {200 - waist:g} 420 C{200 - waist:g} 480 {200 - hip:g} "
        f"500 {200 - hip:g} {_HEM_Y} "
        f"L{200 + hip:g} {_HEM_Y} C{200 + hip:g} 500 {200 + waist:g} 480 {200 + waist:g} 420 "
        f"C{200 + waist + 4:g} 360 {200 + shoulder + 6:g} 300 {200 + shoulder:g} 262 C{200 + shoulder - 26:g} "
        "236 240 238 226 222 C214 236 186 236 174 222 Z"
    )
    shade = (
        f"M{200 + shoulder - 30:g} 250 C{200 + waist - 20:g} 330 {200 + waist - 22:g} 440 {200 + hip - 26:g} "
        f"{_HEM_Y} L{200 + hip:g} {_HEM_Y} C{200 + hip:g} 500 {200 + waist:g} 480 {200 + waist:g} "
        f"420 C{200 + waist + 4:g} 360 {200 + shoulder + 6:g} 300 {200 + shoulder:g} 262 Z"
    )
    return path(outline, look.garment_colour) + path(shade, darker(look.garment_colour, 0.3), 0.5)


def _legs(look: Look) -> str:
    _, _, hip = _half(look)
    cloth = look.second_colour
    if look.garment in {"dress", "toga", "coat"}:
        flare = 1.45 if look.garment == "dress" else 1.12
        end = 800 if look.garment != "coat" else 760
        skirt = path(
            (
                f"M{200 - hip:g} 540 L{200 + hip:g} 540 C{200 + hip * 1.1:g} 640 {200 + hip * flare:g} "
                f"700 {200 + hip * flare:g} {end} C230 {end + 22} 170 {end + 22} {200 - hip * flare:g} "
                f"{end} C{200 - hip * flare:g} 700 {200 - hip * 1.1:g} 640 {200 - hip:g} 540 Z"
            ),
            darker(look.garment_colour, 0.10),
        )
        shin = both(line("M168 740 L166 950", look.skin if look.garment != "coat" else cloth, 34))
        return shin + _shoes(look) + skirt
    leg = path(
        f"M{200 - hip:g} 540 L200 540 L196 700 L188 956 L146 956 C138 840 {200 - hip - 6:g} 680 {200 - hip:g} 540 Z",
        cloth,
    )
    return both(leg) + path("M200 560 L206 700 L196 700 Z", darker(cloth, 0.4)) + _shoes(look)


def _shoes(look: Look) -> str:
    return both(
        path("M142 950 L190 950 L190 986 L122 986 C122 968 134 962 142 950 Z", darker(look.second_colour, 0.5))
        + line("M124 986 L190 986", "#f0ece4", 5)
    )


def _arm(look: Look, pose: str) -> str:
    shoulder = _half(look)[0]
    x, y = 200 - shoulder + 22, 276
    (ex, ey), (hx, hy) = _ELBOWS_AND_HANDS[pose]
    thick = 44 * (0.5 + 0.5 * look.breadth)
    sleeve = darker(look.garment_colour, 0.08)
    bare = look.garment in {"tee", "overalls", "toga"}
    upper = f"M{x:g} {y:g} Q{ex:g} {ey:g} {ex:g} {ey:g}"
    lower = f"M{ex:g} {ey:g} L{hx:g} {hy:g}"
    short_x, short_y = x + (ex - x) * 0.62, y + (ey - y) * 0.62
    hand = oval(hx, hy, 21, 22, look.skin) + _fingers(look, pose, hx, hy)
    outline = line(f"M{x + 12:g} {y + 30:g} L{ex + 14:g} {ey:g}", darker(look.garment_colour, 0.45), 6, 0.28)
    if bare:
        return (
            line(upper, look.skin, thick * 0.8)
            + line(lower, look.skin, thick * 0.72)
            + hand
            + line(f"M{x:g} {y:g} L{short_x:g} {short_y:g}", sleeve, thick)
        )
    cuff = line(
        f"M{ex + (hx - ex) * 0.80:g} {ey + (hy - ey) * 0.80:g} L{ex + (hx - ex) * 0.82:g} {ey + (hy - ey) * 0.82:g}",
        lighter(look.garment_colour, 0.2),
        thick * 0.82,
    )
    return (
        hand
        + line(upper, sleeve, thick)
        + line(f"M{ex:g} {ey:g} L{ex + (hx - ex) * 0.8:g} {ey + (hy - ey) * 0.8:g}", sleeve, thick * 0.84)
        + cuff
        + outline
    )


def _fingers(look: Look, pose: str, x: float, y: float) -> str:
    if pose == "point":
        return line(f"M{x:g} {y:g} L{x - 6:g} {y - 42:g}", look.skin, 13) + line(
            f"M{x + 10:g} {y - 6:g} L{x + 14:g} {y - 20:g}", look.skin, 12
        )
    if pose == "open":
        return "".join(
            line(f"M{x:g} {y:g} L{x + dx:g} {y + dy:g}", look.skin, 11)
            for dx, dy in ((-26, -14), (-18, -28), (-4, -34), (14, -26))
        )
    if pose == "think":
        return line(f"M{x:g} {y:g} L{x + 14:g} {y - 44:g}", look.skin, 13)
    return oval(x + 8, y - 4, 8, 14, darker(look.skin, 0.08))


def _details(look: Look) -> str:
    """What tells one garment from another."""
    makers = {
        "shirt": _shirt,
        "jacket": _jacket,
        "hoodie": _hoodie,
        "suit": _suit,
        "coat": _coat,
        "sweater": _sweater,
        "overalls": _overalls,
        "toga": _toga,
        "dress": _dress,
    }
    return makers.get(look.garment, _tee)(look) + _necklace(look)


def _tee(look: Look) -> str:
    return line("M170 226 C180 250 220 250 230 226", darker(look.garment_colour, 0.25), 7)


def _shirt(look: Look) -> str:
    collar = path("M172 220 L200 256 L180 276 L158 236 Z", lighter(look.garment_colour, 0.35))
    buttons = "".join(oval(200, y, 4, 4, lighter(look.garment_colour, 0.6)) for y in (300, 350, 400, 450, 500))
    return line("M200 258 L200 556", darker(look.garment_colour, 0.25), 4, 0.7) + both(collar) + buttons


def _jacket(look: Look) -> str:
    inner = path("M176 224 L224 224 L232 556 L168 556 Z", "#f1eee8") + line(
        "M174 226 C184 246 216 246 226 226", "#d6d0c6", 5
    )
    lapel = path(
        "M170 220 L186 300 L168 556 L150 556 L148 330 L134 300 L150 288 L142 240 Z", darker(look.garment_colour, 0.18)
    )
    return inner + both(lapel)


def _hoodie(look: Look) -> str:
    hood = path(
        (
            "M150 236 C146 206 160 196 174 198 C180 236 220 236 226 198 C240 196 254 206 250 236 "
            "C236 270 164 270 150 236 Z"
        ),
        darker(look.garment_colour, 0.2),
    )
    strings = both(line("M186 254 L184 320", "#f1eee8", 4))
    pocket = path("M150 450 L250 450 L268 530 L132 530 Z", darker(look.garment_colour, 0.16))
    return hood + strings + pocket


def _suit(look: Look) -> str:
    inner = (
        path("M172 222 L200 380 L228 222 Z", "#f4f2ee")
        + path("M192 244 L208 244 L214 350 L200 376 L186 350 Z", "#a63238")
        + path("M190 236 L210 236 L206 252 L194 252 Z", "#8d262c")
    )
    lapel = path("M168 222 L200 384 L156 320 L164 302 L140 292 L146 240 Z", darker(look.garment_colour, 0.25))
    return inner + both(lapel) + oval(200, 430, 5, 5, darker(look.garment_colour, 0.5))


def _coat(look: Look) -> str:
    inner = path("M174 222 L226 222 L214 400 L186 400 Z", look.second_colour)
    lapel = path("M168 220 L192 400 L168 360 L150 320 L158 300 L138 288 L146 238 Z", darker(look.garment_colour, 0.14))
    return (
        inner
        + both(lapel)
        + line("M194 400 L194 560", darker(look.garment_colour, 0.3), 4, 0.7)
        + both(line("M136 470 L166 470", darker(look.garment_colour, 0.3), 5, 0.7))
    )


def _sweater(look: Look) -> str:
    roll = path(
        "M170 200 C186 210 214 210 230 200 L234 236 C214 250 186 250 166 236 Z", darker(look.garment_colour, 0.12)
    )
    knit = "".join(
        line(f"M132 {y} C170 {y + 12} 230 {y + 12} 268 {y}", lighter(look.garment_colour, 0.25), 7, 0.5)
        for y in (320, 344)
    )
    return roll + knit + line("M128 550 L272 550", darker(look.garment_colour, 0.2), 14, 0.7)


def _overalls(look: Look) -> str:
    shirt = path(
        (
            "M174 222 C150 238 116 240 108 262 L110 330 L290 330 L292 262 C284 240 250 238 226 "
            "222 C214 240 186 240 174 222 Z"
        ),
        "#f1e7d2",
    )
    return (
        shirt
        + both(line("M150 236 L156 330", look.garment_colour, 20))
        + path("M146 320 L254 320 L262 560 L138 560 Z", look.garment_colour)
        + both(oval(156, 334, 6, 6, "#f0c24a"))
    )


def _toga(look: Look) -> str:
    drape = path("M128 246 C180 300 250 380 276 560 L236 560 C210 430 150 340 106 300 Z", "#9c2f3f")
    folds = "".join(
        line(f"M{x} 300 C{x + 20} 380 {x + 24} 460 {x + 20} 556", darker(look.garment_colour, 0.25), 4, 0.5)
        for x in (128, 156)
    )
    return folds + drape + line("M136 250 C190 306 252 392 270 556", "#e2b84c", 6)


def _dress(look: Look) -> str:
    _, waist, _ = _half(look)
    neckline = path("M172 222 C176 262 224 262 228 222 C214 238 186 238 172 222 Z", look.skin)
    return neckline + line(
        f"M{200 - waist:g} 424 C180 434 220 434 {200 + waist:g} 424", lighter(look.garment_colour, 0.35), 13
    )


def _necklace(look: Look) -> str:
    return (
        line("M170 232 C178 270 222 270 230 232", "#f0c24a", 4) + oval(200, 264, 7, 8, "#f0c24a")
        if "necklace" in look.accessories
        else ""
    )


def _scarf(look: Look) -> str:
    if "scarf" not in look.accessories:
        return ""
    cloth = lighter("#c8443c" if look.garment_colour != "#d13b3b" else "#2f6fd0", 0.05)
    return path("M160 206 C176 222 224 222 240 206 L250 244 C224 266 176 266 150 244 Z", cloth) + path(
        "M214 246 L244 240 L256 380 L222 384 Z", darker(cloth, 0.14)
    )
