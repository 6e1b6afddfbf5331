"""Signs, by language, that a sentence carries weight or leans on the one before it. Data with the questions "
"put to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from studio.domain.language import primary_language


@dataclass(frozen=True)
class Cues:
    """Patterns for one language; each matches anywhere, `leaning`, `subordinate` and `connective` only at the start.

    `leaning` and `echo` both point at the sentence before: `They` at the start, `instead` or `too` anywhere."""

    numbers: re.Pattern[str]
    reasons: re.Pattern[str]
    surprise: re.Pattern[str]
    reader: re.Pattern[str]
    leaning: re.Pattern[str]
    echo: re.Pattern[str]
    subordinate: re.Pattern[str]
    connective: re.Pattern[str]
    about_the_text: re.Pattern[str]
    invitation: re.Pattern[str]


_NUMBERS = {
    "en": "two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|hundreds?|thousands?|millions?|billions?"
    "|half|twice|double|third|quarter",
    "pt": "dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|doze|vinte|cem|centenas?|mil|milhares|milhão|milhões"
    "|bilhões|metade|dobro|terço",
    "es": "dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|veinte|cien|cientos|mil|miles|millón|millones|mitad"
    "|doble|tercio",
    "fr": "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|vingt|cent|centaines|mille|milliers|millions?|milliards?"
    "|moitié|double|tiers",
    "de": "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|zwanzig|hundert|tausend|tausende|millionen"
    "|milliarden|hälfte|doppelt|drittel",
    "it": "due|tre|quattro|cinque|sei|sette|otto|nove|dieci|dodici|venti|cento|centinaia|mille|migliaia|milioni"
    "|miliardi|metà|doppio|terzo",
}
_REASONS = {
    "en": "because|why|that is how|so that|therefore|the reason|which means|thanks to|as a result|due to",
    "pt": "porque|por isso|a razão|o motivo|graças a|portanto|por causa|é assim que|o que significa",
    "es": "porque|por eso|por qué|la razón|el motivo|gracias a|por lo tanto|debido a|así que|lo que significa",
    "fr": "parce que|parce qu'|c'est pourquoi|car|la raison|grâce à|donc|voilà pourquoi|à cause",
    "de": "weil|deshalb|darum|daher|der grund|deswegen|dank|damit|denn",
    "it": "perché|per questo|la ragione|il motivo|grazie a|quindi|ecco perché|a causa",
}
_SURPRISE = {
    "en": "surprising\\w*|never|only|even|actually|secret\\w*|strange\\w*|impossible|unlike|instead|turns? out|no one"
    "|nobody|not|without|almost|largest|smallest|fastest|oldest|first|last|every|each|most expensive|blue|stops?"
    "|die[sd]?|dead\\w*|kill\\w*|lost|wrong|hidden|nothing|but|the most \\w+|\\w{3,}est",
    "pt": "surpreend\\w*|nunca|só|somente|apenas|até mesmo|na verdade|segredo\\w*|estranh\\w*|impossível|ao contrário"
    "|ninguém|nenhum\\w*|não|sem|quase|maior|menor|mais antig\\w*|primeir\\w*|últim\\w*|todos?|morr\\w*"
    "|perd\\w*|errad\\w*"
    "|escondid\\w*|nada|mas|mais \\w+ d[aeo]s?",
    "es": "sorprend\\w*|nunca|jamás|sólo|solo|incluso|en realidad|secreto\\w*|extrañ\\w*|imposible|a diferencia|nadie"
    "|ningun\\w*|no|sin|casi|mayor|menor|más antigu\\w*|primer\\w*|últim\\w*|mueren?|murió|perdi\\w*|ocult\\w*"
    "|nada|pero|más \\w+ del?",
    "fr": "surpren\\w*|jamais|seul\\w*|même|en réalité|secret\\w*|étrange\\w*|impossible|contrairement"
    "|personne|aucun\\w*"
    "|pas|sans|presque|le plus|la plus|premi\\w*|derni\\w*|meur\\w*|mort\\w*|perd\\w*|caché\\w*|rien|mais",
    "de": "überrasch\\w*|nie|niemals|nur|sogar|tatsächlich|geheim\\w*|seltsam\\w*|unmöglich|anders als|niemand|kein\\w*"
    "|nicht|ohne|fast|größte\\w*|kleinste\\w*|älteste\\w*|erste\\w*|letzte\\w*|stirbt|sterben|tot\\w*"
    "|verlor\\w*|nichts|aber",
    "it": "sorprend\\w*|mai|solo|soltanto|perfino|persino|in realtà|segret\\w*|stran\\w*|impossibil\\w*|a differenza"
    "|nessun\\w*|non|senza|quasi|più grande|più piccol\\w*|più antic\\w*|prim[oaie]|ultim\\w*|muo\\w*|mort\\w*"
    "|pers[oaie]"
    "|nascost\\w*|niente|nulla|ma|più \\w+ d(?:i|el|ella)",
}
_READER = {
    "en": "you|your|yours|imagine|we|our",
    "pt": "você|vocês|seu|sua|imagine|nós|nosso|nossa|a gente",
    "es": "tú|tu|usted|ustedes|imagina|nosotros|nuestro|nuestra",
    "fr": "vous|votre|vos|tu|ton|imaginez|imagine|nous|notre",
    "de": "du|dein|deine|sie selbst|ihr|stell dir|wir|unser|unsere",
    "it": "tu|tuo|tua|voi|vostro|immagina|immaginate|noi|nostro|nostra",
}
_LEANING = {
    "en": "(?:without|with|after|before|because of|for|from|on|of|by|like) (?:it|this|that|them|these|those)|"
    "it|its|it's|they|their|them|these|this|those|that|he|she|his|her|him|such|both|neither"
    "|there(?! (?:is|are|was|were|will))|here(?! (?:is|are))|then"
    "|instead|also|the (?:same|other|others|latter|former|second|third|rest|result|reason)|one of (?:them|these|those)"
    "|(?:two|three|each|all|many|most|some|none|both) of (?:them|these|those)|another|others|so|and|but|or|yet"
    "|because of (?:this|that)|for (?:example|instance|this reason)|that's|in (?:this|that|these|those)"
    "|at (?:this|that)|by then|even so|if so",
    "pt": "(?:sem|com|para|por) (?:ele|ela|eles|elas|isso|isto|esse|essa|este|esta)|depois (?:disso|dele|dela)|"
    "ele|ela|eles|elas|isso|isto|aquilo|esse|essa|esses|essas|este|esta|estes|estas|aquele|aquela|seu"
    "|sua|seus|suas"
    "|nele|nela|neles|nelas|dele|dela|disso|disto|desse|dessa|deste|desta|nesse|nessa|neste|nesta|lá|ali|ambos|ambas"
    "|então|assim|também|e|mas|ou|daí|depois disso|por isso|por exemplo|o mesmo|a mesma|o outro|a outra|os outros"
    "|as outras|outro|outra|só então|é|são|foi|foram|era|eram|tem|têm|tinha|tinham|está|estão"
    "|\\w{2,}(?:aram|eram|iram|avam|ou|eu|iu)",
    "es": "(?:sin|con|para|por) (?:él|ella|ellos|ellas|ello|eso|esto)|después de (?:eso|esto)|"
    "él|ella|ellos|ellas|eso|esto|aquello|ese|esa|esos|esas|este|esta|estos|estas|su|sus|allí|ahí|ambos|ambas"
    "|entonces|así|también|y|e|pero|o|por eso|por ejemplo|el mismo|la misma|el otro|la otra|los otros|otro"
    "|otra|además|es|son|era|eran|fue|fueron"
    "|tiene|tienen|tenía|está|están|\\w{2,}(?:aron|ieron|aban|ían)",
    "fr": "(?:sans|avec|pour|après) (?:lui|elle|eux|elles|cela|ça)|"
    "il(?! (?:y a|faut|existe))|elle|ils|elles|cela|ça|ceci|ce|cet|cette|ces|c'est|c’est|son|sa|ses|leur"
    "|leurs|celui|celle|ceux|celles"
    "|là|alors|ainsi|aussi|et|mais|ou|donc|puis|par exemple|le même|la même|l'autre|l’autre|les autres|un autre"
    "|une autre|en revanche",
    "de": "(?:ohne|mit|für|nach) (?:ihn|ihm|sie|ihr|ihnen|es|das|dies)|"
    "er|sie|es(?! gibt)|das|dies|diese|dieser|dieses|diesen|diesem|sein|seine|ihr|ihre|dort|hier|dann|da"
    "|damit|dabei|dazu"
    "|dafür|davon|darin|dadurch|danach|deshalb|darum|daher|auch|und|aber|oder|doch|so|zum beispiel|derselbe|dieselbe"
    "|beide|der andere|die andere|die anderen|stattdessen",
    "it": "(?:senza|con|per|dopo) (?:di )?(?:lui|lei|loro|esso|essa|questo|questa|ciò)|"
    "lui|lei|loro|esso|essa|essi|esse|ciò|questo|questa|questi|queste|quello|quella|quelli|quelle|il suo|la sua"
    "|i suoi|le sue|lì|là|allora|così|anche|e|ed|ma|o|quindi|poi|per esempio|lo stesso|la stessa|l'altro"
    "|l’altro|l'altra"
    "|gli altri|un altro|un'altra|entrambi|entrambe|inoltre|è|sono|era|erano|fu|furono|ha|hanno|aveva"
    "|\\w{2,}(?:arono|irono|erono|avano|evano)",
}
_LEANING_WITHOUT_SPACES = {
    "ja": "その|それ|この|これ|あの|そこ|ここ|だから|しかし|また|そして|さらに|ところが|つまり|でも|残り|彼|彼女|同じ",
    "zh": "它|他|她|这|那|因此|所以|但|然而|而且|此外|于是|其中|另外|同样",
}
_ECHOES = {
    "en": "instead(?! of)|too(?=[.,!?])|as well(?! as)|otherwise|the (?:other|same)(?= one)|neither does"
    "|so does|likewise",
    "pt": "também|em vez disso|do contrário|igualmente",
    "es": "también|en cambio|de lo contrario|igualmente",
    "fr": "également|à la place|sinon",
    "de": "ebenfalls|stattdessen|sonst|genauso",
    "it": "invece(?! d)|altrimenti|allo stesso modo",
}
_SUBORDINATES = {
    "en": "when|after|before|while|if|although|though|as|since|once|until|in \\d{4}|on \\w+ \\d",
    "pt": "quando|depois|antes|enquanto|se|embora|como|desde|até|em \\d{4}|no início|no começo",
    "es": "cuando|después|antes|mientras|si|aunque|como|desde|hasta|en \\d{4}|al principio",
    "fr": "quand|lorsque?|après|avant|pendant|si|bien que|comme|depuis|jusqu|en \\d{4}|au début",
    "de": "wenn|als|nachdem|bevor|während|falls|obwohl|seit|bis|im jahr|am anfang",
    "it": "quando|dopo|prima|mentre|se|anche se|come|da quando|fino|nel \\d{4}|all'inizio",
}
_CONNECTIVES = {
    "en": "however|moreover|furthermore|in addition|additionally|in fact|indeed|of course|meanwhile|therefore"
    "|thus|hence"
    "|consequently|nevertheless|nonetheless|in other words|for example|for instance|as a result|on the other hand"
    "|in contrast|similarly|likewise|besides|also|still|yet|so|then|but|and",
    "pt": "no entanto|porém|contudo|todavia|entretanto|além disso|ademais|de fato|aliás|na verdade|portanto|assim"
    "|por outro lado|por exemplo|ou seja|em outras palavras|enquanto isso|então|mas|e|por sua vez",
    "es": "sin embargo|no obstante|además|de hecho|en efecto|por supuesto|por lo tanto|por tanto|en cambio"
    "|por otro lado|por ejemplo|es decir|en otras palabras|mientras tanto|entonces|así|pero|y",
    "fr": "cependant|toutefois|pourtant|néanmoins|de plus|en outre|par ailleurs|en effet|en fait|bien sûr|ainsi|donc"
    "|par conséquent|en revanche|par exemple|autrement dit|pendant ce temps|alors|mais|et",
    "de": "zum beispiel|mit anderen worten|im gegensatz dazu|außerdem",
    "it": "tuttavia|però|inoltre|infatti|in effetti|certo|quindi|pertanto|dunque|al contrario|d'altra parte|per esempio"
    "|ad esempio|in altre parole|nel frattempo|allora|così|ma|e",
}
_ABOUT_THE_TEXT = {
    "en": "this (?:article|post|essay|video|paper|guide)|in this (?:section|chapter)|as (?:mentioned|noted"
    "|we saw)|see also"
    "|click|read more|sign up|newsletter|cookies?|photo(?:graph)?:|image:|source:|figure \\d|table \\d|chapter \\d"
    "|copyright|all rights reserved|advertisement|updated (?:on|at)|published (?:on|by)",
    "pt": "n?este (?:artigo|texto|post|vídeo)|nesta seção|como (?:vimos|dito|mencionado)|veja também|clique|leia mais"
    "|assine|newsletter|cookies?|foto:|imagem:|fonte:|figura \\d|tabela \\d|direitos reservados|publicidade"
    "|atualizado em",
    "es": "este (?:artículo|texto|post|vídeo)|en esta sección|como (?:vimos|dijimos)|véase|haz clic|leer más|cookies?"
    "|foto:|imagen:|fuente:|figura \\d|tabla \\d|derechos reservados|publicidad|actualizado",
    "fr": "cet article|ce texte|cette section|comme (?:nous l'avons vu|mentionné)|voir aussi|cliquez"
    "|lire la suite|cookies?"
    "|photo :|source :|figure \\d|tableau \\d|tous droits réservés|publicité|mis à jour",
    "de": "dieser artikel|in diesem (?:artikel|abschnitt)|wie (?:erwähnt|gesagt)|siehe auch|klicken sie"
    "|weiterlesen|cookies?"
    "|foto:|quelle:|abbildung \\d|tabelle \\d|alle rechte vorbehalten|anzeige|aktualisiert am",
    "it": "questo (?:articolo|testo)|in questa sezione|come (?:visto|detto)|vedi anche|clicca|leggi (?:anche"
    "|tutto)|cookies?"
    "|foto:|fonte:|figura \\d|tabella \\d|diritti riservati|pubblicità|aggiornato",
}
_INVITATIONS = {
    "en": "follow|subscribe|share (?:this|it|your)|comment|tell (?:me|us)|let (?:me|us) know|save this|try (?:it|this)"
    "|next time you|send this|join|stay tuned|tag (?:a|someone)|leave a|drop a|start (?:today|now)|would you"
    "|what would you",
    "pt": "siga|sigam|inscreva|compartilh\\w+|comente|conte (?:pra|para|nos)|salve|experimente|da próxima vez"
    "|na próxima vez"
    "|envie|marque|deixe (?:um|seu)|comece hoje|e você|me conta|fique (?:ligado|de olho)",
    "es": "sigue|síguenos|sígueme|suscríbete|comparte|comenta|cuéntame|cuéntanos|guarda|prueba|la próxima vez"
    "|envía|etiqueta"
    "|deja (?:un|tu)|empieza hoy|y tú",
    "fr": "suis|suivez|abonne\\w*|partage\\w*|commente\\w*|dis-moi|dites|enregistre\\w*|essaie|essayez"
    "|la prochaine fois"
    "|envoie|et toi|et vous|commence\\w* aujourd",
    "de": "folge|folgt|abonnier\\w*|teile|teilt|kommentier\\w*|schreib|sag mir|speicher\\w*|probier\\w*|das nächste mal"
    "|beim nächsten mal|und du|fang heute",
    "it": "segui\\w*|iscriviti|condivid\\w*|commenta|dimmi|raccontami|salva|prova|la prossima volta|invia|e tu|tagga"
    "|inizia oggi",
}
_NEVER = re.compile(r"(?!)")


def cues_for(language: str) -> Cues:
    """The patterns of a language; outside the six that are known only figures count."""
    return _cues(primary_language(language))


def knows(language: str) -> bool:
    """Whether there are cues for the language, so that studio may judge which sentence opens a film."""
    tongue = primary_language(language)
    return tongue in _LEANING or tongue in _LEANING_WITHOUT_SPACES


@cache
def _cues(tongue: str) -> Cues:
    return Cues(
        numbers=re.compile(
            rf"\d|[一二三四五六七八九十百千万億亿]|\b(?:{_NUMBERS.get(tongue, '(?!)')})\b", re.IGNORECASE
        ),
        reasons=_anywhere(_REASONS.get(tongue)),
        surprise=_anywhere(_SURPRISE.get(tongue)),
        reader=_anywhere(_READER.get(tongue)),
        leaning=_at_start(_LEANING.get(tongue), r"\b")
        if tongue in _LEANING
        else _at_start(_LEANING_WITHOUT_SPACES.get(tongue), ""),
        echo=_anywhere(_ECHOES.get(tongue)),
        subordinate=_at_start(_SUBORDINATES.get(tongue), r"\b"),
        connective=_at_start(_CONNECTIVES.get(tongue), r"\b"),
        about_the_text=_anywhere(_ABOUT_THE_TEXT.get(tongue)),
        invitation=_anywhere(_INVITATIONS.get(tongue)),
    )


def _anywhere(words: str | None) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else _NEVER


def _at_start(words: str | None, end: str) -> re.Pattern[str]:
    return re.compile(rf"[\"'“«(¿¡—–-]*\s*(?:{words}){end}", re.IGNORECASE) if words else _NEVER
