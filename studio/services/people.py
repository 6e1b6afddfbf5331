"""The local owner: on one's own machine nobody has to log in, and everything belongs to this user."""

from __future__ import annotations

from sqlmodel import select

from studio.db.engine import Database
from studio.db.models.user import User
from studio.db.upsert import insert_if_new
from studio.services.principal import Principal

LOCAL_EMAIL = "owner@localhost"


def local_owner(database: Database) -> Principal:
    """The owner of the embedded database, made at the first call."""
    with database.read() as session:
        user = session.exec(select(User).where(User.email == LOCAL_EMAIL)).first()
    if user is None:
        with database.write() as session:
            insert_if_new(session, User(email=LOCAL_EMAIL, name="Owner", role="admin"), "email")
            user = session.exec(select(User).where(User.email == LOCAL_EMAIL)).one()
    return Principal(user.id, user.email, user.role)
