"""Reads where one limitation stands with few calls: for pages that many people open."""

from record.adapters.dynamodb.counted_facts import last_value, references_of
from record.adapters.stepfunctions.history import TO_A_STATE, read_course
from record.cases.register import RegisterReader
from record.cases.standing import Standing, situation_of
from record.domain.states import Party, state_of
from restoration.domain.look import CERTAINTY


class StandingReader(RegisterReader):
    """Reads where limitations of one stack stand."""

    def read(self, limitation_id: str) -> Standing | None:
        """Where a limitation stands; None where it is not registered."""
        item = self.limitation(limitation_id)
        if "status" not in item:
            return None
        orders = self.orders(references_of(limitation_id, item))
        # The newest of its course says where it stands; Step Functions may have forgotten it.
        holder, states, pending_until = item.get("holder"), self._stack.client("stepfunctions"), None
        course = read_course(states, holder, TO_A_STATE, with_data=False) if holder else None
        if course and state_of(course.state).party is Party.BANK:
            decided = last_value(lambda order: self.decision(limitation_id, order), CERTAINTY)
            pending_until = decided.get("pendingUntil")
        return Standing(limitation_id, item, situation_of(item, orders, course, pending_until))

    def registered(self, limitation_id: str) -> Standing | None:
        """Where it stands by the register alone, without its execution and its orders."""
        item = self.limitation(limitation_id)
        return Standing(limitation_id, item, situation_of(item, (), None)) if "status" in item else None
