"""What a state of the repository says of itself, as ways from what changed to the systems that it touches."""

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from functools import cache, cached_property
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import yaml
from samtranslator.yaml_helper import yaml_parse

from embedded_cloud.stack.documents import read_yaml
from embedded_cloud.stack.language_extensions import written_out
from local import asl
from record.domain.states import state_of
from scripts.impact.code import Code, closure, inverted
from scripts.impact.trees import ImpactError, Tree
from scripts.impact.walking import what_follows

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
_PUBLISHED, *_RECEIVED = (f"restoration.contracts.{it}:" for it in ("published", "received", "received_limitations"))
_ACTING = ("restoration.use_cases.", "functions/")
_PROCESS = "statemachine/restoration.asl.yaml"


class Level(IntEnum):
    """How a system is touched, the gravest first."""

    CONTRACT = 1
    BEHAVIOUR = 2
    POSSIBLE = 3


class Node(NamedTuple):
    """Something that a change touches: the first word of its kind is its kind in French.

    Parameters
    ----------
    at
        The machine of a state, the template of a resource, the system of what only leads to that.
    """

    kind: str
    name: str
    at: str = ""


def system_of(name: str) -> str:
    """The system that a name or a path is about; the last word that names one counts."""
    words = re.findall(r"[A-Z]?[a-z]+", name)
    return next((_WORDS[word.lower()] for word in reversed(words) if word.lower() in _WORDS), "")


def names_in(value: Any) -> set[str]:
    """All names within YAML: its texts, and its keys."""
    return set(re.findall(r"\w+", str(value)))


class House:
    """One state of the repository."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.code = Code(tree.files)
        self.functions = {PurePosixPath(it).parts[-2]: it for it in self.code.modules if it.endswith("/app")}
        self.events = {PurePosixPath(it).stem for it in tree.files if it.startswith("events/schemas/")}
        machines = (it for it in tree.files if re.fullmatch(r"(operations/)?statemachine/\w+\.asl\.yaml", it))
        self.machines = {it: asl.Machine(PurePosixPath(it).name, tree.read(it).decode()) for it in machines}
        self.states: dict[Node, asl.State] = {}
        for path, machine in self.machines.items():
            with _readable(path):
                self.states |= {Node("état", it.name, path): it for it in machine.states()}

    def ways(self, node: Node) -> Iterator[tuple[Level, Node]]:
        """The ways on from a node, each with the gravest that it can be; a system is the end of one."""
        match node.kind:
            case "partie":
                yield from self._from_part(node.name)
            case "fonction":
                yield from self._from_function(node)
            case "fonction appelée":
                yield from self._sinks(node)
            case "état" | "état suivi":
                yield from self._from_state(node)
            case "événement":
                yield from ((Level.CONTRACT, Node("", system)) for system in self._systems_of_event(node.name))
            case "ressource":
                yield from self._from_resource(node)
            case _:
                yield Level.CONTRACT, Node("", node.at)

    # ── The code ──

    def functions_with(self, part: str) -> list[str]:
        """The functions that reach a part."""
        return [name for name, module in self.functions.items() if part in self.code.reach(module)]

    def _from_part(self, key: str) -> Iterator[tuple[Level, Node]]:
        """A partner's adapter or contract is a border: what changes behind it is between that partner and us."""
        owner = {key.rpartition(".")[0]} & self.code.parts.keys() if ".contracts." in key else set()
        at_border = closure({key} | owner, self._border_users) if key.startswith(_BORDER) else set()
        border = [Node("événement", event) for it in at_border for event in self._events_of(it)]
        systems = {system_of(it) for it in at_border if not it.startswith((_PUBLISHED, *_RECEIVED))} - {""}
        leading = (self.code.leading_to(self.functions[it], key) for it in self.functions_with(key) if systems)
        calls = [_call(it) for it in self._calls.intersection(set[str]().union(*leading))]
        for system in systems:
            contract = Node("contrat", self.code.parts[key].name, system)
            border += [it for it in calls if it.at == system] or [contract]
        yield from ((Level.CONTRACT, it) for it in border)
        if not border:
            yield from ((Level.BEHAVIOUR, Node("fonction", it, key)) for it in self.functions_with(key))
        for screen in (it for it in self.code.modules if it.startswith("supervision.screens.")):
            if key in self.code.reach(screen):
                yield Level.BEHAVIOUR, Node("écran", screen.rpartition(".")[2], SUPERVISION)
        if key.startswith("ops."):
            yield Level.BEHAVIOUR, Node("outil", key.partition(":")[0], SUPERVISION)

    @cached_property
    def _border_users(self) -> dict[str, set[str]]:
        return inverted({key: used for key, used in self.code.used.items() if key.startswith(_BORDER)})

    def _events_of(self, key: str) -> set[str]:
        part = self.code.parts[key]
        is_model = key.startswith((_PUBLISHED, *_RECEIVED)) and isinstance(part.nodes[0], ast.ClassDef)
        return {part.name, *part.texts} & self.events if is_model else set()

    @cached_property
    def _calls(self) -> set[str]:
        """The methods of partners' clients, as bootstrap builds them."""
        bootstrap = (it for it in self.code.parts if it.startswith("restoration.bootstrap."))
        clients = {used for it in bootstrap for used in self.code.used[it] if ".adapters." in used and system_of(used)}
        methods = {it for client in clients for it in self.code.methods.get(client, ())}
        return {it for it in methods if re.fullmatch(r"(?!close$)[a-z]\w*", it.rpartition(".")[2])}

    def _around(self, node: Node) -> set[str]:
        module = self.functions.get(node.name, "")
        return self.code.around(module, node.at) if node.at else {*self.code.reach(module)} if module else set()

    def _sinks(self, function: Node) -> Iterator[tuple[Level, Node]]:
        """The events that a function publishes, and its calls to partners: those around a part, where one changed."""
        chosen = self._around(function)
        acting = {it for it in self._around(function._replace(at="")) if it.startswith(_ACTING)}
        published = {used.removeprefix(_PUBLISHED) for it in chosen & acting for used in self.code.used[it]}
        asked = {name for it in acting for name in self.code.parts[it].attributes}
        called = {it for it in chosen & self._calls if it.rpartition(".")[2] in asked}
        yield from ((Level.BEHAVIOUR, Node("événement", it)) for it in published & self.events)
        yield from ((Level.BEHAVIOUR, _call(it)) for it in called)

    def _from_function(self, node: Node) -> Iterator[tuple[Level, Node]]:
        yield from self._sinks(node)
        yield from ((Level.BEHAVIOUR, Node("événement", it)) for it in self._read_by(node.name))
        if self.functions[node.name].startswith("operations/"):
            yield Level.BEHAVIOUR, Node("", SUPERVISION)
        yield from ((Level.POSSIBLE, it) for it, state in self.states.items() if self._function_of(state) == node.name)
        if any(it.endswith(":Executions.start") for it in self._around(node)):
            yield Level.POSSIBLE, self._first_look

    # ── The machines ──

    @property
    def _first_look(self) -> Node:
        document = self.machines[_PROCESS].document
        return Node("état", document["States"][document["StartAt"]]["Next"], _PROCESS)

    def _from_state(self, node: Node) -> Iterator[tuple[Level, Node]]:
        """What a state does; and what may follow from it, unless it is only one of those."""
        state = self.states[node._replace(kind="état")]
        for event in names_in(state.body.get("Arguments")) & self.events:
            yield Level.CONTRACT, Node("événement", event)
        if system := _WORDS.get(state_of(state.name).party, ""):
            yield Level.BEHAVIOUR, Node("", system)
        if function := self._function_of(state):
            yield Level.BEHAVIOUR, Node("fonction appelée", function)
        if node.kind == "état":
            yield from ((Level.POSSIBLE, it) for it, _ in self.followers(node, None))
            if node.at.startswith("operations/"):
                yield Level.CONTRACT, Node("", SUPERVISION)

    def followers(self, node: Node, value: Any) -> Iterator[tuple[Node, bool]]:
        """The states that may follow one, which decides the value where that is known, and whether they surely do."""
        found = what_follows(self.machines[node.at], self.states[node], value)
        return ((Node("état suivi", state.name, node.at), is_sure) for state, is_sure in found)

    def _function_of(self, state: asl.State) -> str:
        """The function that a state calls, or that reads the queue it writes to."""
        queue = state.queue.removesuffix("Url")
        readers = [name for name, queues in self._queues.items() if queue in queues]
        return readers[0] if readers else asl.function_named(state.function)

    # ── Events and templates ──

    @cached_property
    def resources(self) -> dict[Node, Mapping[str, Any]]:
        """Resources and parameters of both templates, and what their functions share."""
        found: dict[Node, Mapping[str, Any]] = {}
        for path in ("template.yaml", "operations/template.yaml"):
            template = _template(self.tree.read(path), path)
            shared = {"Globals": {"Type": "Globals", "Properties": template.get("Globals")}}
            for name, body in {**template.get("Parameters", {}), **template.get("Resources", {}), **shared}.items():
                found[Node("ressource", name, path)] = body
        return found

    def _from_resource(self, node: Node) -> Iterator[tuple[Level, Node]]:
        """A resource touches the events and the functions that it names, and what is built for operations those."""
        body = self.resources[node]
        names = {node.name} | names_in(body.get("Properties"))
        if node.at.startswith("operations/") or body["Type"].startswith(("AWS::CloudWatch", "AWS::Logs")):
            yield Level.BEHAVIOUR, Node("", SUPERVISION)
            return
        yield from ((Level.CONTRACT, Node("événement", it)) for it in names & self.events)
        functions = {asl.function_named(it) for it in names if it.endswith("Function")} & self.functions.keys()
        yield from ((Level.POSSIBLE, Node("fonction appelée", it)) for it in functions)
        if body["Type"].endswith("::StateMachine"):
            yield Level.POSSIBLE, self._first_look

    def _of_type(self, kind: str) -> Iterator[Mapping[str, Any]]:
        return (it["Properties"] for it in self.resources.values() if it["Type"] == kind)

    @cached_property
    def senders(self) -> dict[str, str]:
        """The system that sends each event that comes in, as events/asyncapi.yaml has it."""
        document = read_yaml(self.tree.read("events/asyncapi.yaml").decode()) or {}
        operations = (it for it in document.get("operations", {}).items() if it[1]["action"] == "receive")
        return {it["$ref"].rpartition("/")[2]: system_of(name) for name, each in operations for it in each["messages"]}

    def _systems_of_event(self, event: str) -> set[str]:
        """Its sender, else its readers: as its contract says, and customers where a rule leads to a carrier."""
        if event in self.senders:
            return {self.senders[event]}
        readers = (it for it in self.functions if event in self._read_by(it))
        carried = {node.at for it in readers for _, node in self._sinks(Node("fonction", it))} & {CUSTOMERS}
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

    def _read_by(self, function: str) -> set[str]:
        """The events that rules bring to a function, by a queue that it reads."""
        queues = self._queues.get(function, set())
        rules = (it for it in self._of_type("AWS::Events::Rule") if queues & names_in(it["Targets"]))
        return {event for rule in rules for event in names_in(rule.get("EventPattern", "")) & self.events}

    @cached_property
    def _queues(self) -> dict[str, set[str]]:
        """The queues that each function reads."""
        mappings = self._of_type("AWS::Lambda::EventSourceMapping")
        queues = {it.name for it, body in self.resources.items() if body["Type"] == "AWS::SQS::Queue"}
        return {
            asl.function_named(it["FunctionName"]["Ref"]): names_in(it["EventSourceArn"]) & queues for it in mappings
        }


def _call(method: str) -> Node:
    return Node("appel", method.partition(":")[2], system_of(method))


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
