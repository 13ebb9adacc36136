/* The small form with room, day, start and end: whatever the mouse does can be done here. */

import { dayName, dayOf, later, timeOf } from "./clock.js";
import { element } from "./rail.js";

export class PlaceDialog {
  constructor(draft, days, language, may, save) {
    this.draft = draft;
    this.may = may;
    this.save = save;
    this.dialog = document.getElementById("board-dialog");
    this.form = this.dialog.querySelector("form");
    this.error = document.getElementById("board-dialog-error");
    const { room, day } = this.form.elements;
    room.append(...[...draft.rooms.values()].map((each) => new Option(each.name, each.id)));
    day.append(...days.map((each) => new Option(dayName(each, language), each)));
    this.days = days;
    this.form.addEventListener("submit", (event) => this.#submitted(event));
    document.getElementById("board-dialog-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.#closed());
    // The end follows the start, so that the session stays as long as it is.
    this.form.elements.start.addEventListener("change", () => this.#startMoved());
  }

  open(id, opener) {
    const session = this.draft.sessions.get(id);
    const slot = this.draft.slots.get(id);
    const start = slot?.start ?? `${this.days[0]}T09:00`;
    const end = slot?.end ?? later(start, session.minutes);
    this.id = id;
    this.opener = opener;
    this.start = start;
    this.end = end;
    this.draft.hold(id);
    document.getElementById("board-dialog-title").textContent = session.title;
    const facts = [session.kindName, session.themeName, session.people, session.code].filter(Boolean);
    document.getElementById("board-dialog-facts").textContent = facts.join(" · ");
    const warnings = this.draft.warningsOf(id).map((warning) => element("li", "", warning.sentence));
    document.getElementById("board-dialog-warnings").replaceChildren(...warnings);
    document.getElementById("board-dialog-more").href = session.change;
    this.error.textContent = "";
    const fields = this.form.elements;
    if (slot) fields.room.value = slot.room;
    fields.day.value = dayOf(start);
    fields.start.value = timeOf(start);
    fields.end.value = timeOf(end);
    const right = slot ? this.may.change : this.may.add;
    this.form.querySelector('[value="save"]').hidden = !right;
    this.form.querySelector('[value="take_off"]').hidden = !slot || !this.may.delete;
    this.dialog.showModal();
  }

  #startMoved() {
    const { day, start, end } = this.form.elements;
    if (!start.value) return;
    const length = Date.parse(`${this.end}:00Z`) - Date.parse(`${this.start}:00Z`);
    end.value = timeOf(later(`${day.value}T${start.value}`, length / 60000));
  }

  #place() {
    const { room, day, start, end } = this.form.elements;
    const from = `${day.value}T${start.value}`;
    const to = `${day.value}T${end.value}`;
    return { room: Number(room.value), start: from, end: to > from ? to : later(to, 24 * 60) };
  }

  async #submitted(event) {
    event.preventDefault();
    const place = event.submitter?.value === "take_off" ? null : this.#place();
    this.error.textContent = "";
    const refusal = await this.save(this.id, place);
    if (refusal) this.error.textContent = refusal;
    else this.dialog.close();
  }

  #closed() {
    this.draft.release(this.id);
    this.afterClose?.(this.id, this.opener);
  }
}
