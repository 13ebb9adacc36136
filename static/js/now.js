// “Now and next” kept right while the page stays open, and told in the visitor's own time as well
// where that differs from the conference's.

const FASTEST = 5_000;
const LONGEST = 6 * 3_600_000;

const minutesIn = (zone, instant) => {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return parts.format(instant);
};

const addLocal = (place) => {
  for (const time of place.querySelectorAll("time[data-local]")) {
    const instant = new Date(time.dateTime);
    if (minutesIn(place.dataset.zone, instant) === minutesIn(undefined, instant)) {
      continue;
    }
    const words = new Intl.DateTimeFormat(document.documentElement.lang, {
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).format(instant);
    const added = document.createElement("span");
    added.className = "now__yours";
    added.textContent = ` (${words}, ${place.dataset.yours})`;
    time.after(added);
  }
};

const renew = async () => {
  const panel = document.getElementById("now");
  try {
    const response = await fetch(panel.dataset.address, { cache: "no-cache" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById("now");
    if (response.ok && found) {
      panel.replaceWith(document.adoptNode(found));
      addLocal(found);
    }
  } catch {
    // Away from the network: what is shown stays until it comes back.
  }
  start();
};

const start = () => {
  const panel = document.getElementById("now");
  if (!panel) {
    return;
  }
  const until = Date.parse(panel.dataset.until);
  if (until) {
    // Not all at the same second: a hall full of people has this page open.
    const wait = until - Date.now() + Math.random() * 10_000;
    setTimeout(renew, Math.min(LONGEST, Math.max(FASTEST, wait)));
  }
};

for (const place of document.querySelectorAll("[data-zone]")) {
  addLocal(place);
}
start();
