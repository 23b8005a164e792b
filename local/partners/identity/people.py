"""Made people: advisors, operations, and customers with an espace client."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in.

    Attributes
    ----------
    customer_id
        Their number as a customer: a customer has no group, and an advisor may be a customer, too.
    """

    sub: str
    name: str
    groups: tuple[str, ...] = ()
    customer_id: str = ""

    @property
    def claims(self) -> dict[str, object]:
        """What a token says of them."""
        claims: dict[str, object] = {"sub": self.sub, "name": self.name}
        if self.groups:
            claims["groups"] = list(self.groups)
        return claims | {"customer_id": self.customer_id} if self.customer_id else claims


PEOPLE = (
    Person("lea.martin", "Léa Martin", ("advisors",)),
    Person("karim.benali", "Karim Benali", ("advisors", "health")),
    Person("chloe.petit", "Chloé Petit", ("readers",)),
    Person("nina.faure", "Nina Faure", ("advisors",), "CUS-NINA"),
    Person("olivier.roux", "Olivier Roux", ("operations",)),
    Person("paul.girard", "Paul Girard"),
    Person("CUS-1", "Awa Diallo", customer_id="CUS-1"),
    Person("CUS-2", "Hugo Lefèvre", customer_id="CUS-2"),
)
"""Those who are known at first: `readers` only see, `health` sees health facts, Paul Girard is in no group."""
