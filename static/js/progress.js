// The page of a paper that is being drawn: looks again each second, and writes what has changed.
// Without this script the page reloads itself.

const EVERY = 1000;

async function look() {
  const shown = document.querySelector("[data-progress]");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected || !answer.ok) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-progress]");
    if (!found) return location.reload();
    write(shown, found);
    if (found.dataset.progress !== "waiting") return;
  } catch {
    // No network now; the next look may find it again.
  }
  setTimeout(look, EVERY);
}

/** Keep the bar in its place while it grows, so that nothing flickers and it is announced once. */
function write(shown, found) {
  const [bar, next] = [shown, found].map((part) => part.querySelector("progress"));
  if (!bar || !next) {
    shown.replaceWith(found);
    return;
  }
  for (const name of ["max", "value"]) {
    if (next.hasAttribute(name)) bar.setAttribute(name, next.getAttribute(name));
    else bar.removeAttribute(name);
  }
  const [said, says] = [shown, found].map((part) => part.querySelector("[role=status]"));
  if (said.textContent !== says.textContent) said.textContent = says.textContent;
}

setTimeout(look, EVERY);
