"""The German sentences of an outline."""

from __future__ import annotations

from studio.providers.local.writer.beats.phrasebook import phrasebook

GERMAN = phrasebook(
    "de",
    kinds={
        "versus": r"\b(?:vs\.?|versus|gegen)(?:\s|$)|\boder\b.+\?$|\bim Vergleich\b",
        "list": r"^(?:die |top )*\d{1,2}\s+\w|^(?:die )?(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)\s+\w+"
        r"|^top\b",
        "why": r"^(?:warum|wieso|weshalb)\b|\bder grund\b",
        "story": r"\b(?:geschichte|legende|leben|aufstieg|ursprung) (?:von|der|des|eines|einer)\b|\bgeschichte\b"
        r"|\b(?:wurde geboren|begann|entstand)\b",
        "how": r"^wie\b|\banleitung\b|\bschritt für schritt\b|\brezept\b",
    },
    openings={
        "why": "Bleib bis zur Antwort.|Vielleicht hast du schon eine Vermutung.|Behalte sie bis zum Schluss.",
        "how": "Ein Schritt nach dem anderen.|Wir fangen dort an, wo jeder anfängt."
        "|Am Ende kannst du es jemandem erklären.",
        "list": "Eins nach dem anderen, und das Beste zum Schluss.|Zähl mit.|Überleg dir, was du wählen würdest.",
        "versus": "Seite an Seite, nach denselben Regeln.|Entscheide dich jetzt für eine Seite."
        "|Bis zum Schluss darfst du wechseln.",
        "story": "Von Anfang an.|Achte auf den Moment, in dem sich alles ändert.|Bleib, um zu hören, wie es ausgeht.",
        "what": "In einfachen Worten.|Was es ist, warum es zählt und was man sich merken kann."
        "|Bleib für den einen Gedanken, der sich lohnt.",
    },
    core={
        "why": """
            Was alle sehen|Zuerst das, was alle sehen.|Dieser Teil braucht keine Erklärung.
                |Sieh noch einmal hin, bevor wir nach dem Warum fragen.
            Der Grund|Nun der Grund, in einem Satz.|Schwierige Wörter braucht es dafür nicht.
                |Und so kannst du es selbst prüfen.
            Die erste Vermutung|Eine Antwort fällt einem sofort ein.|Sie kann stimmen, oder nur zur Hälfte.
                |Prüfen wir sie an einem echten Fall.
        """,
        "how": """
            Der erste Schritt|Beginne mit dem ersten Schritt.|Er wird am leichtesten übersprungen.
                |Nimm dir Zeit, alles Weitere baut darauf auf.
            Der wichtigste Schritt|Dann kommt der Schritt, der über das Ergebnis entscheidet.
                |Achte auf die Einzelheiten.|Wenn etwas schiefgeht, sieht man es hier.
            Was du brauchst|Zuerst das, was bereitliegen muss.|Mehr ist es nicht.|Leg alles zurecht, bevor du anfängst.
        """,
        "list": "",
        "versus": """
            Die eine Seite|Zuerst die eine Seite.|Was für sie spricht, und was sie verlangt.|Hör ihr fair zu.
            Die andere Seite|Nun die andere Seite.|Dieselben Fragen, in derselben Reihenfolge.
                |Achte darauf, wo die Antworten auseinandergehen.
            Das Gemeinsame|Etwas haben beide gemeinsam.|Man übersieht es leicht.|Genau dort beginnt die Wahl.
        """,
        "story": """
            Der Anfang|Es beginnt mit einem Ort und jemandem, der dort ist.|Noch weiß niemand, was kommt.
                |Merk dir dieses Bild.
            Der Wendepunkt|Dann kommt der Wendepunkt.|Ein Augenblick, und es gibt kein Zurück.
                |Davon handelt diese Geschichte.
            Das Hindernis|Etwas steht im Weg.|Es ist größer, als es aussieht.|Hier muss sich jemand entscheiden.
        """,
        "what": """
            Was es ist|Zuerst: was es ist.|Dafür reicht ein Satz.|Alles andere hängt daran.
            Warum es zählt|Dann: warum es zählt.|Denk an einen Menschen, der es jeden Tag erlebt.
                |Daran lässt es sich messen.
            Das Zeichen|Man erkennt es an einem Zeichen.|Wer es einmal gesehen hat, sieht es wieder.
                |Hier muss man hinsehen.
        """,
    },
    before="""
        Wo und wann|Jedes Thema hat seinen Ort und seine Zeit.|Suchen wir dieses auf der Karte.
            |Von hier aus folgt es sich leichter.
        Aus der Nähe|Komm ein Stück näher.|Von hier zeigt sich etwas, das die Entfernung verborgen hat.
            |Merk es dir, wir brauchen es noch.
        Ein Beispiel|Ein Beispiel sagt mehr als eine Definition.|Dieses stammt aus dem Alltag.
            |Vielleicht kennst du ein anderes.
        Die Menschen|Hinter jedem Thema stehen Menschen.|Die einen haben es entdeckt, die anderen leben damit.
            |Sehen wir es mit ihren Augen.
        Ein Wort|Ein Wort sollte man hier kennen.|Es klingt schwieriger, als es ist.
            |Mit ihm geht der Rest doppelt so schnell.
    """,
    after="""
        Ein häufiger Irrtum|Hier liegt ein Irrtum nahe.|Er klingt richtig, und das ist das Problem.
            |Jetzt weißt du, wo du aufpassen musst.
        Was daraus folgt|Aus alldem folgt etwas.|Es reicht weiter, als es zuerst scheint.
            |Denk daran, was du heute Morgen getan hast.
        Die Ausnahme|Jede Regel hat ihre Ausnahme.|Auch diese hat eine.|Die Ausnahme zeigt, wie die Regel funktioniert.
        Der andere Blick|Man kann es auch anders sehen.|Auch dafür gibt es gute Gründe.
            |Sie sind einen Moment deiner Zeit wert.
        Was offen bleibt|Nicht alles ist geklärt.|Eine Frage bleibt offen.|Vielleicht ist es die spannendste.
        In einer Zeile|Sagen wir alles in einer Zeile.|Kurz genug, um sie Freunden zu erzählen.
            |Wenn du sie wiederholen kannst, gehört sie dir.
    """,
    number="Nummer {number}.",
    numbers="Nummer {first} bis {last}.",
    numbered="Darum geht es.|Stell dir einen Fall vor.|Deshalb gehört es hierher."
    "|Es ist einfach, und man vergisst es leicht.|Sieh dir an, was es verändert."
    "|Merk es dir mit einem Wort.|Frag dich, wo es dir schon begegnet ist.|Behalte es im Kopf für das nächste.",
    links="Bleib einen Moment dabei.|Sieh es dir langsam an, es eilt nicht."
    "|Frag dich, was ohne es fehlen würde.|Man darf es zweimal sagen, mit anderen Worten."
    "|Vergleiche es mit dem, was du erwartet hast."
    "|Lass die Einzelheiten vorerst beiseite, sie kommen noch."
    "|Achte darauf, was gleich bleibt und was sich ändert."
    "|Versetz dich in jemanden, der es zum ersten Mal sieht.|Ein Bild hilft mehr als ein langer Satz."
    "|Denk kurz an das Gegenteil, dann wird es klarer.|Worauf es hier ankommt, ist die Reihenfolge."
    "|Wenn dir das neu ist, geh zurück und hör es noch einmal."
    "|Behalte die Frage im Kopf, während du zusiehst.|Von hier führt ein Schritt zum nächsten."
    "|Bis hierher passt alles zusammen.|Der Name ist weniger wichtig als die Sache selbst.",
    closing="Was bleibt|Und das ist es, was bleibt.|Ein Gedanke, kurz genug zum Behalten."
    "|Erzähl ihn heute jemandem.|Was würdest du ergänzen?",
)
