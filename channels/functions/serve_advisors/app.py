"""The advisors' desk and API: what waits for a person, and one case with what to say and to decide."""

from channels.adapters.identity import IdentityProvider
from channels.advisors import AdvisorSite
from channels.bootstrap import by_path, operations, site, stack
from record.cases.dossier import DossierReader
from restoration import settings
from restoration.adapters.secrets_manager.secrets import secret, secret_field
from restoration.clock import utc_now


def client() -> tuple[str, str]:
    """The desk's id and secret at the identity provider, as they are now."""
    name = settings.text("IDENTITY_SECRET")
    kept = secret(name)
    return secret_field(kept, name, "clientId"), secret_field(kept, name, "clientSecret")


advisors = AdvisorSite(
    **site(),
    supplier=settings.text("SUPPLIER_NAME"),
    provider=IdentityProvider(settings.text("IDENTITY_ISSUER"), client, utc_now),
    dossier=DossierReader(stack()).read,
    operations=operations,
)
handler = by_path(advisors, "advisors")
