"""The Spanish sentences of an outline."""

from __future__ import annotations

from studio.providers.local.writer.beats.phrasebook import phrasebook

SPANISH = phrasebook(
    "es",
    kinds={
        "versus": r"\b(?:vs\.?|versus|contra)(?:\s|$)|\bo\b.+\?$|\bcomparad[oa] con\b",
        "list": r"^(?:los |las |top )*\d{1,2}\s+\w|^(?:los |las )?(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
        r"|diez)\s+\w+s\b|^top\b",
        "why": r"^¿?por qué\b|\b(?:el motivo|la razón)\b",
        "story": r"\b(?:historia|leyenda|vida|origen|ascenso|caída) de\b|\bhistoria\b|\b(?:nació|surgió|empezó)\b",
        "how": r"^¿?cómo\b|\bguía\b|\bpaso a paso\b|\breceta\b",
    },
    openings={
        "why": "Quédate hasta la respuesta.|Quizá ya tengas una idea.|Guárdala hasta el final.",
        "how": "Un paso cada vez.|Empezamos donde empieza quien nunca lo ha hecho."
        "|Al final podrás explicárselo a otra persona.",
        "list": "Uno por uno, y el mejor al final.|Cuenta conmigo.|Mira cuál elegirías tú.",
        "versus": "Frente a frente, con las mismas reglas.|Elige un lado ahora."
        "|Puedes cambiar de idea antes del final.",
        "story": "Desde el principio.|Fíjate en el momento en que todo cambia.|Quédate para saber cómo termina.",
        "what": "En palabras sencillas.|Qué es, por qué importa y qué recordar."
        "|Quédate hasta lo único que vale la pena guardar.",
    },
    core={
        "why": """
            Lo que todos ven|Primero, lo que todos ven.|Esta parte no necesita explicación.
                |Mira una vez más antes de preguntar por qué.
            La razón|Ahora, la razón en una frase.|No hace falta ninguna palabra difícil.|Y así puedes comprobarlo tú.
            La primera idea|Hay una respuesta que viene enseguida a la cabeza.
                |Puede ser cierta, o solo a medias.|Pongámosla a prueba con un caso real.
        """,
        "how": """
            El primer paso|Empieza por el primer paso.|Es el más fácil de saltarse.
                |Ve con calma, lo demás se apoya en él.
            El paso que decide|Después llega el paso que decide el resultado.|Cuida los detalles.
                |Si algo sale mal, se nota aquí.
            Lo que hace falta|Primero, lo que hay que tener a mano.|Nada más que esto.
                |Déjalo todo listo antes de empezar.
        """,
        "list": "",
        "versus": """
            El primer lado|Primero, uno de los lados.|Lo que habla a su favor y lo que te pide.
                |Escúchalo con buena voluntad.
            El otro lado|Ahora, el otro lado.|Las mismas preguntas, en el mismo orden.
                |Fíjate dónde se separan las respuestas.
            Donde se encuentran|Hay algo que los dos tienen en común.|Es fácil no verlo.|Y ahí empieza la elección.
        """,
        "story": """
            El comienzo|Todo empieza con un lugar y alguien en él.|Nadie sabe todavía lo que viene.
                |Recuerda esta imagen.
            El giro|Entonces llega el giro.|Un instante, y ya no hay camino de vuelta.|De esto trata la historia.
            El obstáculo|Hay algo en medio del camino.|Es más grande de lo que parece.|Aquí alguien tiene que decidir.
        """,
        "what": """
            Qué es|Primero, qué es.|Basta una frase para decirlo.|Todo lo demás depende de ella.
            Por qué importa|Después, por qué importa.|Piensa en una persona que lo vive cada día.|Esa es la medida.
            Cómo se reconoce|Se reconoce por una señal.|Cuando la ves una vez, vuelves a verla.
                |Aquí es donde hay que mirar.
        """,
    },
    before="""
        Dónde y cuándo|Todo tema tiene un lugar y un tiempo.|Pongamos este en el mapa.|Desde aquí es más fácil seguirlo.
        Más de cerca|Acércate un poco más.|Desde aquí aparece un detalle que la distancia ocultaba.
            |Guárdalo, lo vamos a necesitar.
        Un ejemplo|Un ejemplo dice más que una definición.|Este viene de la vida corriente.|Mira si conoces otro.
        Quiénes participan|Detrás de todo tema hay personas.|Unas lo descubrieron, otras viven con ello.
            |Miremos con sus ojos.
        Una palabra|Hay una palabra que conviene conocer aquí.|Suena más difícil de lo que es.
            |Con ella, lo demás lleva la mitad del tiempo.
    """,
    after="""
        Un error común|Aquí hay un error fácil de cometer.|Suena bien, y ese es el problema.
            |Ahora sabes dónde tener cuidado.
        Lo que se sigue|De todo esto se sigue algo.|Llega más lejos de lo que parece.
            |Piensa en lo que hiciste esta mañana.
        La excepción|Toda regla tiene su excepción.|Esta también tiene una.|La excepción muestra cómo funciona la regla.
        La otra mirada|También se puede ver de otra manera.|Esa mirada tiene buenas razones.
            |Merece un momento de tu tiempo.
        Lo que falta saber|No todo está resuelto.|Una pregunta sigue abierta.|Quizá sea la más interesante.
        En una línea|Digámoslo todo en una línea.|Lo bastante corta para contársela a un amigo.
            |Si puedes repetirla, ya es tuya.
    """,
    number="Número {number}.",
    numbers="Números {first} a {last}.",
    numbered="De esto se trata.|Imagina un caso.|Por eso tiene un lugar aquí.|Es sencillo, y es fácil de olvidar."
    "|Mira lo que cambia."
    "|Recuérdalo con una palabra.|Pregúntate dónde lo has visto.|Tenlo en cuenta para el próximo.",
    links="Detente un momento en esto.|Míralo despacio, no hay prisa.|Pregúntate qué faltaría sin ello."
    "|Vale la pena decirlo dos veces, con otras palabras.|Compáralo con lo que esperabas."
    "|Deja los detalles para después, ya llegarán.|Fíjate en lo que sigue igual y en lo que cambia."
    "|Ponte en el lugar de quien lo ve por primera vez.|Una imagen ayuda más que una frase larga."
    "|Piensa en lo contrario por un momento, y se entiende mejor."
    "|Lo que importa aquí es el orden de las cosas."
    "|Si esto es nuevo para ti, vuelve y escúchalo otra vez.|Ten la pregunta en mente mientras miras."
    "|Desde aquí, un paso lleva al siguiente.|Hasta aquí, todo encaja."
    "|El nombre importa menos que la cosa misma.",
    closing="Lo que queda|Y esto es lo que queda.|Una idea, lo bastante corta para guardarla."
    "|Cuéntasela hoy a alguien.|¿Qué añadirías tú?",
)
