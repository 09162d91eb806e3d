// Answers that the server has not confirmed yet. The browser keeps them, so that a reload, a
// crash or a lost connection loses none.
const storageOfBrowser = () => {
  try {
    return localStorage ?? {};
  } catch {
    return {}; // forbidden: this page is a device of its own
  }
};
const newDevice = () => crypto.getRandomValues(new Uint32Array(1))[0].toString(36);

export class Outbox {
  #box;
  #prefix;
  #counter;
  #refused = new Map();

  constructor(owner, box = storageOfBrowser()) {
    this.#box = box;
    this.#prefix = `review ${owner} `;
    this.#counter = `review ${owner}#`; // this device, and the number of its last batch
  }

  // False where everything goes with the page.
  get outlivesPage() {
    return this.#box instanceof Storage;
  }

  // All cells that wait, and those of them that the server has not refused as they are.
  get waiting() {
    return Object.keys(this.#box).map((key) => this.cellOf(key)).filter(Boolean);
  }
  get pending() {
    return this.waiting.filter((cell) => !this.#isRefused(cell));
  }
  get refusals() {
    return this.waiting.filter((cell) => this.#isRefused(cell)).map((cell) => this.#refused.get(cell)[1]);
  }
  #isRefused(cell) {
    return this.#refused.get(cell)?.[0] === this.written(cell);
  }

  // Which cell a key of the browser's storage is about.
  cellOf(key) {
    return key?.startsWith(this.#prefix) ? key.slice(this.#prefix.length) : undefined;
  }

  written(cell) {
    return this.#box[this.#prefix + cell];
  }
  value(cell) {
    return JSON.parse(this.written(cell));
  }
  put(cell, value) {
    this.keep(this.#prefix + cell, JSON.stringify(value));
  }
  // What was typed while a batch was under way is not confirmed by its answer.
  confirm(cell, written) {
    if (this.written(cell) === written) delete this.#box[this.#prefix + cell];
  }
  refuse(cell, written, why) {
    this.#refused.set(cell, [written, why]);
  }
  tryRefusedAgain() {
    this.#refused.clear();
  }
  empty() {
    for (const cell of this.waiting) delete this.#box[this.#prefix + cell];
  }

  // Batches are numbered, so that one held up on its way cannot undo a later one.
  number(seen = 0) {
    const [device, last] = (this.#box[this.#counter] ?? `${newDevice()} 0`).split(" ");
    this.keep(this.#counter, `${device} ${Math.max(last, seen) + 1}`);
    return this.#box[this.#counter];
  }
  isLast(batch) {
    return batch === this.#box[this.#counter]; // else another tab may have saved another value since
  }

  // The name of an owner is the person's, a dot, and the cycle's.
  forgetOlderReviews() {
    const person = `${this.#prefix.split(".")[0]}.`;
    for (const key of Object.keys(this.#box)) {
      if (key.startsWith(person) && !this.cellOf(key) && key !== this.#counter) delete this.#box[key];
    }
  }

  recall(name) {
    return this.#box[name];
  }
  keep(name, text) {
    try {
      this.#box[name] = text;
    } catch {
      this.#box = { ...this.#box, [name]: text }; // full: for this page only
    }
  }
  forget(name) {
    delete this.#box[name];
  }
}
