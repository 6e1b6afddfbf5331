"""The OpenAPI document of all operations, made from the registry like the routes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from studio import __version__
from studio.api.aliases import aliases, body_of
from studio.api.answers import written
from studio.api.arguments import arguments_of
from studio.contracts.registry import contracts
from studio.contracts.wire import STREAM, Wire, wires

_PLACE = "#/components/schemas/{model}"
_ERRORS = {
    "400": "The request makes no sense as it stands.",
    "401": "Nobody is logged in.",
    "403": "Not for this person or this key.",
    "404": "There is no such thing, or it is somebody else's.",
    "409": "It exists already, or it has changed meanwhile.",
    "413": "More than the server takes.",
    "422": "Some of the data is wrong; `details.faults` lists what.",
    "429": "Too often; `Retry-After` says when to try again.",
    "502": "A provider or the storage failed.",
    "503": "The server cannot do this at present.",
}


@cache
def document() -> bytes:
    """The whole document as JSON; the same for every server of this version."""
    return written(_document())


def _document() -> dict[str, Any]:
    schemas = _Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for wire in wires():
        paths.setdefault(wire.operation.path, {})[wire.operation.method.lower()] = _operation(wire, schemas)
    for path, wire in aliases().items():
        paths[path] = {"post": _alias(wire, schemas)}
    paths["/api/health"] = {"get": _health()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "studio", "version": __version__, "description": "The content studio over HTTP."},
        "paths": paths,
        "components": {
            "schemas": {**schemas.definitions(), "Error": _error()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


class _Schemas:
    """Collects the models that the document speaks of, and names each once."""

    def __init__(self) -> None:
        inputs = [wire.body.model for wire in wires() if wire.body and wire.body.model]
        outputs = [wire.result for wire in wires() if _is_model(wire.result)]
        wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
            *((model, "validation") for model in dict.fromkeys(inputs)),
            *((model, "serialization") for model in dict.fromkeys(outputs)),
        ]
        self._named, self._defined = models_json_schema(wanted, ref_template=_PLACE)

    def of(self, model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
        return self._named[(model, mode)]

    def definitions(self) -> dict[str, Any]:
        return dict(self._defined.get("$defs", {}))


def _is_model(result: Any) -> bool:
    return isinstance(result, type) and issubclass(result, BaseModel)


def _operation(wire: Wire, schemas: _Schemas) -> dict[str, Any]:
    operation = wire.operation
    described: dict[str, Any] = {
        "operationId": wire.key,
        "summary": _summary(wire),
        "tags": [operation.noun],
        "parameters": _parameters(wire),
        "responses": _responses(wire, schemas),
    }
    if wire.body is not None and wire.body.model is not None:
        schema = schemas.of(wire.body.model, "validation")
        content = {"application/json": {"schema": schema}}
        described["requestBody"] = {"required": wire.body.is_required, "content": content}
    elif wire.file is not None:
        schema = {"type": "string", "contentMediaType": "application/octet-stream"}
        described["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": schema}}}
    return described


def _alias(wire: Wire, schemas: _Schemas) -> dict[str, Any]:
    described = _operation(wire, schemas)
    body = body_of(wire).model_json_schema(ref_template=_PLACE)
    schema = _inlined({name: part for name, part in body.items() if name != "$defs"}, body.get("$defs", {}))
    return {
        **described,
        "operationId": f"{wire.key} by body",
        "parameters": [each for each in described["parameters"] if each["in"] == "header"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
    }


def _summary(wire: Wire) -> str:
    contract = next(
        each for each in contracts() if each.noun == wire.operation.noun and wire.operation.name in vars(each)
    )
    return (vars(contract)[wire.operation.name].__doc__ or "").strip().partition("\n")[0]


def _parameters(wire: Wire) -> list[dict[str, Any]]:
    words = arguments_of(wire).words
    in_path = {each.name for each in wire.path}
    schema = words.model_json_schema(ref_template=_PLACE)
    required = set(schema.get("required", ()))
    found = [
        {
            "name": name,
            "in": "path" if name in in_path else "query",
            "required": name in in_path or name in required,
            "schema": _inlined(part, schema.get("$defs", {})),
        }
        for name, part in schema.get("properties", {}).items()
    ]
    if wire.operation.idempotent:
        key = {"type": "string", "minLength": 1, "maxLength": 255}
        found.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": key})
    return found


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    """The schema with the definitions it refers to put in their place: parameters have few and small ones."""
    if isinstance(part, dict):
        if "$ref" in part:
            return _inlined(definitions[part["$ref"].rpartition("/")[2]], definitions)
        return {name: _inlined(value, definitions) for name, value in part.items()}
    if isinstance(part, list):
        return [_inlined(each, definitions) for each in part]
    return part


def _responses(wire: Wire, schemas: _Schemas) -> dict[str, Any]:
    operation = wire.operation
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    errors = {status: {"description": text, "content": error} for status, text in _ERRORS.items()}
    if operation.idempotent:
        errors["402"] = {"description": "Not enough credits.", "content": error}
    if operation.produces:
        schema = {"type": "string", "contentMediaType": operation.produces}
        kinds: Sequence[str] = [operation.produces] if operation.produces != "image/png" else _PICTURES
        return {"200": {"description": "The file.", "content": {kind: {"schema": schema} for kind in kinds}}, **errors}
    data = (
        schemas.of(wire.result, "serialization") if _is_model(wire.result) else TypeAdapter(wire.result).json_schema()
    )
    content = {"application/json": {"schema": _envelope(data)}}
    if wire.is_watched:
        content[STREAM] = {"schema": {"type": "string"}}
    return {"201" if operation.created else "200": {"description": "Done.", "content": content}, **errors}


_PICTURES = ("image/png", "image/jpeg", "image/webp")


def _envelope(data: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"success": {"const": True}, "data": data},
        "required": ["success", "data"],
    }


def _error() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "success": {"const": False},
            "error": {"type": "string"},
            "code": {"type": "string"},
            "hint": {"type": ["string", "null"]},
            "details": {"type": "object"},
        },
        "required": ["success", "error", "code", "details"],
    }


def _health() -> dict[str, Any]:
    schema = _envelope({"type": "object"})
    return {
        "operationId": "health",
        "summary": "Whether the server and its database answer.",
        "security": [],
        "responses": {"200": {"description": "They do.", "content": {"application/json": {"schema": schema}}}},
    }
