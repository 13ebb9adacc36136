/* The planning board. Without this file the page is a table with a form for each session. */

import { Calendar } from "./board/calendar.js";
import { dayName, dayOf, timeOf } from "./board/clock.js";
import { PlaceDialog } from "./board/dialog.js";
import { Draft } from "./board/draft.js";
import { Keyboard } from "./board/keyboard.js";
import { Rail } from "./board/rail.js";
import { Refused, Server } from "./board/server.js";

const data = JSON.parse(document.getElementById("board-data").textContent);
// Days are written as the rest of the site writes them: “Thursday 6 February”.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const texts = data.texts;
const says = document.getElementById("board-says");
const undoForm = document.getElementById("board-undo");
const stepChoice = document.getElementById("board-step");

const draft = new Draft(data);
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const server = new Server(data.urls, texts, token);
const options = { language, texts, may: data.may, days: data.days, span: data.span, step: Number(stepChoice.value) };

/* --- What is said ------------------------------------------------------------------------------ */

function say(text, kind = "") {
  says.textContent = text;
  says.dataset.kind = kind;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

function announce(id, place) {
  const { title } = draft.sessions.get(id);
  if (!place) return say(fill(texts.taken, { title }));
  say(
    fill(texts.moved, {
      title,
      room: draft.rooms.get(place.room)?.name,
      day: dayName(dayOf(place.start), language),
      start: timeOf(place.start),
      end: timeOf(place.end),
    }),
  );
}

/* --- Moves ------------------------------------------------------------------------------------- */

function take(state, own = null) {
  if (!draft.isKnown(state)) return location.reload(); // there is something new to be drawn
  draft.take(state, own);
  calendar.draw();
  rail.draw();
}

/* Bring a session to `place` (null: the drawer); gives the refusal in words, or nothing. */
async function move(id, place) {
  draft.hold(id);
  if (place) calendar.put(id, place);
  const { form } = draft.sessions.get(id);
  let refusal = "";
  let state = null;
  try {
    state = await server.post(form, () => draft.fields(id, place), () => draft.last);
    announce(id, place);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refusal = error.message;
    state = error.state;
    say(refusal, "error");
  }
  draft.release(id);
  calendar.doubt(id);
  if (state?.slots) take(state, id);
  else calendar.draw();
  return refusal;
}

async function undo() {
  keyboard.flush();
  try {
    const state = await server.post(data.urls.undo, () => ({}), () => draft.last);
    take(state);
    say(texts.undone);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.state?.slots) take(error.state);
    say(error.message, "error");
  }
}

/* --- The parts of the page --------------------------------------------------------------------- */

document.getElementById("board-tables").hidden = true;
for (const id of ["board-calendar", "board-days", "board-tools"]) document.getElementById(id).hidden = false;
document.body.classList.add("board-page--drawn");

const stored = Number(localStorage.getItem("board-step"));
if ([...stepChoice.options].some((option) => Number(option.value) === stored)) {
  stepChoice.value = String(stored);
  options.step = stored;
}

const open = (id, opener) => {
  keyboard.flush();
  dialog.open(id, opener);
};
const calendar = new Calendar(document.getElementById("board-calendar"), draft, options, { move, open });
const keyboard = new Keyboard(calendar, options, { move, announce });
const rail = new Rail(draft, texts, data.may.add, open);
const dialog = new PlaceDialog(draft, data.days, language, data.may, move);
dialog.afterClose = (id, opener) => {
  calendar.draw();
  if (opener?.isConnected) opener.focus();
  else if (draft.slots.has(id)) calendar.focus(id);
};
rail.draw();

calendar.target.addEventListener("click", (event) => {
  const session = event.target.closest(".ec-event")?.querySelector("[data-session]");
  if (session && !calendar.moved) open(Number(session.dataset.session), session);
});

undoForm?.addEventListener("submit", (event) => {
  event.preventDefault();
  undo();
});

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, dialog");
  if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !isTyping && undoForm) {
    event.preventDefault();
    undo();
  }
});

stepChoice.addEventListener("change", () => {
  options.step = Number(stepChoice.value);
  localStorage.setItem("board-step", stepChoice.value);
  calendar.setStep(options.step);
});

/* One button a day, and one for all of them. */
const days = document.getElementById("board-days");
for (const day of [null, ...data.days]) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "board__button";
  button.textContent = day ? dayName(day, language, { weekday: "short", day: "numeric", month: "short" }) : texts.allDays;
  button.setAttribute("aria-pressed", String(day === null));
  button.addEventListener("click", () => {
    for (const other of days.children) other.setAttribute("aria-pressed", String(other === button));
    calendar.showDay(day);
  });
  days.append(button);
}

/* --- Others ------------------------------------------------------------------------------------ */

let isReached = true;
server.watch(
  () => ({ stamp: draft.stamp, since: draft.last }),
  (state) => {
    take(state);
    const others = state.moves.filter((one) => one.by !== data.user);
    if (others.length) say(others.map((one) => one.text).join(" "), "other");
  },
  (reached) => {
    if (reached !== isReached) say(reached ? texts.online : texts.offline, reached ? "" : "error");
    isReached = reached;
  },
);
