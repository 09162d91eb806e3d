// The honest step bar follows what is saved.
import { all } from "./cells.js";

const SEGMENT = 9; // its width in the bar's own units

export const showProgress = ({ answered, shares }) => {
  for (const figure of all(".steps strong")) figure.textContent = answered;
  all(".steps .fill").forEach((part, place) => part.setAttribute("width", shares[place] * SEGMENT));
};
