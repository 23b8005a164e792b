"""The house does not grow: each room keeps within its bounds, and a bound that is far off is lowered."""

from scripts.size import ROOMS, ROOT, Room, size_of

A_SCREEN = 40
NEAR = 0.93
"""A bound that leaves more room than this is no bound."""


def sizes(room: Room) -> list[tuple[int, int]]:
    """Each figure of a room, beside what it may be."""
    size = size_of(room.paths)
    return [(size.lines, room.python), (size.statements, room.statements), (size.data, room.data)]


def test_each_room_keeps_within_its_bounds() -> None:
    over = [room.name for room in ROOMS if any(has > may for has, may in sizes(room))]
    assert over == [], "take lines away elsewhere, or say in the commit why the room may be larger"


def test_bound_is_lowered_with_its_room() -> None:
    slack = [room.name for room in ROOMS if any(has < NEAR * may for has, may in sizes(room))]
    assert slack == [], "lower the bound in scripts/size.py"


def test_each_file_that_counts_is_in_one_room() -> None:
    assert size_of(["."]) == size_of([path for room in ROOMS for path in room.paths])


def test_each_room_says_on_a_screen_what_it_is() -> None:
    """Those of libraries, channels and benchmarks say more: to who takes a library, and with tables of figures."""
    rooms = {path.partition("/")[0] for room in ROOMS for path in room.paths if (ROOT / path).is_dir()}
    texts = {room: (ROOT / room / "README.md").read_text("utf-8") for room in rooms - {"channels", "benchmarks"}}
    assert {room for room, text in texts.items() if text.count("\n") > A_SCREEN} == set()
