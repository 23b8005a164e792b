"""The switch sends a steady share of the limitations live."""

from restoration.domain.switch import Mode, Switch


def test_each_limitation_always_falls_on_the_same_side() -> None:
    half = Switch(Mode.ON, 50)
    ids = [f"LIM-{number}" for number in range(200)]
    live = [limitation_id for limitation_id in ids if half.mode_of(limitation_id) is Mode.ON]
    assert 70 < len(live) < 130
    assert live == [limitation_id for limitation_id in ids if half.mode_of(limitation_id) is Mode.ON]
    more = Switch(Mode.ON, 60)
    assert all(more.mode_of(limitation_id) is Mode.ON for limitation_id in live), (
        "a greater share keeps every limitation that is in"
    )
