// Folds open for whoever comes by a link into them, and the address names the fold opened last.
import { all } from "./cells.js";

const openFor = (hash) => {
  const target = hash.length > 1 && document.getElementById(hash.slice(1));
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
};

export const followAddress = () => {
  addEventListener("hashchange", () => openFor(location.hash));
  for (const fold of all("details[id]"))
    fold.addEventListener("toggle", () => {
      if (fold.open && !fold.contains(document.getElementById(location.hash.slice(1))))
        history.replaceState(history.state, "", `#${fold.id}`);
    });
  openFor(location.hash);
};
