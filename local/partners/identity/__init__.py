"""The supplier's identity provider, simulated: it knows made people, and signs tokens for them without a password."""

from local.partners.identity.openid import Client
from local.partners.identity.people import Person
from local.partners.identity.provider import IdentityProvider

__all__ = ["Client", "IdentityProvider", "Person"]
