// The fill-in by keyboard, and saving as you go. Every page is complete without this.
const all = (pattern, within = document) => [...within.querySelectorAll(pattern)];
const bar = document.querySelector("#saving");
const { owner, url, texts } = JSON.parse(bar.querySelector("script").textContent);
const [status, live, door] = ["p", "[role=status]", "a"].map((name) => bar.querySelector(name));
const cells = all("[data-cell]");
const rows = all(".rate");
const moving = bar.querySelector("#moving");
const go = document.querySelector(".go button");

// --- The outbox: one entry a cell, so that tabs never overwrite each other's ---------------

const prefix = `review ${owner} `;
let box = {};
try {
  localStorage.setItem(prefix, "");
  localStorage.removeItem(prefix);
  box = localStorage;
} catch {} // forbidden or full: kept in this page only
const waiting = () => Object.keys(box).filter((key) => key.startsWith(prefix));
const pending = () => waiting().filter((key) => refused.get(key)?.[0] !== box[key]);

const read = (cell) => {
  if (cell.type === "checkbox") return cell.checked;
  if (cell.matches("textarea")) return cell.value;
  const chosen = all(":checked", cell).map((input) => input.value);
  if (cell.querySelector("[type=checkbox]")) return chosen;
  return chosen.length ? +chosen[0] : null;
};
const show = (cell, value) => {
  if (cell.type === "checkbox") cell.checked = value;
  else if (cell.matches("textarea")) cell.value = value;
  else for (const input of all("input", cell)) input.checked = [value].flat().map(String).includes(input.value);
};
const cellOf = (key) => cells.find((cell) => prefix + cell.dataset.cell === key);

const put = (cell) => {
  if (over) return;
  const key = prefix + cell.dataset.cell;
  const value = JSON.stringify(read(cell));
  try {
    box[key] = value;
  } catch {
    box = { ...box, [key]: value };
  }
  plan();
};

// --- Sending: one batch at a time, 0.8 s after the last change, at most every 5 s ----------

const refused = new Map();
let flying, timer, first, problem, over, at;
let last = -Infinity;
let pause = 2000;
let token = document.querySelector("[name=csrf_token]")?.value;

const plan = (now = performance.now()) => {
  first ??= now;
  clearTimeout(timer);
  timer = setTimeout(send, Math.max(last + 5000, Math.min(now + 800, first + 5000)) - now);
  tell();
};

const post = (keys, sent) => {
  const body = JSON.stringify({
    owner,
    cells: keys.map((key, i) => [
      ...key.slice(prefix.length).split(".").map((part) => +part || part),
      JSON.parse(sent[i]),
    ]),
  });
  return fetch(url, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    keepalive: body.length < 2e4,
    signal: AbortSignal.timeout(20000),
  });
};

const send = () => (flying ??= attempt().finally(() => {
  flying = undefined;
  tell();
}));

const attempt = async () => {
  clearTimeout(timer);
  const keys = pending().slice(0, 200);
  if (!keys.length || over) return;
  const sent = keys.map((key) => box[key]);
  first = undefined;
  last = performance.now();
  tell();
  let code = 0;
  let answer;
  try {
    const response = await post(keys, sent);
    answer = await response.json();
    code = response.status;
  } catch {} // no connection, or a stranger answered
  problem = undefined;
  if (code === 200) {
    pause = 2000;
    at = answer.at;
    keys.forEach((key, i) => confirm(key, sent[i], answer.marks[i]));
    count(answer.progress);
    if (pending().length) plan();
  } else if (code === 403 && answer.owner === owner && answer.token !== token) {
    token = answer.token;
    for (const input of all("[name=csrf_token]")) input.value = token;
    return attempt();
  } else if (code === 409) {
    over = answer.message;
    if (answer.is_over) waiting().forEach((key) => delete box[key]);
  } else if (code === 422 || code === 413) {
    const faults = answer.faults?.length ? answer.faults : keys.map((_, i) => [i, answer.message]);
    for (const [i, fault] of faults) refused.set(keys[i], [sent[i], fault]);
    return attempt();
  } else {
    problem = code === 401 || code === 403 ? "signed_out" : code ? "trouble" : "offline";
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, 60000);
  }
};

const confirm = (key, value, mark) => {
  if (box[key] === value) delete box[key];
  const cell = cellOf(key);
  const was = cell?.form.elements.was;
  if (!was) return;
  const glue = was.value.includes(".") ? "." : "";
  const marks = was.value.split(glue);
  marks[cells.indexOf(cell)] = mark;
  was.value = marks.join(glue);
};

const count = ({ answered, shares }) => {
  for (const figure of all(".steps strong")) figure.textContent = answered;
  all(".steps .fill").forEach((part, i) => part.setAttribute("width", shares[i] * 9));
};

const flush = async () => {
  do await send(); while (pending().length && !problem && !over);
};

// --- The status: always visible, spoken only when something goes wrong or is well again ----

let spoken;
const tell = () => {
  const faults = waiting().map((key) => refused.get(key)?.[1]).filter(Boolean);
  const left = waiting().length;
  const wrong = over ? "closed" : problem && left ? problem : faults.length ? "refused" : "";
  const kind = wrong || (left ? "saving" : at ? "saved" : "ready");
  const answers = left === 1 ? texts.one : texts.many.replace("{n}", left);
  const place = box instanceof Storage ? texts.device : texts.page;
  const values = { at, answers, place, why: over ?? [...new Set(faults)].join(" ") };
  const text = texts[kind].replace(/{(\w+)}/g, (_, name) => values[name]);
  if (status.textContent !== text) status.textContent = text;
  bar.dataset.kind = kind;
  door.hidden = kind !== "signed_out";
  if (kind !== "saving" && wrong !== spoken) {
    if (wrong || spoken) live.textContent = text;
    spoken = wrong;
  }
};

// --- Keys, only while the focus is inside a row ---------------------------------------------

const isOpen = (row) => !row.matches(".earlier") && !row.querySelector(":checked");
const enter = (row) => (row.querySelector(":checked") ?? row.querySelector("input")).focus();

document.addEventListener("keydown", (event) => {
  const row = event.target.closest(".rate");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase() === "n" ? "0" : event.key;
  const radio = /^[0-5]$/.test(key) && row.querySelector(`input[value="${key}"]`);
  if (!radio && key !== "Backspace") return;
  event.preventDefault();
  if (event.repeat) return;
  if (!radio) return row.querySelector(":checked") && row.querySelector(".clear")?.click();
  radio.checked = true;
  put(row);
  if (!moving.checked) return radio.focus();
  const next = rows.slice(rows.indexOf(row) + 1).find(isOpen);
  next ? enter(next) : go.focus();
});

document.addEventListener("input", ({ target }) => {
  const cell = target.closest("[data-cell]");
  if (cell) put(cell);
});

document.addEventListener("click", (event) => {
  const cell = event.target.closest(".clear")?.closest("[data-cell]");
  if (!cell) return;
  event.preventDefault();
  show(cell, null);
  cell.querySelector("input").focus({ preventScroll: true });
  put(cell);
});

if (moving) {
  moving.checked = box["review moving"] !== "off";
  moving.addEventListener("change", () => (box["review moving"] = moving.checked ? "on" : "off"));
}

// --- Leaving and coming back ----------------------------------------------------------------

let leaving = false;
document.addEventListener("submit", async (event) => {
  const { target, submitter } = event;
  if (submitter?.value === "next") box["review next"] = 1;
  if (leaving || over || !pending().length) return;
  event.preventDefault();
  if (target.dataset.waits) return;
  target.dataset.waits = "yes";
  await flush();
  delete target.dataset.waits;
  if (problem === "signed_out") location.assign(door.href);
  if (problem || leaving) return;
  leaving = true;
  target.requestSubmit(submitter);
});

document.addEventListener("visibilitychange", () => pending().length && send());
addEventListener("pagehide", () => {
  const keys = pending().slice(0, 200);
  if (keys.length && !over) post(keys, keys.map((key) => box[key])).catch(() => {});
});
addEventListener("pageshow", () => (leaving = false));
addEventListener("online", () => {
  pause = 2000;
  send();
});
addEventListener("storage", ({ key, newValue }) => {
  if (!key?.startsWith(prefix)) return;
  const cell = cellOf(key);
  if (newValue !== null && cell) show(cell, JSON.parse(newValue));
  tell();
  clearTimeout(timer);
  timer = setTimeout(send, 6000); // in case the other tab was closed
});

const other = `review ${owner.split(".")[0]}.`;
for (const key of Object.keys(box)) {
  if (key.startsWith(other) && !key.startsWith(prefix)) delete box[key]; // of an older review
}
for (const key of waiting()) {
  const cell = cellOf(key);
  if (cell) show(cell, JSON.parse(box[key]));
}
tell();
if (waiting().length) {
  flush().then(() => bar.dataset.counts && !waiting().length && location.reload());
}
const aim = rows.find((row) => `#${row.id}` === location.hash);
if (aim) enter(aim);
else if (rows.length && box["review next"]) enter(rows.find(isOpen) ?? rows[0]);
delete box["review next"];
