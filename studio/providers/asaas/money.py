"""Money on the wire is reais with two decimals; inside studio it is whole centavos. No float is ever reckoned with."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from studio.domain.errors import ServiceFailed

LARGEST_CENTAVOS = 10**13


def centavos(value: object) -> int:
    """`Decimal("49.90")` or `49` reais as centavos. Raises ServiceFailed for what is no amount of money."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _no_money(value)
    hundredths = Decimal(value) * 100
    if not hundredths.is_finite() or not 0 <= hundredths <= LARGEST_CENTAVOS or hundredths != int(hundredths):
        raise _no_money(value)
    return int(hundredths)


def reais(amount: int) -> int | float:
    """Centavos as the JSON number that Asaas wants. It is for writing only: its digits are exact, sums would not be."""
    whole, rest = divmod(amount, 100)
    return float(f"{whole}.{rest:02d}") if rest else whole


def decimal_json(body: bytes) -> Any:
    """JSON whose broken numbers are Decimal. Raises ValueError for anything else, NaN too."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _no_money(value: object) -> ServiceFailed:
    return ServiceFailed(
        f"Asaas gave {str(value)[:40]!r} as an amount of money.", hint="Look at it in Asaas' own pages."
    )
