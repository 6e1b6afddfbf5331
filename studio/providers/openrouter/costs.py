"""What an answer cost, from what OpenRouter says of it, and what one should cost, from a list price."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from studio.domain.remote import ChatRequest
from studio.providers.catalogue import Price
from studio.providers.openrouter.reading import amount, mapping

MICROUSD = 1_000_000

CHARACTERS_PER_TOKEN = 4
PICTURE_TOKENS = 1_500
"""Of a picture that is shown: the vendors count between 260 and 3 100 for one of a megapixel."""

TEXT_TOKENS = 60
"""Of one piece of text in a structured answer: a narration of a scene has 30, a prompt for its picture 80."""

WORD_TOKENS = 4
"""Of a name, a number or a choice."""

LIST_LENGTH = 6
"""Of a list whose schema does not say how many there are."""

ANSWER_TOKENS = 800
"""Of an answer in plain words."""

_LARGEST_USD = 1_000_000


def microusd(usd: Decimal | None) -> int | None:
    """US dollars in whole millionths, rounded up: a cost is never understated."""
    if usd is None or usd > _LARGEST_USD:
        return None
    return int((usd * MICROUSD).to_integral_value(ROUND_CEILING))


def cost_of_usage(usage: Mapping[str, Any]) -> int | None:
    """What an answer costs by its `usage`; None while that does not say.

    With a key of one's own at the vendor OpenRouter charges its fee at most, and the vendor the rest."""
    details = mapping(usage.get("cost_details"))
    return _cost(usage.get("cost"), usage.get("is_byok"), details.get("upstream_inference_cost"))


def cost_of_generation(generation: Mapping[str, Any]) -> int | None:
    """What a generation cost by OpenRouter's own books."""
    charged = generation.get("total_cost", generation.get("usage"))
    return _cost(charged, generation.get("is_byok"), generation.get("upstream_inference_cost"))


def quote_of_chat(request: ChatRequest, price: Price | None) -> int | None:
    """What an answer should cost: tokens by the length of the question and the schema of the answer."""
    if price is None:
        return None
    asked = question_tokens(request) * price.microusd
    answered = answer_tokens(request.schema) * (
        price.microusd if price.output_microusd is None else price.output_microusd
    )
    return int((Decimal(asked + answered) / MICROUSD).to_integral_value(ROUND_CEILING))


def question_tokens(request: ChatRequest) -> int:
    """By bytes, not letters: scripts beyond Latin take more tokens for a letter, and more bytes."""
    size_bytes = sum(len(message.text.encode("utf-8", "replace")) for message in request.messages)
    return size_bytes // CHARACTERS_PER_TOKEN + PICTURE_TOKENS * len(request.pictures)


def answer_tokens(schema: Mapping[str, Any] | None) -> int:
    return ANSWER_TOKENS if schema is None else _tokens(schema)


def _tokens(schema: Mapping[str, Any]) -> int:
    match schema.get("type"):
        case "object":
            properties = mapping(schema.get("properties"))
            return sum(WORD_TOKENS + _tokens(mapping(part)) for part in properties.values())
        case "array":
            count = schema.get("maxItems", schema.get("minItems", LIST_LENGTH))
            return _tokens(mapping(schema.get("items"))) * int(count)
        case "string" if "enum" not in schema:
            return TEXT_TOKENS
        case _:
            return WORD_TOKENS


def _cost(charged: Any, is_byok: Any, upstream: Any) -> int | None:
    paid = [amount(charged), amount(upstream) if is_byok is True else None]
    known = [usd for usd in paid if usd is not None]
    if is_byok is True and paid[1] is None:
        # The vendor's part is the larger one: without it nothing is known.
        return None
    return microusd(sum(known, Decimal(0))) if known else None
