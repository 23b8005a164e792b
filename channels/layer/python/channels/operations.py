"""The desk's pages for operations: what holds customers, and a redrive of it."""

from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools.event_handler import Response

from channels.contracts.asking import BadForm
from channels.contracts.forms import Form
from channels.domain.session import AdvisorSession, Refused
from channels.pages.desk import INCIDENTS, DeskPages
from channels.pages.incidents import IncidentPages
from channels.use_cases.redrive import IncidentDesk
from channels.web import BROKEN_OFF, Handlers, form_of, fragment, go, html, said_of_form
from record.errors import InvalidManifest
from restoration.observability import logger


@dataclass(frozen=True, slots=True)
class Operations:
    """What these pages are made of; ``runbook`` is its address, or its path in the repository."""

    desk: IncidentDesk
    runbook: str

    def reply(self, request: Handlers, at_desk: DeskPages, name: str, now: datetime) -> Response[str] | None:
        """The response to a look or a form: of the list, or of the dry run of a name; None where there is none.

        Raises
        ------
        Forged
        """
        pages, advisor, event = IncidentPages(at_desk, self.runbook), at_desk.advisor, request.event
        wrong, status = "", 200
        try:
            try:
                if event.http_method == "POST":
                    return self._do(form_of(event, advisor.form, now), advisor, name)
            except BadForm as bad:
                wrong, status = said_of_form(pages.say, bad), 422
            except Refused as refused:
                wrong, status = pages.say(refused.reason), 409
            found = self.desk.look(name) if name else None
            if found and event.path.endswith("/vivant"):
                return fragment(pages.live(found), event)
            if found:
                return html(pages.one(found, wrong), event, status)
            incidents = self.desk.incidents()
        except InvalidManifest:
            return html(pages.told("SET_CHANGED"), event, 409)
        except tuple(BROKEN_OFF):
            logger.exception("operations can't be asked")
            return html(pages.told("operations_silent"), event, 503)
        return None if name else html(pages.list(incidents, now, wrong), event, status)

    def _do(self, form: Form, advisor: AdvisorSession, name: str) -> Response[str]:
        """Begin a dry run, or the redrive of one."""
        if name:
            reason, typed = form.text("reason", required=True), form.text("hash", required=True)
            self.desk.begin(advisor, name, typed, reason, form.key())
        else:
            name = self.desk.freeze(form.text("signature", required=True), form.key())
        logger.info("operations acted at the desk", advisor=advisor.subject, dryRun=name)
        return go(f"{INCIDENTS}/{name}")
