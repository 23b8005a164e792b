"""The protection campaign on the deployed template: dry run, run, interruption, resumption; and the 5-day clock.

``make campaign`` plays it for 500 limitations.
"""

from datetime import timedelta

from local.demo.campaign import PARAMETERS, CampaignPlay, Register
from local.stage import Customer
from tests.end_to_end.world import World

EVERYBODY, CONCERNED = 21, 9
OWN_CLOUD = PARAMETERS | {"CampaignPageSize": "5"}


def test_interrupted_campaign_goes_on_and_raises_each_floor_once(world: World) -> None:
    register, play = Register.fill(world.stage, EVERYBODY, CONCERNED), CampaignPlay(world.stage)

    planned = play.finish(play.start(dry_run=True))
    assert (planned["outcome"], planned["found"], planned["concerned"]) == ("PLANNED", EVERYBODY, CONCERNED)
    assert (planned["touched"], planned["reasons"]) == (0, {"WINTER_FLOOR": CONCERNED})
    assert play.started() == [], "a dry run starts nothing"

    stopped = play.interrupt(play.start(), CONCERNED // 3)
    assert stopped < CONCERNED

    started = set(play.started())
    left = next(it for it in register.everybody if it.limitation_id in register.floors.keys() - started)
    with world.failing("ClaimLimitationFunction", "InvalidConfiguration", left):
        broken = play.finish(play.start())
    assert (broken["raised"], broken["open"]) == (CONCERNED - 1, 1), "its execution failed before it had claimed it"
    forget_start(world, left)
    repeated = play.finish(play.start())
    assert (repeated["started"], repeated["open"]) == (1, 1)
    assert len(world.executions(left)) == 1
    world.redrive(left)

    done = play.finish(play.start())
    assert (done["outcome"], done["concerned"], done["touched"]) == ("REPORTED", CONCERNED, CONCERNED)
    assert (done["raised"], done["open"], done["failed"], done["cases"]) == (CONCERNED, 0, 0, [])
    assert play.floors() == register.floors
    assert len(play.started()) == len(set(play.started())) == CONCERNED
    assert set(play.orders().values()) == {1}
    assert len(play.orders()) == CONCERNED
    journal = world.enedis.network.journal
    assert journal.doubles() == {}
    assert journal.busiest(timedelta(seconds=1)) <= int(PARAMETERS["EnedisCallsPerSecond"])

    again = play.finish(play.start())
    assert (again["started"], again["raised"]) == (0, CONCERNED)

    # The same customers have been limited since September: the nightly check has the social services told, once each.
    for _ in range(2):
        world.pass_night()
    told = [event["detail"]["limitationId"] for event in world.heard("SocialServicesNoticeDue")]
    assert sorted(told) == sorted(each.limitation_id for each in register.everybody)


def forget_start(world: World, customer: Customer) -> None:
    """Leave the list as a run leaves it that dies between a start and its note."""
    listed = [each for each in world.stage.items("CampaignsTable") if each["limitationId"] == customer.limitation_id]
    (item,) = (each for each in listed if each["started"])  # the dry run has a list of its own
    world.table("CampaignsTable").put_item(Item={**item, "started": False})
