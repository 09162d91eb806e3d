// What is said about saving. The words are chosen here, without looking at any page.
const TEXTS = {
  // Ticks say so where they stand: the bar of the report is in sight where none of them is.
  ready: ({ thing }) => (thing === "tick" ? "" : `${thing[0].toUpperCase()}${thing.slice(1)}s are saved as you go.`),
  doubled: ({ doubled }) => `${doubled === 1 ? "One text has" : `${doubled} texts have`} two versions.`,
  saving: () => "Saving …",
  saved: ({ at }) => `Saved at ${at}`,
  offline: ({ kept }) => `No connection, ${kept}.`,
  trouble: ({ kept }) => `Saving does not work at the moment, ${kept}.`,
  signed_out: ({ kept }) => `Signed out, ${kept}.`,
  closed: ({ over }) => `The review is closed; this came too late. ${over}`,
  refused: ({ refusals }) => `Not accepted: ${refusals[0]}`,
};

const keptInWords = (left, thing, outlivesPage) =>
  `${left} ${thing}${left === 1 ? "" : "s"} kept ${outlivesPage ? "on this device" : "in this page"}`;

// The kind of message, its text, and whether something is wrong.
export const message = ({ left, refusals, problem, over, at, outlivesPage, doubled, thing = "answer" }) => {
  const wrong = over ? "closed" : problem && left ? problem : refusals.length ? "refused" : doubled && !left ? "doubled" : "";
  const kind = wrong || (left ? "saving" : at ? "saved" : "ready");
  return { kind, wrong, text: TEXTS[kind]({ at, over, doubled, refusals, thing, kept: keptInWords(left, thing, outlivesPage) }) };
};

// Ears hear when something begins or ends, not every save.
export const speaks = ({ kind, wrong }, spoken) => kind !== "saving" && wrong !== spoken;
