// What is asked, as it stands in the address and as CloudWatch sends it to the function.
//
// The address has the screen, the range (range=24h, or range=<from>..<to>), a zoom, the language, a theme where one was
// wanted, and what else the screen understands (filter and options), each under its own name.

export const RANGES = { "1h": 1, "3h": 3, "12h": 12, "24h": 24, "7d": 168, "30d": 720 };
const HOUR = 3_600_000;
const SHORTEST = 60_000;
const OWN = ["screen", "lang", "theme", "range", "zoom"];
const PARIS = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Paris", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});

const CLOCK = { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit", second: "2-digit" };

// The time of day in Paris, as the screens have it: by 24 hours in each language.
export const clockTime = () => new Date().toLocaleTimeString("fr", CLOCK);

export function questionOf(search, lang) {
  const said = new URLSearchParams(search);
  const options = {};
  for (const [name, value] of said) if (!OWN.includes(name) && value) options[name] = value;
  return {
    screen: said.get("screen") || "overview",
    lang: said.get("lang") === "en" || said.get("lang") === "fr" ? said.get("lang") : lang,
    theme: said.get("theme") ?? "",
    range: said.get("range") || "24h",
    zoom: spanOf(said.get("zoom") ?? "") ? said.get("zoom") : "",
    options,
  };
}

export function addressOf(question) {
  const said = new URLSearchParams({ screen: question.screen, lang: question.lang });
  if (question.theme) said.set("theme", question.theme);
  if (question.range !== "24h") said.set("range", question.range);
  if (question.zoom) said.set("zoom", question.zoom);
  for (const [name, value] of Object.entries(question.options)) said.set(name, value);
  // Colons and the like are plain in a query: the address is to be read by people, too.
  return `?${said.toString().replaceAll("%3A", ":").replaceAll("%3D", "=").replaceAll("%2C", ",")}`;
}

// What an action or the page itself asks, made the question that stands in the address.
export function withAsked(question, asked, fields) {
  const { form, screen, lang, ...options } = { ...asked, ...(asked.form ? fields : {}) };
  const kept = Object.entries(options).filter(([, value]) => value !== "" && value !== null);
  return {
    ...question,
    screen: screen || question.screen,
    lang: lang || question.lang,
    options: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
  };
}

// A range that is none is asked for as it stands: the screen says what is wrong with it.
export function askedBy(question) {
  const odd = question.range in RANGES || spanOf(question.range) ? {} : { range: question.range };
  return { screen: question.screen, lang: question.lang, ...question.options, ...odd };
}

// The event of a custom widget.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_create.html
export function eventOf(question, asked, view) {
  const { start, end } = rangeOf(question, view.now);
  const relative = question.range in RANGES;
  const timeRange = { mode: relative ? "relative" : "absolute", start, end };
  if (relative) timeRange.relativeStart = end - start;
  if (question.zoom) timeRange.zoom = spanOf(question.zoom);
  return {
    ...asked,
    widgetContext: {
      dashboardName: "console",
      widgetId: "console",
      domain: window.location.origin,
      accountId: "",
      locale: question.lang,
      timezone: { label: "Local", offsetISO: "", offsetInMinutes: -new Date(view.now).getTimezoneOffset() },
      period: 300,
      isAutoPeriod: true,
      timeRange,
      theme: view.theme,
      linkCharts: true,
      title: "",
      forms: { all: view.fields },
      params: { screen: question.screen, lang: question.lang },
      width: view.width,
      height: view.height,
    },
  };
}

export function rangeOf(question, now) {
  if (question.range in RANGES) return { start: now - RANGES[question.range] * HOUR, end: now };
  return spanOf(question.range) ?? { start: now - RANGES["24h"] * HOUR, end: now };
}

// A zoom beside or within what is shown.
export function zoomed(question, way, now) {
  if (way === "whole") return "";
  const { start, end } = question.zoom ? spanOf(question.zoom) : rangeOf(question, now);
  const half = (end - start) / 2;
  const moved = {
    earlier: [start - half, end - half],
    later: [start + half, end + half],
    closer: [start + half / 2, end - half / 2],
    wider: [start - half, end + half],
  }[way];
  const last = Math.min(moved[1], Math.max(now, end));
  const first = Math.min(moved[0], last - SHORTEST);
  return spanText(way === "later" ? last - (end - start) : first, last);
}

export function spanText(start, end) {
  return `${new Date(start).toISOString().slice(0, 19)}Z..${new Date(end).toISOString().slice(0, 19)}Z`;
}

function spanOf(text) {
  const [start, end] = text.split("..").map((each) => Date.parse(each));
  return start < end ? { start, end } : null;
}

// A moment as an input of date and time has it, in Paris, and back.
export function parisText(moment) {
  return PARIS.format(moment).replace(" ", "T");
}

export function parisMoment(text) {
  const guess = Date.parse(`${text}Z`);
  let moment = guess;
  for (let time = 0; time < 2; time += 1) moment = guess - (Date.parse(`${parisText(moment)}Z`) - moment);
  return moment;
}
