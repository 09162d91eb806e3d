// Shows how saving stands at the foot of the page.
import { message, speaks } from "./messages.js";

export class Status {
  #spoken = "";

  constructor(bar) {
    this.bar = bar;
    [this.text, this.door, this.choice, this.live] = bar.querySelectorAll("p, a");
  }

  tell({ outbox, problem, over, at, doubled, thing }) {
    const { outlivesPage, refusals, waiting } = outbox;
    const found = message({ left: waiting.length, refusals, problem, over, at, outlivesPage, doubled, thing });
    this.text.textContent = found.text;
    this.bar.dataset.kind = found.kind;
    this.door.hidden = found.kind !== "signed_out";
    this.choice.hidden = found.kind !== "doubled";
    if (!speaks(found, this.#spoken)) return;
    this.live.textContent = found.text;
    this.#spoken = found.wrong;
  }
}
