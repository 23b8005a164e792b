"""`make cloud`: the stack on the embedded cloud beside billing and Enedis, with limited customers, until Ctrl-C.

`make channels` deploys the pages of customers and advisors there, too.
"""

import argparse
import json
import re
import shlex
import shutil
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from pydantic.alias_generators import to_camel

from embedded_cloud import CloudError
from embedded_cloud.by_hand import set_by_hand
from embedded_cloud.messaging.carriers import SentEmail, SentSms
from local.customers import card_payment
from local.partners.billing.simulator import known_by
from local.partners.control import Control
from local.partners.identity import Person
from local.stage.deployment import ROOT, deployed_stage
from local.stage.profiles import write_profiles
from local.stage.residents import OWING, PART, SUMMER, Resident, move_in
from local.stage.stage import MACHINE, Stage
from local.typed import run_typed, say
from restoration.domain.case_keys import written

FOLDER = ROOT / "build" / "cloud"
STEP_SECONDS = 2.0
OWN_PACE = {"FollowFirstWaitSeconds": "1"}
ONE_TIME = re.compile(r"(votre code est|your code is) [0-9]{6}")
OF_PAGES = {"CasePage": "suivi.fournisseur.example"}


def main(given: Sequence[str] | None = None, stop: threading.Event | None = None) -> int:
    """Run the command line until the event is set; gives the exit status."""
    parser = argparse.ArgumentParser(prog="make cloud", description=__doc__.partition("\n")[0])
    parser.add_argument("--mode", choices=("on", "shadow", "off"), default="on", help="the switch (default: on)")
    parser.add_argument("--customers", type=_count, default=OWING, help=f"how many owe their debt (default: {OWING})")
    parser.add_argument(
        "--step-seconds",
        type=float,
        default=STEP_SECONDS,
        help="how long a case at Enedis stays in each of its states, of three (default: %(default)s)",
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where aws.config is written")
    parser.add_argument("--channels", action="store_true", help="deploy the pages of customers and advisors, too")
    chosen = parser.parse_args(given)
    stop = stop or set_by_hand()
    config = chosen.folder.resolve() / "aws.config"
    if config.exists() and _listens(config):
        sys.stderr.write(
            f'A cloud of this folder runs already ({_short(config)}). Another one: ARGS="--folder build/cloud-2"\n'
        )
        return 2
    say("Starting the embedded cloud, billing and Enedis…")
    try:
        with (
            deployed_stage(
                mode=chosen.mode,
                parameters=OWN_PACE | (OF_PAGES if chosen.channels else {}),
                enedis_step_seconds=chosen.step_seconds,
                channels=chosen.channels,
            ) as stage,
            Control(stage.billing, stage.enedis) as control,
        ):
            residents = [] if chosen.mode == "off" else move_in(stage, chosen.customers)
            stage.book_what_others_put()
            write_profiles(stage, config)
            payment = _write_payment(stage, config.with_name("payment.json"), residents)
            try:
                _introduce(stage, control, config, residents)
                if chosen.channels and residents:
                    _introduce_pages(stage, residents)
                say("", *_commands(stage, control, payment, residents), "", "Ctrl-C ends it.")
                _pass_on_codes(stage, stop)
            finally:
                # Another cloud has another address.
                config.unlink(missing_ok=True)
    except (CloudError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say("\rThe cloud has ended; nothing of it is kept.")
    return 0


def _listens(config: Path) -> bool:
    """Whether the cloud of a configuration still runs; one that was killed leaves its file behind."""
    found = re.search(r"^endpoint_url = http://127\.0\.0\.1:(\d+)", config.read_text(encoding="utf-8"), re.MULTILINE)
    with socket.socket() as probe:
        return found is not None and probe.connect_ex(("127.0.0.1", int(found[1]))) == 0


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number


def _introduce(stage: Stage, control: Control, config: Path, residents: Sequence[Resident]) -> None:
    say("", f"Endpoint    {stage.cloud.endpoint_url}", f"Region      {stage.cloud.region}", "Stack       restoration")
    say(f"Profiles    operations, reader, admin, billing, advisors  (keys in {_short(config)})")
    say(f"Partners    {control.url}  (curl it: it lists what one can do)", "", "Limited customers:")
    owing = [it for it in residents if "owes" in it.situation]
    if owing:
        first, last = owing[0].customer, owing[-1].customer
        say(f"  {first.limitation_id} to {last.limitation_id}  each {owing[0].situation}")
    for it in residents:
        if it not in owing:
            say(f"  {it.customer.limitation_id}  {it.situation}")


def _introduce_pages(stage: Stage, residents: Sequence[Resident]) -> None:
    keys = stage.case_keys
    say("", f"Customers   {stage.site}", "", "What each types there:")
    for customer in (it.customer for it in residents if "billing does not know" not in it.situation):
        end, postcode = known_by(customer.customer_id)
        code = written(keys.code(customer.limitation_id))
        say(f"  {customer.limitation_id}  code {code}, number ends {end}, postcode {postcode}")
    first = residents[0].customer
    say("", f"A link, as in an e-mail   {stage.site}/l/{keys.link(first.limitation_id)}")
    say(f"Advisors    {stage.site}/conseil  (choose a person: no password is asked)")
    stage.identity.add(Person(first.customer_id, first.customer_id, customer_id=first.customer_id))
    say("", "API         documented in channels/openapi-customers.yaml and channels/openapi-advisors.yaml")
    for sub, path in ((first.customer_id, "cases"), ("karim.benali", "advisors/work-items")):
        token = stage.identity.access_token(sub, "channels")
        say("", f"  As {sub}, for 15 minutes:", f"  curl -H 'Authorization: Bearer {token}' {stage.site}/api/v1/{path}")


def _pass_on_codes(stage: Stage, stop: threading.Event) -> None:
    """Print each one-time code that a carrier gets, until the event is set: the residents' telephones are nobody's."""
    told: set[int] = set()
    while not stop.wait(0.5):
        sent: list[SentSms | SentEmail] = [*stage.cloud.carriers.text_messages, *stage.cloud.carriers.emails]
        for each in sent:
            if id(each) not in told and ONE_TIME.search(each.body):
                told.add(id(each))
                say(f"To {each.to}: {each.body}")


def _commands(stage: Stage, control: Control, payment: Path, residents: Sequence[Resident]) -> list[str]:
    """Five commands to try, each on a line of its own."""
    own_aws = str(ROOT / ".venv-aws" / "bin")
    executions = stage.cloud.arn(MACHINE).replace(":stateMachine:", ":execution:")
    lines = [
        "In another shell, in this folder:",
        "",
        f"export AWS_CONFIG_FILE={shlex.quote(str(payment.with_name('aws.config')))} AWS_PROFILE=operations",
        # Most machines have no AWS CLI, or another version of it.
        *([] if shutil.which("aws") else [f"make setup-aws && export PATH={shlex.quote(own_aws)}:$PATH"]),
        "",
        "# Whose execution has failed, and why?",
        "make ops ARGS=cases",
    ]
    for customer in [it.customer for it in residents if it.situation.startswith("FAILED")]:
        [execution] = stage.watch.of(customer.limitation_id).executions
        known = {to_camel(name): value for name, value in asdict(customer).items()}
        known |= {"debt": f"{customer.debt:.2f}", "businessDate": SUMMER.isoformat()}
        lines += [
            "# Let billing mend it, then let it go on.",
            f"curl -H 'Content-Type: application/json' {control.url}/limitations -d '{json.dumps(known)}'",
            f"aws stepfunctions redrive-execution --execution-arn {executions}:{execution.name}",
        ]
    if residents:
        first = residents[0].customer.limitation_id
        lines += [
            f"# {first} pays: within some ten seconds Enedis gives power back.",
            f"aws events put-events --profile billing --entries {shlex.quote(f'file://{payment}')}",
            "# Everything about that customer",
            f'make ops ARGS="case {first}"',
        ]
    return lines


def _write_payment(stage: Stage, path: Path, residents: Sequence[Resident]) -> Path:
    """Write the first resident's payment, as the AWS CLI takes it."""
    paid = [card_payment(it.customer, datetime.now(UTC), "-card", it.customer.debt - PART) for it in residents[:1]]
    path.write_text(json.dumps([{**item, "EventBusName": stage.bus} for item in paid], indent=1), encoding="utf-8")
    return path


def _short(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


if __name__ == "__main__":
    sys.exit(run_typed(main))
