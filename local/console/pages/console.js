// The console: shows one screen as CloudWatch's dashboard does, and asks again every few seconds.

import { cleaned, fieldsOf, listen, listenToHovering } from "./actions.js";
import { listenToDragging } from "./dragging.js";
import { morph } from "./morph.js";
import { Popups } from "./popups.js";
import {
  RANGES, addressOf, askedBy, clockTime, eventOf, parisMoment, parisText, questionOf, rangeOf, spanText, withAsked, zoomed,
} from "./question.js";

const byId = (id) => document.getElementById(id);
const main = byId("screen");
const settings = await (await fetch("/settings.json")).json();
const darkness = window.matchMedia("(prefers-color-scheme: dark)");
const theirs = localStorage.getItem("lang") || (navigator.language.startsWith("en") ? "en" : "fr");

let question = questionOf(window.location.search, theirs);
let running = null;
let paused = false;
let last = "";

const text = (name, fields = {}) =>
  Object.entries(fields).reduce((so, [field, value]) => so.replace(`{${field}}`, value), settings.texts[question.lang][name]);

// ── Asking ──

async function answer(asked, fields, signal) {
  const view = { now: Date.now(), theme: theme(), width: main.clientWidth, height: main.clientHeight, fields };
  const response = await fetch("/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(eventOf(question, asked, view)),
    signal,
  });
  if (!response.ok) throw new Error(`${text("unanswered")} ${await response.text()}`);
  return response.text();
}

// Shows what is asked; `moved` says that this is another page, not the same once more.
async function show({ asked = askedBy(question), fields = fieldsOf(main), moved = false, scroll = 0 } = {}) {
  running?.abort();
  const mine = (running = new AbortController());
  if (moved) main.setAttribute("aria-busy", "true");
  try {
    const html = await answer(asked, fields, mine.signal);
    if (html !== last || moved) morph(main, cleaned(html));
    last = html;
    if (moved) settle(scroll);
    byId("trouble").hidden = true;
    byId("updated").textContent = text("updated", { time: clockTime() });
  } catch (error) {
    if (error.name === "AbortError") return;
    if (moved) {
      // What is there is of another screen.
      main.replaceChildren();
      last = "";
    }
    byId("trouble").textContent = error instanceof TypeError ? text("unreached") : error.message;
    byId("trouble").hidden = false;
  } finally {
    if (running === mine) {
      running = null;
      main.setAttribute("aria-busy", "false");
    }
  }
}

function settle(scroll) {
  for (const field of main.querySelectorAll("input")) field.value = field.defaultValue;
  for (const field of main.querySelectorAll("select")) field.form?.reset();
  window.scrollTo(0, scroll);
  // A reader of the page, by ear or by keys, is to be where the new screen begins.
  if (document.activeElement === document.body) main.focus({ preventScroll: true });
  byId("said").textContent = text("shown", { screen: title() });
}

function go(to, asked = askedBy(to), fields = {}) {
  window.history.replaceState({ scroll: window.scrollY }, "");
  const scroll = to.screen === question.screen ? window.scrollY : 0;
  question = to;
  window.history.pushState({ scroll }, "", addressOf(question));
  dress();
  return show({ asked, fields, moved: true, scroll });
}

window.addEventListener("popstate", (happened) => {
  question = questionOf(window.location.search, question.lang);
  popups.close();
  dress();
  show({ moved: true, scroll: happened.state?.scroll ?? 0 });
});

// ── What a screen's elements do ──

const popups = new Popups((asked, fields = {}) => answer(asked, fields), (error) => {
  byId("trouble").textContent = error.message;
  byId("trouble").hidden = false;
});

async function act(action, element) {
  const sentence = action.getAttribute("confirmation");
  if (sentence && !(await popups.confirms(sentence))) return;
  const popup = action.getAttribute("display") === "popup";
  if (action.getAttribute("action") === "html") {
    if (popup) popups.show(action.innerHTML, element);
    else morph(main, cleaned(action.innerHTML));
    return;
  }
  const asked = JSON.parse(action.textContent || "{}");
  const fields = fieldsOf(element.closest("dialog") ?? main);
  if (popup) {
    await popups.ask({ asked, fields, opener: element });
    return;
  }
  popups.close();
  await go(withAsked(question, asked, fields), asked, fields);
}

listen(main, act);
listenToDragging(main, (start, end) => go({ ...question, zoom: spanText(start, end) }));
listen(byId("popup").querySelector(".content"), act);
listenToHovering(main, (action, element) => popups.hover(action, element), () => popups.leave());

// ── What stands around the screen ──

function theme() {
  const wanted = question.theme || localStorage.getItem("theme") || "system";
  if (wanted === "light" || wanted === "dark") return wanted;
  return darkness.matches ? "dark" : "light";
}

function title() {
  return settings.screens.find((each) => each.name === question.screen)?.[question.lang] ?? question.screen;
}

function dress() {
  document.documentElement.lang = question.lang;
  document.documentElement.dataset.theme = theme();
  document.title = `${title()} – ${text("name")}`;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  byId("where").textContent = settings.where || text("embedded");
  byId("tabs").setAttribute("aria-label", text("screens"));
  byId("settings").setAttribute("aria-label", text("settings"));
  byId("popup").setAttribute("aria-label", text("detail"));
  byId("confirmation").setAttribute("aria-label", text("confirm"));
  byId("pause").textContent = text(paused ? "resume" : "pause");
  byId("language").value = question.lang;
  byId("theme").value = question.theme || localStorage.getItem("theme") || "system";
  dressTabs();
  dressRange();
}

function dressTabs() {
  const tabs = settings.screens.map((each) => {
    const link = document.createElement("a");
    link.id = `tab-${each.name}`;
    link.textContent = each[question.lang];
    link.href = addressOf({ ...question, screen: each.name, options: kept() });
    if (each.name === question.screen) link.setAttribute("aria-current", "page");
    return link;
  });
  const fresh = document.createElement("nav");
  fresh.append(...tabs);
  morph(byId("tabs"), fresh);
}

// From screen to screen the filter stays; what only one screen understands does not.
function kept() {
  return question.options.filter ? { filter: question.options.filter } : {};
}

function dressRange() {
  const custom = !(question.range in RANGES);
  const range = byId("range");
  range.replaceChildren(...[...Object.keys(RANGES), "custom"].map((name) => new Option(text(name), name)));
  range.value = custom ? "custom" : question.range;
  byId("custom").hidden = !custom;
  const { start, end } = rangeOf(question, Date.now());
  byId("since").value = parisText(start);
  byId("until").value = parisText(end);
  document.querySelector("[data-zoom=whole]").hidden = !question.zoom;
}

byId("tabs").addEventListener("click", (happened) => {
  const link = happened.target.closest("a");
  if (!link || happened.ctrlKey || happened.metaKey || happened.shiftKey) return;
  happened.preventDefault();
  go(questionOf(link.search, question.lang));
});
byId("range").addEventListener("change", () => {
  const range = byId("range").value;
  if (range === "custom") byId("custom").hidden = false;
  else go({ ...question, range, zoom: "" });
});
// On a telephone the screen comes first: the controls open where one asks for them.
byId("controls").open = window.innerWidth >= 600;
byId("settings").addEventListener("submit", (happened) => {
  happened.preventDefault();
  if (byId("custom").hidden) return;
  const [start, end] = ["since", "until"].map((id) => parisMoment(byId(id).value));
  byId("until").setCustomValidity(start < end ? "" : text("bad_range"));
  if (byId("until").reportValidity()) go({ ...question, range: spanText(start, end), zoom: "" });
});
byId("until").addEventListener("input", () => byId("until").setCustomValidity(""));
for (const button of document.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => {
    go({ ...question, zoom: zoomed(question, button.dataset.zoom, Date.now()) });
  });
}
byId("language").addEventListener("change", () => {
  localStorage.setItem("lang", byId("language").value);
  go({ ...question, lang: byId("language").value });
});
byId("theme").addEventListener("change", () => {
  localStorage.setItem("theme", byId("theme").value);
  go({ ...question, theme: "" });
});
byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").textContent = text(paused ? "resume" : "pause");
  if (paused) byId("updated").textContent = text("paused", { time: clockTime() });
  else show();
});
byId("about").addEventListener("click", () => popups.describe(byId("about")));
darkness.addEventListener("change", () => {
  dress();
  show();
});

let width = 0;
let resizing = 0;
new ResizeObserver(() => {
  const changed = width && width !== main.clientWidth;
  width = main.clientWidth;
  clearTimeout(resizing);
  if (changed) resizing = setTimeout(show, 150);
}).observe(main);

// A screen that nobody sees is not asked for, as the one behind a popup that is; one that is asked for is waited for.
setInterval(() => {
  if (!paused && !document.hidden && !popups.again() && !running) show();
}, settings.refreshSeconds * 1000);

window.history.scrollRestoration = "manual";
dress();
await show({ moved: true });
