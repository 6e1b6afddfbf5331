"""The French sentences of an outline."""

from __future__ import annotations

from studio.providers.local.writer.beats.phrasebook import phrasebook

FRENCH = phrasebook(
    "fr",
    kinds={
        "versus": r"\b(?:vs\.?|versus|contre)(?:\s|$)|\bou\b.+\?$|\bcomparée? (?:à|avec)\b",
        "list": r"^(?:les |top )*\d{1,2}\s+\w|^(?:les )?(?:deux|trois|quatre|cinq|six|sept|huit|neuf"
        r"|dix)\s+\w+[sx]\b|^top\b",
        "why": r"^pourquoi\b|\b(?:la raison)\b",
        "story": r"\b(?:histoire|légende|vie|origine|naissance|chute) d(?:e|u|es)\b|\bhistoire\b|\b(?:est né"
        r"|a commencé)\b",
        "how": r"^comment\b|\bguide\b|\bétape par étape\b|\brecette\b",
    },
    openings={
        "why": "Restez jusqu'à la réponse.|Vous avez peut-être déjà une idée.|Gardez-la jusqu'à la fin.",
        "how": "Une étape à la fois.|On commence là où commence un débutant."
        "|À la fin, vous pourrez l'expliquer à quelqu'un.",
        "list": "Un par un, et le meilleur pour la fin.|Comptez avec nous.|Voyez lequel vous choisiriez.",
        "versus": "Côte à côte, avec les mêmes règles.|Choisissez votre camp maintenant."
        "|Vous pourrez en changer avant la fin.",
        "story": "Depuis le début.|Guettez le moment où tout bascule.|Restez pour savoir comment cela finit.",
        "what": "Avec des mots simples.|Ce que c'est, pourquoi cela compte, et ce qu'il faut retenir."
        "|Restez jusqu'à l'idée qui vaut d'être gardée.",
    },
    core={
        "why": """
            Ce que tout le monde voit|D'abord, ce que tout le monde voit.|Cette partie se passe d'explication.
                |Regardez encore une fois avant de demander pourquoi.
            La raison|Maintenant, la raison en une phrase.|Aucun mot difficile n'est nécessaire.
                |Et voici comment le vérifier vous-même.
            La première idée|Il y a une réponse qui vient tout de suite à l'esprit.
                |Elle est peut-être juste, ou seulement à moitié.|Mettons-la à l'épreuve d'un cas réel.
        """,
        "how": """
            La première étape|Commencez par la première étape.|C'est celle qu'on saute le plus facilement.
                |Prenez votre temps, le reste s'appuie sur elle.
            L'étape décisive|Puis vient l'étape qui décide du résultat.|Soignez les détails.
                |Si quelque chose tourne mal, cela se voit ici.
            Ce qu'il faut|D'abord, ce qu'il faut avoir sous la main.|Rien de plus.|Préparez tout avant de commencer.
        """,
        "list": "",
        "versus": """
            Le premier côté|D'abord, un côté.|Ce qui parle pour lui, et ce qu'il demande.|Écoutez-le avec bienveillance.
            L'autre côté|Maintenant, l'autre côté.|Les mêmes questions, dans le même ordre.
                |Notez où les réponses se séparent.
            Le point commun|Il y a quelque chose que les deux partagent.|On passe facilement à côté.
                |C'est là que le choix commence.
        """,
        "story": """
            Le début|Tout commence par un lieu, et quelqu'un qui s'y trouve.
                |Personne ne sait encore ce qui va suivre.|Retenez cette image.
            Le tournant|Puis vient le tournant.|Un instant, et le retour n'est plus possible.
                |C'est le cœur de cette histoire.
            L'obstacle|Quelque chose barre la route.|C'est plus grand qu'il n'y paraît.|Ici, quelqu'un doit décider.
        """,
        "what": """
            Ce que c'est|D'abord, ce que c'est.|Une phrase suffit pour le dire.|Tout le reste en dépend.
            Pourquoi cela compte|Ensuite, pourquoi cela compte.|Pensez à une personne qui le vit chaque jour.
                |Voilà la mesure.
            Le signe|On le reconnaît à un signe.|Quand on l'a vu une fois, on le revoit.|C'est ici qu'il faut regarder.
        """,
    },
    before="""
        Où et quand|Tout sujet a un lieu et un temps.|Plaçons celui-ci sur la carte.
            |À partir d'ici, c'est plus facile à suivre.
        De plus près|Approchez-vous un peu.|D'ici apparaît un détail que la distance cachait.
            |Gardez-le en tête, il va servir.
        Un exemple|Un exemple en dit plus qu'une définition.|Celui-ci vient de la vie ordinaire.
            |Voyez si vous en connaissez un autre.
        Les gens|Derrière tout sujet, il y a des gens.|Certains ont découvert, d'autres vivent avec.
            |Regardons avec leurs yeux.
        Un mot|Il y a un mot à connaître ici.|Il sonne plus difficile qu'il n'est.
            |Avec lui, le reste va deux fois plus vite.
    """,
    after="""
        Une erreur fréquente|Voici une erreur facile à commettre.|Elle sonne juste, et c'est bien le problème.
            |Maintenant, vous savez où faire attention.
        La conséquence|De tout cela découle une conséquence.|Elle va plus loin qu'il n'y paraît.
            |Pensez à ce que vous avez fait ce matin.
        L'exception|Toute règle a son exception.|Celle-ci en a une aussi.
            |L'exception montre comment la règle fonctionne.
        L'autre regard|On peut aussi le voir autrement.|Ce regard a de bonnes raisons.|Il mérite un moment d'attention.
        Ce qui reste ouvert|Tout n'est pas réglé.|Une question reste ouverte.|C'est peut-être la plus intéressante.
        En une ligne|Disons tout en une ligne.|Assez courte pour la raconter à un ami.
            |Si vous pouvez la répéter, elle est à vous.
    """,
    number="Numéro {number}.",
    numbers="Numéros {first} à {last}.",
    numbered="Voici de quoi il s'agit.|Imaginez un cas.|Voilà pourquoi il a sa place ici."
    "|C'est simple, et cela s'oublie facilement.|Regardez ce que cela change."
    "|Retenez-le en un mot.|Demandez-vous où vous l'avez déjà vu.|Gardez-le en tête pour le suivant.",
    links="Arrêtez-vous un instant là-dessus.|Regardez lentement, rien ne presse."
    "|Demandez-vous ce qui manquerait sans cela.|Cela vaut d'être dit deux fois, avec d'autres mots."
    "|Comparez avec ce que vous attendiez.|Laissez les détails pour plus tard, ils viendront."
    "|Notez ce qui reste pareil et ce qui change.|Mettez-vous à la place de quelqu'un qui le découvre."
    "|Une image aide plus qu'une longue phrase."
    "|Pensez un instant au contraire, et tout devient plus clair."
    "|Ce qui compte ici, c'est l'ordre des choses."
    "|Si c'est nouveau pour vous, revenez et écoutez encore une fois."
    "|Gardez la question en tête pendant que vous regardez.|À partir d'ici, un pas mène au suivant."
    "|Jusqu'ici, tout se tient.|Le nom compte moins que la chose elle-même.",
    closing="Ce qui reste|Et voici ce qui reste.|Une idée, assez courte pour la garder."
    "|Racontez-la à quelqu'un aujourd'hui.|Et vous, qu'ajouteriez-vous ?",
)
