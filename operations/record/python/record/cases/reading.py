"""Finds the case that somebody names, and reads all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from record.cases.dossier import Dossier, DossierReader
from record.cases.finding import Named, find
from record.cases.kept_decisions import KeptDecision, read_table
from record.cases.stack import Stack


@dataclass(frozen=True, slots=True)
class Cases:
    """Reads the cases of one stack."""

    stack: Stack

    def named(self, key: str) -> tuple[Named, Sequence[Dossier]]:
        """The limitations that a limitation's, contract's, point's, customer's or execution's name means.

        Raises
        ------
        NothingFound
            When nothing has such a name.
        """
        named = find(self.stack, key)
        also = [named.key] if named.kind == "execution" else []
        reader = DossierReader(self.stack)
        return named, [reader.read(each, also) for each in named.limitation_ids]

    def decisions(self, limitation_id: str) -> Sequence[KeptDecision]:
        """The decisions about a limitation that are kept, in their order."""
        return read_table(self.stack.client("dynamodb"), self.stack.name("decisions"), limitation_id)
