// Rating by keyboard, and saving as you go; pages are complete without it.
const all = (pattern, within = document) => [...within.querySelectorAll(pattern)];
const bar = document.querySelector("#saving");
const { owner, url, texts } = JSON.parse(bar.querySelector("script").textContent);
const [status, door, live] = bar.querySelectorAll("p, a");
const cells = all("[data-cell]");
const rows = all(".rate");
const score = document.querySelector(".score");
const moving = bar.querySelector("#moving");
const go = document.querySelector(".go button");

// Outbox

const prefix = `review ${owner} `;
const newDevice = () => crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
const counter = `review ${owner}#`; // this device and its last batch
let box = {};
const store = (key, value) => {
  try {
    box[key] = value;
  } catch {
    box = { ...box, [key]: value }; // full: for this page only
  }
};
try {
  box = localStorage ?? box;
} catch {} // forbidden: this page is a device of its own
const waiting = () => Object.keys(box).filter((key) => key.startsWith(prefix));
const pending = () => waiting().filter((key) => refused.get(key)?.[0] !== box[key]);

const read = (cell) => {
  if (cell.type === "checkbox") return cell.checked;
  if (cell.type === "textarea") return cell.value;
  const chosen = all(":checked", cell).map((input) => input.value);
  if (cell.querySelector("[type=checkbox]")) return chosen;
  return chosen.length ? +chosen[0] : null;
};
const show = (cell, value) => {
  if (cell.type === "checkbox") cell.checked = value;
  else if (cell.type === "textarea") cell.value = value;
  else for (const input of all("input", cell)) input.checked = [value].flat().some((one) => one == input.value);
};
const cellOf = (key) => cells.find((cell) => prefix + cell.dataset.cell === key);

const put = (cell) => {
  if (over) return;
  cell.classList.remove("earlier");
  store(prefix + cell.dataset.cell, JSON.stringify(read(cell)));
  plan();
};

// Sending

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

// Numbered, so that a batch held up on its way cannot undo a later one.
const numbered = (seen = 0) => {
  const [device, number] = (box[counter] ?? newDevice() + " 0").split(" ");
  store(counter, `${device} ${Math.max(number, seen) + 1}`);
  return box[counter];
};

const post = (keys, batch) => {
  const [device, number] = batch.split(" ");
  const cells = keys.map((key) => [
    ...key.slice(prefix.length).split(".").map((part) => +part || part),
    JSON.parse(box[key]),
  ]);
  let body = JSON.stringify({ owner, device, number: +number, cells });
  const { size } = new Blob([body]);
  // 4, 8, 16 … KiB: its size does not tell how much was typed.
  body += " ".repeat(2 ** Math.max(12, Math.ceil(Math.log2(size))) - size);
  return fetch(url, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    keepalive: body.length < 2e4,
    signal: AbortSignal.timeout(20000),
  });
};

const send = () => (flying ??= attempt().finally(() => tell((flying = undefined))));

const attempt = async (seen) => {
  clearTimeout(timer);
  const keys = pending();
  if (!keys.length || over) return;
  const sent = keys.map((key) => box[key]);
  first = undefined;
  last = performance.now();
  tell();
  const batch = numbered(seen);
  let code, answer;
  try {
    const response = await post(keys, batch);
    answer = await response.json();
    code = response.status;
  } catch {}
  problem = undefined;
  if (code === 200) {
    pause = 2000;
    at = answer.at;
    const isLast = batch === box[counter]; // else a tab may have saved another value since
    keys.forEach((key, i) => confirm(key, isLast && sent[i], answer.marks[i]));
    count(answer.progress);
    if (pending().length) plan();
  } else if (code === 403 && answer.owner === owner && answer.token !== token) {
    token = answer.token;
    for (const input of all("[name=csrf_token]")) input.value = token;
    return attempt();
  } else if (code === 412) {
    return attempt(answer.seen);
  } else if (code === 409) {
    over = answer.message;
    for (const cell of cells) cell.disabled = true;
    if (answer.is_over) waiting().forEach((key) => delete box[key]);
  } else if (code === 422 || code === 413) {
    const whole = keys.map((_, i) => [i, answer.message]);
    for (const [i, why] of answer.faults ?? whole) refused.set(keys[i], [sent[i], why]);
    return attempt();
  } else {
    problem = code === 401 || code === 403 ? "signed_out" : code ? "trouble" : "offline";
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, 6e4);
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

// Status

let spoken = "";
const tell = () => {
  const left = waiting().length;
  const faults = waiting().flatMap((key) => (refused.get(key)?.[0] === box[key] ? refused.get(key)[1] : []));
  const wrong = over ? "closed" : problem && left ? problem : faults.length ? "refused" : "";
  const kind = wrong || (left ? "saving" : at ? "saved" : "ready");
  const answers = left === 1 ? texts.one : left + texts.many;
  const place = box instanceof Storage ? texts.device : texts.page;
  const values = { at, answers, place, why: over ?? faults[0] };
  const text = texts[kind].replace(/{(.*?)}/g, (_, name) => values[name]);
  status.textContent = text;
  bar.dataset.kind = kind;
  door.hidden = kind !== "signed_out";
  if (kind === "saving" || wrong === spoken) return;
  live.textContent = text;
  spoken = wrong;
};

// Keys

const isOpen = (row) => !row.matches(".earlier") && !row.querySelector(":checked");
const enter = (row) => (row.querySelector(":checked") ?? row.querySelector("input")).focus();

addEventListener("keydown", (event) => {
  const row = event.target.closest(".rate, .score");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  let key = event.key;
  if (row !== score) key = key.toLowerCase() === "n" ? "0" : key;
  else if (key === "0" && row.querySelector("input[value='1']").checked) key = "10"; // once more is 0
  const radio = /^\d+$/.test(key) && row.querySelector(`input[value="${key}"]`);
  if (!radio && key !== "Backspace") return;
  event.preventDefault();
  if (event.repeat) return;
  if (!radio) return isOpen(row) || row.querySelector(".clear")?.click();
  radio.checked = true;
  put(row);
  if (!moving?.checked) return radio.focus();
  const next = rows.slice(rows.indexOf(row) + 1).find(isOpen);
  next ? enter(next) : go.focus();
});

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
  show(cell, null);
  cell.querySelector("input").focus({ preventScroll: true });
  put(cell);
});

if (moving) {
  moving.checked = box["review moving"] !== "false";
  moving.onchange = () => (box["review moving"] = moving.checked);
}

// Leaving

let leaving = false;
addEventListener("submit", async (event) => {
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

addEventListener("visibilitychange", () => pending().length && send());
addEventListener("pagehide", () => {
  const keys = pending();
  if (keys.length && !over) post(keys, numbered()).catch(() => {});
});
addEventListener("pageshow", () => (leaving = false));
addEventListener("offline", () => tell((problem = "offline")));
addEventListener("online", () => send((problem = undefined)));
addEventListener("storage", ({ key, newValue }) => {
  if (!key?.startsWith(prefix)) return;
  const cell = cellOf(key);
  if (newValue !== null && cell) show(cell, JSON.parse(newValue));
  tell();
  clearTimeout(timer);
  timer = setTimeout(send, 6000); // that tab may be closed
});

for (const key of Object.keys(box)) {
  const mine = key.startsWith(prefix) || key === counter;
  if (mine && cellOf(key)) show(cellOf(key), JSON.parse(box[key]));
  if (!mine && key.startsWith(prefix.split(".")[0] + ".")) delete box[key]; // an older review
}
tell();
if (waiting().length) {
  flush().then(() => "counts" in bar.dataset && !waiting().length && location.reload());
}
const begin = rows.find(isOpen) ?? rows[0] ?? score;
if (begin && box["review next"]) enter(begin);
delete box["review next"];
