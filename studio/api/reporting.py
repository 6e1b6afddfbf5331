"""Errors are reported to Sentry where the operator has asked for it."""

from __future__ import annotations

from importlib.util import find_spec

from studio import __version__
from studio.domain.errors import Misconfigured


def start_reporting(dsn: str) -> None:
    """Report unexpected errors to this address, without what people wrote. Raises Misconfigured without the extra."""
    if not dsn:
        return
    if find_spec("sentry_sdk") is None:
        raise Misconfigured(
            "SENTRY_DSN is set, and what reports to Sentry is not installed.", hint="pip install 'studio[sentry]'"
        )
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        release=f"studio@{__version__}",
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
    )
