"""The customers' pages and API: where the case stands, and what one can do."""

from channels import bootstrap

handler = bootstrap.customers()
