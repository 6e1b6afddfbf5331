"""Faces: skin, eyes, brows, nose and a mouth that follows the feeling of the scene; glasses, beards, hats."""

from __future__ import annotations

from studio.providers.local.image.figures.ink import both, darker, lighter, line, moved, oval, path, richer
from studio.providers.local.image.figures.traits import Look


def face(look: Look, feeling: str, gaze: float) -> str:
    """The head without its hair. `gaze` -1 to 1 turns the features to the left or right."""
    features = (
        _cheeks(look)
        + _eyes(look, feeling, gaze)
        + _brows(look, feeling)
        + _nose(look)
        + _marks(look)
        + _beard(look)
        + _mouth(look, feeling)
        + _eyewear(look)
    )
    return _skull(look) + moved(features, gaze * 7, 0)


def head_wear(look: Look) -> str:
    """What is worn over the hair."""
    return "".join(_HEAD_WEAR[name](look) for name in sorted(look.accessories & _HEAD_WEAR.keys()))


def _skull(look: Look) -> str:
    jaw = 0 if look.is_feminine else 5
    outline = (
        f"M142 112 C142 66 166 44 200 44 C234 44 258 66 258 112 C258 {146 + jaw} {250 + jaw} "
        f"{168 + jaw} {228 + jaw} 184 C214 194 186 194 {172 - jaw} 184 C{150 - jaw} {168 + jaw} "
        f"142 {146 + jaw} 142 112 Z"
    )
    shade = darker(richer(look.skin, 1.15), 0.16)
    ears = both(oval(142, 124, 11, 16, look.skin) + oval(142, 125, 5, 9, shade, 0.7))
    side = path(
        (
            f"M232 52 C250 66 258 86 258 112 C258 {146 + jaw} {250 + jaw} {168 + jaw} {228 + jaw} "
            "184 C218 192 206 193 198 192 C236 176 246 120 232 52 Z"
        ),
        shade,
        0.42,
    )
    return ears + path(outline, look.skin) + side + _earrings(look)


def _cheeks(look: Look) -> str:
    return both(oval(164, 148, 12, 8, "#e8604c", 0.20))


def _eyes(look: Look, feeling: str, gaze: float) -> str:
    open_share = {"surprised": 1.25, "afraid": 1.2, "happy": 0.82, "sad": 0.9, "angry": 0.8}.get(feeling, 1.0)
    high = 10.5 * open_share
    lid = line("M163 119 C168 111 184 110 190 119", darker(look.hair, 0.45), 4 if look.is_feminine else 3)
    lash = line("M164 118 L158 113", darker(look.hair, 0.45), 3) if look.is_feminine else ""
    whites = both(
        oval(177, 122, 13, high, "#fffdf8")
        + lid.replace("M163 119", f"M163 {123 - high * 0.5:g}").replace("190 119", f"190 {123 - high * 0.5:g}")
        + lash
    )
    pupils = "".join(
        oval(x + gaze * 3.5, 122, 7.6, 7.8, look.eyes)
        + oval(x + gaze * 3.5, 122, 3.9, 4.1, "#17131a")
        + oval(x + gaze * 3.5 + 2.6, 119, 2.3, 2.3, "#ffffff")
        for x in (177, 223)
    )
    return whites + pupils


_BROW_SHAPES = {
    "sad": "M160 105 C168 97 180 94 192 94",
    "afraid": "M160 102 C168 94 180 90 192 90",
    "angry": "M160 93 C170 93 182 97 193 104",
    "surprised": "M159 96 C166 86 182 84 192 90",
    "thoughtful": "M160 99 C168 94 182 94 192 99",
}


def _brows(look: Look, feeling: str) -> str:
    shape = _BROW_SHAPES.get(feeling, "M160 102 C168 94 182 92 192 97")
    colour = darker(look.hair, 0.25) if look.hair_style != "bald" else darker(look.skin, 0.55)
    return both(line(shape, colour, 5.5 if look.is_feminine else 7.5))


def _nose(look: Look) -> str:
    shade = darker(richer(look.skin, 1.25), 0.26)
    return line("M200 122 C202 134 206 142 206 147 C204 152 197 152 194 150", shade, 4, 0.85)


def _mouth(look: Look, feeling: str) -> str:
    lip = "#b3453f" if look.is_feminine else darker(richer(look.skin, 1.3), 0.45)
    if feeling == "happy":
        return path(
            "M178 160 C190 164 210 164 222 160 C220 180 208 184 200 184 C192 184 180 180 178 160 Z", "#7c2b2f"
        ) + path("M181 161 C192 165 208 165 219 161 L217 168 C206 171 194 171 183 168 Z", "#fffaf2")
    if feeling == "surprised":
        return oval(200, 170, 9, 11, "#7c2b2f")
    shapes = {
        "sad": "M184 173 C192 164 208 164 216 173",
        "angry": "M183 171 C194 166 206 166 217 171",
        "afraid": "M184 170 C190 166 196 172 202 168 C208 166 212 171 216 169",
        "thoughtful": "M188 169 C196 170 206 168 214 164",
    }
    return line(shapes.get(feeling, "M181 163 C190 174 210 174 219 163"), lip, 5)


def _marks(look: Look) -> str:
    marks = ""
    if "freckles" in look.accessories:
        spots = ((156, 140), (163, 136), (170, 141), (161, 145), (169, 134))
        marks += both("".join(oval(x, y, 1.9, 1.9, darker(look.skin, 0.35), 0.8) for x, y in spots))
    if "scar" in look.accessories:
        marks += line("M232 132 L243 156", "#c96f62", 3.5, 0.9)
    if look.age == "old":
        marks += both(
            line("M172 158 C168 164 167 170 169 176", darker(look.skin, 0.3), 2.5, 0.7)
            + line("M152 116 L146 111", darker(look.skin, 0.3), 2.5, 0.6)
        )
        marks += line("M182 80 C192 77 208 77 218 80", darker(look.skin, 0.3), 2.5, 0.5)
    return marks


def _beard(look: Look) -> str:
    beard = ""
    if "beard" in look.accessories:
        beard += path(
            (
                "M143 128 C146 142 152 150 164 152 C176 154 186 154 200 156 C214 154 224 154 236 152 "
                "C248 150 254 142 257 128 C260 166 248 190 230 202 C214 212 186 212 170 202 C152 190 "
                "140 166 143 128 Z"
            ),
            look.hair,
        )
        beard += path(
            "M180 160 C190 168 210 168 220 160 C218 178 208 182 200 182 C192 182 182 178 180 160 Z", look.skin
        )
    if "moustache" in look.accessories or "beard" in look.accessories:
        beard += path(
            (
                "M172 162 C180 150 194 150 200 155 C206 150 220 150 228 162 C218 164 208 160 200 160 "
                "C192 160 182 164 172 162 Z"
            ),
            darker(look.hair, 0.08),
        )
    return beard


def _eyewear(look: Look) -> str:
    if "sunglasses" in look.accessories:
        return both(
            path("M158 112 L192 112 C194 130 188 138 175 138 C162 138 157 130 158 112 Z", "#1b1a22")
            + line("M165 118 L176 118", "#ffffff", 3, 0.4)
        ) + line("M192 116 C197 113 203 113 208 116", "#1b1a22", 4)
    if "glasses" in look.accessories:
        rim = (
            '<circle cx="177" cy="123" r="20" fill="#ffffff" fill-opacity="0.14" stroke="#2a2530" stroke-width="4"/>'
            + line("M157 120 L144 116", "#2a2530", 4)
        )
        return both(rim) + line("M197 121 C199 118 201 118 203 121", "#2a2530", 4)
    return ""


def _earrings(look: Look) -> str:
    return (
        both(oval(140, 146, 6, 7, "#f0c24a") + oval(139, 145, 2, 2.4, "#fff3c4"))
        if "earrings" in look.accessories
        else ""
    )


def _hat(look: Look) -> str:
    cloth = darker(look.second_colour, 0.1)
    return (
        path("M146 62 C148 12 162 0 200 0 C238 0 252 12 254 62 Z", cloth)
        + path("M146 62 L146 46 C180 54 220 54 254 46 L254 62 Z", look.garment_colour)
        + path("M106 68 C140 52 260 52 294 68 C270 84 130 84 106 68 Z", lighter(cloth, 0.08))
    )


def _peaked_cap(look: Look) -> str:
    return path(
        "M138 84 C136 32 162 20 200 20 C238 20 264 32 262 84 C230 72 170 72 138 84 Z", look.garment_colour
    ) + path("M136 84 C170 68 240 70 282 96 C240 90 180 90 136 84 Z", darker(look.garment_colour, 0.25))


def _beanie(look: Look) -> str:
    return path("M138 84 C132 26 164 10 200 10 C236 10 268 26 262 84 Z", look.garment_colour) + path(
        "M134 72 C170 62 230 62 266 72 L266 92 C230 82 170 82 134 92 Z", lighter(look.garment_colour, 0.2)
    )


def _headphones(look: Look) -> str:
    band = line("M136 122 C130 30 270 30 264 122", "#2b2c38", 11)
    return band + both(
        f'<rect x="124" y="100" width="24" height="48" rx="11" fill="{look.garment_colour}"/><rect '
        'x="128" y="106" width="8" height="36" rx="4" fill="#ffffff" fill-opacity="0.3"/>'
    )


def _crown(look: Look) -> str:
    return path("M146 70 L138 18 L168 44 L200 8 L232 44 L262 18 L254 70 C220 60 180 60 146 70 Z", "#f0bf3c") + "".join(
        oval(x, 56, 5, 5, "#d13b3b") for x in (170, 200, 230)
    )


_HEAD_WEAR = {"hat": _hat, "cap": _peaked_cap, "beanie": _beanie, "headphones": _headphones, "crown": _crown}
