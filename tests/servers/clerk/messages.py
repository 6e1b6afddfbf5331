"""What the instance sends: webhooks as Svix signs them, after the samples of the contract."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from studio.domain.signatures import sign

SIGNING_KEY = bytes(range(32))
SIGNING_SECRET = f"whsec_{base64.b64encode(SIGNING_KEY).decode()}"
INSTANCE = "ins_2g7np7Hrk0SN6kj5EDMLDaKNL0S"


def message(type: str, data: dict[str, Any], *, at: int | None = None) -> bytes:
    """The raw body of an event about this user. `at` is the moment of the envelope."""
    moment = data.get("updated_at", 1_716_883_200_000) if at is None else at
    agent = {"client_ip": "192.0.2.7", "user_agent": "Mozilla/5.0"}
    envelope = {
        "data": data,
        "event_attributes": {"http_request": agent},
        "instance_id": INSTANCE,
        "object": "event",
        "timestamp": moment,
        "type": type,
    }
    return json.dumps(envelope, separators=(",", ":")).encode()


def delivery(
    body: bytes, id: str, *, seconds: int | None = None, key: bytes = SIGNING_KEY, family: str = "svix"
) -> dict[str, str]:
    """The headers under which a body is sent, at this moment or another one, in epoch seconds."""
    sent = int(time.time()) if seconds is None else seconds
    return {
        "content-type": "application/json",
        f"{family}-id": id,
        f"{family}-timestamp": str(sent),
        f"{family}-signature": sign(id, sent, body, key),
    }
