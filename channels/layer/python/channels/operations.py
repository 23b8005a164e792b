"""The desk's pages for operations: what holds customers, and a redrive of it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response

from channels.contracts.asking import Form
from channels.domain.session import AdvisorSession
from channels.pages.desk import INCIDENTS, DeskPages
from channels.pages.incidents import IncidentPages
from channels.site import BROKEN_OFF, Pages
from channels.use_cases.redrive import IncidentDesk
from record.domain.redrive import InvalidManifest
from restoration.observability import logger


@dataclass(frozen=True, slots=True)
class Operations(IncidentDesk):
    """What these pages are made of, and what they do; ``runbook`` is its address, or its path in the repository."""

    runbook: str

    def reply(self, request: Pages[Any], at_desk: DeskPages, name: str) -> Response[str]:
        """The response to a look or a form: of the list, or of the dry run of a name. Raises Forged."""
        pages, advisor = IncidentPages(at_desk, self.runbook), at_desk.advisor
        show = partial(self._show, request, pages, name)
        try:
            if request.event.http_method == "POST":
                return request.do(lambda: self._do(request.form_of(advisor), advisor, name), show)
            return show()
        except InvalidManifest:
            return request.html(pages.told("SET_CHANGED"), 409)
        except tuple(BROKEN_OFF):
            logger.exception("operations can't be asked")
            return request.html(pages.told("operations_silent"), 503)

    def _show(
        self, request: Pages[Any], pages: IncidentPages, name: str, wrong: str = "", status: int = 200
    ) -> Response[str]:
        found = self.look(name) if name else None
        if found and request.lives:
            return request.fragment(pages.living(found))
        if found:
            return request.html(pages.one(found, wrong), status)
        if name:
            return request.refused("not_found", 404)
        return request.html(pages.list(self.incidents(), self.now(), wrong), status)

    def _do(self, form: Form, advisor: AdvisorSession, name: str) -> str:
        """Begin a dry run, or the redrive of one; gives its address."""
        if name:
            reason, typed = form.text("reason", required=True), form.text("hash", required=True)
            self.begin(advisor, name, typed, reason, form.key())
        else:
            name = self.freeze(form.text("signature", required=True), form.key())
        logger.info("operations acted at the desk", advisor=advisor.subject, dryRun=name)
        return f"{INCIDENTS}/{name}"
