"""The documentation is in step: drawn pages with the code, runbook with alarms, names and links with what exists."""

import re
from collections.abc import Iterator
from pathlib import Path

from botocore.session import get_session

from record.domain.dead_letter import QUEUES
from record.domain.states import STATES
from scripts.process.machine import MACHINE, Machine
from scripts.process.page import PAGE, PICTURES
from tests.commands.documents import tracked
from tests.infrastructure.templates import ALARMS, PATHS, ROOT
from tests.infrastructure.test_companion import given

DOCS = ROOT / "docs"
PAGES = sorted({*ROOT.glob("*.md"), *DOCS.glob("*.md"), *(DOCS / "decisions").glob("*.md")})
RUNBOOK = DOCS / "runbook.md"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))

SHARED = ROOT / "layers" / "restoration" / "python" / "restoration"
RECORD = ROOT / "operations" / "record" / "python" / "record"
SOURCES = ("layers/restoration/python", "functions")

_PATH = re.compile(
    r"^(?:functions|layers|local|tests|docs|events|statemachine|scripts|benchmarks|requirements"
    r"|domain|use_cases|contracts|adapters)/[\w/.:-]+$"
)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#]*)(?:#(?P<anchor>[^)]+))?\)")
_RESOURCE = re.compile(r"(?:\$STACK|(?<![\w/.-])restoration)-(?P<rest>[a-z]+(?:-[a-z]+)*)")
_WORDS = re.compile(r"(?<=\[).+?(?=\])|(?<=\{).+?(?=\})|(?<=-- ).+?(?= -->)|(?<=-\. ).+?(?= \.->)")
_CITED = re.compile(r"(?<![\w/.-])docs/[\w/-]+\.md")
_PASCAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def prose(page: Path) -> str:
    """A page's text without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as repositories' sites make them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in _HEADING.findall(prose(page))
    }


def aws_commands(page: Path) -> list[list[str]]:
    """The calls of the AWS CLI in a page's shell blocks: service, operation, options."""
    text = "\n".join(block["text"] for block in _FENCE.finditer(page.read_text("utf-8")) if block["kind"] == "sh")
    commands = re.findall(r"\baws ([a-z].*?)(?=\)|\n|$)", text.replace("\\\n", " "))
    return [
        [*command.split()[:2], *dict.fromkeys(re.findall(r"(?<= )--[a-z][a-z-]+", command))] for command in commands
    ]


def sentences(text: str) -> Iterator[str]:
    """Sentences of paragraphs, list items and tables' cells; a code span counts as one word."""
    text = _LINK.sub("]", re.sub(r"`[^`]*`", "CODE", text))
    for block in re.split(r"\n\s*\n|\n(?=- |\d\. |\||#)", text):
        for part in block.split("|") if block.lstrip().startswith("|") else [block]:
            yield from re.split(r"(?<=[.?!:])\s+|(?<=[.?]\*\*)\s", " ".join(part.split()))


def test_picture_shows_every_section_of_the_machine() -> None:
    text = " ".join((PICTURES / "process.en.mmd").read_text(encoding="utf-8").replace("<br/>", " ").split())
    assert [section for section in Machine.read(MACHINE).sections if section not in text] == []


def test_picture_is_the_same_in_french() -> None:
    """The same boxes and arrows, in the same order; only the words differ."""
    english, french = (
        [_WORDS.sub("…", line) for line in (PICTURES / name).read_text(encoding="utf-8").splitlines()]
        for name in ("process.en.mmd", "process.fr.mmd")
    )
    assert english == french


def test_process_page_explains_every_outcome() -> None:
    told_by = {state.name: str(state.body) for state in Machine.read(MACHINE).states}
    outcomes = set(re.findall(r"'([A-Z_]{2,})'", told_by["HowItEnded"] + told_by["NothingToDo"])) - {"NEWS"}
    explained = re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(explained) == outcomes


def test_index_lists_every_page_of_its_folder() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / link["path"]).resolve() for link in _LINK.finditer(prose(index)) if link["path"]}
    assert {*DOCS.glob("*.md"), *DOCS.glob("*/README.md")} - linked == {index}


def test_twelve_questions_of_a_newcomer_lead_to_places_that_exist() -> None:
    section = (DOCS / "README.md").read_text(encoding="utf-8").split("\n## Twelve questions\n")[1]
    places = re.findall(r"^\| .+\? \| .+ \| `(?P<place>[^`]+)` \|$", section, re.MULTILINE)
    assert len(places) == 12
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_code_cites_only_documents_that_are_here() -> None:
    for path in (ROOT / name for name in tracked()):
        if path.suffix in {".py", ".yaml", ".yml", ".toml", ".xsd", ".wsdl", ".dmn", ".md"}:
            for cited in _CITED.findall(path.read_text(encoding="utf-8")):
                places = (ROOT / cited, path.parent / cited)
                assert any(place.is_file() for place in places), (
                    f"{path.relative_to(ROOT)} cites {cited}, which is not there"
                )


def test_paths_in_text_exist() -> None:
    """A path from the repository's root, or one of the shared layer or the record, shortened to its room."""
    missing = [
        f"{page.name}: {span}"
        for page in PAGES
        for span in re.findall(r"`([^`\n]+)`", prose(page))
        if _PATH.match(span) and not any(mark in span for mark in "…<*$ ")
        if not any(place.exists() for place in (ROOT / span.split("::")[0], SHARED / span, RECORD / span))
    ]
    assert missing == []


def test_runbook_names_log_texts_and_fields_that_functions_write() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for root in SOURCES for path in (ROOT / root).rglob("*.py"))
    text = RUNBOOK.read_text(encoding="utf-8")
    for words in re.findall(r"--filter-pattern '\"([^\"]+)\"'", text):
        assert words in code, f"docs/runbook.md looks for {words!r}, which no function logs"
    for field in re.findall(r"\(field `(\w+)`\)", text):
        assert f"{field}=" in code, f"docs/runbook.md names the field {field!r}, which no function logs"


def test_queues_in_tables_of_the_runbook_and_of_letters_are_the_template_s() -> None:
    known = {name.removeprefix("${Core}-") for kind, name in given("core") if kind == "AWS::SQS::Queue"}
    ours = {*QUEUES.values(), *(name.removesuffix("-dead-letters") for name in QUEUES.values())}
    assert ours | {*re.findall(r"`([a-z-]+-dead-letters|unrecognised-[a-z]+)`", prose(RUNBOOK))} <= known


def test_sentences_of_the_runbook_are_short() -> None:
    """Under twenty words: somebody reads them at night."""
    for sentence in sentences(prose(RUNBOOK)):
        words = [word for word in sentence.split() if re.search(r"\w", word)]
        assert len(words) < 20, sentence


def test_runbook_names_every_state_that_takes_time() -> None:
    text = RUNBOOK.read_text(encoding="utf-8")
    unnamed = [state for state in STATES if f"`{state}`" not in text]
    assert not unnamed, "docs/runbook.md, A restoration is too old: a row for each of these states"


def test_runbook_names_every_alarm() -> None:
    text = RUNBOOK.read_text(encoding="utf-8")
    for alarm in ALARMS:
        assert f"`{alarm}`" in text, f"docs/runbook.md does not say what {alarm} is about"


def test_links_lead_somewhere() -> None:
    lost = []
    for page in PAGES:
        for link in _LINK.finditer(prose(page)):
            target = (page.parent / link["path"]).resolve() if link["path"] else page
            if not target.exists():
                lost.append(f"{page.name}: {link['path']}")
            elif link["anchor"] and target.suffix == ".md" and link["anchor"] not in anchors(target):
                lost.append(f"{page.name}: {link['path']}#{link['anchor']}")
    assert lost == []


def test_names_of_resources_are_the_template_s() -> None:
    known = {name.removeprefix("${Core}-") for each in PATHS for _, name in given(each)}
    # An alarm's name ends in its logical id; dev and staging are stacks of their own, and the others are companions.
    known |= {"dev", "staging", "operations", "channels"}
    strange = {}
    for page in PAGES:
        code = " ".join(re.findall(r"`([^`\n]+)`", prose(page)))
        code += " ".join(block["text"] for block in _FENCE.finditer(page.read_text("utf-8")))
        if others := {found["rest"] for found in _RESOURCE.finditer(code)} - known:
            strange[page.name] = others
    assert strange == {}


def test_aws_commands_exist_with_their_options() -> None:
    common = {"--query", "--output", "--region", "--profile"}
    for service, operation, *options in (command for page in PAGES for command in aws_commands(page)):
        model = get_session().get_service_model(service)
        operations = {_PASCAL.sub("-", name).lower(): name for name in model.operation_names}
        assert operation in operations, f"aws {service} has no {operation}"
        shape = model.operation_model(operations[operation]).input_shape
        members = {f"--{_PASCAL.sub('-', name).lower()}" for name in (shape.members if shape else ())}
        members |= {name.replace("--", "--no-") for name in members}
        assert set(options) - common <= members, f"aws {service} {operation}"


def test_decisions_are_dated_listed_and_short() -> None:
    listed = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    texts = {page.name: page.read_text(encoding="utf-8") for page in DECISIONS}
    dated = re.compile(r"# \d{4}\. .+\n\n\d{4}-\d{2}-\d{2}\n")
    assert [name for name, text in texts.items() if text[2:6] != name[:4] or not dated.match(text)] == []
    assert [name for name in texts if name not in listed] == []
    long = [name for name, text in texts.items() if len(text.partition("\n")[2].split()) > 600]
    assert long == [], "a decision is a page"
