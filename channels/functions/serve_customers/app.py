"""The customers' pages and API: where the case stands, and what one can do."""

from functools import partial

from channels.adapters.post import post_one_time
from channels.bootstrap import by_path, even, site
from channels.customers import CustomerSite
from channels.pages.customer import Supplier
from channels.pages.words import CUSTOMER
from restoration import settings
from restoration.bootstrap import messages, partners

supplier = Supplier(*map(settings.text, ("SUPPLIER_NAME", "SUPPLIER_TELEPHONE", "DATA_PROTECTION_CONTACT")))
post = partial(post_one_time, messages.mail(), messages.text_messages(), supplier.name, CUSTOMER)
customers = CustomerSite(
    **site(),
    supplier=supplier,
    customers=partners.billing,
    post=post,
    even=even,
    address_header=settings.optional("VISITOR_ADDRESS_HEADER"),
)
handler = by_path(customers, "customers")
