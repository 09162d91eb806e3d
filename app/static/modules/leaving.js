// A page is left only after everything on it is saved.
// Signing out forgets everything that this device keeps; whoever presses it is told, and asked.
const askBeforeLosing = (left, goOn) => {
  const notice = document.querySelector("#losing") ?? document.createElement("div");
  notice.id = "losing";
  notice.className = "notice warning row";
  notice.tabIndex = -1;
  const text = document.createElement("p");
  text.textContent = `You are still signed in. ${left} unsaved ${left === 1 ? "answer" : "answers"} would be lost: saving does not work at the moment.`;
  const button = document.createElement("button");
  button.className = "button danger";
  button.textContent = "Sign out all the same";
  button.onclick = goOn;
  notice.replaceChildren(text, button);
  document.querySelector("main").prepend(notice);
  notice.focus();
};

export const listenToLeaving = (saving, { signIn, begins }) => {
  const { outbox } = saving;
  let leaving = false;

  addEventListener("submit", async (event) => {
    const { target, submitter } = event;
    if (submitter?.value === "next") begins();
    if (leaving || saving.over || !outbox.pending.length) return;
    event.preventDefault();
    if (target.dataset.waits) return;
    target.dataset.waits = "yes";
    await saving.flush();
    delete target.dataset.waits;
    if (saving.problem === "signed_out") location.assign(signIn);
    if (saving.problem && !leaving && target.matches(".account")) {
      askBeforeLosing(outbox.waiting.length, () => {
        leaving = true;
        target.requestSubmit(submitter);
      });
    }
    if (saving.problem || leaving) return;
    leaving = true;
    target.requestSubmit(submitter);
  });

  addEventListener("pageshow", () => (leaving = false));
  addEventListener("visibilitychange", () => outbox.pending.length && saving.send());
  addEventListener("pagehide", () => saving.sendBlindly());
};
