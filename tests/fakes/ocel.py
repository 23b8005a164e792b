"""What a file of OCEL 2.0 has to be: models after the standard's schema, and what no schema can say.

Written by us after https://www.ocel-standard.org/2.0/ocel20-schema-json.json (draft-07, as of August 2026) and the
specification (https://www.ocel-standard.org/2.0/ocel20_specification.pdf, sections 4 and 8). It is stricter than the
standard's schema: names of attributes' types are those of the specification, and nothing else may be there. Values are
texts, as in the standard's schema.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
"""RFC 3339, which ISO 8601 is wider than."""
FITS = {"string": ".*", "time": MOMENT, "integer": r"-?\d+", "float": r"-?\d+(\.\d+)?", "boolean": "true|false"}

type Moment = Annotated[str, Field(pattern=f"^{MOMENT}$"), AfterValidator(datetime.fromisoformat)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class Declared(Strict):
    name: str
    type: Literal["string", "time", "integer", "float", "boolean"]


class Type(Strict):
    name: str
    attributes: list[Declared]


class Said(Strict):
    name: str
    value: str


class SaidSince(Said):
    time: Moment


class Related(Strict):
    object_id: str
    qualifier: str


class Thing[Attribute](Strict):
    id: str
    type: str
    attributes: list[Attribute] = []
    relationships: list[Related] = []


class Event(Thing[Said]):
    time: Moment


class Document(Strict):
    event_types: list[Type]
    object_types: list[Type]
    events: list[Event]
    objects: list[Thing[SaidSince]]


def faults_of(document: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a document whose parts are right; raises where a part is none."""
    read = Document.model_validate(document)
    objects = {it.id for it in read.objects}
    things: list[Event | Thing[SaidSince]] = [*read.events, *read.objects]
    types = read.event_types, read.object_types
    for names in ([it.id for it in things], *([it.name for it in some] for some in types)):
        yield from (f"{name} comes twice" for name, times in Counter(names).items() if times > 1)
    declared = {each.name: {it.name: FITS[it.type] for it in each.attributes} for some in types for each in some}
    for thing in things:
        for it in thing.attributes:
            if not re.fullmatch(declared[thing.type][it.name], it.value):
                yield f"{thing.id}: {it.name} = {it.value} is of another type"
        others = (it.object_id for it in thing.relationships if it.object_id not in objects)
        yield from (f"{thing.id} has to do with {each}, which is not there" for each in others)
