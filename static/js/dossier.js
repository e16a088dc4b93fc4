/* The pages of the dossier: saved as one types, and a quick way out. Without this file every page
   still saves with its button. */

const TYPING_PAUSE = 1000;
const LONGEST_WAIT = 15000;

const form = document.querySelector("form[data-autosave]");
if (form) saveAsOneTypes(form);
for (const exit of document.querySelectorAll("[data-quick-exit]")) leaveQuickly(exit);

function saveAsOneTypes(form) {
  const status = form.querySelector("[data-autosave-status]");
  const alert = form.querySelector("[data-autosave-alert]");
  let timer = 0;
  let running = null;
  let changed = false;
  let leaving = false;

  form.addEventListener("input", waitThenSave);
  form.addEventListener("change", waitThenSave);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) save();
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    changed = false;
    if (!running) return;
    // The answer on its way carries the version that this form must send.
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    const { submitter } = event;
    await running;
    form.requestSubmit(submitter);
    leaving = false;
  });

  function waitThenSave() {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, TYPING_PAUSE);
  }

  function save() {
    clearTimeout(timer);
    if (!changed || running || leaving) return;
    changed = false;
    running = send().finally(() => {
      running = null;
      if (changed) waitThenSave();
    });
  }

  async function send() {
    const typed = new FormData(form);
    // The token is for the button: used here, the button would do nothing.
    const page = typed.get("form_token");
    typed.delete("form_token");
    let response;
    try {
      response = await fetch(form.action, {
        method: "POST",
        body: typed,
        headers: { "X-Autosave": page, Accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(LONGEST_WAIT),
      });
    } catch {
      return fail(form.dataset.lost);
    }
    if (response.type === "opaqueredirect") return fail(form.dataset.ended, false);
    let answer;
    try {
      answer = await response.json();
    } catch {
      return fail(form.dataset.lost);
    }
    if (response.ok) {
      form.elements.version.value = answer.version;
      alert.replaceChildren();
      status.textContent = answer.saved;
    } else if (response.status === 422) {
      alert.replaceChildren();
      status.textContent = answer.reason;
    } else {
      fail(answer.reason, false);
    }
  }

  function fail(reason, again = true) {
    status.textContent = "";
    const banner = document.createElement("div");
    banner.className = "banner banner--danger";
    const text = document.createElement("p");
    text.textContent = reason;
    banner.append(text);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--secondary button--small";
      button.textContent = form.dataset.retry;
      button.addEventListener("click", () => {
        changed = true;
        save();
      });
      banner.append(button);
    }
    alert.replaceChildren(banner);
  }
}

function leaveQuickly(exit) {
  let presses = 0;
  exit.addEventListener("click", leave);
  document.addEventListener("keydown", (event) => {
    presses = event.key === "Escape" ? presses + 1 : 0;
    if (presses === 3) leave(event);
  });

  function leave(event) {
    event.preventDefault();
    document.body.hidden = true;
    // Takes the place of this page in the history, so that “back” does not show it.
    location.replace(exit.href);
  }
}
