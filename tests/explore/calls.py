"""Calls of functions that stop between any two effects.

A call runs a use case without threads: each time it goes on it runs again from its start, is given what it was given
before, performs some effects more and is stopped. So a course decides between any two effects who goes on, who dies,
and which call outlives its task.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Broken(AssertionError):
    """Raised when a course breaks a promise; its text names the promise."""


class Paused(BaseException):
    """Stops a call between two effects. No Exception, so that no ``except`` of the code under test catches it."""


@dataclass(eq=False)
class Call:
    """One call: a function, a name for a reader of the course, and what the caller knew of itself when it made it."""

    run: Callable[["Call"], Any]
    name: str
    known: Any = None
    tick: Callable[[], int] = lambda: 0
    effects: int = 0
    result: Any = None
    error: Exception | None = None
    done: bool = False
    marked: int = 0
    """The moment, as the world counts, when it last touched the claim's item."""
    _past: list[tuple[Any, Exception | None]] = field(default_factory=list)
    _cursor: int = 0
    _budget: int = 0

    def go(self, effects: int) -> bool:
        """Go on by at most some effects; whether it has ended, with a result or an error."""
        if self.done:
            return True
        self._cursor, self._budget = 0, effects
        try:
            self.result = self.run(self)
        except Paused:
            return False
        except Broken:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the function raises is the machine's to handle
            self.error = error
        self.done = True
        return True

    def perform(self, effect: Callable[[], Any], *, counts: bool = True) -> Any:
        """Perform an effect once; later runs get its result. One that does not count never pauses."""
        if self._cursor < len(self._past):
            value, raised = self._past[self._cursor]
            self._cursor += 1
            if raised:
                raise raised
            return value
        if counts:
            if self._budget <= 0:
                raise Paused
            self._budget -= 1
            self.effects += 1
        self._cursor += 1
        try:
            value = effect()
        except Broken:
            raise
        except Exception as error:
            self._past.append((None, error))
            raise
        self._past.append((value, None))
        return value


type Written = Callable[[Call, str, str, Any], None]
"""Called after each write: with its call, the table, the key, and the item after it where that is known."""


class Acts:
    """What is outside of a call, as it acts on it: to call one of its methods is an effect."""

    def __init__(self, call: Call, outside: Any) -> None:
        self._call = call
        self._outside = outside

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *given, **named: self._call.perform(lambda: getattr(self._outside, name)(*given, **named))


class Watched(Acts):
    """DynamoDB, each of whose operations is an effect of a call; writes to watched tables are looked at."""

    def __init__(self, tables: Any, call: Call, written: Written) -> None:
        super().__init__(call, tables)
        self.written = written
        self.meta = self
        self.client = self
        self.exceptions = tables.meta.client.exceptions

    def Table(self, name: str) -> "WatchedTable":  # noqa: N802 - boto3's name
        return WatchedTable(self._call, self._outside.Table(name), name, self)

    def transact_write_items(self, **request: Any) -> Any:
        def write() -> Any:
            response = self._outside.meta.client.transact_write_items(**request)
            for each in request["TransactItems"]:
                if update := each.get("Update"):
                    self.written(self._call, update["TableName"], next(iter(update["Key"].values())), None)
            return response

        return self._call.perform(write)


class WatchedTable(Acts):
    """One table of :class:`Watched`."""

    def __init__(self, call: Call, table: Any, name: str, resource: Watched) -> None:
        super().__init__(call, table)
        self._name = name
        self.meta = resource

    def get_item(self, **request: Any) -> Any:
        return self._call.perform(lambda: self._marked().get_item(**request))

    def update_item(self, **request: Any) -> Any:
        def write() -> Any:
            response = self._marked().update_item(**request)
            after = response.get("Attributes") if request.get("ReturnValues") == "ALL_NEW" else None
            self.meta.written(self._call, self._name, next(iter(request["Key"].values())), after)
            return response

        return self._call.perform(write)

    def _marked(self) -> Any:
        """The table, of which the call has touched the claim's item now."""
        if self._name == "limitations":
            self._call.marked = self._call.tick()
        return self._outside
