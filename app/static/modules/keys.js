// Rating by keyboard: a number rates and goes on to the next row that is open.
import { all } from "./cells.js";

// What a key means in a row: a value, "clear", or nothing.
// On the 0-10 scale 1 and then 0 is 10, and once more is 0.
export const meant = (key, { isScore, isOneChosen }) => {
  if (key === "Backspace") return "clear";
  if (isScore) return key === "0" && isOneChosen ? "10" : /^\d+$/.test(key) ? key : undefined;
  return /^\d$/.test(key) ? key : key.toLowerCase() === "n" ? "0" : undefined;
};

const isSeen = (row) => row.getClientRects().length > 0; // what is asked of services not used is folded away
export const isOpen = (row) => isSeen(row) && !row.matches(".earlier") && !row.querySelector(":checked");
export const enter = (row) => (row.querySelector(":checked") ?? row.querySelector("input")).focus();

const goOn = (row, go) => {
  const rows = all(".rate, .score");
  // Whether a service was used is always answered: that row is a place to go on to as well.
  const next = rows.slice(rows.indexOf(row) + 1).find((one) => isOpen(one) || one.matches(".use"));
  next ? enter(next) : go.focus();
};

// `put` is called with a row whose answer a key has changed.
export const listenToKeys = ({ moving, put }) =>
  addEventListener("keydown", (event) => {
    const row = event.target.closest(".rate, .score");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Whoever types before any row has the focus is led to where to begin; that rates nobody.
    if (!row) return event.target.tabIndex < 0 && event.key > 0 && goOn(row, event.target);
    const isScore = row.matches(".score");
    const isOneChosen = row.querySelector("input[value='1']").checked;
    const what = meant(event.key, { isScore, isOneChosen });
    const radio = what !== "clear" && row.querySelector(`input[value="${what}"]`);
    if (!radio && what !== "clear") return;
    event.preventDefault();
    if (event.repeat) return;
    if (!radio) return isOpen(row) || row.querySelector(".clear")?.click();
    radio.checked = true;
    put(row);
    // On 0 to 10 a second digit may follow.
    if (moving?.checked && !isScore) goOn(row, document.querySelector(".go button"));
    else radio.focus();
  });
