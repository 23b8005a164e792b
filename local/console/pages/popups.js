// What opens over a screen: popups, questions before an action, and what shows while one points at something.

import { cleaned } from "./actions.js";
import { morph } from "./morph.js";

// A list as a file: with the mark by which spreadsheets know UTF-8.
function offer(table) {
  const link = document.createElement("a");
  link.download = `${table.title.split(/[.:,]/)[0].trim() || document.title}.csv`;
  link.href = URL.createObjectURL(new Blob(["\ufeff", table.textContent], { type: "text/csv" }));
  link.textContent = link.download;
  table.before(link);
}

export class Popups {
  // `answer` asks the function; `fail` shows an error.
  constructor(answer, fail) {
    this.answer = answer;
    this.fail = fail;
    this.popup = document.getElementById("popup");
    this.confirmation = document.getElementById("confirmation");
    this.tip = document.getElementById("hover");
    this.asked = 0;
    this.waiting = 0;
    this.shown = null;
    for (const dialog of [this.popup, this.confirmation]) {
      dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
      // A click beside the dialog hits the dialog itself.
      dialog.addEventListener("click", (happened) => happened.target === dialog && dialog.close());
    }
    this.popup.addEventListener("close", () => {
      this.asked += 1;
      // What opened it may be gone: then the focus is where the screen begins.
      const back = this.opener?.isConnected ? this.opener : document.getElementById("screen");
      back.focus({ preventScroll: true });
      this.opener = null;
      this.shown = null;
    });
    document.addEventListener("keydown", (happened) => happened.key === "Escape" && this.leave());
  }

  show(html, opener) {
    this.fill(cleaned(html), opener);
  }

  // Shows what is asked: an object with `asked`, the `fields` that go with it, and the `opener`.
  async ask(wanted) {
    this.asked += 1;
    const mine = this.asked;
    this.waiting += 1;
    try {
      const html = await this.answer(wanted.asked, wanted.fields);
      if (mine === this.asked) this.fill(cleaned(html), wanted.opener, wanted);
    } catch (error) {
      this.fail(error);
    } finally {
      this.waiting -= 1;
    }
  }

  // Asks once more for what an open popup shows; gives whether it shows what was asked for.
  again() {
    if (this.shown && !this.waiting) this.ask(this.shown);
    return this.shown !== null;
  }

  async describe(opener) {
    try {
      const text = document.createElement("pre");
      text.textContent = await this.answer({ describe: true });
      const page = document.createDocumentFragment();
      page.append(text);
      this.fill(page, opener);
    } catch (error) {
      this.fail(error);
    }
  }

  fill(page, opener, shown = null) {
    this.leave();
    const content = this.popup.querySelector(".content");
    morph(content, page);
    for (const table of content.querySelectorAll(":scope > pre.csv")) offer(table);
    if (shown === null || shown !== this.shown) this.popup.scrollTop = 0;
    this.shown = shown;
    if (this.popup.open) return;
    this.opener = opener;
    this.popup.showModal();
  }

  close() {
    if (this.popup.open) this.popup.close();
    this.leave();
  }

  // Asks before something is done; gives whether it may be.
  confirms(sentence) {
    this.confirmation.querySelector("p").textContent = sentence;
    return new Promise((decided) => {
      let yes = false;
      this.confirmation.querySelector("[data-yes]").onclick = () => {
        yes = true;
        this.confirmation.close();
      };
      this.confirmation.addEventListener("close", () => decided(yes), { once: true });
      this.confirmation.showModal();
    });
  }

  async hover(action, element) {
    this.asked += 1;
    const mine = this.asked;
    const own = action.getAttribute("action") === "html";
    try {
      const html = own ? action.innerHTML : await this.answer(JSON.parse(action.textContent || "{}"));
      if (mine !== this.asked) return;
      morph(this.tip, cleaned(html));
      this.tip.hidden = false;
      const box = element.getBoundingClientRect();
      const left = Math.min(box.left, window.innerWidth - this.tip.offsetWidth - 8);
      const below = box.bottom + 4 + this.tip.offsetHeight < window.innerHeight;
      this.tip.style.left = `${Math.max(8, left)}px`;
      this.tip.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - 4 - this.tip.offsetHeight)}px`;
    } catch (error) {
      this.fail(error);
    }
  }

  leave() {
    this.asked += 1;
    this.tip.hidden = true;
  }
}
