"""Which language a text is in, by its script and its small words, and the form of BCP 47 tags.

Knows English, Portuguese, Spanish, French, German and Italian well; a few more only well enough not to mix them up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from studio.domain.errors import Invalid

DEFAULT_LANGUAGE = "en"

_SAMPLE_CHARACTERS = 20_000
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{4,8})*")

_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("kana", "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"),
    ("ko", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("he", "\u0590-\u05ff"),
    ("hi", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("th", "\u0e00-\u0e7f"),
    ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"),
    ("am", "\u1200-\u137f"),
    ("my", "\u1000-\u109f"),
    ("km", "\u1780-\u17ff"),
    ("lo", "\u0e80-\u0eff"),
    ("el", "\u0370-\u03ff\u1f00-\u1fff"),
    ("cyrillic", "\u0400-\u04ff"),
    ("latin", "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff"),
)


@cache
def _script_patterns() -> dict[str, re.Pattern[str]]:
    # Compiled when a text is first looked at: they are a tenth of what a start of studio takes beside the tables.
    return {name: re.compile(f"[{ranges}]") for name, ranges in _SCRIPTS}


STOP_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "a about after all also an and any are as at be because been before being but by can could did do does "
        "each for from had has have having he her here him his how i if in into is it its just like may me might more "
        "most much must my no nor not of off on once only or other our out over own same she should so some such than "
        "that the their them then there these they this those through to too under until up upon us very was we were "
        "what when where which while who whom whose why will with without would you your "
        "don doesn didn isn aren wasn won s t re ve ll",
        "pt": "a à ao aos aquela aquele aquilo as às até com como da das de dela dele deles depois do dos e é ela elas "
        "ele eles em entre era essa essas esse esses esta está estão estas este estes eu foi foram há isso isto já lhe "
        "mais mas me mesmo meu minha muito muitos na não nas nem no nos nós nossa nosso num numa o onde os ou para "
        "pela pelas pelo pelos por porque pra quais qual quando quanto que quem se sem ser será seu seus só sua suas "
        "também tão te tem têm ter tinha tu um uma umas uns você vocês são sobre",
        "es": "a al algo alguna algunos ante antes aquel así aun aunque cada como cómo con contra cual cuál cuando "
        "cuándo de del desde donde dónde dos e el él ella ellas ellos en entre era eran es esa ese eso esta está están "
        "estas este esto estos fue fueron ha han hasta hay la las le les lo los más me mi mientras muchos muy nada ni "
        "no nos nosotros o os otra otro para pero poco por porque pues que qué quien quién se ser si sí sin sobre "
        "son su sus también tan te tiene tienen todo todos tu tú un una unas uno unos usted y ya yo",
        "fr": "a à afin ai ainsi alors après au aucun aussi autre aux avant avec avoir car ce cela celle celui ces cet "
        "cette ceux chaque chez comme comment dans de des deux donc dont du elle elles en encore entre est et être eux "
        "fait faire fut il ils je jusqu la le les leur leurs lui là ma mais me même mes moins mon ne ni nos notre nous "
        "on ont ou où par parce pas peut plus pour pourquoi puis qu quand que quel quelle qui quoi sa sans se sera ses "
        "si son sont sous sur ta te tes ton tous tout toute très tu un une vers vos votre vous y était étaient c d j l "
        "m n s t",
        "de": "aber alle als also am an auch auf aus bei beim bin bis bist da damit dann das dass dem den denn der des "
        "die dies diese dieser dieses doch dort du durch ein eine einem einen einer eines er es etwas euch für gegen "
        "hat hatte haben hier ich ihm ihn ihr ihre im in ins ist ja jede jeder jetzt kann kein keine man mehr mein mit "
        "muss nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seit sich sie sind so über um und uns "
        "unter viel vom von vor war waren warum was weil wenn wer werden wie wieder wieso wir wird wo wurde wurden zu "
        "zum zur zwischen",
        "it": "a ad agli ai al alla alle allo anche ancora avere aveva c che chi ci come con contro così cui da dagli "
        "dai dal dalla dalle de degli dei del della delle dello di dopo dove due e è ed era erano essere fa fra fu "
        "furono gli ha hanno i il in io l la le lei li lo loro lui ma mai me mentre mi mio molto ne nei nel nella "
        "nelle nello no noi non nostro o ogni per perché perche più poi prima può qual quale quando quanto quella "
        "quello questa queste questi questo qui se sei senza si sia siamo sono sopra su sua sue sugli sul sulla suo "
        "suoi tra tu tua tuo tutti tutto un una uno vi voi",
    }.items()
}
"""The words that carry grammar rather than meaning, for the six languages studio writes in."""

_OTHER_LATIN: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "nl": "de het een en van ik te dat die is niet zijn op aan met als voor er maar om hem dan zou wat mijn dit "
        "zo door over ze zich bij ook tot je mij uit der daar naar heb hoe heeft hebben deze u want nog waarom wordt",
        "sv": "och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du då "
        "sin nu har inte hans honom skulle hennes där min ej vid kunde något från ut när efter upp vi varför",
        "pl": "i w nie na się z do to że jest o jak po co tak za od przez ale czy już tylko dla są był była ten ta te "
        "jego jej ich przed dlaczego oraz więc które który która",
        "tr": "ve bir bu da de için çok ne o ile daha ama gibi var mı mi olarak olan kadar sonra en her neden nasıl "
        "değil ki ise bile",
        "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada "
        "mereka lebih kata tahun sudah atau saat oleh menjadi mengapa kita adalah",
    }.items()
}

_TELLING_LETTERS = {
    "pt": "ãõ",
    "es": "ñ¿¡",
    "fr": "œû",
    "de": "ßäöü",
    "it": "ìò",
    "sv": "å",
    "pl": "łżźśćń",
    "tr": "ğışİ",
}


def guess_language(text: str, *, default: str = DEFAULT_LANGUAGE) -> str:
    """The BCP 47 tag of the language the text is most likely in; `default` when nothing tells."""
    sample = text[:_SAMPLE_CHARACTERS]
    script = _main_script(sample)
    if script is None:
        return default
    if script == "latin":
        return _latin_language(sample, default)
    if script in ("kana", "han"):
        return "ja" if _script_patterns()["kana"].search(sample) else "zh"
    if script == "arabic":
        return _arabic_script_language(sample)
    if script == "cyrillic":
        return _cyrillic_language(sample)
    return script


def primary_language(tag: str) -> str:
    """The language alone: `pt` of `pt-BR`."""
    return tag.replace("_", "-").split("-")[0].lower()


def language_tag(text: str) -> str:
    """The tag in its usual spelling, `pt-BR` for `pt_br`. Raises Invalid for what is not a BCP 47 tag."""
    tag = text.strip().replace("_", "-")
    if not _TAG.fullmatch(tag):
        raise Invalid(f"{text!r} is not a language tag.", hint="use a tag such as en, pt-BR or ja")
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_subtag(part) for part in rest)])


def script_of(text: str) -> str | None:
    """The script most letters belong to: `latin`, `cyrillic`, `arabic`, `han`, `kana`, or the tag of a language."""
    return _main_script(text[:_SAMPLE_CHARACTERS])


def _subtag(part: str) -> str:
    if len(part) == 2 and part.isalpha():
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()


def _main_script(text: str) -> str | None:
    counts = Counter({name: len(pattern.findall(text)) for name, pattern in _script_patterns().items()})
    # One kana or Han character says as much as two or three letters of an alphabet.
    counts["kana"], counts["han"] = counts["kana"] * 3, counts["han"] * 3
    name, count = counts.most_common(1)[0]
    return name if count else None


def _latin_language(text: str, default: str) -> str:
    lowered = text.lower()
    words = Counter(re.findall(r"[^\W\d_]+", lowered))
    scores = {language: _latin_score(language, words, lowered) for language in (*STOP_WORDS, *_OTHER_LATIN)}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > scores.get(primary_language(default), 0.0) else default


def _latin_score(language: str, words: Counter[str], lowered: str) -> float:
    small_words = STOP_WORDS.get(language) or _OTHER_LATIN[language]
    score = sum(count * _telling(word) for word, count in words.items() if word in small_words)
    return score + 1.5 * sum(lowered.count(letter) for letter in _TELLING_LETTERS.get(language, ""))


def _telling(word: str) -> float:
    """Words shared by several languages count less."""
    shared_by = sum(word in words for words in (*STOP_WORDS.values(), *_OTHER_LATIN.values()))
    return (1.0 if len(word) > 1 else 0.5) / max(1, shared_by)


def _arabic_script_language(text: str) -> str:
    if re.search("[ٹڈڑےں]", text):
        return "ur"
    return "fa" if re.search("[پچژگ]", text) else "ar"


def _cyrillic_language(text: str) -> str:
    if re.search("[іїєґІЇЄҐ]", text):
        return "uk"
    return "ru" if re.search("[ыэЫЭ]", text) or not re.search(r"ъ(?![яюе])", text) else "bg"
