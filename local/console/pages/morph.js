// Brings what is shown to what came, and leaves each node that is the same where it is: so a refresh takes neither the
// focus, nor what somebody types, nor where they have scrolled to.

export function morph(shown, came) {
  const focused = document.activeElement;
  const mark = shown.contains(focused) ? keyOf(focused) : "";
  children(shown, came);
  if (mark && !shown.contains(document.activeElement)) {
    const again = [...shown.querySelectorAll(focused.nodeName)].find((each) => keyOf(each) === mark);
    again?.focus({ preventScroll: true });
  }
}

function children(shown, came) {
  const left = new Map();
  for (const node of shown.childNodes) {
    const key = matchOf(node);
    if (!left.has(key)) left.set(key, []);
    left.get(key).push(node);
  }
  let place = shown.firstChild;
  for (const node of [...came.childNodes]) {
    const same = left.get(matchOf(node))?.shift();
    if (!same) {
      shown.insertBefore(node, place);
      continue;
    }
    if (same === place) place = place.nextSibling;
    else move(shown, same, place);
    if (same.nodeType === Node.ELEMENT_NODE) element(same, node);
    else if (same.nodeValue !== node.nodeValue) same.nodeValue = node.nodeValue;
  }
  for (const rest of left.values()) for (const node of rest) node.remove();
}

function move(parent, node, place) {
  // Keeps the focus and the scrolled place of what is moved, where the browser can.
  if (parent.moveBefore) parent.moveBefore(node, place);
  else parent.insertBefore(node, place);
}

function element(shown, came) {
  if (shown.isEqualNode(came)) return;
  for (const { name } of [...shown.attributes]) {
    // What somebody has opened stays open.
    const own = name === "open" && shown.nodeName === "DETAILS";
    if (!own && !came.hasAttribute(name)) shown.removeAttribute(name);
  }
  for (const { name, value } of came.attributes) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
  children(shown, came);
}

// Nodes with one match take each other's place; a row of another case is another row.
function matchOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? `${node.nodeName} ${keyOf(node)}` : String(node.nodeType);
}

function keyOf(node) {
  const action = node.nextElementSibling;
  if (action?.localName === "cwdb-action") return `action ${action.textContent}`;
  if (node.localName === "tr") return node.firstElementChild?.textContent ?? "";
  return node.id || node.getAttribute?.("name") || "";
}
