// A screen: keeps its page up to date without a flash, and moves on by its own clock while the
// network is away. The page itself holds all that is still to come; nothing is drawn here.

const ASK_EVERY = 30_000;
const PATIENCE = 15_000;
const OLD_AFTER = 90_000;
const TURN_EVERY = 12_000;

const language = document.documentElement.lang;
// Another instant that staff asked for: the screen goes on from there.
const asked = Number(document.querySelector("main#screen").dataset.at);
const state = { seen: Date.now(), failed: false, ahead: asked ? asked - Date.now() : 0, page: 0, paused: false };

// --- Time ------------------------------------------------------------------------------------

/** The time at the server, whatever this device believes. */
function now() {
  return Date.now() + state.ahead;
}

function believe(response) {
  if (asked) return;
  const told = Date.parse(response.headers.get("Date") ?? "");
  // The header counts whole seconds: a smaller difference says nothing.
  if (told && Math.abs(told - Date.now()) > 2000) state.ahead = told - Date.now();
  else if (told) state.ahead = 0;
}

function showClock() {
  const clock = document.querySelector("[data-clock]");
  const timeZone = document.querySelector("[data-zone]").dataset.zone;
  const text = new Date(now()).toLocaleTimeString(language, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (clock.textContent !== text) clock.textContent = text;
}

// --- What is on ------------------------------------------------------------------------------

/** Put each session of a room where it belongs at this moment. */
function arrange(door) {
  const at = now();
  const sessions = [...door.querySelectorAll("[data-starts]")].sort((a, b) => a.dataset.starts - b.dataset.starts);
  const current = sessions.find((one) => one.dataset.starts <= at && at < one.dataset.ends);
  const following = sessions.find((one) => one.dataset.starts > at);
  put(door.querySelector("[data-now]"), current);
  put(door.querySelector("[data-next]"), following);
  const later = door.querySelector("[data-later]");
  for (const one of sessions) {
    if (one !== current && one !== following && one.parentElement !== later) later.append(one);
  }
}

function put(place, session) {
  const door = place.closest("[data-door]");
  for (const old of place.querySelectorAll("[data-starts]")) {
    if (old !== session) door.querySelector("[data-later]").append(old);
  }
  if (session && session.parentElement !== place) place.append(session);
  place.parentElement.querySelector("[data-nothing]").hidden = Boolean(session);
}

// --- How old it is ---------------------------------------------------------------------------

function showAge() {
  const element = document.querySelector("[data-age]");
  const age = Date.now() - state.seen;
  element.hidden = !(state.failed || age > OLD_AFTER);
  if (element.hidden) return;
  const text = element.dataset.words.replace("%(age)s", inWords(age));
  if (element.textContent !== text) element.textContent = text;
}

function inWords(age) {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const minutes = Math.floor(age / 60_000);
  if (minutes < 1) return words.format(-Math.max(1, Math.floor(age / 10_000) * 10), "second");
  if (minutes < 120) return words.format(-minutes, "minute");
  return words.format(-Math.floor(minutes / 60), "hour");
}

// --- News ------------------------------------------------------------------------------------

async function ask() {
  try {
    const response = await fetch(location.href, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const main = page.querySelector("main#screen");
    if (!main) throw new Error("not a screen");
    // What the service worker kept is not news.
    const kept = Number(response.headers.get("X-Kept-At"));
    if (kept) state.seen = kept;
    else {
      believe(response);
      state.seen = Date.now();
    }
    state.failed = Boolean(kept);
    replace(main);
  } catch {
    state.failed = true;
  }
  refresh();
}

let shown = document.querySelector("main#screen").innerHTML;

/** Take the new page's content in, when it says something else. */
function replace(main) {
  if (main.innerHTML === shown) return;
  shown = main.innerHTML;
  document.querySelector("main#screen").replaceChildren(...document.importNode(main, true).childNodes);
  turn(0);
}

// --- Pages of a board that is longer than its screen ------------------------------------------

function turn(step) {
  const rows = [...document.querySelectorAll(".row")];
  const line = document.querySelector("[data-pages]");
  if (!line || !rows.length) return;
  for (const row of rows) row.hidden = false;
  const foot = document.querySelector(".foot").offsetHeight || 80;
  const top = rows[0].getBoundingClientRect().top + scrollY;
  const pages = [[]];
  let height = 0;
  for (const row of rows) {
    if (height + row.offsetHeight > innerHeight - top - foot && pages.at(-1).length) {
      pages.push([]);
      height = 0;
    }
    height += row.offsetHeight;
    pages.at(-1).push(row);
  }
  state.page = (state.page + step) % pages.length;
  for (const row of rows) row.hidden = !pages[state.page].includes(row);
  line.hidden = document.querySelector("[data-pause]").hidden = pages.length === 1;
  line.textContent = line.dataset.words.replace("%(page)s", state.page + 1).replace("%(pages)s", pages.length);
}

function refresh() {
  showClock();
  document.querySelectorAll("[data-door]").forEach(arrange);
  showAge();
}

// --- Switched on without a network -----------------------------------------------------------

async function keepForLater() {
  const { worker, scope } = document.body.dataset;
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(worker, { scope });
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  active.postMessage([location.href, ...loaded.filter((name) => name.startsWith(location.origin))]);
}

document.querySelector("[data-pause]")?.addEventListener("click", (event) => {
  state.paused = !state.paused;
  event.currentTarget.setAttribute("aria-pressed", state.paused);
});
addEventListener("online", ask);
addEventListener("resize", () => turn(0));
setInterval(refresh, 1000);
setInterval(ask, ASK_EVERY);
setInterval(() => state.paused || turn(1), TURN_EVERY);
document.fonts.ready.then(() => turn(0));
refresh();
turn(0);
ask();
// Without it, or in a window that forgets, everything else works as before.
if (!asked) addEventListener("load", () => keepForLater().catch(() => {}));
