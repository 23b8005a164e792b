"""``ops redrive``: many failed executions, frozen, confirmed, redriven step by step, and reported one by one."""
