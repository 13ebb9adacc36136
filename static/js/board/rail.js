/* Beside the grid: the drawer of sessions to be placed, with its filters, and what is to be put right. */

const FOLDING = new Intl.Collator(undefined, { sensitivity: "base" });

export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export class Rail {
  constructor(draft, texts, mayPlace, open) {
    this.draft = draft;
    this.texts = texts;
    this.mayPlace = mayPlace;
    this.open = open;
    this.list = document.getElementById("board-drawer-list");
    this.filters = document.getElementById("board-filters");
    this.filters.querySelector("button").hidden = true;
    this.filters.addEventListener("input", () => this.drawDrawer());
    this.filters.addEventListener("submit", (event) => event.preventDefault());
    this.warnings = document.getElementById("board-warnings-list");
    this.warnings.addEventListener("click", (event) => this.#followed(event));
  }

  draw() {
    this.drawDrawer();
    this.drawWarnings();
  }

  wanted() {
    const { q, kind, theme } = this.filters.elements;
    const words = plain(q.value).split(/\s+/).filter(Boolean);
    return (session) => {
      const text = plain(`${session.title} ${session.people} ${session.code}`);
      return (
        (!kind.value || session.kind === kind.value) &&
        (!theme.value || String(session.theme) === theme.value) &&
        words.every((word) => text.includes(word))
      );
    };
  }

  drawDrawer() {
    const left = this.draft.unplaced();
    const shown = left.filter(this.wanted()).sort((a, b) => FOLDING.compare(a.title, b.title));
    const focused = document.activeElement?.dataset?.place;
    this.list.replaceChildren(...shown.map((session) => this.#item(session)));
    if (!shown.length) {
      const text = left.length ? this.texts.noneFound : this.texts.none;
      this.list.append(element("li", "board-drawer__none", text));
    }
    const count = left.length === shown.length ? left.length : `${shown.length}/${left.length}`;
    document.getElementById("board-drawer-count").textContent = count;
    if (focused) this.list.querySelector(`[data-place="${focused}"]`)?.focus();
  }

  #item(session) {
    const facts = [session.kindName, this.texts.minutes.replace("{count}", session.minutes), session.people];
    const button = element("button", "board-drawer__session", session.title);
    button.type = "button";
    button.dataset.place = session.id;
    button.addEventListener("click", () => this.open(session.id, button));
    const item = element(
      "li",
      `board-drawer__item board-event--${session.kind}`,
      button,
      element("span", "board-drawer__facts", facts.filter(Boolean).join(" · ")),
    );
    if (this.mayPlace) {
      item.draggable = true;
      item.addEventListener("dragstart", (event) => {
        event.dataTransfer.setData("application/x-session", String(session.id));
        event.dataTransfer.effectAllowed = "move";
      });
    }
    return item;
  }

  drawWarnings() {
    const groups = new Map();
    for (const warning of this.draft.warnings) {
      if (!groups.has(warning.kind)) groups.set(warning.kind, []);
      groups.get(warning.kind).push(warning);
    }
    const before = [...this.warnings.querySelectorAll("details")];
    const open = new Set(before.filter((each) => each.open).map((each) => each.dataset.kind));
    const known = new Set(before.map((each) => each.dataset.kind));
    const first = !this.drawn;
    this.drawn = true;
    const drawn = [...groups].map(([kind, warnings], number) => {
      const details = element("details", "", this.#summary(warnings), this.#warningList(warnings));
      details.dataset.kind = kind;
      details.classList.toggle("board-warnings--grave", warnings[0].isGrave);
      // What has just become grave opens by itself.
      const news = warnings[0].isGrave && !known.has(kind);
      details.open = first ? number === 0 : open.has(kind) || news;
      return details;
    });
    this.warnings.replaceChildren(...drawn);
    if (!drawn.length) this.warnings.append(element("p", "board-warnings__none", this.texts.fine));
    document.getElementById("board-warnings-count").textContent = this.draft.warnings.length;
  }

  #summary(warnings) {
    return element("summary", "", `${warnings[0].label} `, element("span", "board__count", warnings.length));
  }

  #warningList(warnings) {
    return element(
      "ul",
      "",
      ...warnings.map((warning) => {
        const link = element("a", "", warning.sentence);
        link.href = warning.url;
        return element("li", "", link);
      }),
    );
  }

  /* What is put right by a move is put right here; other links lead where they say. */
  #followed(event) {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const path = new URL(link.href).pathname;
    const session = [...this.draft.sessions.values()].find((each) => each.form === path);
    if (session) {
      event.preventDefault();
      this.open(session.id, link);
    }
  }
}
