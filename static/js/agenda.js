// Stars without leaving the page. The page is the same for everybody; what is starred is asked for
// once this browser has starred something. Without this script the stars are an ordinary form.

const form = document.getElementById("star");
const stars = form ? [...document.querySelectorAll("button[form=star]")] : [];
const status = form?.querySelector("[role=status]");
// Only whether to ask: what names the agenda is out of a script's reach.
const asks = `agenda:${form ? new URL(form.action).pathname.split("/")[2] : ""}`;

const remembers = () => {
  try {
    return localStorage.getItem(asks) === "yes";
  } catch {
    return false;
  }
};

const remember = () => {
  try {
    localStorage.setItem(asks, "yes");
  } catch {
    // A browser that keeps nothing asks again when something is starred.
  }
};

const show = (codes) => {
  for (const star of stars) {
    star.setAttribute("aria-pressed", String(codes.has(star.value)));
  }
};

const say = (text) => {
  status.textContent = "";
  // A live region speaks of what changes after it was empty.
  setTimeout(() => {
    status.textContent = text;
  }, 50);
};

const ask = async (address, options = {}) => {
  const response = await fetch(address, { ...options, headers: { Accept: "application/json" } });
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
    throw new Error(String(response.status));
  }
  const told = await response.json();
  if (!response.ok) {
    throw new Error(told.error);
  }
  return new Set(told.starred);
};

const refresh = async () => {
  try {
    show(await ask(form.dataset.starred));
  } catch {
    show(new Set());
  }
};

const press = async (star) => {
  const isStarred = star.getAttribute("aria-pressed") === "true";
  const body = new URLSearchParams({ [isStarred ? "remove" : "session"]: star.value });
  star.setAttribute("aria-busy", "true");
  try {
    show(await ask(form.action, { method: "POST", body }));
    remember();
    say(isStarred ? status.dataset.removed : status.dataset.added);
  } catch (error) {
    say(/\s/.test(error.message) ? error.message : status.dataset.failed);
  } finally {
    star.removeAttribute("aria-busy");
  }
};

if (form) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "session") {
      event.preventDefault();
      press(event.submitter);
    }
  });
  show(new Set());
  if (remembers()) {
    refresh();
    // A page that comes back from the browser's memory may be older than the agenda.
    addEventListener("pageshow", (event) => event.persisted && refresh());
  }
}
