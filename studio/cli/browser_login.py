"""The part of a login that a person does in a browser: on this machine, or by a code on any other."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass

from studio.cli.context import Context
from studio.domain.errors import NotAllowed, Refused
from studio.remote.loopback import Loopback
from studio.remote.oauth import DeviceCode, Grant, GrantRefused, Issuer, Verifier

BROWSER_SECONDS = 120.0
SLOWER_SECONDS = 5.0
LOOK_SECONDS = 0.2


def grant_from_person(context: Context, issuer: Issuer) -> Grant:
    """The grant that a person allows in a browser here, or elsewhere where the issuer offers that.

    Raises NotAllowed when they refuse, or let two minutes pass."""
    loopback, verifier = Loopback(), Verifier()
    try:
        url = issuer.authorization_url(loopback.redirect, loopback.state, verifier)
        context.output.warning(f"Log in with your browser:\n  {url}")
        device = _Device.begun(context, issuer) if issuer.knows_devices else None
        _open_browser(context, url)
        code_or_grant = _first(loopback, device)
        if isinstance(code_or_grant, Grant):
            return code_or_grant
        return issuer.exchanged(code_or_grant, loopback.redirect, verifier)
    finally:
        loopback.close()


def device_grant(context: Context, issuer: Issuer, server: str) -> Grant:
    """The grant that a person allows with a code on any machine. Raises Refused where the issuer offers no codes."""
    if not issuer.knows_devices:
        raise Refused(f"{server} has no login by a code.", hint=f"studio login --server {server}, or --with-token")
    device = _Device.begun(context, issuer)
    while True:
        grant = device.grant()
        if grant is not None:
            return grant
        time.sleep(min(LOOK_SECONDS, device.interval))


def _first(loopback: Loopback, device: _Device | None) -> str | Grant:
    """The code of the browser here, or the grant of a browser elsewhere, whichever comes first."""
    until = time.monotonic() + BROWSER_SECONDS
    while time.monotonic() < until:
        code = loopback.code(LOOK_SECONDS)
        if code is not None:
            return code
        grant = None if device is None else device.grant()
        if grant is not None:
            return grant
    raise NotAllowed("Nobody logged in within two minutes.", hint="studio login, and open the address it prints")


@dataclass
class _Device:
    """A login by a code that is under way; it is asked after no more often than the issuer allows."""

    issuer: Issuer
    code: DeviceCode
    interval: float
    asks_at: float
    ends_at: float

    @staticmethod
    def begun(context: Context, issuer: Issuer) -> _Device:
        code = issuer.device_code()
        context.output.warning(f"On any machine: open {code.address} and enter the code {code.user_code}")
        if code.complete_address is not None:
            context.output.warning(f"  or {code.complete_address}")
        now = time.monotonic()
        return _Device(issuer, code, code.interval, now + code.interval, now + code.seconds)

    def grant(self) -> Grant | None:
        """What the person has allowed; None while they have not. Raises NotAllowed when they refuse or are too late."""
        now = time.monotonic()
        if now >= self.ends_at:
            raise NotAllowed("Nobody entered the code in time.", hint="studio login, for another code")
        if now < self.asks_at:
            return None
        try:
            return self.issuer.device_grant(self.code.code)
        except GrantRefused as error:
            if error.reason not in ("authorization_pending", "slow_down"):
                raise
            self.interval += SLOWER_SECONDS if error.reason == "slow_down" else 0
        self.asks_at = time.monotonic() + self.interval
        return None


def _open_browser(context: Context, url: str) -> None:
    """Show the page where somebody is who sees it. Beside the work: some browsers only return when they are closed."""
    has_screen = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if not os.environ.get("BROWSER") and not (has_screen and context.can_prompt):
        return
    # Late: finding browsers runs programs.
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
