// The actions of a screen: <cwdb-action>, which says what the element before it does.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html

const ALLOWED = {
  ADD_TAGS: ["cwdb-action"],
  ADD_ATTR: ["action", "confirmation", "display", "endpoint", "event"],
  // An ARN is no address, and a sentence may have a colon.
  ADD_URI_SAFE_ATTR: ["confirmation", "endpoint"],
  FORBID_TAGS: ["foreignObject", "iframe", "script", "use"],
  FORCE_BODY: true,
  RETURN_DOM_FRAGMENT: true,
};

// The page without scripts, frames and the like, as CloudWatch shows it. Its actions' elements can be reached by keys.
export function cleaned(html) {
  const page = window.DOMPurify.sanitize(html, ALLOWED);
  for (const action of page.querySelectorAll("cwdb-action")) {
    const element = action.previousElementSibling;
    if (element && !element.matches("a[href], button, input, select, summary, [tabindex]")) {
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
    }
  }
  return page;
}

// The fields of all forms, as CloudWatch sends them with each call.
export function fieldsOf(root) {
  const fields = {};
  for (const field of root.querySelectorAll("input[name], select[name], textarea[name]")) {
    if ((field.type !== "checkbox" && field.type !== "radio") || field.checked) fields[field.name] = field.value;
  }
  return fields;
}

// Calls `act` with the action of what somebody clicks, double-clicks, or presses Enter on.
export function listen(root, act) {
  for (const event of ["click", "dblclick"]) {
    root.addEventListener(event, (happened) => {
      const found = actionAt(happened.target, root, event);
      if (!found) return;
      happened.preventDefault();
      act(found.action, found.element);
    });
  }
  root.addEventListener("keydown", (happened) => {
    if (happened.key !== "Enter" && happened.key !== " ") return;
    if (happened.target.matches("input")) {
      if (happened.key === "Enter") submit(happened, root, act);
      return;
    }
    const found = actionAt(happened.target, root, "click") ?? actionAt(happened.target, root, "dblclick");
    // A button makes a click of its own.
    const clicks = happened.target.matches("a[href], button, summary") && found?.event === "click";
    if (!found || clicks || found.element !== happened.target) return;
    happened.preventDefault();
    act(found.action, found.element);
  });
  root.addEventListener("submit", (happened) => happened.preventDefault());
}

// Calls `show` with the action of what the pointer or the focus comes to, and `hide` when it has left.
export function listenToHovering(root, show, hide) {
  for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    root.addEventListener(enter, (happened) => {
      const found = actionAt(happened.target, root, "mouseenter");
      if (found && !found.element.contains(happened.relatedTarget)) show(found.action, found.element);
    });
    root.addEventListener(leave, (happened) => {
      const found = actionAt(happened.target, root, "mouseenter");
      if (found && !found.element.contains(happened.relatedTarget)) hide();
    });
  }
}

// Enter in a field does what the first button of its form does.
function submit(happened, root, act) {
  const action = happened.target.form?.querySelector("button + cwdb-action");
  if (!action || !root.contains(action)) return;
  happened.preventDefault();
  act(action, happened.target);
}

function actionAt(target, root, event) {
  for (let element = target; element && element !== root; element = element.parentElement) {
    const action = element.nextElementSibling;
    if (action?.localName === "cwdb-action" && (action.getAttribute("event") || "click") === event) {
      return { action, element, event };
    }
  }
  return null;
}
