"""Clerk as its contract describes it, on this machine only: the Backend API and the Frontend API under one port."""

from tests.servers.clerk.messages import SIGNING_SECRET, delivery, message
from tests.servers.clerk.server import SECRET_KEY, ClerkServer, running_clerk
from tests.servers.clerk.users import clerk_user

__all__ = ["SECRET_KEY", "SIGNING_SECRET", "ClerkServer", "clerk_user", "delivery", "message", "running_clerk"]
