"""The users of an instance as the Backend API gives them: bare arrays, cursors, filters, and Clerk's errors."""

from __future__ import annotations

import secrets
from typing import Any

LARGEST_PAGE = 500
MOST_FILTERS = 100
_FILTERS = {"user_id": "id", "external_id": "external_id"}
_START = 1_700_000_000_000


class ApiError(Exception):
    """A refusal, as Clerk words it."""

    def __init__(self, status: int, code: str, message: str, **meta: str) -> None:
        super().__init__(message)
        self.status = status
        error = {"message": message, "long_message": message, "code": code, **({"meta": meta} if meta else {})}
        self.body = {"errors": [error], "clerk_trace_id": secrets.token_hex(16)}


def clerk_user(
    id: str, email: str | None = None, *, verified: bool = True, at: int = _START, **fields: Any
) -> dict[str, Any]:
    """A User object with every field of the version that studio asks for. `at` is when it was made and changed."""
    address_id = f"idn_{id.removeprefix('user_')}"
    status = "verified" if verified else "unverified"
    return {
        "id": id,
        "object": "user",
        "username": None,
        "first_name": None,
        "last_name": None,
        "image_url": "https://img.clerk.com/xxxxxx",
        "has_image": False,
        "primary_email_address_id": address_id if email else None,
        "primary_phone_number_id": None,
        "primary_web3_wallet_id": None,
        "password_enabled": True,
        "two_factor_enabled": False,
        "totp_enabled": False,
        "backup_code_enabled": False,
        "email_addresses": [email_address(address_id, email, status, at)] if email else [],
        "phone_numbers": [],
        "web3_wallets": [],
        "passkeys": [],
        "external_accounts": [],
        "saml_accounts": [],
        "enterprise_accounts": [],
        "external_id": None,
        "public_metadata": {},
        "private_metadata": {},
        "unsafe_metadata": {},
        "banned": False,
        "locked": False,
        "lockout_expires_in_seconds": None,
        "verification_attempts_remaining": 100,
        "mfa_enabled_at": None,
        "mfa_disabled_at": None,
        "last_sign_in_at": None,
        "last_active_at": None,
        "legal_accepted_at": None,
        "delete_self_enabled": True,
        "create_organization_enabled": True,
        "create_organizations_limit": None,
        "created_at": at,
        "updated_at": at,
        **fields,
    }


def email_address(id: str, email: str, status: str | None = "verified", at: int = _START) -> dict[str, Any]:
    """One of a user's addresses; a status of None is one whose verification was never begun."""
    verification = {"object": "verification_otp", "status": status, "strategy": "email_code", "attempts": 1}
    return {
        "id": id,
        "object": "email_address",
        "email_address": email,
        "reserved": False,
        "verification": None if status is None else {**verification, "expire_at": at + 600_000},
        "linked_to": [],
        "matches_sso_connection": False,
        "created_at": at,
        "updated_at": at,
    }


def listed(users: list[dict[str, Any]], query: dict[str, list[str]]) -> list[dict[str, Any]]:
    """One page, as GET /v1/users answers."""
    limit, offset = _whole(query, "limit", 10, 1, LARGEST_PAGE), _whole(query, "offset", 0, 0, 10**9)
    found = _ordered(filtered(users, query), query.get("order_by", ["-created_at"])[0])
    if "starting_after" in query:
        offset = _after(found, query, offset)
    return found[offset : offset + limit]


def filtered(users: list[dict[str, Any]], query: dict[str, list[str]]) -> list[dict[str, Any]]:
    for name, values in query.items():
        if len(values) > MOST_FILTERS:
            raise ApiError(422, "form_param_exceeds_allowed_size", f"{name} has too many values.", param_name=name)
    found = users
    for name, field in _FILTERS.items():
        if name in query:
            found = [user for user in found if user[field] in query[name]]
    if "email_address" in query:
        wanted = {address.lower() for address in query["email_address"]}
        found = [user for user in found if wanted & {each["email_address"] for each in user["email_addresses"]}]
    return found


def _ordered(users: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    sign, field = (order[0], order[1:]) if order[:1] in ("+", "-") else ("+", order)
    if field not in ("created_at", "updated_at", "last_sign_in_at", "email_address", "username"):
        raise ApiError(422, "form_param_value_invalid", f"{order} is no order.", param_name="order_by")
    return sorted(users, key=lambda user: (user.get(field) or 0, user["id"]), reverse=sign == "-")


def _after(found: list[dict[str, Any]], query: dict[str, list[str]], offset: int) -> int:
    if offset:
        raise ApiError(422, "form_param_invalid", "starting_after goes with no offset.", param_name="offset")
    if query.get("order_by", ["-created_at"])[0].lstrip("+-") != "created_at":
        raise ApiError(422, "form_param_invalid", "starting_after needs an order by created_at.", param_name="order_by")
    ids = [user["id"] for user in found]
    try:
        return ids.index(query["starting_after"][0]) + 1
    except ValueError:
        message = "The user to start after was not found."
        raise ApiError(404, "resource_not_found", message, param_name="starting_after") from None


def _whole(query: dict[str, list[str]], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name, [str(default)])[0]
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ApiError(422, "form_param_value_invalid", f"{name} must be {least} to {most}.", param_name=name)
    return int(text)
