"""What runs until somebody ends it."""

import signal
import socket
import threading

ENDING = (signal.SIGINT, signal.SIGTERM)


def set_by_hand(stop: threading.Event | None = None) -> threading.Event:
    """Give an event that is set by Ctrl-C, or by the signal that asks this process to end.

    The interpreter's own handler in C tells a thread, which sets it. One in Python runs when the main thread is awake:
    it may hold the event's own lock then, and a signal that comes just before it falls asleep does not wake it.
    """
    ended = stop or threading.Event()
    heard, told = socket.socketpair()
    told.settimeout(0)
    for number in ENDING:
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(told.fileno())
    threading.Thread(target=_listen, args=(heard, told, ended), name="by-hand", daemon=True).start()
    return ended


def _listen(heard: socket.socket, told: socket.socket, ended: threading.Event) -> None:
    """Set the event at each signal that ends; the interpreter writes to `told` for as long as the process lives."""
    with heard, told:
        while number := heard.recv(1):
            if number[0] in ENDING:
                ended.set()
