// Cells are what can be answered on a page: read, shown, and remembered by its form.
export const all = (pattern, within = document) => [...within.querySelectorAll(pattern)];

export const readCell = (cell) => {
  if (cell.type === "checkbox") return cell.checked;
  if (cell.type === "textarea" || cell.matches("select")) return cell.value;
  const chosen = all(":checked", cell).map((input) => input.value);
  if (cell.querySelector("[type=checkbox]")) return chosen;
  return chosen.length ? +chosen[0] : null;
};

export const showCell = (cell, value) => {
  if (cell.type === "checkbox") cell.checked = value;
  else if (cell.type === "textarea" || cell.matches("select")) cell.value = value;
  else for (const input of all("input", cell)) input.checked = [value].flat().some((one) => one == input.value);
};

// A form remembers in `was` what it showed: a letter a row, or a fingerprint a text.
const glue = (was) => (was.includes(".") ? "." : "");

export const markAt = (was, place) => was.split(glue(was))[place];

export const withMark = (was, place, mark) => {
  const marks = was.split(glue(was));
  marks[place] = mark;
  return marks.join(glue(was));
};
