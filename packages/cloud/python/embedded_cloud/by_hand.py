"""What runs until somebody ends it."""

import signal
import threading


def set_by_hand(stop: threading.Event | None = None) -> threading.Event:
    """Give an event that is set by Ctrl-C, or by the signal that asks this process to end.

    A thread sets it: the signal may come while the main thread holds the event's own lock, on its way into `wait`.
    """
    ended = stop or threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=ended.set).start())
    return ended
