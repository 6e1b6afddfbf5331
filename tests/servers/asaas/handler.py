"""The wire: every path of Asaas that studio asks for, and how it refuses."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.asaas.server import LOST, AsaasServer, Request, new_id

DESCRIPTIONS = {
    400: ("invalid_object", "O objeto informado é inválido."),
    401: ("invalid_access_token", "A chave de API fornecida é inválida"),
    403: ("insufficient_permission", "A chave de API não tem permissão para esta operação."),
    429: ("too_many_requests", "Limite de requisições atingido."),
    500: ("internal_error", "Ocorreu um erro inesperado."),
}
NO_KEY = (
    "access_token_not_found",
    "O cabeçalho de autenticação 'access_token' é obrigatório e não foi encontrado na requisição",
)
FILTERS = ("customer", "subscription", "installment", "externalReference", "checkoutSession", "status")
RANGES = ("dateCreated", "dueDate", "paymentDate")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asaas: AsaasServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """The tests look at `requests` instead."""

    def _answer(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = unquote(parts.path).removeprefix("/v3/")
        request = Request(self.command, path, query, headers, json.loads(data) if data else None)
        self.asaas.requests.append(request)
        if self.command == "GET" and data:
            # As the network in front of Asaas does.
            self._send(403, b"<html>403 ERROR</html>", "text/html")
        elif not headers.get("user-agent"):
            self._refuse(400, ("user_agent_not_found", "O cabeçalho 'User-Agent' é obrigatório"))
        elif headers.get("access_token") != self.asaas.key:
            self._refuse(401, None if headers.get("access_token") else NO_KEY)
        else:
            self._work(request)

    def _work(self, request: Request) -> None:
        plans = self.asaas.failures
        planned = plans.get(request.path) or plans.get(f"{request.method} {request.path}")
        outcome = planned.popleft() if planned else None
        if isinstance(outcome, int):
            self._refuse(outcome)
            return
        status, content = self._route(request)
        if outcome == LOST:
            self.close_connection = True
        elif status == 400:
            self._refuse(400, content)
        elif status == 404:
            self._send(404, b"")
        else:
            self._send(status, json.dumps(content).encode())

    def _route(self, request: Request) -> tuple[int, Any]:
        first, _, rest = request.path.partition("/")
        kinds = {
            "customers": self.asaas.customers,
            "payments": self.asaas.payments,
            "subscriptions": self.asaas.subscriptions,
        }
        if (request.method, request.path) == ("POST", "customers"):
            return self._make_customer(request.body)
        if (request.method, request.path) == ("POST", "checkouts"):
            return self._make_checkout(request.body)
        if request.method == "POST" and rest.endswith("/cancel"):
            return self._cancel_checkout(rest.removesuffix("/cancel"))
        if request.method == "DELETE" and first == "subscriptions":
            return self._delete_subscription(rest)
        if request.path == "webhooks":
            return 200, _page(self.asaas.webhooks, request.query)
        if request.method == "GET" and first in kinds:
            return self._look(kinds[first], rest, request.query)
        return 404, None

    def _look(self, things: dict[str, dict[str, Any]], id: str, query: dict[str, str]) -> tuple[int, Any]:
        if id:
            return (200, things[id]) if id in things else (404, None)
        found = [thing for thing in things.values() if _fits(thing, query)]
        # The newest first, as Asaas lists.
        return 200, _page(found[::-1], query)

    def _make_customer(self, body: Any) -> tuple[int, Any]:
        if not body.get("name"):
            return 400, ("invalid_name", "O nome do cliente deve ser informado.")
        if self.asaas.wants_tax_id and not body.get("cpfCnpj"):
            return 400, ("invalid_cpfCnpj", "O CPF ou CNPJ do cliente deve ser informado.")
        return 200, self.asaas.makes_customer(**body)

    def _make_checkout(self, body: Any) -> tuple[int, Any]:
        fault = _checkout_fault(body, self.asaas)
        if fault:
            return 400, ("invalid_object", fault)
        checkout = {"id": new_id("chk").replace("_", "-"), "link": None, "status": "ACTIVE", **body}
        self.asaas.checkouts[checkout["id"]] = checkout
        return 200, checkout

    def _cancel_checkout(self, id: str) -> tuple[int, Any]:
        checkout = self.asaas.checkouts.get(id)
        if checkout is None:
            return 404, None
        if checkout["status"] != "ACTIVE":
            return 400, ("invalid_action", "O checkout não pode ser cancelado.")
        checkout["status"] = "CANCELED"
        return 200, checkout

    def _delete_subscription(self, id: str) -> tuple[int, Any]:
        if self.asaas.subscriptions.pop(id, None) is None:
            return 404, None
        return 200, {"deleted": True, "id": id}

    def _refuse(self, status: int, error: tuple[str, str] | None = None) -> None:
        code, description = error or DESCRIPTIONS.get(status, ("error", "Erro"))
        body = json.dumps({"errors": [{"code": code, "description": description}]}, ensure_ascii=False).encode()
        self._send(status, body)

    def _send(self, status: int, body: bytes, media_type: str = "application/json;charset=UTF-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("RateLimit-Limit", "30")
            self.send_header("RateLimit-Remaining", "0")
            self.send_header("RateLimit-Reset", str(self.asaas.reset_seconds))
        self.end_headers()
        self.wfile.write(body)


def _checkout_fault(body: Any, asaas: AsaasServer) -> str | None:
    missing = [name for name in ("billingTypes", "chargeTypes", "callback", "items") if not body.get(name)]
    if missing:
        return f"O campo {missing[0]} deve ser informado."
    if not 10 <= body.get("minutesToExpire", 10) <= 1440:
        return "O campo minutesToExpire deve estar entre 10 e 1440."
    if len(body.get("externalReference") or "") > 200:
        return "O campo externalReference deve ter no máximo 200 caracteres."
    if "RECURRENT" in body["chargeTypes"] and not body.get("subscription", {}).get("cycle"):
        return "O ciclo da assinatura deve ser informado."
    if body.get("customer") and body["customer"] not in asaas.customers:
        return "Cliente não encontrado."
    return next((fault for fault in map(_item_fault, body["items"]) if fault), None)


def _item_fault(item: Any) -> str | None:
    if not 1 <= len(item.get("name", "")) <= 30:
        return "O nome do item deve ter entre 1 e 30 caracteres."
    if len(item.get("description", "")) > 150:
        return "A descrição do item deve ter no máximo 150 caracteres."
    if not isinstance(item.get("value"), int | float) or item["value"] <= 0 or not item.get("imageBase64"):
        return "O valor e a imagem do item devem ser informados."
    return None


def _fits(thing: dict[str, Any], query: dict[str, str]) -> bool:
    if any(name in query and thing.get(name) != query[name] for name in FILTERS):
        return False
    for name in RANGES:
        day = thing.get(name)
        least, most = query.get(f"{name}[ge]"), query.get(f"{name}[le]")
        if (least or most) and (day is None or not (least or day) <= day <= (most or day)):
            return False
    return True


def _page(things: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
    offset, limit = int(query.get("offset", 0)), min(int(query.get("limit", 10)), 100)
    some = things[offset : offset + limit]
    return {
        "object": "list",
        "hasMore": offset + limit < len(things),
        "totalCount": len(things),
        "limit": limit,
        "offset": offset,
        "data": some,
    }
