"""The screens, one module each. The largest element of each is what it is for."""
