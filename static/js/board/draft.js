/* The draft as this screen knows it: where each session is, by which version, and what is wrong. */

import { dayOf, timeOf } from "./clock.js";

export class Draft {
  constructor(data) {
    this.sessions = new Map(data.sessions.map((session) => [session.id, session]));
    this.rooms = new Map(data.rooms.map((room) => [room.id, room]));
    this.slots = new Map();
    this.held = new Map();
    this.warnings = [];
    this.take(data.state);
  }

  /* A session that somebody is moving here keeps its place and its version until it is let go. */
  hold(id) {
    this.held.set(id, (this.held.get(id) ?? 0) + 1);
  }

  release(id) {
    const left = (this.held.get(id) ?? 1) - 1;
    if (left > 0) this.held.set(id, left);
    else this.held.delete(id);
  }

  /* What the server says is so; `own` is the session that it answers about. */
  take(state, own = null) {
    const slots = new Map(state.slots.map((slot) => [slot.session, slot]));
    for (const id of this.held.keys()) {
      if (id === own) continue;
      if (this.slots.has(id)) slots.set(id, this.slots.get(id));
      else slots.delete(id);
    }
    this.slots = slots;
    // With something held back here, the state is not all known: it is asked for again.
    this.stamp = this.held.size ? "" : state.stamp;
    this.last = state.last;
    this.warnings = state.warnings;
  }

  isKnown(state) {
    return state.slots.every((slot) => this.sessions.has(slot.session) && this.rooms.has(slot.room));
  }

  warningsOf(id) {
    return this.warnings.filter((warning) => warning.sessions.includes(id));
  }

  unplaced() {
    return [...this.sessions.values()].filter((session) => !this.slots.has(session.id));
  }

  /* The form's fields that bring a session to this place. */
  fields(id, place) {
    const version = this.slots.get(id)?.version ?? 0;
    if (!place) return { take_off: "1", version };
    return {
      room: place.room,
      day: dayOf(place.start),
      start: timeOf(place.start),
      end: timeOf(place.end),
      version,
    };
  }
}
