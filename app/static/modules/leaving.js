// A page is left only after everything on it is saved.
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
    if (saving.problem || leaving) return;
    leaving = true;
    target.requestSubmit(submitter);
  });

  addEventListener("pageshow", () => (leaving = false));
  addEventListener("visibilitychange", () => outbox.pending.length && saving.send());
  addEventListener("pagehide", () => saving.sendBlindly());
};
