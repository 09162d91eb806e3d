// Rating by keyboard, and saving as you go; pages are complete without it.
import { all, markAt, readCell, showCell, withMark } from "./cells.js";
import { enter, isOpen, listenToKeys } from "./keys.js";
import { listenToLeaving } from "./leaving.js";
import { Outbox } from "./outbox.js";
import { showProgress } from "./progress.js";
import { Saving } from "./saving.js";
import { Status } from "./status.js";

const OTHER_TAB = 6000; // it sends by itself, unless it is closed
const NEXT = "review next"; // whether the page before was left by "save and continue"
const MOVING = "review moving";

const bar = document.querySelector("#saving");
const { owner, url, doubled } = bar.dataset;
const cells = all("[data-cell]");
const cellNamed = (name) => cells.find((cell) => cell.dataset.cell === name);
const outbox = new Outbox(owner);
const status = new Status(bar);

const page = {
  token: document.querySelector("[name=csrf_token]")?.value,
  tell: () => status.tell(saving),
  renew(token) {
    this.token = token;
    for (const input of all("[name=csrf_token]")) input.value = token;
  },
  // What a text was made from: a page that does not know the newest one must not overwrite it.
  baseOf(name) {
    const cell = cellNamed(name);
    if (cell?.type !== "textarea") return undefined;
    return markAt(cell.form.elements.was.value, cells.indexOf(cell));
  },
  remember(name, mark) {
    const cell = cellNamed(name);
    const was = cell?.form.elements.was;
    if (was) was.value = withMark(was.value, cells.indexOf(cell), mark);
  },
  saved({ progress, others, doubled }, names) {
    showProgress(progress);
    saving.doubled = doubled;
    for (const [place, detail] of others) {
      cellNamed(names[place])?.dispatchEvent(new CustomEvent("contradicted", { detail, bubbles: true }));
    }
  },
  close() {
    for (const cell of cells) cell.disabled = true;
  },
};
const saving = new Saving(outbox, { owner, url, doubled: +doubled }, page);

const put = (cell) => {
  if (saving.over) return;
  cell.classList.remove("earlier");
  outbox.put(cell.dataset.cell, readCell(cell));
  saving.plan();
};

addEventListener("input", ({ target }) => {
  const cell = target.closest("[data-cell]");
  if (!cell) return;
  if (all(":checked", cell).length > cell.dataset.most) target.checked = false;
  put(cell);
});

addEventListener("click", (event) => {
  const cell = event.target.closest(".clear")?.closest("[data-cell]");
  if (!cell) return;
  event.preventDefault();
  showCell(cell, null);
  cell.querySelector("input").focus({ preventScroll: true });
  put(cell);
});

const moving = bar.querySelector("#moving");
if (moving) {
  moving.checked = outbox.recall(MOVING) !== "false";
  moving.onchange = () => outbox.keep(MOVING, moving.checked);
}
listenToKeys({ moving, put });
listenToLeaving(saving, { signIn: status.door.href, begins: () => outbox.keep(NEXT, 1) });

addEventListener("offline", () => page.tell((saving.problem = "offline")));
addEventListener("online", () => saving.send((saving.problem = undefined)));
addEventListener("storage", ({ key, newValue }) => {
  const name = outbox.cellOf(key);
  if (!name) return;
  const cell = cellNamed(name);
  if (newValue !== null && cell) showCell(cell, JSON.parse(newValue));
  page.tell();
  saving.again(OTHER_TAB);
});

outbox.forgetOlderReviews();
for (const name of outbox.waiting) if (cellNamed(name)) showCell(cellNamed(name), outbox.value(name));
page.tell();
if (outbox.waiting.length) {
  saving.flush().then(() => "counts" in bar.dataset && !outbox.waiting.length && location.reload());
}
const rows = all(".rate, .score");
const begin = rows.find(isOpen) ?? rows[0];
// A notice at the top is read first, also on a small screen.
if (begin && outbox.recall(NEXT) && !document.querySelector("[autofocus]")) enter(begin);
outbox.forget(NEXT);
