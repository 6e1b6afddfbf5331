"""The English sentences of an outline."""

from __future__ import annotations

from studio.providers.local.writer.beats.phrasebook import phrasebook

ENGLISH = phrasebook(
    "en",
    kinds={
        "versus": r"\b(?:vs\.?|versus)(?:\s|$)|\bor\b.+\?$|\bcompared (?:to|with)\b",
        "list": r"^(?:the |top |my )*\d{1,2}\s+\w|^(?:the )?(?:two|three|four|five|six|seven|eight|nine"
        r"|ten)\s+\w+s\b|^top\b",
        "why": r"^why\b|\bthe reason\b",
        "story": r"\b(?:story|history|legend|tale|life|rise|fall|birth) of\b|\bstory\b|\b(?:became|was born|began)\b",
        "how": r"^how\b|\bguide to\b|\bstep by step\b|\brecipe\b",
    },
    openings={
        "why": "Stay for the answer.|You may already have a guess.|Hold on to it until the end.",
        "how": "One step at a time.|We start where a beginner starts.|At the end you can explain it to somebody else.",
        "list": "One at a time, and the best one last.|Count along.|See which one you would choose.",
        "versus": "Side by side, by the same rules.|Pick your side now.|You may change it before the end.",
        "story": "From the beginning.|Keep an eye on the moment when everything changes.|Stay for how it ends.",
        "what": "In plain words.|What it is, why it matters and what to remember."
        "|Stay for the one thing worth keeping.",
    },
    core={
        "why": """
            What everyone sees|First, what everyone sees.|This part needs no explaining.
                |Look once more before we ask why.
            The reason|Now the reason itself, in one sentence.|No hard words are needed for it.
                |And here is how you can check it yourself.
            The first guess|There is an answer that comes to mind first.|It may be right, or only half of it.
                |Let us hold it against one real case.
        """,
        "how": """
            The first step|Begin with the first step.|It is the one that is skipped most easily.
                |Take your time here, the rest builds on it.
            The step that decides|Then comes the step that decides the result.|Watch the details.
                |If something goes wrong, it shows here.
            What you need|First, what has to be there.|Nothing more than this.|Lay it out before you start.
        """,
        "list": "",
        "versus": """
            The first side|First, one side.|What speaks for it, and what it asks of you.|Give it a fair hearing.
            The other side|Now the other side.|The same questions, in the same order.
                |Notice where the answers part ways.
            Where they meet|There is something both have in common.|It is easy to overlook.
                |It is also where the choice begins.
        """,
        "story": """
            The beginning|It begins with a place, and somebody in it.|Nobody there knows yet what is coming.
                |Remember this picture.
            The turning point|Then comes the turning point.|One moment, and the road back is closed.
                |This is what the story is about.
            What stood in the way|Something stands in the way.|It is bigger than it looks.|Here somebody has to decide.
        """,
        "what": """
            What it is|First, what it is.|One sentence is enough for that.|Everything else hangs on it.
            Why it matters|Then, why it matters.|Think of one person whose day it changes.|That is the measure of it.
            How it shows|You can tell it by one sign.|Once you have seen it, you see it again.|Here is where to look.
        """,
    },
    before="""
        Where and when|Every subject has a place and a time.|Let us put this one on the map.
            |From here it is easier to follow.
        A closer look|Come a little closer.|From here, a detail appears that the distance hid.
            |Keep it in mind, we will need it.
        One example|One example says more than a definition.|Here is one from ordinary life.
            |See whether you know another.
        The people in it|Behind every subject there are people.
            |Some of them found out, some of them live with it.|Let us look through their eyes.
        One word to know|There is one word worth knowing here.|It sounds harder than it is.
            |With it, the rest takes half the time.
    """,
    after="""
        A common mistake|Here is a mistake that is easily made.|It sounds right, and that is the trouble.
            |Now you know where to be careful.
        What follows from it|Something follows from all this.|It reaches further than it seems at first.
            |Think of what you did this morning.
        The exception|Every rule has its exception.|This one has one too.|The exception shows how the rule works.
        The other view|One can see it another way.|That view has good reasons as well.
            |It is worth a moment of your time.
        What is still open|Not everything is settled.|One question stays open.|Perhaps it is the most interesting one.
        In one line|Let us say it all in one line.|Short enough to tell a friend.|If you can repeat it, it is yours.
    """,
    number="Number {number}.",
    numbers="Numbers {first} to {last}.",
    numbered="Here is what it is.|Picture one case of it.|This is why it has a place here."
    "|It is simple, and it is easy to forget.|Look at what it changes."
    "|Remember it by one word.|Ask yourself where you have met it.|Keep it in mind for the next one.",
    links="Take a moment with this.|Look at it slowly, there is no hurry.|Ask what would be missing without it."
    "|It is worth saying twice, in other words.|Compare it with what you expected."
    "|Leave the details aside for now, they come later.|Notice what stays the same and what does not."
    "|Put yourself in the place of somebody who meets it for the first time."
    "|A picture helps more than a long sentence."
    "|Think of the opposite for a moment, and it becomes clearer."
    "|What matters here is the order of things.|If this is new to you, go back and hear it once more."
    "|Keep the question in mind while you watch.|From here one step leads to the next."
    "|So far, everything fits together.|The name is less important than the thing itself.",
    closing="What stays|And this is what stays.|One thought, short enough to keep.|Tell it to somebody today."
    "|What would you add?",
)
