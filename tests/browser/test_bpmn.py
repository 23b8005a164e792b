"""docs/process.bpmn as Camunda's own viewer draws it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from record.domain.states import STEPS
from scripts.process.machine import MACHINE, Machine
from tests.browser.chromium import ROOT, visit
from tests.npm import need

VIEWER = ROOT / "node_modules" / "bpmn-js" / "dist" / "bpmn-viewer.production.min.js"


def drawn(browser: Browser, file: Path) -> Mapping[str, Any]:
    """What bpmn-js says of a file, and how much it draws."""
    with visit(browser, "about:blank", width=1600) as visited:
        visited.page.set_content("<div id=canvas style='height:900px'></div>")
        visited.page.add_script_tag(path=VIEWER)
        found: Mapping[str, Any] = visited.page.evaluate(
            """async (xml) => {
                const viewer = new BpmnJS({ container: "#canvas" });
                const { warnings } = await viewer.importXML(xml);
                const registry = viewer.get("elementRegistry");
                const kinds = registry.filter((each) => each.type !== "label").map((each) => each.type);
                const canvas = viewer.get("canvas");
                canvas.zoom("fit-viewport");
                const roots = canvas.getRootElements().map((each) => each.id);
                return { warnings: warnings.map(String), kinds, roots, zoom: canvas.zoom() };
            }""",
            file.read_text(encoding="utf-8"),
        )
        assert visited.errors == []
        return found


def test_viewer_draws_each_step_and_each_state_without_a_warning(browser: Browser) -> None:
    """It shows the eight steps first; each opens."""
    need("bpmn-js")
    found = drawn(browser, ROOT / "docs" / "process.bpmn")
    machine = Machine.read(MACHINE)
    nodes = [kind for kind in found["kinds"] if kind.endswith(("Task", "Gateway", "Event"))]
    assert found["warnings"] == []
    assert len(nodes) >= len(machine.states) + 1, "each state, and the start"
    assert found["kinds"].count("bpmn:SequenceFlow") >= len(machine.pairs)
    assert len(found["roots"]) == 1 + len(STEPS)
    assert found["zoom"] > 0.75, "it can be read at a glance"
