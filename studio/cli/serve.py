"""`studio serve`: the studio of a team, over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.shared import command, group
from studio.cli.target import only_here

app = group("Serve the API, the webhooks and the health check until Ctrl-C or SIGTERM.")

Host = Annotated[str, typer.Option("--host", help="The address to listen on; 0.0.0.0 for all.", metavar="ADDRESS")]
Port = Annotated[int, typer.Option("--port", help="The port to listen on; 0 for a free one.", min=0, max=65535)]

KEEP_ALIVE_SECONDS = 5
MOST_CONNECTIONS = 512
SECONDS_TO_STOP = 20
"""How long requests under way may take when the server is asked to stop."""


@command(app, None, "studio serve", "studio serve --host 0.0.0.0 --port 8080")
def serve(ctx: typer.Context, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the API, the webhooks and the health check until Ctrl-C or SIGTERM.

    Creators log in with studio login --server URL and need neither the database nor a provider's key. TLS is a reverse
    proxy's work: docs/operations/serving.md."""
    context = context_of(ctx)
    if context.settings.server:
        raise only_here(context.settings.server)
    _serve(context, host, port)


def _serve(context: Context, host: str, port: int) -> None:
    # Late: no other command needs a server, and FastAPI weighs as much as the database layer.
    from studio.api.listening import listen
    from studio.api.reporting import start_reporting
    from studio.api.server import create_app
    from studio.app import prepare_server

    prepare_server(context.settings)
    start_reporting(context.settings.sentry_dsn.get_secret_value())
    app = create_app(context.settings)
    listen(
        app,
        host,
        port,
        lambda address: context.output.note(f"studio listens on {address} · {address}/api/health · Ctrl-C stops it"),
        app.state.streams.stopping.set,
        keep_alive_seconds=KEEP_ALIVE_SECONDS,
        most_connections=MOST_CONNECTIONS,
        seconds_to_stop=SECONDS_TO_STOP,
    )
