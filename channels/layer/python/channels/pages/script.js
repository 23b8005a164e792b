// Back leads to the address of a form that was refused, and sends nothing. What broke off, without a form, is sent again.
if (document.forms.length) history.replaceState(null, "", location.href);
const live = document.querySelector("[data-live]");
const named = (node) =>
  !node ? "" : node.id ? `#${CSS.escape(node.id)}` : node.form ? `form[action="${node.form.getAttribute("action")}"] button`
    : node.href ? `a[href="${node.getAttribute("href")}"]` : "";
if (live) {
  let tag = "";
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(live.dataset.live, {
      headers: tag ? { "If-None-Match": tag } : {},
      cache: "no-store",
      redirect: "manual",
    }).catch(() => null);
    if (answer === null || answer.status === 304 || answer.status === 429 || answer.status >= 500) return;
    if (answer.status !== 200) return location.reload();
    tag = answer.headers.get("etag") ?? "";
    // What somebody is typing stays where its field is still there.
    const typed = [...live.querySelectorAll("input,select,textarea")].filter((field) => field.id);
    const had = live.contains(document.activeElement) ? document.activeElement : null;
    const focused = named(had);
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    for (const part of fresh.content.querySelectorAll("[data-part]")) {
      document.querySelector(`[data-part=${part.dataset.part}]`)?.replaceChildren(...part.childNodes);
      part.remove();
    }
    live.replaceChildren(fresh.content);
    const news = document.querySelector("[data-news]");
    news.textContent = live.querySelector(".big")?.textContent ?? news.dataset.news;
    for (const { id, value } of typed) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    // Whoever goes by keyboard stays where they were, or at least in this part of the page.
    if (had) (focused && live.querySelector(focused) ? live.querySelector(focused) : live).focus();
  }, 5000);
}
