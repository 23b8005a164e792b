"""The advisors' desk and API: what waits for a person, and one case with what to say and to decide."""

from channels import bootstrap

handler = bootstrap.advisors()
