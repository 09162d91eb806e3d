// Text fields say how much still fits, and when another page has saved something else there.
import { all } from "./cells.js";
import { left, remark } from "./lengths.js";

const noteBelow = (field, kind) => {
  let note = field.parentElement.querySelector(`.${kind}`);
  if (!note) {
    note = document.createElement("p");
    note.className = `${kind} hint`;
    note.role = "status";
    note.id = `${field.id}-${kind}`;
    field.after(note);
    const described = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", [described, note.id].filter(Boolean).join(" "));
  }
  return note;
};

const count = (field) => {
  const limit = +field.dataset.limit;
  const rest = left(field.value, limit);
  const text = remark(rest, limit);
  if (!text && !field.parentElement.querySelector(".counter")) return;
  const note = noteBelow(field, "counter");
  note.textContent = text;
  note.classList.toggle("fault", rest < 0);
};

const fields = all("[data-limit]");
fields.forEach(count);
addEventListener("input", ({ target }) => target.dataset.limit && count(target));

// Dispatched at a field when its text was saved beside another.
addEventListener("contradicted", ({ target, detail }) => {
  const note = noteBelow(target, "contradiction");
  note.classList.add("notice", "warning");
  const choose = document.createElement("a");
  choose.href = "";
  choose.textContent = "Reload to choose one";
  note.replaceChildren(
    `Another page or device had saved a different text here: “${detail}”. Both are kept; that one counts until you choose. `,
    choose,
  );
});
