"""`make channels`: the pages of customers and advisors on the embedded cloud, with limited customers, until Ctrl-C."""

import argparse
import sys
from collections.abc import Sequence

from embedded_cloud import CloudError
from embedded_cloud.by_hand import set_by_hand
from local.partners.billing.simulator import known_by
from local.partners.identity import Person
from local.stage.deployment import deployed_stage
from local.stage.residents import Resident, move_in
from local.stage.stage import Stage
from local.typed import run_typed, say
from restoration.domain.case_keys import written

OWN_PACE = {"FollowFirstWaitSeconds": "1", "CasePage": "suivi.fournisseur.example"}
STEP_SECONDS = 2.0
OWING = 3


def main() -> int:
    """Run until Ctrl-C; gives the exit status."""
    argparse.ArgumentParser(prog="make channels", description=__doc__).parse_args()
    stop = set_by_hand()
    say("Starting the embedded cloud, billing, Enedis and the identity provider…")
    try:
        with deployed_stage(parameters=OWN_PACE, enedis_step_seconds=STEP_SECONDS, channels=True) as stage:
            residents = move_in(stage, OWING)
            stage.book_what_others_put()
            _introduce(stage, residents)
            say("", "Ctrl-C ends it.")
            stop.wait()
    except (CloudError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say("\rThe channels have ended; nothing of them is kept.")
    return 0


def _introduce(stage: Stage, residents: Sequence[Resident]) -> None:
    keys = stage.case_keys
    say("", f"Customers   {stage.site}", "", "What each types there:")
    for each in residents:
        customer = each.customer
        end, postcode = known_by(customer.customer_id)
        code = written(keys.code(customer.limitation_id))
        say(f"  {customer.limitation_id}  code {code}, number ends {end}, postcode {postcode}  ({each.situation})")
    first = residents[0].customer
    say("", f"A link, as in an e-mail   {stage.site}/l/{keys.link(first.limitation_id)}")
    say(f"Advisors    {stage.site}/conseil  (choose a person: no password is asked)")
    stage.identity.add(Person(first.customer_id, first.customer_id, customer_id=first.customer_id))
    say("", "API         documented in channels/openapi-customers.yaml and channels/openapi-advisors.yaml")
    for sub, path in ((first.customer_id, "cases"), ("karim.benali", "advisors/work-items")):
        token = stage.identity.access_token(sub, "channels")
        say("", f"  As {sub}, for 15 minutes:", f"  curl -H 'Authorization: Bearer {token}' {stage.site}/api/v1/{path}")


if __name__ == "__main__":
    sys.exit(run_typed(main))
