"""What answers cost, and what they should cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from studio.domain.remote import ChatRequest, Message
from studio.providers.catalogue import Price, Unit, find_spec
from studio.providers.openrouter import OpenRouter, OpenRouterChat
from studio.providers.openrouter.costs import (
    answer_tokens,
    cost_of_generation,
    cost_of_usage,
    microusd,
    question_tokens,
    quote_of_chat,
)
from tests.providers.openrouter.conftest import PHOTO, SCHEMA, SCRIPT

PRICE = Price(Unit.MILLION_TOKENS, 280_000, date(2026, 11, 2), output_microusd=420_000)


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"cost": 0.00014}, 140),
        ({"cost": 1e-7}, 1),
        ({"cost": "0.0000021"}, 3),
        ({"cost": 0}, 0),
        ({"cost": 0.1 + 0.2}, 300_001),
        ({"cost": None}, None),
        ({}, None),
        ({"cost": True}, None),
        ({"cost": -1}, None),
        ({"cost": "NaN"}, None),
        ({"cost": "much"}, None),
        ({"cost": 1e300}, None),
        ({"cost": [1]}, None),
        ({"cost": 0, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.0003253}}, 326),
        ({"cost": 0.00001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.0003}}, 310),
        ({"cost": 0, "is_byok": True, "cost_details": None}, None),
        ({"cost": 0.5, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.4}}, 500_000),
        ({"cost": 0.5, "is_byok": None, "cost_details": "?"}, 500_000),
    ],
)
def test_the_cost_is_what_is_charged_here_and_at_the_vendor(usage: dict[str, Any], cost: int | None) -> None:
    assert cost_of_usage(usage) == cost


@pytest.mark.parametrize(
    ("books", "cost"),
    [
        ({"total_cost": 0.002}, 2_000),
        ({"usage": 0.002}, 2_000),
        ({"total_cost": 0, "is_byok": True, "upstream_inference_cost": 0.001}, 1_000),
        ({}, None),
    ],
)
def test_the_books_tell_the_cost_too(books: dict[str, Any], cost: int | None) -> None:
    assert cost_of_generation(books) == cost


def test_a_cost_is_never_understated() -> None:
    assert microusd(Decimal("0.00000001")) == 1


def test_an_answer_is_as_long_as_its_schema() -> None:
    scene = 4 + 60 + 4 + 4
    assert answer_tokens(SCHEMA) == 4 + 60 + 4 + 2 * scene
    assert answer_tokens(None) == 800
    assert answer_tokens({"type": "array", "items": {"type": "integer"}}) == 24


def test_a_question_is_counted_in_bytes_and_pictures() -> None:
    asked = ChatRequest((Message("user", "abcd" * 10), Message("user", "漢字漢字")), pictures=(PHOTO,))

    assert question_tokens(asked) == (40 + 12) // 4 + 1_500


def test_a_quote_is_tokens_by_their_price_rounded_up() -> None:
    asked, answered = question_tokens(SCRIPT), answer_tokens(SCHEMA)

    assert quote_of_chat(SCRIPT, PRICE) == -(-(asked * 280_000 + answered * 420_000) // 1_000_000)
    assert quote_of_chat(SCRIPT, None) is None


def test_a_model_quotes_by_its_own_price(service: OpenRouter) -> None:
    spec = find_spec("openrouter/deepseek/deepseek-v3.2")

    assert OpenRouterChat(service, spec).quote(SCRIPT) == quote_of_chat(SCRIPT, spec.price)
    assert OpenRouterChat(service, replace(spec, price=None)).quote(SCRIPT) is None
