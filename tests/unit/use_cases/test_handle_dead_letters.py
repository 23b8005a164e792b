"""Dead letters are looked at without harm and replayed without loss; only those that a person looked at are handled."""

from dataclasses import dataclass, field

import pytest

from record.domain.dead_letter import Action, Family, Fate, Handled, Instruction
from record.use_cases.handle_dead_letters import LetterDesk
from tests.fakes.letters import NOW, InMemoryArchive, InMemoryBoxes, changed, judge_with, letter
from tests.fakes.samples import body, payment

PAYMENTS = Family.PAYMENTS
REPLAY = Instruction(Action.REPLAY, "operation-1", "arn:somebody", "billing has mended it")
DISCARD = Instruction(Action.DISCARD, "operation-2", "arn:somebody", "a test of billing's")
GOOD = [letter(payment(f"PAY-{number}"), f"letter-{number}", ErrorType="ClientError") for number in range(25)]
BAD = letter(body("PaymentReceived", amount="-1"), "bad", ErrorType="InvalidEvent")


@dataclass
class Room:
    """A desk with its queues and its archive; ``steps`` is how many more letters there is time for."""

    boxes: InMemoryBoxes
    archive: InMemoryArchive = field(default_factory=InMemoryArchive)
    steps: int = 1000

    @property
    def desk(self) -> LetterDesk:
        return LetterDesk(self.boxes, judge_with(), self.archive, lambda: NOW, self.is_time_left)

    def is_time_left(self) -> bool:
        self.steps -= 1
        return self.steps >= 0

    def handle(self, instruction: Instruction, *letters: str, **digests: str) -> dict[str, Fate]:
        known = {each.id: each.digest for some in self.boxes.letters.values() for each in some}
        chosen = {each: known.get(each, "0" * 64) for each in letters} | digests
        handled: list[Handled] = self.desk.handle(PAYMENTS, chosen, instruction)
        return {each.id: each.fate for each in handled}


def room(*letters: object, **settings: object) -> Room:
    boxes = InMemoryBoxes.of(PAYMENTS, *letters, **settings)  # type: ignore[arg-type]
    return Room(boxes)


def test_look_sees_every_letter_beyond_the_ten_of_one_receive_and_hides_none_afterwards() -> None:
    here = room(*GOOD)
    seen, is_all = here.desk.seen(PAYMENTS, 1000)
    assert ([one.id for one, _ in seen], is_all) == ([each.id for each in GOOD], True)
    assert here.boxes.visible(PAYMENTS) == [each.id for each in GOOD]


def test_look_with_a_limit_says_that_there_are_more_and_gives_back_what_it_received_beyond() -> None:
    here = room(*GOOD)
    seen, is_all = here.desk.seen(PAYMENTS, 12)
    assert (len(seen), is_all) == (12, False)
    assert len(here.boxes.visible(PAYMENTS)) == 25


def test_look_at_named_letters_ends_when_it_has_them() -> None:
    seen, _ = room(*GOOD).desk.seen(PAYMENTS, 1000, frozenset({"letter-3"}))
    assert [one.id for one, _ in seen] == ["letter-3"]


def test_look_that_fails_gives_back_what_it_held() -> None:
    here = room(*GOOD)
    here.boxes.letters[PAYMENTS][11] = None  # type: ignore[call-overload] # the third receive breaks
    with pytest.raises(AttributeError):
        here.desk.seen(PAYMENTS, 1000)
    here.boxes.letters[PAYMENTS].pop(11)
    assert len(here.boxes.visible(PAYMENTS)) == 24


def test_chosen_letters_are_sent_unchanged_and_leave_and_the_others_stay() -> None:
    here = room(GOOD[0], *GOOD, BAD)  # SQS may give one twice
    fates = here.handle(REPLAY, "letter-0", "letter-24")
    assert fates == {"letter-0": Fate.REPLAYED, "letter-24": Fate.REPLAYED}
    assert here.boxes.sent == [(PAYMENTS, GOOD[0].body), (PAYMENTS, GOOD[24].body)]
    assert here.boxes.visible(PAYMENTS) == [*(each.id for each in GOOD[1:24]), "bad"]
    assert here.archive.kept == [("letter-0", REPLAY), ("letter-24", REPLAY)]


def test_letter_that_would_come_back_is_refused_and_stays() -> None:
    here = room(BAD)
    assert here.handle(REPLAY, "bad") == {"bad": Fate.REFUSED}
    assert (here.boxes.sent, here.boxes.visible(PAYMENTS), here.archive.kept) == ([], ["bad"], [])


def test_letter_with_another_body_than_was_looked_at_is_left_alone() -> None:
    here = room(changed(GOOD[0], payment("PAY-FORGED")))
    assert here.handle(REPLAY, **{"letter-0": GOOD[0].digest}) == {"letter-0": Fate.CHANGED}
    assert here.handle(DISCARD, **{"letter-0": GOOD[0].digest}) == {"letter-0": Fate.CHANGED}
    assert (here.boxes.sent, here.boxes.visible(PAYMENTS)) == ([], ["letter-0"])


def test_letter_that_somebody_else_looks_at_is_not_found_and_not_handled_twice() -> None:
    here = room(GOOD[0])
    next(iter(here.boxes.look(PAYMENTS)))
    assert here.handle(REPLAY, "letter-0") == {"letter-0": Fate.NOT_FOUND}
    assert here.boxes.sent == []


@pytest.mark.parametrize(("lost", "copies"), [("send", 2), ("delete", 1)])
def test_lost_response_loses_no_letter(lost: str, copies: int) -> None:
    """After a lost send the letter is sent again: its consumer recognises the second copy."""
    here = room(GOOD[0], lost={lost})
    with pytest.raises(ConnectionError):
        here.handle(REPLAY, "letter-0")
    here.handle(REPLAY, "letter-0")
    assert len(here.boxes.sent) == copies
    assert here.boxes.letters[PAYMENTS] == []


@pytest.mark.parametrize("instruction", [REPLAY, DISCARD])
def test_nothing_is_done_that_the_archive_does_not_have(instruction: Instruction) -> None:
    here = room(GOOD[0])
    here.archive.is_down = True
    with pytest.raises(ConnectionError):
        here.handle(instruction, "letter-0")
    assert (here.boxes.sent, here.boxes.visible(PAYMENTS)) == ([], ["letter-0"])


def test_discarded_letter_is_kept_before_it_goes_and_is_sent_nowhere() -> None:
    here = room(BAD, GOOD[0])
    assert here.handle(DISCARD, "bad") == {"bad": Fate.DISCARDED}
    assert (here.boxes.sent, here.boxes.visible(PAYMENTS)) == ([], ["letter-0"])
    assert here.archive.kept == [("bad", DISCARD)]


def test_replay_that_runs_out_of_time_leaves_the_rest_where_it_is() -> None:
    here = room(*GOOD)
    here.steps = 2
    fates = here.handle(REPLAY, *(each.id for each in GOOD))
    assert list(fates.values()).count(Fate.REPLAYED) == 2
    assert list(fates.values()).count(Fate.NOT_REACHED) == 23
    assert len(here.boxes.visible(PAYMENTS)) == 23
