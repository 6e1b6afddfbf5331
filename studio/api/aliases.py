"""`POST /api/shorts/script` and `/api/shorts/media`: the same operations, with the short named in the body."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field, create_model

from studio.api.arguments import refuse_no_numbers
from studio.api.desk import Desk
from studio.api.operations import OperationRoute
from studio.api.streams import Streams
from studio.contracts.wire import Wire, wires
from studio.domain.errors import Invalid, Refused

ALIASES = {"/api/shorts/script": "scripts.generate", "/api/shorts/media": "media.generate"}


def aliases() -> dict[str, Wire]:
    """The operation behind each of these paths."""
    known = {wire.key: wire for wire in wires()}
    return {path: known[key] for path, key in ALIASES.items()}


def add_aliases(app: FastAPI, desk: Desk, streams: Streams) -> None:
    """Give the aliases their routes; before those of the operations, whose `{id}` would take them for an id."""
    for path, wire in aliases().items():
        route = AliasRoute(wire, desk, streams)
        app.add_route(path, route.handle, methods=["POST"], name=f"{wire.key} by body", include_in_schema=False)


def body_of(wire: Wire) -> type[BaseModel]:
    """What such a request is made of: the short, and what the operation takes besides."""
    fields: dict[str, Any] = {"short": (str, Field(description="A handle, an id or the beginning of an id."))}
    if wire.body is not None and wire.body.model is not None:
        fields |= {name: (field.annotation, field) for name, field in wire.body.model.model_fields.items()}
    else:
        fields |= {each.name: (each.annotation, each.default) for each in wire.query}
    return create_model(f"{wire.key} by body", __config__={"extra": "forbid"}, **fields)


class AliasRoute(OperationRoute):
    """The route of an operation whose path parameter is in the body."""

    def __init__(self, wire: Wire, desk: Desk, streams: Streams) -> None:
        super().__init__(wire, desk, streams)
        self.body = body_of(wire)
        self.body.model_rebuild()

    def _arguments(self, request: Request, body: bytes) -> dict[str, Any]:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refused("The body has to be JSON.", hint="Send it with Content-Type: application/json.")
        if request.query_params:
            raise Invalid(
                "Some of the data is wrong.", faults=["This address takes no parameters: put them in the body."]
            )
        refuse_no_numbers(body)
        given = self.body.model_validate_json(body).model_dump(exclude_unset=True)
        short = given.pop("short")
        if self.wire.body is None or self.wire.body.model is None:
            return {"id": short, **given}
        return {"id": short, self.wire.body.name: self.wire.body.model.model_validate(given)}
