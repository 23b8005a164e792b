"""Orders are followed without waiting: an execution reads again as soon as Enedis has something new to show.

On AWS it reads again after a wait that grows to hours. Here no test and no story waits, and none depends on how many
seconds something takes: what Enedis shows changes when a test or a story says so.
"""

from dataclasses import replace
from threading import Event, Lock, Thread

from embedded_cloud import EmbeddedCloud, Execution
from local.partners.enedis import EnedisNetwork
from restoration.domain.point import PointSituation

FOLLOWING = "WaitForEnedis"
"""The state in which an order is left to Enedis."""
READING = frozenset({"ReadPoint", "ReadCase"})
"""The states in which the point is read."""
PAUSING = "WaitBeforeReading"
"""The state in which Enedis is given a moment before its refusal is looked into."""
LOOK_EVERY_SECONDS = 0.02


class Follower:
    """Lets the time pass for which executions wait for Enedis, once there is something to read, within its block."""

    def __init__(self, cloud: EmbeddedCloud, network: EnedisNetwork) -> None:
        self._cloud = cloud
        self._network = network
        self._lock = Lock()
        self._waiting: set[Execution] = set()
        self._reads: dict[Execution, tuple[int, PointSituation | None]] = {}
        self._somebody_waits = Event()
        self._stopping = False
        self._thread = Thread(target=self._run, name="follower", daemon=True)
        cloud.subscriptions.executions.append(self._note)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._stopping = True
            self._somebody_waits.set()
        self._thread.join()

    def _note(self, execution: Execution) -> None:
        with self._lock:
            if execution.state in READING:
                self._note_read(execution)
            if execution.rests and execution.state in {FOLLOWING, PAUSING}:
                self._waiting.add(execution)
                self._somebody_waits.set()
            else:
                self._waiting.discard(execution)
                if not self._waiting and not self._stopping:
                    self._somebody_waits.clear()

    def _run(self) -> None:
        pause = Event()
        while not self._stopping:
            self._somebody_waits.wait()
            with self._lock:
                waiting = list(self._waiting)
            for execution in waiting:
                if not is_followed(execution) or self._has_news(execution):
                    self._cloud.pass_time(execution.arn)
            pause.wait(LOOK_EVERY_SECONDS)

    def _note_read(self, execution: Execution) -> None:
        """Note how the point is as an execution begins to read it: two that follow one point read on their own."""
        entry, _ = self._reads.get(execution, (0, None))
        if entry != len(execution.entries):
            self._reads[execution] = len(execution.entries), self._network.view_if_known(_point(execution))

    def leaves_alone(self, execution: Execution) -> bool:
        """Whether an execution waits for Enedis, and has read all that there is to read."""
        with self._lock:
            is_read = execution.rests and is_followed(execution) and not self._has_news(execution)
            return is_read and not self._network.is_moving(_point(execution))

    def _has_news(self, execution: Execution) -> bool:
        """Whether a read would show an execution something else than its last one did."""
        view = self._network.view_if_known(_point(execution))
        _, read = self._reads.get(execution, (0, None))
        return view is not None and (read is None or view != replace(read, read_at=view.read_at))


def _point(execution: Execution) -> str:
    return str(execution.input["pointId"])


def is_followed(execution: Execution) -> bool:
    """Whether an execution leaves its order to Enedis, and has read how it stands since it took charge."""
    path = execution.path
    since_it_took_charge = path[len(path) - path[::-1].index("TakeCharge") :]
    return execution.state == FOLLOWING and "ReadCase" in since_it_took_charge
