"""The callers: the role of a function or a machine, a service of AWS, or somebody of an account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """A caller.

    Attributes
    ----------
    arn
        The session's, the user's, or empty for a service.
    account
        The number of its account; empty for a service.
    role_arn
        The ARN of the role that it acts in, if it does.
    service
        The name of the service, such as `events.amazonaws.com`.
    is_trusted
        Whether its own account lets it do everything: the administrator, and people of another account, whose
        own policies are not ours to know.
    has_second_factor
        Whether it has shown one; None where nobody asks, as of a service's role.
    """

    arn: str
    account: str
    role_arn: str = ""
    service: str = ""
    is_trusted: bool = False
    has_second_factor: bool | None = None

    @property
    def role_name(self) -> str:
        """The role's name, or what it is known by if it acts in none."""
        return self.role_arn.rpartition("/")[2] or self.service or self.arn


def administrator_of(account: str) -> Principal:
    """Give somebody who may do everything in an account."""
    return Principal(f"arn:aws:iam::{account}:user/administrator", account, is_trusted=True)


def service(name: str) -> Principal:
    """Give a service of AWS."""
    return Principal("", "", service=name)


def session_of(
    role_arn: str, name: str, *, has_second_factor: bool | None = None, is_trusted: bool = False
) -> Principal:
    """Give somebody who acts in a role."""
    account = role_arn.split(":")[4]
    arn = f"arn:aws:sts::{account}:assumed-role/{role_arn.rpartition('/')[2]}/{name}"
    return Principal(arn, account, role_arn, is_trusted=is_trusted, has_second_factor=has_second_factor)
