"""Everything the OpenAPI document offers, asked with whatever its schemas allow and what they do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from studio.api.server import create_app
from studio.app import Studio
from studio.config import Settings
from studio.contracts.keys import CreateKey
from studio.contracts.wire import wires
from studio.db.engine import Database
from studio.services.people import local_owner
from tests.fakes import FakeModels

BOUNDS: Any = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.generate],
}
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]

FILMS = ("films.make", "films.render")
"""A film takes half a minute of two cores each: they have their own tests."""


@pytest.fixture
def schema(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Any, dict[str, str]]]:
    """The document of a server whose models answer at once, and the headers of its administrator."""
    given = Settings(
        database_url=sqlite_url, data_dir=tmp_path / "data", requests_per_minute=60_000, request_burst=60_000
    )
    app = create_app(given)
    database: Database = app.state.shared.database
    app.state.shared.models = FakeModels(database.engine)
    key = Studio(given, database, local_owner(database)).keys.create(CreateKey(name="all")).api_key
    found = schemathesis.openapi.from_asgi("/openapi.json", app)
    yield found.exclude(operation_id=[*FILMS]), {"Authorization": f"Bearer {key}"}
    app.state.shared.close()


def test_the_document_has_every_operation(schema: tuple[Any, dict[str, str]]) -> None:
    named = {found.ok().definition.raw["operationId"] for found in schema[0].get_all_operations()}

    assert named >= {wire.key for wire in wires()} - set(FILMS)


def test_nothing_that_is_asked_is_a_servers_fault(schema: tuple[Any, dict[str, str]]) -> None:
    _ask_everything(*schema, examples=2)


@pytest.mark.nightly
def test_nothing_that_is_asked_at_length_is_a_servers_fault(schema: tuple[Any, dict[str, str]]) -> None:
    _ask_everything(*schema, examples=12)


def _ask_everything(document: Any, headers: dict[str, str], examples: int) -> None:
    for found in document.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(max_examples=examples, **BOUNDS)
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                response = case.call(headers=headers)
                if response.status_code == 503 and response.json()["code"] == "misconfigured":
                    return  # a vendor that this server has no key for
                case.validate_response(response, checks=CHECKS)

            with suppress(Unsatisfiable):  # there is nothing wrong to send where nothing is taken
                ask()


@pytest.mark.slow
def test_what_one_answer_names_can_be_asked_about_in_the_next(schema: tuple[Any, dict[str, str]]) -> None:
    document, headers = schema

    class Story(document.as_state_machine()):  # type: ignore[misc]  # made at run time
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: Any, **options: Any) -> None:
            if response.status_code != 503:
                case.validate_response(response, checks=[not_a_server_error])

    Story.run(settings=settings(max_examples=6, stateful_step_count=6, **{**BOUNDS, "phases": list(Phase)}))
