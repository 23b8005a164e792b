"""The operations' tool: ``python -m ops``, or ``make ops ARGS="…"``.

It acts on one stack of one account, with the rights of the profile that it is given. It knows nothing of the embedded
cloud: there it is a profile, too (``make cloud``).
"""
