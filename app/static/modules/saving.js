// Sends what waits in the outbox: soon after a pause, never too often, and again after a fault.
import { post, wire } from "./batch.js";

const PAUSE = 800;
const LONGEST_WAIT = 5000;
const FIRST_RETRY = 2000;
const LAST_RETRY = 60000;

// When to send, in milliseconds from now: after a pause in typing, but not later than 5 seconds
// after the `first` unsent answer, and not sooner than 5 seconds after the `last` batch.
export const delay = (now, first, last) =>
  Math.max(last + LONGEST_WAIT, Math.min(now + PAUSE, first + LONGEST_WAIT)) - now;

export const longer = (pause) => Math.min(pause * 2, LAST_RETRY);

// What a server's answer asks for; no code at all means that none came.
export const meaning = (code, answer, { owner, token }) => {
  if (code === 200) return "saved";
  if (code === 403 && answer?.owner === owner && answer.token !== token) return "renewed";
  if (code === 412) return "overtaken";
  if (code === 409) return "over";
  if (code === 422 || code === 413) return "refused";
  if (code === 401 || code === 403) return "signed_out";
  return code ? "trouble" : "offline";
};

// Why each cell of a batch was refused: [place, sentence].
export const faults = (answer, cells) => answer.faults ?? cells.map((_, place) => [place, answer.message]);

export class Saving {
  problem; // what stops saving at the moment
  over; // a sentence once the review has closed
  at; // the time of the last save, in words
  #flying;
  #timer;
  #first;
  #last = -Infinity;
  #retry = FIRST_RETRY;

  // `known`: the owner's name, the address to save at, and how many texts are `doubled`.
  // `page` knows the forms: its token, what they remember, and what to do with an answer.
  constructor(outbox, known, page) {
    Object.assign(this, { outbox, page }, known);
  }

  plan(now = performance.now()) {
    this.#first ??= now;
    this.again(delay(now, this.#first, this.#last));
    this.page.tell();
  }

  again(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), wait);
  }

  send() {
    this.#flying ??= this.#attempt().finally(() => {
      this.#flying = undefined;
      this.page.tell();
    });
    return this.#flying;
  }

  async flush() {
    do await this.send();
    while (this.outbox.pending.length && !this.problem && !this.over);
  }

  // The page is going: nobody will read the answer.
  sendBlindly() {
    const cells = this.outbox.pending;
    if (cells.length && !this.over) this.#post(cells, this.outbox.number()).catch(() => {});
  }

  #post(cells, batch) {
    const values = cells.map((cell) => wire(cell, this.outbox.value(cell), this.page.baseOf(cell)));
    return post(this.url, this.page.token, { owner: this.owner, batch, cells: values });
  }

  async #attempt(seen) {
    clearTimeout(this.#timer);
    const cells = this.outbox.pending;
    if (!cells.length || this.over) return;
    const sent = cells.map((cell) => this.outbox.written(cell));
    this.#first = undefined;
    this.#last = performance.now();
    this.page.tell();
    const batch = this.outbox.number(seen);
    let code, answer;
    try {
      const response = await this.#post(cells, batch);
      answer = await response.json();
      code = response.status;
    } catch {}
    this.problem = undefined;
    const what = meaning(code, answer, { owner: this.owner, token: this.page.token });
    return this.#react(what, answer, { cells, sent, batch });
  }

  #react(what, answer, { cells, sent, batch }) {
    if (what === "saved") return this.#confirm(answer, cells, sent, batch);
    if (what === "overtaken") return this.#attempt(answer.seen);
    if (what === "renewed") {
      this.page.renew(answer.token);
      return this.#attempt();
    }
    if (what === "over") {
      this.over = answer.message;
      this.page.close();
      if (answer.is_over) this.outbox.empty();
      return;
    }
    if (what === "refused") {
      for (const [place, why] of faults(answer, cells)) this.outbox.refuse(cells[place], sent[place], why);
      return this.#attempt();
    }
    this.problem = what;
    this.again(this.#retry);
    this.#retry = longer(this.#retry);
  }

  #confirm(answer, cells, sent, batch) {
    this.#retry = FIRST_RETRY;
    this.at = answer.at;
    const isLast = this.outbox.isLast(batch);
    cells.forEach((cell, place) => {
      if (isLast) this.outbox.confirm(cell, sent[place]);
      this.page.remember(cell, answer.marks[place]);
    });
    this.page.saved(answer, cells);
    if (this.outbox.pending.length) this.plan();
  }
}
