"""The Italian sentences of an outline."""

from __future__ import annotations

from studio.providers.local.writer.beats.phrasebook import phrasebook

ITALIAN = phrasebook(
    "it",
    kinds={
        "versus": r"\b(?:vs\.?|versus|contro)(?:\s|$)|\bo\b.+\?$|\brispetto a\b",
        "list": r"^(?:i |gli |le |top )*\d{1,2}\s+\w|^(?:i |gli |le )?(?:due|tre|quattro|cinque|sei|sette|otto"
        r"|nove|dieci)\s+\w+|^top\b",
        "why": r"^perch[eé]\b|\b(?:il motivo|la ragione)\b",
        "story": r"\b(?:storia|leggenda|vita|origine|ascesa|caduta) d(?:i|el|ella|ei|egli|elle)\b|\bstoria\b"
        r"|\b(?:nacque|iniziò)\b",
        "how": r"^come\b|\bguida\b|\bpasso (?:dopo|per) passo\b|\bricetta\b",
    },
    openings={
        "why": "Resta fino alla risposta.|Forse hai già un'idea.|Tienila da parte fino alla fine.",
        "how": "Un passo alla volta.|Partiamo da dove parte chi non l'ha mai fatto."
        "|Alla fine saprai spiegarlo a qualcun altro.",
        "list": "Uno alla volta, e il migliore alla fine.|Conta con me.|Guarda quale sceglieresti tu.",
        "versus": "Fianco a fianco, con le stesse regole.|Scegli da che parte stare."
        "|Puoi cambiare idea prima della fine.",
        "story": "Dall'inizio.|Tieni d'occhio il momento in cui tutto cambia.|Resta per sapere come va a finire.",
        "what": "In parole semplici.|Che cos'è, perché conta e che cosa ricordare."
        "|Resta fino all'unica cosa che vale la pena tenere.",
    },
    core={
        "why": """
            Quello che vedono tutti|Prima di tutto, quello che vedono tutti.
                |Questa parte non ha bisogno di spiegazioni.|Guarda ancora una volta prima di chiederti perché.
            La ragione|Ora la ragione, in una frase.|Non serve nessuna parola difficile.
                |Ed ecco come puoi verificarlo tu.
            La prima idea|C'è una risposta che viene subito in mente.|Può essere giusta, o solo a metà.
                |Mettiamola alla prova con un caso vero.
        """,
        "how": """
            Il primo passo|Comincia dal primo passo.|È quello che si salta più facilmente.
                |Prenditi tempo, il resto poggia su questo.
            Il passo decisivo|Poi viene il passo che decide il risultato.|Cura i dettagli.
                |Se qualcosa va storto, si vede qui.
            Quello che serve|Prima di tutto, quello che deve essere pronto.|Niente di più.
                |Prepara ogni cosa prima di iniziare.
        """,
        "list": "",
        "versus": """
            Il primo lato|Prima, uno dei due lati.|Che cosa parla a suo favore e che cosa chiede.
                |Ascoltalo con attenzione.
            L'altro lato|Ora, l'altro lato.|Le stesse domande, nello stesso ordine.|Nota dove le risposte si separano.
            Il punto in comune|C'è qualcosa che hanno in comune.|È facile non notarlo.|Ed è lì che comincia la scelta.
        """,
        "story": """
            L'inizio|Tutto comincia con un luogo e qualcuno che lo abita.
                |Nessuno sa ancora che cosa sta per arrivare.|Ricorda questa immagine.
            La svolta|Poi arriva la svolta.|Un istante, e non si torna più indietro.|È di questo che parla la storia.
            L'ostacolo|Qualcosa sbarra la strada.|È più grande di quanto sembri.|Qui qualcuno deve decidere.
        """,
        "what": """
            Che cos'è|Prima di tutto, che cos'è.|Per dirlo basta una frase.|Tutto il resto dipende da quella.
            Perché conta|Poi, perché conta.|Pensa a una persona che lo vive ogni giorno.|È questa la misura.
            Il segno|Si riconosce da un segno.|Chi lo ha visto una volta lo rivede.|È qui che bisogna guardare.
        """,
    },
    before="""
        Dove e quando|Ogni argomento ha un luogo e un tempo.|Mettiamo questo sulla mappa.|Da qui è più facile seguirlo.
        Da vicino|Avvicinati un po'.|Da qui appare un dettaglio che la distanza nascondeva.|Tienilo a mente, ci servirà.
        Un esempio|Un esempio dice più di una definizione.|Questo viene dalla vita di tutti i giorni.
            |Vedi se ne conosci un altro.
        Le persone|Dietro ogni argomento ci sono persone.|Alcune lo hanno scoperto, altre ci convivono.
            |Guardiamo con i loro occhi.
        Una parola|C'è una parola da conoscere qui.|Sembra più difficile di quanto sia.
            |Con questa, il resto richiede metà del tempo.
    """,
    after="""
        Un errore comune|Ecco un errore facile da fare.|Suona giusto, ed è questo il problema.
            |Ora sai dove fare attenzione.
        La conseguenza|Da tutto questo nasce una conseguenza.|Arriva più lontano di quanto sembri.
            |Pensa a che cosa hai fatto stamattina.
        L'eccezione|Ogni regola ha la sua eccezione.|Anche questa ne ha una.|L'eccezione mostra come funziona la regola.
        L'altro sguardo|Si può vedere anche in un altro modo.|Anche quello sguardo ha buone ragioni.
            |Merita un momento del tuo tempo.
        Che cosa resta aperto|Non tutto è risolto.|Una domanda resta aperta.|Forse è la più interessante.
        In una riga|Diciamo tutto in una riga.|Abbastanza corta da raccontarla a un amico.|Se riesci a ripeterla, è tua.
    """,
    number="Numero {number}.",
    numbers="Numeri da {first} a {last}.",
    numbered="Ecco di che cosa si tratta.|Immagina un caso.|Per questo ha un posto qui."
    "|È semplice, ed è facile dimenticarlo.|Guarda che cosa cambia."
    "|Ricordalo con una parola.|Chiediti dove lo hai già visto.|Tienilo a mente per il prossimo.",
    links="Fermati un momento su questo.|Guarda con calma, non c'è fretta.|Chiediti che cosa mancherebbe senza."
    "|Vale la pena dirlo due volte, con altre parole.|Confrontalo con quello che ti aspettavi."
    "|Lascia da parte i dettagli per ora, arriveranno.|Nota che cosa resta uguale e che cosa cambia."
    "|Mettiti nei panni di chi lo vede per la prima volta.|Un'immagine aiuta più di una frase lunga."
    "|Pensa per un attimo al contrario, e diventa più chiaro.|Quello che conta qui è l'ordine delle cose."
    "|Se per te è nuovo, torna indietro e ascolta ancora una volta."
    "|Tieni in mente la domanda mentre guardi.|Da qui, un passo porta al successivo."
    "|Fin qui, tutto torna.|Il nome conta meno della cosa in sé.",
    closing="Quello che resta|Ed ecco quello che resta.|Un pensiero, abbastanza corto da tenere."
    "|Raccontalo oggi a qualcuno.|Tu che cosa aggiungeresti?",
)
