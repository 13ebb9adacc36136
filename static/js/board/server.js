/* What the board says to the server: one move at a time, and a question now and then. */

const EVERY = 4000; // milliseconds between two questions of a screen that is looked at

export class Refused extends Error {
  constructor(message, state) {
    super(message);
    this.state = state;
  }
}

export class Server {
  #last = Promise.resolve();

  constructor(urls, texts, token) {
    this.urls = urls;
    this.texts = texts;
    this.token = token;
  }

  /* Send what `fields()` gives once everything sent before is answered; the state comes back. */
  post(url, fields, since) {
    const turn = this.#last.then(() => this.#post(url, fields(), since()));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #post(url, fields, since) {
    const address = new URL(url, location.href);
    address.searchParams.set("since", since);
    let answer, told;
    try {
      answer = await fetch(address, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": this.token },
        body: new URLSearchParams(fields),
        keepalive: true,
      });
      told = await answer.json();
    } catch {
      throw new Refused(this.texts.unsaved, null);
    }
    if (!answer.ok) throw new Refused(told.error || this.texts.unsaved, told.state);
    return told.state;
  }

  /* Ask every few seconds what has changed, while somebody looks. */
  watch(known, onState, onReach) {
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      const address = new URL(this.urls.state, location.href);
      for (const [name, value] of Object.entries(known())) address.searchParams.set(name, value);
      try {
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const state = await answer.json();
        onReach(true);
        if (!state.unchanged) onState(state);
      } catch {
        onReach(false);
      }
    };
    setInterval(ask, EVERY);
    document.addEventListener("visibilitychange", ask);
  }
}
