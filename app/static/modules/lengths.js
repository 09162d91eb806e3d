// How much of a text still fits, counted as the server counts it.
const FROM = 0.8; // of the limit on, people are told

// Trimmed letters as people see them count, not the pairs in which a browser keeps some.
export const left = (text, limit) => limit - [...text.trim().normalize("NFC")].length;

const inFigures = (number) => number.toLocaleString("en-GB");

export const remark = (rest, limit) => {
  if (rest < 0) return `${inFigures(-rest)} too many: ${inFigures(limit)} characters fit. Nothing is cut off; please shorten it.`;
  return rest <= limit - limit * FROM ? `${inFigures(rest)} of ${inFigures(limit)} characters left.` : "";
};
