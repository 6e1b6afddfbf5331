"""How written Portuguese sounds in Brazil: spelling to the phonemes that the Kokoro voices were trained on.

Portuguese spelling says nearly everything: where the stress lies, which vowels are nasal, how c, g, s and x are read.
What it hides, whether a stressed e or o without accent is open, follows endings here and a list of common words."""

from __future__ import annotations

import re
import unicodedata


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FUNCTION_WORDS = {
    "a": "a", "o": "ʊ", "e": "i", "as": "as", "os": "ʊs", "à": "a", "às": "as", "é": "ˈɛ", "de": "ʤy", "do": "dʊ",
    "da": "da", "dos": "dʊs", "das": "das", "no": "nʊ", "na": "na", "nos": "nʊs", "nas": "nas", "em": "Aŋ",
    "um": "ũŋ", "uma": "ˌumæ", "que": "ky", "se": "sy", "me": "my", "te": "ʧy", "lhe": "ljy", "por": "por",
    "para": "pˌaɾæ", "pra": "pra", "com": "koŋ", "sem": "sAŋ", "mas": "mas", "ou": "ow", "ao": "aʊ", "aos": "aʊs",
    "muito": "mwˈiŋtʊ", "muita": "mwˈiŋtæ", "muitos": "mwˈiŋtʊs", "muitas": "mwˈiŋtæs", "pelo": "pˌelʊ",
    "pela": "pˌelæ", "ele": "ˈely", "ela": "ˈɛlæ", "está": "estˈa", "porque": "porkˈe", "quê": "kˈe",
}  # fmt: skip
_LOANWORDS = {
    "tiktok": "ʧikʧˈɔki", "youtube": "jutˈubi", "instagram": "ˌĩstaɡrˈɐ̃m", "online": "õŋlˈIni",
    "internet": "ˌiŋteɾnˈɛʧi", "google": "ɡˈuɡow", "whatsapp": "wɔtsˈapi", "marketing": "mˈaɾəkeʧiŋ",
    "shorts": "ʃˈɔɾəts", "reels": "xˈiws",
    "smartphone": "smaɾʧifˈoni", "show": "ʃˈow", "site": "sˈIʧy", "blog": "blˈɔɡi", "app": "ˈapi", "email": "imˈAʊ",
    "design": "dizˈIni", "software": "sˌɔfʧiwˈɛr", "feedback": "fˌiʤibˈɛki", "streaming": "strˈimiŋ",
}  # fmt: skip
_OPEN = _listed(
    """aberto belo bela castelo certo concreto correto direto deserto dez era eram leste oeste ferro governo inverno
    inferno objeto perto projeto resto universo velho velha velhos teto moderno caderno eterno interno externo verso
    processo sucesso progresso acesso excesso atleta bicicleta inseto logo modo nosso nossos posso solo colo polo
    melhor maior menor pior pobre foto zero quero espero olhos ossos jogos povos corpos fogos portos mortos postos ovos
    bebe bebem jovem jovens dela delas ideia ideias assembleia plateia europeia epopeia"""
)
_CLOSED = _listed(
    """eles dele deles cabeça certeza mesa natureza estrela igreja orelha boca moça toda todas doce doces hoje rede sede
    verde parede esse esses essa essas este estes esta estas aquele aqueles letra vermelha abelha ovelha folha escolha
    bolha boneca caneta planeta receita meta completa mês conhece merece aparece cresce acontece parece oferece esquece
    nasce senhora cor dor flor amor"""
)
_SOUNDED_U = re.compile(
    r"^(lingui|pingui|tranqui|frequ|sequ[eê]|consequ|cinqu|aguent|bil[ií]ngu|eloqu|delinqu|equest|ungu[eé]|ambigu)"
)
_X_AS_KS = re.compile(
    r"t[aá]x|fix|sex[oôuó]|compl[eé]x|oxi|t[oó]xi|reflex|conex|n[eé]x|l[eé]xi|anex|flex|flux|gal[aá]x"
)
_X_AS_S = re.compile(r"pr[oó]xim|m[aá]xim|aux[ií]l|troux|sintax")
_OPEN_E = re.compile(r"l|la|r[aoe]|rr[ae]|st[ae]|g[ae]|dr[ae]|v[e]|te|l[e]|r[ntvsdc][ae]|rt[ao]")
_OPEN_O = re.compile(r"l|(?!lh|ç|nh)[^aeiou]+[ae]")
"""What follows a stressed e or o that is open though no accent says so."""
_VOWELS = "aeiouáéíóúâêôãõàü"
_PLAIN = str.maketrans("áéíóúâêôãõàü", "aeiouaeoaoau")


def phonemes(word: str) -> str:
    """The phonemes of one word of letters (any case); what is not a Portuguese letter is passed over."""
    word = "".join(c for c in unicodedata.normalize("NFC", word.lower()) if c.isalpha())
    known = _FUNCTION_WORDS.get(word) or _LOANWORDS.get(word)
    return known or _Reading(word).phonemes()


class _Reading:
    """One word being read from left to right."""

    def __init__(self, word: str) -> None:
        self.word = word.replace("ph", "f").replace("y", "i").replace("w", "u")
        self.sounded_u = bool(_SOUNDED_U.match(self.word))
        self.nuclei = self._nuclei()
        self.stressed = self._stressed()

    def phonemes(self) -> str:
        sounds: list[str] = []
        position = 0
        while position < len(self.word):
            sound, width = self._vowel(position) if self._is_vowel(position) else self._consonant(position)
            sounds.append(sound)
            position += width
        return "".join(sounds)

    # ---- where the syllables are -------------------------------------------------------------------------------

    def _at(self, position: int) -> str:
        return self.word[position] if 0 <= position < len(self.word) else ""

    def _is_vowel(self, position: int) -> bool:
        return self._at(position) != "" and self._at(position) in _VOWELS

    def _is_silent_u(self, position: int) -> bool:
        """The u of que, gui: written only to keep the consonant hard, or a w before a and o."""
        return (
            self._at(position) in ("u", "ü") and self._at(position - 1) in ("q", "g") and self._is_vowel(position + 1)
        )

    def _is_glide(self, position: int) -> bool:
        """The second vowel of a falling diphthong: pai, causa, mãe, coração."""
        letter, before = self._at(position), self._at(position - 1)
        if not self._is_vowel(position - 1) or self._is_silent_u(position - 1) or self._is_glide_before(position):
            return False
        if before in ("ã", "õ"):
            return letter in ("e", "o", "i")
        if letter not in ("i", "u") or before == letter:
            return False
        return not self._opens_own_syllable(position)

    def _is_glide_before(self, position: int) -> bool:
        return position >= 2 and self._is_glide(position - 1)

    def _opens_own_syllable(self, position: int) -> bool:
        """i and u stand alone before nh (rainha) and where l, m, n, r, z close their syllable (ainda, cair, juiz)."""
        after, next_after = self._at(position + 1), self._at(position + 2)
        if after == "n" and next_after == "h":
            return True
        closes = after in ("l", "m", "n", "r", "z") and after != next_after
        return closes and (not next_after or next_after not in _VOWELS + "sh")

    def _nuclei(self) -> list[int]:
        places = range(len(self.word))
        return [p for p in places if self._is_vowel(p) and not self._is_silent_u(p) and not self._is_glide(p)]

    def _stressed(self) -> int:
        """Position of the stressed vowel: an accent, else a tilde, else the ending decides."""
        for marks in ("áéíóúâêô", "ãõ"):
            marked = [p for p in self.nuclei if self.word[p] in marks]
            if marked:
                return marked[-1]
        if len(self.nuclei) < 2:
            return self.nuclei[0] if self.nuclei else -1
        light = re.search(r"(?:[aeo]s?|am|em|ens)$", self.word) and self.nuclei[-1] >= len(self.word) - 3
        return self.nuclei[-2 if light else -1]

    # ---- vowels ------------------------------------------------------------------------------------------------

    def _vowel(self, position: int) -> tuple[str, int]:
        if self._is_silent_u(position):
            keeps = self._at(position + 1) in "aoáâãóôõ" or self.sounded_u or self._at(position) == "ü"
            return ("w" if keeps else ""), 1
        mark = self._mark(position)
        for reading in (self._nasal_diphthong, self._nasal, self._diphthong):
            found = reading(position)
            if found:
                return mark + found[0], found[1]
        return mark + self._plain(position), 1

    def _mark(self, position: int) -> str:
        if position == self.stressed:
            return "ˈ"
        number, stress = self.nuclei.index(position), self.nuclei.index(self.stressed)
        follows = stress < len(self.nuclei) - 1
        return "ˌ" if number == 0 and stress >= (1 if follows else 2) else ""

    def _nasal_diphthong(self, position: int) -> tuple[str, int] | None:
        pair = self.word[position : position + 2]
        found = {"ão": "ɐ̃ʊ̃", "ãe": "ɐ̃y", "ãi": "ɐ̃y", "õe": "õj"}.get(pair)
        if found:
            return found, 2
        if pair == "am" and position + 2 == len(self.word) and position != self.stressed:
            return "ɐ̃ʊ̃", 2
        return None

    def _nasal(self, position: int) -> tuple[str, int] | None:
        """A vowel before m or n that close the syllable, and a with tilde."""
        letter = self._at(position)
        following, after = self._at(position + 1), self._at(position + 2)
        closes = following in ("m", "n") and following != "" and (not after or after not in _VOWELS + "h")
        if not closes:
            return ("ɐ̃", 1) if letter == "ã" else None
        if self._is_glide(position + 1):
            return None
        base = {"a": "ɐ̃", "e": "A", "i": "i", "o": "o", "u": "ũ"}[letter.translate(_PLAIN)]
        return base + ("m" if after and after in "pb" else "ŋ"), 2

    def _diphthong(self, position: int) -> tuple[str, int] | None:
        if self._is_glide(position + 1):
            pair = self._quality(position) + self._at(position + 1)
            read = {"ai": "I", "ei": "A", "ɛi": "ɛɪ", "oi": "oɪ", "ɔi": "Y", "ui": "uɪ", "au": "W", "eu": "eʊ"}
            return {**read, "ɛu": "ɛʊ", "iu": "iʊ", "ou": "ow", "ɔu": "ɔw"}.get(pair, pair), 2
        if self._at(position + 1) == "l" and not self._is_vowel(position + 2) and self._at(position + 2) != "h":
            vowel = self._quality(position)
            if vowel == "ɔ" and position + 2 == len(self.word):
                return "ɔl", 2
            return {"a": "W", "u": "uw", "o": "ow"}.get(vowel, vowel + "ʊ"), 2
        return None

    def _plain(self, position: int) -> str:
        if position == self.stressed:
            before_nasal = self._at(position + 1) in ("m", "n")
            return "ɐ̃" if before_nasal and self._at(position) in ("a", "â") else self._quality(position)
        return self._unstressed(position, self._at(position).translate(_PLAIN))

    def _unstressed(self, position: int, letter: str) -> str:
        after = self.word[position + 1 :]
        if after in ("", "s") and position > 0:
            return {"a": "æ", "e": "y", "o": "ʊ"}.get(letter, letter)
        leads_on = position + 1 != self.stressed or self._at(position + 1) in ("ê", "â")
        if letter in ("i", "u") and self._is_vowel(position + 1) and leads_on:
            return {"i": "j", "u": "w"}[letter]
        if letter == "e" and after in ("o", "a", "os", "as"):
            return "j"
        is_open_syllable = self._is_vowel(position + 2) or after.startswith("nh")
        if letter == "a" and is_open_syllable and (position > self.stressed or after[:1] in ("m", "n")):
            return "ɐ̃" if after.startswith("nh") else "æ"
        return letter

    def _quality(self, position: int) -> str:
        """a, e, ɛ, i, o, ɔ or u."""
        letter = self._at(position)
        if letter in ("é", "ó"):
            return {"é": "ɛ", "ó": "ɔ"}[letter]
        plain = letter.translate(_PLAIN)
        if letter in ("e", "o") and position == self.stressed and self._is_open(position):
            return {"e": "ɛ", "o": "ɔ"}[plain]
        return plain

    def _is_open(self, position: int) -> bool:
        if self.word in _OPEN or self.word in _CLOSED:
            return self.word in _OPEN
        letter, rest = self._at(position), self.word[position + 1 :].rstrip("s")
        if rest[:1] in ("m", "n") or not rest or rest[:1] in _VOWELS:
            return False
        if letter == "o":
            return bool(_OPEN_O.fullmatch(rest))
        return bool(_OPEN_E.fullmatch(rest))

    # ---- consonants --------------------------------------------------------------------------------------------

    def _consonant(self, position: int) -> tuple[str, int]:
        pair = self.word[position : position + 2]
        double = {"ch": "ʃ", "lh": "lj", "nh": "ɲ", "rr": "x", "ss": "s", "sh": "ʃ", "ck": "k", "tt": "t", "ll": "l"}
        if pair in double:
            return double[pair], 2
        if pair in ("sc", "sç", "xc") and (pair[1] == "ç" or self._at(position + 2) in tuple("eiéíê")):
            return "s", 2
        reader = {"c": self._c, "g": self._g, "r": self._r, "s": self._s, "x": self._x, "z": self._z}.get(pair[0])
        if reader:
            return reader(position), 1
        if pair[0] in "td":
            return self._dental(position), 1
        return {"ç": "s", "h": "", "j": "ʒ", "q": "k", "ñ": "ɲ", "l": "l"}.get(pair[0], pair[0]), 1

    def _is_front(self, position: int) -> bool:
        return self._at(position).translate(_PLAIN) in ("e", "i")

    def _c(self, position: int) -> str:
        return "s" if self._is_front(position + 1) else "k"

    def _g(self, position: int) -> str:
        return "ʒ" if self._is_front(position + 1) else "ɡ"

    def _r(self, position: int) -> str:
        before, after = self._at(position - 1), self._at(position + 1)
        if not before or before in "nls":
            return "x"
        if self._is_vowel(position - 1):
            return "ɾ" if self._is_vowel(position + 1) else ("ɾə" if after else "r")
        return "r"

    def _s(self, position: int) -> str:
        after = self._at(position + 1)
        between = self._is_vowel(position + 1) and (self._is_vowel(position - 1) or self.word.startswith("trâns"))
        return "z" if between or (after and after in "bdgjlmnrvz") else "s"

    def _x(self, position: int) -> str:
        if _X_AS_KS.search(self.word):
            return "ks"
        if _X_AS_S.search(self.word) or (position and not self._is_vowel(position + 1)):
            return "s"
        return "z" if re.match(r"^h?e$|^ine$", self.word[:position].translate(_PLAIN)) else "ʃ"

    def _z(self, position: int) -> str:
        return "z" if position + 1 < len(self.word) else "s"

    def _dental(self, position: int) -> str:
        """t and d soften before i, and before the final e that is said almost like it."""
        letter, after = self._at(position), self._at(position + 1)
        ending = self.word[position + 1 :] in ("e", "es", "eo", "ea", "eos", "eas") and position + 1 != self.stressed
        if after in ("i", "í") and after != "":
            return {"t": "ʧ", "d": "ʤ"}[letter]
        return {"t": "ʧ", "d": "ʤ"}[letter] if ending else letter
