// Ticks on the report save themselves; without scripts a button below them does.
import { all, readCell, showCell } from "./cells.js";
import { listenToLeaving } from "./leaving.js";
import { Outbox } from "./outbox.js";
import { Saving } from "./saving.js";
import { Status } from "./status.js";
import { followAddress } from "./unfolding.js";

const bar = document.querySelector("#saving");
const { owner, url } = bar.dataset;
const marks = all("input[data-cell]");
const markNamed = (name) => marks.find((mark) => mark.dataset.cell === name);
const outbox = new Outbox(owner);
const status = new Status(bar);
const chosen = document.querySelector("#chosen");
const toChoose = document.querySelector("#to-choose");
const count = () => {
  const { most, none, planned } = chosen.dataset;
  const ticked = marks.filter((mark) => mark.checked && mark.name.startsWith("work_on"));
  const names = [...JSON.parse(planned), ...ticked.map((mark) => mark.dataset.name)];
  const words = names.every(Boolean) ? `Chosen: ${names.join(", ")}` : `${names.length} of ${most} chosen`;
  chosen.textContent = names.length ? words : none;
  toChoose.textContent = names.length ? toChoose.dataset.some : toChoose.dataset.none;
};

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
const saving = new Saving(outbox, { owner, url, thing: "tick" }, page);

addEventListener("change", ({ target }) => {
  if (!target.matches("input[data-cell]")) return;
  outbox.put(target.dataset.cell, readCell(target));
  count();
  saving.plan();
});
addEventListener("offline", () => page.tell((saving.problem = "offline")));
addEventListener("online", () => saving.send((saving.problem = undefined)));
listenToLeaving(saving, { signIn: status.door.href, begins() {} });

for (const name of outbox.waiting) {
  if (markNamed(name)) showCell(markNamed(name), outbox.value(name));
  else outbox.confirm(name, outbox.written(name)); // planned meanwhile, so no mark is asked for
}
count();
followAddress();
page.tell();
if (outbox.waiting.length) saving.flush();
