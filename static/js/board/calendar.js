/* The grid itself: EventCalendar with days side by side and rooms as their columns. */

import { dayName, dayOf, later, minutesBetween, timeOf, wall } from "./clock.js";
import { element } from "./rail.js";

const HEIGHTS = { 5: 84, 10: 60, 15: 48, 20: 44, 30: 40, 60: 32 }; // pixels for half an hour
// Nothing else in the grid has a role.
const TABLE_WORDS = ["role", "aria-colindex", "aria-rowindex", "aria-colspan", "aria-colcount", "aria-rowcount"];
const COLUMN = "7.5rem";

export class Calendar {
  /* `act.move(id, place)`, `act.open(id, opener)`; a place of null is the drawer. */
  constructor(target, draft, options, act) {
    this.target = target;
    this.draft = draft;
    this.options = options;
    this.act = act;
    this.shown = new Map();
    this.ec = EventCalendar.create(target, this.#settings());
    new MutationObserver(() => this.#unrole()).observe(target, { childList: true, subtree: true });
    this.#unrole();
    this.draw();
    target.addEventListener("dragover", (event) => this.#dragged(event));
    target.addEventListener("dragleave", () => this.#mark(null));
    target.addEventListener("drop", (event) => this.#dropped(event));
  }

  #settings() {
    const { language, span, may, step } = this.options;
    return {
      view: "allDays",
      views: {
        allDays: { type: "resourceTimeGridWeek", duration: { days: span.length } },
        oneDay: { type: "resourceTimeGridDay" },
      },
      date: span[0],
      datesAboveResources: true,
      headerToolbar: { start: "", center: "", end: "" },
      allDaySlot: false,
      height: "100%",
      locale: language,
      columnWidth: `minmax(${COLUMN}, 1fr)`,
      slotDuration: "00:30",
      slotLabelInterval: "01:00",
      slotMinTime: "08:00",
      slotMaxTime: "20:00",
      flexibleSlotTimeLimits: true,
      slotEventOverlap: false,
      slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
      dayHeaderFormat: { weekday: "long", day: "numeric", month: "long" },
      slotHeight: HEIGHTS[step],
      snapDuration: { minutes: step },
      editable: may.change,
      eventStartEditable: may.change,
      eventDurationEditable: may.change,
      resources: [...this.draft.rooms.values()].map((room) => ({ id: String(room.id), title: room.name })),
      resourceLabelContent: ({ resource }) => ({ domNodes: [this.#roomLabel(resource)] }),
      eventContent: ({ event }) => ({ domNodes: [this.#content(event)] }),
      eventClassNames: (info) => this.#classes(Number(info.event.id)),
      eventDragStart: (info) => this.#begun(info),
      eventDragStop: (info) => this.#stopped(info),
      eventResizeStart: (info) => this.#begun(info),
      eventResizeStop: (info) => this.#stopped(info),
      eventDrop: (info) => this.#changed(info),
      eventResize: (info) => this.#changed(info),
    };
  }

  #roomLabel(resource) {
    const room = this.draft.rooms.get(Number(resource.id));
    const label = element("span", "board-room", room?.name ?? "");
    if (room?.capacity) label.append(" ", element("span", "board-room__seats", String(room.capacity)));
    return label;
  }

  /* --- What a session looks like --------------------------------------------------------------- */

  #content(event) {
    const id = Number(event.id);
    const session = this.draft.sessions.get(id);
    const warnings = this.draft.warningsOf(id);
    const button = element("button", "board-event__name", session.title);
    button.type = "button";
    button.dataset.session = id;
    button.setAttribute("aria-label", this.#describe(event));
    const body = element(
      "div",
      "board-event",
      element("span", "board-event__time", `${timeOf(wall(event.start))}–${timeOf(wall(event.end))}`),
      button,
    );
    if (session.people) body.append(element("span", "board-event__people", session.people));
    if (warnings.length) {
      const mark = element("span", "board-event__mark", String(warnings.length));
      mark.title = warnings.map((warning) => warning.sentence).join("\n");
      body.prepend(mark);
    }
    return body;
  }

  /* What a screen reader says of it. */
  #describe(event) {
    const { language, texts } = this.options;
    const id = Number(event.id);
    const [start, end] = [wall(event.start), wall(event.end)];
    const count = this.draft.warningsOf(id).length;
    const words = [
      this.draft.sessions.get(id).title,
      this.draft.rooms.get(Number(event.resourceIds[0]))?.name,
      dayName(dayOf(start), language),
      `${timeOf(start)}–${timeOf(end)}`,
    ];
    return words.filter(Boolean).join(", ") + (count ? ` (${texts.clash}: ${count})` : "");
  }

  #classes(id) {
    const session = this.draft.sessions.get(id);
    const names = [`board-event--${session.kind}`];
    if (session.mark) names.push(`board-event--mark-${session.mark}`);
    if (this.draft.warningsOf(id).some((warning) => warning.isGrave)) names.push("board-event--grave");
    return names;
  }

  #event(id, slot) {
    return {
      id: String(id),
      resourceIds: [String(slot.room)],
      start: slot.start,
      end: slot.end,
      title: this.draft.sessions.get(id).title,
      // Whatever is drawn of it changes the event, so that it is drawn anew.
      extendedProps: { warnings: this.draft.warningsOf(id).length },
    };
  }

  /* Bring the grid to what the draft says; what is being moved here is left alone. */
  draw() {
    const focused = document.activeElement?.dataset?.session;
    for (const id of [...this.shown.keys()]) {
      if (!this.draft.slots.has(id) && !this.draft.held.has(id)) {
        this.shown.delete(id);
        this.ec.removeEventById(String(id));
      }
    }
    for (const [id, slot] of this.draft.slots) {
      if (!this.draft.held.has(id)) this.put(id, slot);
    }
    if (focused) this.focus(Number(focused));
  }

  /* Show a session at `place`, whether or not it is saved there. */
  put(id, place) {
    const warnings = this.draft.warningsOf(id).map((warning) => warning.kind);
    const key = [place.room, place.start, place.end, warnings].join("|");
    if (this.shown.get(id) === key) return;
    const isNew = !this.shown.has(id);
    this.shown.set(id, key);
    if (isNew) this.ec.addEvent(this.#event(id, place));
    else this.ec.updateEvent(this.#event(id, place));
  }

  /* Draw a session anew the next time, even where it is thought to be. */
  doubt(id) {
    if (this.shown.has(id)) this.shown.set(id, "||");
  }

  /* Where a session is on the screen. */
  place(id) {
    if (!this.shown.has(id)) return null;
    const [room, start, end] = this.shown.get(id).split("|");
    return { room: Number(room), start, end };
  }

  button(id) {
    return this.target.querySelector(`.ec-event:not(.ec-ghost) [data-session="${id}"]`);
  }

  /* Once the grid has been drawn: a session in another column is another element. */
  focus(id) {
    const look = () => this.button(id)?.focus({ preventScroll: false });
    requestAnimationFrame(() => setTimeout(look));
  }

  /* The component calls itself a table, and has no cells: each session says its room and time itself. */
  #unrole() {
    for (const name of TABLE_WORDS) {
      for (const part of this.target.querySelectorAll(`[${name}]`)) part.removeAttribute(name);
    }
  }

  /* --- Choices -------------------------------------------------------------------------------- */

  setStep(step) {
    this.ec.setOption("snapDuration", { minutes: step });
    this.ec.setOption("slotHeight", HEIGHTS[step]);
  }

  showDay(day) {
    this.ec.setOption("view", day ? "oneDay" : "allDays");
    this.ec.setOption("date", day ?? this.options.span[0]);
  }

  /* --- The mouse ------------------------------------------------------------------------------ */

  #begun(info) {
    this.draft.hold(Number(info.event.id));
  }

  #stopped(info) {
    const id = Number(info.event.id);
    this.moved = true; // the click that ends a drag opens nothing
    setTimeout(() => (this.moved = false));
    const { clientX, clientY } = info.jsEvent;
    const under = document.elementFromPoint(clientX, clientY);
    this.isTakenOff = Boolean(under?.closest("#board-drawer"));
    // After whatever the component still tells about this very gesture.
    setTimeout(() => {
      this.draft.release(id);
      if (this.isTakenOff) this.act.move(id, null);
      else this.draw();
      this.isTakenOff = false;
    });
  }

  #changed(info) {
    const id = Number(info.event.id);
    if (this.isTakenOff) {
      info.revert();
      return;
    }
    const { start, end, resourceIds } = info.event;
    const place = { room: Number(resourceIds[0]), start: wall(start), end: wall(end) };
    this.shown.set(id, `${place.room}|${place.start}|${place.end}|`);
    this.act.move(id, place);
  }

  /* --- From the drawer ------------------------------------------------------------------------ */

  #point(event) {
    const found = this.ec.dateFromPoint(event.clientX, event.clientY);
    return found?.resource ? { found, start: wall(found.date), room: Number(found.resource.id) } : null;
  }

  #dragged(event) {
    if (!event.dataTransfer.types.includes("application/x-session")) return;
    const point = this.#point(event);
    if (!point) return;
    event.preventDefault();
    this.#mark(point.found.dayEl);
  }

  #mark(column) {
    this.column?.classList.remove("board-column--aimed");
    this.column = column;
    column?.classList.add("board-column--aimed");
  }

  #dropped(event) {
    const id = Number(event.dataTransfer.getData("application/x-session"));
    const point = this.#point(event);
    this.#mark(null);
    if (!id || !point) return;
    event.preventDefault();
    const { step } = this.options;
    const past = minutesBetween(`${point.start.slice(0, 10)}T00:00`, point.start) % step;
    const start = later(point.start, -past);
    const length = this.draft.sessions.get(id).minutes;
    this.act.move(id, { room: point.room, start, end: later(start, length) });
  }
}
