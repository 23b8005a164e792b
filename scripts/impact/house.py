"""What a state of the repository says of itself: functions, machines, events with their senders and readers."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import PurePosixPath
from typing import Any

import yaml
from samtranslator.yaml_helper import yaml_parse

from embedded_cloud.stack.language_extensions import written_out
from local import asl
from record.domain.waiting import state_of
from scripts.impact.code import Code, Reach, closure
from scripts.impact.trees import ImpactError, Tree

SYSTEMS = ("Facturation", "Enedis", "Conseillers", "Banque", "CRM (contacts)", "Clients", "Supervision")
BILLING, ENEDIS, ADVISORS, BANK, CONTACT, CUSTOMERS, SUPERVISION = SYSTEMS
_WORDS = {
    "billing": BILLING, "enedis": ENEDIS, "advisor": ADVISORS, "advisors": ADVISORS, "bank": BANK, "contact": CONTACT,
    "ses": CUSTOMERS, "messaging": CUSTOMERS, "operations": SUPERVISION,
}  # fmt: skip
"""What folders, contracts and classes call each system."""
_READERS = re.compile(r"\b(billing|advisors|operations)\b", re.IGNORECASE)
_BANNER_OR_CLASS = re.compile(r"^# ── (.+) ──$|^class (\w+)\(", re.MULTILINE)
_BORDER = ("restoration.contracts.", "restoration.adapters.")
_PUBLISHED, _RECEIVED = "restoration.contracts.published:", "restoration.contracts.received:"


def system_of(name: str) -> str:
    """The system that a name or a path is about; the last word that names one counts."""
    words = re.findall(r"[A-Z]?[a-z]+", name)
    return next((_WORDS[word.lower()] for word in reversed(words) if word.lower() in _WORDS), "")


def names_in(value: Any) -> set[str]:
    """All names within YAML: its texts, and its keys."""
    if isinstance(value, Mapping):
        return names_in([*value.keys(), *value.values()])
    return set().union(*map(names_in, value)) if isinstance(value, list) else set(re.findall(r"\w+", str(value)))


class House:
    """One state of the repository."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.code = Code(tree)
        self.functions = {PurePosixPath(it).parts[-2]: it for it in self.code.modules if it.endswith("/app")}
        self.events = {PurePosixPath(it).stem for it in tree.files if it.startswith("events/schemas/")}
        machines = (it for it in tree.files if re.fullmatch(r"(operations/)?statemachine/\w+\.asl\.yaml", it))
        self.machines = {it: asl.Machine(PurePosixPath(it).name, tree.read(it).decode()) for it in machines}
        self.states: list[tuple[str, asl.State]] = []
        for path, machine in self.machines.items():
            with _readable(path):
                self.states += ((path, state) for state in machine.states())
        self.reach = cache(self.code.reach)
        self.sinks = cache(self._sinks)
        self.systems_of_event = cache(self._systems_of_event)

    # ── The code ──

    def functions_with(self, part: str) -> list[str]:
        return [name for name, module in self.functions.items() if part in self.reach(module).users]

    def screens_with(self, part: str) -> list[str]:
        screens = (it for it in self.code.modules if it.startswith("supervision.screens."))
        return [it.rpartition(".")[2] for it in screens if part in self.reach(it).users]

    def border(self, part: str) -> tuple[set[str], set[str]]:
        """The events whose contract a part belongs to, and the systems whose calls it makes or reads."""
        if not part.startswith(_BORDER):
            return set(), set()
        owner = {part.rpartition(".")[0]} & self.code.parts.keys() if ".contracts." in part else set()
        found = closure({part} | owner, self._border_users)
        events = {event for key in found for event in self._events_of(key)}
        return events, {system_of(key) for key in found if not key.startswith((_PUBLISHED, _RECEIVED))} - {""}

    @cached_property
    def _border_users(self) -> dict[str, set[str]]:
        users: dict[str, set[str]] = {}
        for key, part in self.code.parts.items():
            if key.startswith(_BORDER):
                own = {f"{key.rpartition('.')[0]}.{name}" for name in part.attributes} & self.code.parts.keys()
                for used in self.code.used(part) | own:
                    users.setdefault(used, set()).add(key)
        return users

    def _events_of(self, key: str) -> set[str]:
        part = self.code.parts[key]
        is_model = key.startswith((_PUBLISHED, _RECEIVED)) and isinstance(part.nodes[0], ast.ClassDef)
        return {key.partition(":")[2], *part.texts} & self.events if is_model else set()

    def _sinks(self, function: str, around: str = "") -> tuple[set[str], set[str]]:
        """The events that a function publishes, and its calls to partners; of a part, those that it may change."""
        reach = self.reach(self.functions[function])
        chosen = reach.around(around) if around else set(reach.users)
        acting = (self.code.parts[it] for it in chosen if it.startswith("restoration.use_cases."))
        published = {it.removeprefix(_PUBLISHED) for part in acting for it in self.code.used(part)}
        return published & self.events, self.calls(reach, chosen)

    def calls(self, reach: Reach, parts: Iterable[str]) -> set[str]:
        """Among some parts, the methods of partners' clients, as bootstrap builds them, that a use case calls."""
        methods = {it: it.rpartition(".")[0] for it in parts if system_of(it) and ".adapters." in it and ":" in it}
        return {
            method
            for method, owner in methods.items()
            if re.fullmatch(r"\w+\.(?!close$)[a-z]\w*", method.partition(":")[2])
            and any(user.startswith("restoration.bootstrap.") for user in reach.users[owner])
            and any(user.startswith(("restoration.use_cases.", "functions/")) for user in reach.users[method])
        }

    # ── Events and where they go ──

    @cached_property
    def resources(self) -> dict[str, Mapping[str, Any]]:
        """Resources and parameters of both templates, and what their functions share, each with its file."""
        found: dict[str, Mapping[str, Any]] = {}
        for path in ("template.yaml", "operations/template.yaml"):
            template = _template(self.tree.read(path), path)
            for section in ("Parameters", "Resources"):
                found |= {f"{path}:{name}": it for name, it in template.get(section, {}).items()}
            found[f"{path}:Globals"] = {"Type": "AWS::Globals", "Properties": template.get("Globals", {})}
        return found

    def _of_type(self, kind: str) -> Iterator[Mapping[str, Any]]:
        return (it["Properties"] for it in self.resources.values() if it["Type"] == kind)

    @cached_property
    def senders(self) -> dict[str, str]:
        """The system that sends each event that comes in, as events/asyncapi.yaml has it."""
        document = yaml.load(self.tree.read("events/asyncapi.yaml"), Loader=yaml.CSafeLoader) or {}
        operations = (it for it in document.get("operations", {}).items() if it[1]["action"] == "receive")
        return {it["$ref"].rpartition("/")[2]: system_of(name) for name, each in operations for it in each["messages"]}

    def _systems_of_event(self, event: str) -> set[str]:
        """Its sender, else its readers: as its contract says, and customers where a rule leads to a carrier."""
        if event in self.senders:
            return {self.senders[event]}
        readers = {it for it in self.functions if event in self.read_by(it)}
        carried = {CUSTOMERS for it in readers if CUSTOMERS in map(system_of, self.sinks(it)[1])}
        return {_WORDS[word] for word in self._readers.get(event, ())} | carried

    @cached_property
    def _readers(self) -> dict[str, set[str]]:
        """The readers of an event that its contract names: in the banner above it, and in its docstring."""
        text = self.tree.read("layers/restoration/python/restoration/contracts/published.py").decode()
        told = {it.name: ast.get_docstring(it) or "" for it in ast.parse(text).body if isinstance(it, ast.ClassDef)}
        found, banner = {}, set[str]()
        for title, name in _BANNER_OR_CLASS.findall(text):
            words = {it.lower() for it in _READERS.findall(title or told[name])}
            if title:
                banner = words
            else:
                found[name] = banner & words or banner or words
        return found

    def read_by(self, function: str) -> set[str]:
        """The events that rules bring to a function, by a queue that it reads."""
        queues = self._queues.get(function, set())
        rules = (it for it in self._of_type("AWS::Events::Rule") if queues & names_in(it["Targets"]))
        return {event for rule in rules for event in names_in(rule.get("EventPattern", "")) & self.events}

    @cached_property
    def _queues(self) -> dict[str, set[str]]:
        """The queues that each function reads."""
        mappings = self._of_type("AWS::Lambda::EventSourceMapping")
        queues = {it.partition(":")[2] for it, body in self.resources.items() if body["Type"] == "AWS::SQS::Queue"}
        return {function_named(it["FunctionName"]["Ref"]): names_in(it["EventSourceArn"]) & queues for it in mappings}

    def function_of(self, state: asl.State) -> str:
        """The function that a state calls, or that reads the queue it writes to."""
        queue = state.queue.removesuffix("Url")
        readers = [name for name, queues in self._queues.items() if queue in queues]
        return readers[0] if readers else function_named(state.function)


def party_of(state: asl.State) -> str:
    """The system that a case waits for in a state; empty where it waits for us."""
    return _WORDS.get(state_of(state.name).party, "")


def function_named(logical: str) -> str:
    """A function's name, by its logical id in a template."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", logical.removesuffix("Function")).lower()


@cache
def _template(text: bytes, path: str) -> Mapping[str, Any]:
    with _readable(path):
        return written_out(yaml_parse(text.decode())) if text else {}


@contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except (yaml.YAMLError, KeyError, ValueError, TypeError) as error:
        raise ImpactError(f"{path} ne se lit pas : {error}") from error
