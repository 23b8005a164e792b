"""`python -m local.partners`: start the simulated billing, Enedis and identity provider, until Ctrl-C.

A stack on an emulator of this machine has somebody to talk to. The secrets that let it in are written to a folder;
a small HTTP control adds points and limitations, books payments, and shows what both were asked.
"""

import argparse
import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from embedded_cloud.by_hand import set_by_hand
from local.partners.billing.simulator import BillingSimulator
from local.partners.control import Control
from local.partners.enedis.simulator import EnedisSimulator
from local.partners.identity import Client, IdentityProvider
from local.typed import say


def main(given: Sequence[str] | None = None, stop: threading.Event | None = None) -> int:
    """Run the command line until the event is set; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.partners", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/partners"), help="where the secrets are written")
    for name, port in (("billing", 8081), ("enedis", 8082), ("control", 8083), ("identity", 8084)):
        parser.add_argument(f"--{name}-port", type=int, default=port, help="0 takes a free one (default: %(default)s)")
    parser.add_argument(
        "--step-seconds",
        type=float,
        default=1.0,
        help="how long a case at Enedis stays in each of its states, of three (default: %(default)s)",
    )
    parser.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        metavar="URI",
        help="where the identity provider may send a browser back to; it can be given several times",
    )
    chosen = parser.parse_args(given)
    stop = stop or set_by_hand()
    try:
        with (
            BillingSimulator(port=chosen.billing_port) as billing,
            EnedisSimulator(step_seconds=chosen.step_seconds, port=chosen.enedis_port) as enedis,
            IdentityProvider(port=chosen.identity_port) as identity,
            Control(billing, enedis, chosen.control_port) as control,
        ):
            desk = identity.register(Client("desk", "desk", tuple(chosen.redirect_uri)))
            secrets = {"billing": {"apiKey": billing.api_key}, "enedis": enedis.secret()}
            written = {name: _write(chosen.folder, name, secret) for name, secret in secrets.items()}
            urls = {"Billing": billing.url, "Enedis": enedis.url}
            say(
                "Parameters of the stack:",
                *(f"  {name}='{json.dumps({'url': url})}'" for name, url in urls.items()),
                "",
            )
            say("Secrets, for the stack restoration-dev:")
            for name, path in written.items():
                say(
                    f"  aws secretsmanager put-secret-value --secret-id restoration-dev/{name} \\",
                    f"    --secret-string file://{path}",
                )
            of_desk = _write(chosen.folder, "desk", {**asdict(desk), "issuer": identity.url})
            say("", f"Identity: {identity.url}", f"  its client {desk.id}: {of_desk}")
            say("", f"Control: {control.url}", "  curl it: it lists what one can do (docs/deploying.md)", "")
            say("Ctrl-C ends it.")
            stop.wait()
    except OSError as error:
        sys.stderr.write(f"{error}. Another port: --billing-port, --enedis-port, --control-port, --identity-port\n")
        return 1
    return 0


def _write(folder: Path, name: str, secret: object) -> Path:
    """Write a secret so that only its owner reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(secret), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
