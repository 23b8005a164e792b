"""The template on an emulator that others wrote: ``make foreign-emulator``."""
