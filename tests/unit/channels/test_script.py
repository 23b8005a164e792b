"""The pages' script, played by Node beside a made page."""

import json
import subprocess

from channels.pages.frame import SCRIPT
from tests.npm import need

PLAYED = """
const told = {};
for (const status of [429, 503, 401, 304]) {
  let tick;
  told[status] = 0;
  const live = { dataset: { live: "/dossier/vivant" } };
  const answer = async () => ({ status });
  new Function("document", "location", "fetch", "setInterval", process.argv[1])(
    { hidden: false, querySelector: () => live }, { reload: () => told[status]++ }, answer, (every) => (tick = every));
  await tick();
}
console.log(JSON.stringify(told));
"""


def test_page_is_read_again_where_its_session_is_over_and_not_where_it_was_refused_for_a_moment() -> None:
    """What somebody types would be gone, and a refused page shows nothing to go on with."""
    command = (need("asl-validator"), "--input-type=module", "-e", PLAYED, SCRIPT)
    played = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    assert json.loads(played.stdout) == {"304": 0, "401": 1, "429": 0, "503": 0}
