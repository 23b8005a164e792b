const live = document.querySelector("[data-live]");
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
    const focused = document.activeElement?.id;
    live.innerHTML = await answer.text();
    for (const { id, value } of typed) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    if (focused) document.getElementById(focused)?.focus();
  }, 5000);
}
