"""One quota for many processes at once, whose calls contend for its shared state as fast as the machine lets them.

Each worker keeps a time of its own, so a slow machine changes nothing. ``make bench-quota`` measures the same run in
real time, with Enedis' own journal as the judge.
"""

from datetime import timedelta

from tests.reliability.quota_run import VirtualTime, run


def test_turns_of_many_processes_stay_under_the_quota_and_use_nine_tenths_of_it() -> None:
    quota = 5
    journal, turns = run(quota, orders=40, workers=4, timing=VirtualTime)
    assert len(journal.orders()) == 40
    assert len(journal.calls()) == len(turns) == 120
    # Six calls never fall into one second, even when the last of them is quick by 50 ms.
    assert all(later - earlier > timedelta(seconds=1.05) for earlier, later in zip(turns, turns[quota:], strict=False))
    assert (len(turns) - 1) / (turns[-1] - turns[0]).total_seconds() >= 0.9 * quota
