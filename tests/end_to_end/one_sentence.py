"""Where a case stands is one sentence, made in the record: page, desk, API and tool say it alike, whatever they read.

A message tells once what happened, in the words of its own table. As it leaves, the page says the same: one table here
has which sentence goes with which message, with the reason where their days differ.
"""

import html
import http.cookiejar
import json
from collections import defaultdict
from dataclasses import dataclass, field

import httpx2

from embedded_cloud.backends.protocol import AwsRequest
from local.customers import Customer
from local.partners.identity import Person
from local.stage.stage import MACHINE, Stage
from local.stage.visitor import Visitor
from record.cases.dossier import DossierReader
from record.cases.reading import StandingReader
from record.cases.sentences import BY_OUTCOME, OTHERWISE
from record.cases.stack import OwnStack
from record.cases.timeline import said
from record.domain.promises import TERMS
from record.domain.states import STATES
from record.formats import NO_BREAK
from restoration.clock import utc_now
from restoration.contracts.notifications import attempt_of

KARIM = "karim.benali"

AMOUNT, DAY = r"\d[\d\s]*,\d\d\s€", r"\d\d/\d\d/\d{4}"
BEGINS = {
    name: french.partition("{")[0]
    for name, (french, _) in {**{name: state.said for name, state in STATES.items()}, **BY_OUTCOME, **OTHERWISE}.items()
}
"""How each sentence begins; states that say the same have the name of the first."""
_SINCE = "the message comes at that moment, and the page says since when it is so"
_NO_DAY = "the page alone says by when: Enedis may still be late (decision 0150)"
MESSAGES = {
    ("PAYMENT_PENDING", "AnnouncePending"): "",
    ("WITH_ADVISOR", "SendQuestion"): "",
    ("RESTORATION_DELAYED", "AnnounceOrder"): "",
    ("BALANCE_DUE", "BALANCE_DUE"): "",
    ("BALANCE_DUE", "BALANCE_DUE.PAID"): "",
    ("PAYMENT_REJECTED", "PAYMENT_REJECTED"): "",
    ("FLOOR_RAISED", "FLOOR_RAISED"): "",
    ("ORDER_PLACED", "AnnounceOrder"): _NO_DAY,
    ("ORDER_PLACED", "AnnounceVisit"): _NO_DAY,
    ("TECHNICIAN_VISIT", "AnnounceVisit"): "the message has the day of the visit, and the page by when power is back",
    ("POWER_RESTORED", "RESTORED"): _SINCE,
    ("LIMITATION_CANCELLED", "LIMITATION_CANCELLED"): _SINCE,
    ("REFUSED", "REFUSED"): _SINCE,
}
"""What the page says as each kind of message leaves. A message has its amounts, and its days but for a reason."""


@dataclass
class Listener:
    """Looks at cases as everybody may, and notes who says something else than the others."""

    stage: Stage
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    moments: dict[str, object] = field(default_factory=dict)
    on_page: set[str] = field(default_factory=set)
    differ: list[tuple[str, str, str]] = field(default_factory=list)
    left: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """The sentence and the text of each message as it left, by its kind and the sentence's name."""

    def __post_init__(self) -> None:
        stack = OwnStack("restoration", self.stage.cloud.arn(MACHINE), self.stage.cloud.client)
        self.short, self.whole = StandingReader(stack), DossierReader(stack)
        # Cookies that are for https alone are kept, as browsers do on the loopback interface.
        kept = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
        site = self.stage.site
        self.desk = httpx2.Client(base_url=site, cookies=kept, headers={"origin": site}, follow_redirects=True)
        asked = self.desk.get("/conseil")
        assert self.desk.post(str(asked.url), data={"person": KARIM}).url.path == "/conseil"

    def listen(self, customer: Customer) -> None:
        """Ask all of one case, where what they are to say is new. One that went on meanwhile is asked again."""
        name = customer.limitation_id
        if self.moments.get(name) == (moment := self._moment(name)):
            return
        if (right := self._right(name)) not in {"", *self.said[name]}:
            heard = {
                "tool": said(self.whole.read(name), utc_now()),
                "desk": self._on_desk(name),
                "desk's API": self._of_api(f"advisors/cases/{name}", Person(KARIM, KARIM, ("advisors",))),
                "customers' API": self._of_api(f"cases/{name}", Person(name, name, (), customer.customer_id)),
                "page": self._on_page(customer, right),
            }
            if self._moment(name) != moment or self._right(name) != right:
                return
            self.said[name].append(right)
            self.differ += [(right, who, what) for who, what in heard.items() if what not in {right, ""}]
        self.moments[name] = moment

    def overhear(self, request: AwsRequest) -> None:
        """Note what is said of a case at the moment at which a message leaves for its customer."""
        if request.service == "ses" and request.path.endswith("/outbound-emails"):
            mail = json.loads(request.body)
            tags = {tag["Name"]: tag["Value"] for tag in mail["EmailTags"]}
            text = mail["Content"]["Simple"]["Body"]["Text"]["Data"]
        elif request.action == "SendTextMessage":
            sms = json.loads(request.body)
            tags, text = sms["Context"], sms["MessageBody"]
        else:
            return
        if "message" in tags:
            name, kind, *_ = attempt_of(tags["message"]).split("#")
            said = self._right(name)
            standing = next(name for name, text in BEGINS.items() if said.startswith(text))
            # On a slow machine another look has begun, or closed the case, as a message about the one before leaves.
            if standing not in {"TakeCharge", "CloseOrLetGo"}:
                # An SMS has no blank that does not break.
                self.left[kind, standing].append((said.replace(NO_BREAK, " "), text.replace(NO_BREAK, " ")))

    def _moment(self, name: str) -> object:
        """What changes with each step of a case: the same twice, it stood still between them."""
        situation = self.stage.watch.of(name)
        return situation.read_item(), [len(each.entries) for each in situation.executions]

    def _right(self, name: str) -> str:
        standing = self.short.read(name)
        return standing.said(utc_now(), TERMS) if standing else ""

    def _on_desk(self, name: str) -> str:
        return html.unescape(self.desk.get(f"/conseil/dossier/{name}").text).partition("« ")[2].partition(" »")[0]

    def _of_api(self, path: str, person: Person) -> str:
        self.stage.identity.add(person)
        token = self.stage.identity.access_token(person.sub, "channels")
        return str(self.desk.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {token}"}).json()["said"])

    def _on_page(self, customer: Customer, right: str) -> str:
        """What the customer's page says; nothing where billing can't say whose case it is."""
        code = self.stage.case_keys.code(customer.limitation_id)
        door = {"pk": {"S": f"DOOR#{code}"}, "sk": {"S": "-"}, "limitationId": {"S": customer.limitation_id}}
        self.stage.cloud.client("dynamodb").put_item(TableName=self.stage.cloud.physical_id("ChannelsTable"), Item=door)
        try:
            shown = html.unescape(Visitor(self.stage.site).come_in(self.stage, customer))
        except RuntimeError:  # as to whom billing does not know
            return ""
        self.on_page.add(right)
        return right if right in shown else shown
