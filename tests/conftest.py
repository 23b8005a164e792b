"""How hypothesis looks for counterexamples: the same examples in every run, so that a red test stays red until mended.

`pytest --hypothesis-profile=search <file>` looks elsewhere, and longer; what it finds becomes an `@example`.
"""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", max_examples=2000, deadline=None, database=None, print_blob=True)
settings.load_profile("repeatable")
