/* Sessions moved by keys: each press moves what is seen, and what it comes to is saved once. */

import { dayOf, later, minutesBetween, timeOf } from "./clock.js";

const PAUSE = 700; // milliseconds without a key, after which the move is saved

export class Keyboard {
  constructor(calendar, options, act) {
    this.calendar = calendar;
    this.options = options;
    this.act = act;
    this.timers = new Map();
    calendar.target.addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("pagehide", () => this.flush());
  }

  #pressed(event) {
    const button = event.target.closest("[data-session]");
    if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
    const id = Number(button.dataset.session);
    if (event.key === "Delete" && this.options.may.delete) {
      event.preventDefault();
      this.flush();
      this.act.move(id, null);
      return;
    }
    if (!event.key.startsWith("Arrow") || !this.options.may.change) return;
    event.preventDefault();
    const place = this.calendar.place(id);
    const wanted = place && this.#next(place, event.key.slice(5), event.shiftKey);
    if (wanted) this.#show(id, wanted);
  }

  #next(place, direction, isLength) {
    const { step } = this.options;
    const by = { Up: -step, Down: step }[direction];
    if (by === undefined) return isLength ? null : this.#beside(place, direction === "Right" ? 1 : -1);
    if (!isLength) return { ...place, start: later(place.start, by), end: later(place.end, by) };
    const end = later(place.end, by);
    return minutesBetween(place.start, end) > 0 ? { ...place, end } : null;
  }

  /* The next room; after the last one, the first room of the next day. */
  #beside(place, by) {
    const rooms = [...this.calendar.draft.rooms.keys()];
    const { days } = this.options;
    const column = days.indexOf(dayOf(place.start)) * rooms.length + rooms.indexOf(place.room) + by;
    const day = days[Math.floor(column / rooms.length)];
    if (!day || column < 0) return null;
    const start = `${day}T${timeOf(place.start)}`;
    const end = later(start, minutesBetween(place.start, place.end));
    return { room: rooms[column % rooms.length], start, end };
  }

  #show(id, place) {
    if (!this.timers.has(id)) this.calendar.draft.hold(id);
    clearTimeout(this.timers.get(id)?.timer);
    this.calendar.put(id, place);
    this.calendar.focus(id);
    this.act.announce(id, place);
    this.timers.set(id, { place, timer: setTimeout(() => this.#save(id), PAUSE) });
  }

  #save(id) {
    const { place, timer } = this.timers.get(id);
    clearTimeout(timer);
    this.timers.delete(id);
    this.act.move(id, place);
    this.calendar.draft.release(id);
  }

  flush() {
    for (const id of [...this.timers.keys()]) this.#save(id);
  }
}
