"""What a capture pays for, as it stands in the usage history for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from studio.domain.credits import Price
from studio.domain.ids import new_id

RECORD = text(
    "INSERT INTO usagehistory (id, user_id, hold_id, operation, credits, feature, unit_price, quantity,"
    " multiplier_permille, price_rule, provider, provider_request_id, model, short_id, scene_order, cost_microusd,"
    " created_at) VALUES (:id, :user_id, :hold_id, :operation, :credits, :feature, :unit_price, :quantity,"
    " :multiplier_permille, :price_rule, :provider, :provider_request_id, :model, :short_id, :scene_order,"
    " :cost_microusd, :now)"
)


@dataclass(frozen=True)
class Usage:
    """What explains a capture: the use-case, the price in force, and where the work was done."""

    operation: str
    price: Price
    provider: str | None = None
    provider_request_id: str | None = None
    model: str | None = None
    short_id: str | None = None
    scene_order: int | None = None
    cost_microusd: int | None = None
    """What the provider charged us, in millionths of a US dollar; None while it has not said."""


def usage_row(credits: int, usage: Usage) -> dict[str, Any]:
    """The parameters of RECORD but for the person, the hold and the moment."""
    price = usage.price
    return {
        "id": new_id(),
        "operation": usage.operation,
        "credits": credits,
        "feature": price.feature.value,
        "unit_price": price.unit_price,
        "quantity": price.quantity,
        "multiplier_permille": price.multiplier_permille,
        "price_rule": price.rule,
        "provider": usage.provider,
        "provider_request_id": usage.provider_request_id,
        "model": usage.model,
        "short_id": usage.short_id,
        "scene_order": usage.scene_order,
        "cost_microusd": usage.cost_microusd,
    }
