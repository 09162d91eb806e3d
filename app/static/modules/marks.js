// Marks on the report save themselves; the button below them saves them as well.
import { all, readCell, showCell } from "./cells.js";
import { listenToLeaving } from "./leaving.js";
import { Outbox } from "./outbox.js";
import { Saving } from "./saving.js";
import { Status } from "./status.js";

const bar = document.querySelector("#saving");
const { owner, url } = bar.dataset;
const marks = all("select[data-cell]");
const markNamed = (name) => marks.find((mark) => mark.dataset.cell === name);
const outbox = new Outbox(owner);
const status = new Status(bar);

const page = {
  token: document.querySelector("[name=csrf_token]").value,
  tell: () => status.tell(saving),
  renew(token) {
    this.token = token;
    for (const input of all("[name=csrf_token]")) input.value = token;
  },
  baseOf: () => undefined,
  remember() {},
  // One that was refused as the third to work on may do now.
  saved: () => outbox.tryRefusedAgain(),
  close() {},
};
const saving = new Saving(outbox, { owner, url, thing: "mark" }, page);

addEventListener("change", ({ target }) => {
  if (!target.matches("select[data-cell]")) return;
  outbox.put(target.dataset.cell, readCell(target));
  saving.plan();
});
addEventListener("offline", () => page.tell((saving.problem = "offline")));
addEventListener("online", () => saving.send((saving.problem = undefined)));
listenToLeaving(saving, { signIn: status.door.href, begins() {} });

for (const name of outbox.waiting) {
  if (markNamed(name)) showCell(markNamed(name), outbox.value(name));
  else outbox.confirm(name, outbox.written(name)); // planned meanwhile, so no mark is asked for
}
page.tell();
if (outbox.waiting.length) saving.flush();
