"""The parts of each function, built once in a process: a function's module asks for them outside of its handler.

Heavy libraries are imported where they are needed, so that a function loads only its own.
"""

from restoration import startup

startup.begin()
