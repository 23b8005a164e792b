"""The commands, by what they are about: each adds its own to the command line."""
