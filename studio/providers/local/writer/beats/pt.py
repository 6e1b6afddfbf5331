"""The Portuguese sentences of an outline."""

from __future__ import annotations

from studio.providers.local.writer.beats.phrasebook import phrasebook

PORTUGUESE = phrasebook(
    "pt",
    kinds={
        "versus": r"\b(?:vs\.?|versus|contra)(?:\s|$)|\bou\b.+\?$|\bcomparad[oa] (?:a|com)\b",
        "list": r"^(?:os |as |top )*\d{1,2}\s+\w|^(?:os |as )?(?:dois|duas|três|quatro|cinco|seis|sete|oito|nove"
        r"|dez)\s+\w+s\b|^top\b",
        "why": r"^por ?qu[eê]\b|\b(?:o motivo|a razão)\b",
        "story": r"\b(?:história|lenda|vida|origem|ascensão|queda) d[aeo]s?\b|\bhistória\b|\b(?:nasceu|surgiu"
        r"|começou)\b",
        "how": r"^como\b|\bguia\b|\bpasso a passo\b|\breceita\b",
    },
    openings={
        "why": "Fique até a resposta.|Talvez você já tenha um palpite.|Guarde esse palpite até o fim.",
        "how": "Um passo de cada vez.|Começamos por onde começa quem nunca fez."
        "|No fim, você consegue explicar a outra pessoa.",
        "list": "Um item de cada vez, e o melhor no fim.|Conte comigo.|Veja qual deles você escolheria.",
        "versus": "Lado a lado, com as mesmas regras.|Escolha um lado agora.|Você pode mudar de ideia antes do fim.",
        "story": "Desde o começo.|Fique de olho no momento em que tudo muda.|Fique para saber como termina.",
        "what": "Em palavras simples.|O que é, por que importa e o que lembrar."
        "|Fique até a única coisa que vale guardar.",
    },
    core={
        "why": """
            O que todo mundo vê|Primeiro, o que todo mundo vê.|Essa parte não precisa de explicação.
                |Olhe mais uma vez antes de perguntar por quê.
            A razão|Agora, a razão em uma frase.|Não é preciso nenhuma palavra difícil.
                |E é assim que você mesmo pode conferir.
            O primeiro palpite|Existe uma resposta que vem logo à cabeça.
                |Ela pode estar certa, ou só pela metade.|Vamos colocá-la à prova com um caso real.
        """,
        "how": """
            O primeiro passo|Comece pelo primeiro passo.|É o mais fácil de pular.|Vá com calma, o resto depende dele.
            O passo que decide|Depois vem o passo que decide o resultado.|Preste atenção nos detalhes.
                |Se algo der errado, é aqui que aparece.
            O que é preciso|Primeiro, o que precisa estar à mão.|Nada além disso.|Deixe tudo pronto antes de começar.
        """,
        "list": "",
        "versus": """
            O primeiro lado|Primeiro, um dos lados.|O que fala a favor dele e o que ele exige de você.
                |Escute com boa vontade.
            O outro lado|Agora, o outro lado.|As mesmas perguntas, na mesma ordem.|Repare onde as respostas se separam.
            Onde se encontram|Há algo que os dois têm em comum.|É fácil não notar.|E é ali que a escolha começa.
        """,
        "story": """
            O começo|Tudo começa com um lugar e alguém nele.|Ninguém ali sabe ainda o que vem pela frente.
                |Guarde essa imagem.
            O ponto de virada|Então chega o ponto de virada.|Um instante, e não há mais caminho de volta.
                |É disso que a história trata.
            O obstáculo|Há algo no meio do caminho.|É maior do que parece.|Aqui, alguém precisa decidir.
        """,
        "what": """
            O que é|Primeiro, o que é.|Uma frase basta para isso.|Todo o resto depende dela.
            Por que importa|Depois, por que importa.|Pense em uma pessoa que vive isso no dia a dia.|Essa é a medida.
            Como se reconhece|Dá para reconhecer por um sinal.|Depois de ver uma vez, a gente vê de novo.
                |É aqui que se deve olhar.
        """,
    },
    before="""
        Onde e quando|Todo assunto tem um lugar e um tempo.|Vamos colocar este no mapa.
            |A partir daqui fica mais fácil acompanhar.
        Mais de perto|Chegue um pouco mais perto.|Daqui aparece um detalhe que a distância escondia.
            |Guarde esse detalhe, vamos precisar dele.
        Um exemplo|Um exemplo diz mais do que uma definição.|Este vem da vida comum.|Veja se você conhece outro.
        Quem faz parte|Por trás de todo assunto há pessoas.|Umas descobriram, outras convivem com ele.
            |Vamos olhar com os olhos delas.
        Uma palavra|Há uma palavra que vale a pena conhecer aqui.|Ela parece mais difícil do que é.
            |Com ela, o resto leva metade do tempo.
    """,
    after="""
        Um erro comum|Aqui está um erro fácil de cometer.|Ele soa certo, e esse é o problema.
            |Agora você sabe onde ter cuidado.
        O que vem disso|Disso tudo vem uma consequência.|Ela vai mais longe do que parece.
            |Pense no que você fez hoje de manhã.
        A exceção|Toda regra tem a sua exceção.|Esta também tem uma.|A exceção mostra como a regra funciona.
        O outro olhar|Também se pode ver de outro jeito.|Esse olhar tem bons motivos.|Vale um momento do seu tempo.
        O que falta saber|Nem tudo está resolvido.|Uma pergunta continua aberta.
            |Talvez seja a mais interessante de todas.
        Em uma linha|Vamos dizer tudo em uma linha.|Curta o bastante para contar a um amigo.
            |Se você consegue repetir, ela já é sua.
    """,
    number="Número {number}.",
    numbers="Números {first} a {last}.",
    numbered="É disto que se trata.|Imagine um caso.|É por isso que ele tem lugar aqui."
    "|É simples, e é fácil de esquecer.|Repare no que isso muda."
    "|Guarde tudo em uma palavra.|Pergunte a si mesmo onde você já viu isso.|Leve isso em conta no próximo.",
    links="Pare um momento nisso.|Olhe com calma, não há pressa.|Pergunte o que faltaria sem isso."
    "|Vale dizer duas vezes, com outras palavras.|Compare com o que você esperava."
    "|Deixe os detalhes de lado por enquanto, eles vêm depois."
    "|Repare no que continua igual e no que não continua."
    "|Ponha-se no lugar de quem vê isso pela primeira vez."
    "|Uma imagem ajuda mais do que uma frase comprida."
    "|Pense no contrário por um instante, e tudo fica mais claro."
    "|O que importa aqui é a ordem das coisas.|Se isso é novo para você, volte e ouça mais uma vez."
    "|Guarde a pergunta na cabeça enquanto assiste.|Daqui, um passo leva ao outro."
    "|Até aqui, tudo se encaixa.|O nome importa menos do que a coisa em si.",
    closing="O que fica|E é isto que fica.|Um pensamento, curto o bastante para guardar."
    "|Conte a alguém ainda hoje.|O que você acrescentaria?",
)
