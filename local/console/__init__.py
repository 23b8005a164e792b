"""The local console of supervision: the deployed function's screens in a browser, live; and the same as plain files."""
