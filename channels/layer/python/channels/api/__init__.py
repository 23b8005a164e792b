"""The API of both sites, for the supplier's own applications: one resource for each thing that the pages show or take.

It is imported at the first request for it, so that pages do not pay for its models.
"""
