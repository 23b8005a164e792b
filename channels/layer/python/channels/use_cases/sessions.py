"""Sessions are kept under the hash of an id that the browser alone has, so that a copy of the table opens none."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from channels.domain.session import Session
from channels.ports import Table


def hashed(kind: str, secret: str) -> str:
    """The name under which something is kept that a secret opens."""
    return f"{kind}#{sha256(secret.encode()).hexdigest()}"


def begin(table: Table, session: Session, until: datetime) -> None:
    """Keep a session until a moment."""
    table.keep(hashed("SESSION", session.id), replace(session, id="").to_json(), until)


def find[Of: Session](table: Table, kind: type[Of], session_id: str | None, now: datetime) -> Of | None:
    """The session of a cookie; None where it is over, or never was."""
    found = table.kept(hashed("SESSION", session_id), now) if session_id else None
    return kind.of_json({**found, "id": session_id}) if found else None


def end(table: Table, session: Session, now: datetime) -> None:
    table.take(hashed("SESSION", session.id), now)
