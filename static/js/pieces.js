/* Pieces: each file sent by itself, with its progress and a second try; the state of the checks
   comes by itself. Without this file the form sends them together, and a reload tells the state. */

const FIRST_LOOK = 2000;
const SLOWEST_LOOK = 20000;

let looking = null;

for (const form of document.querySelectorAll("form[data-upload]")) sendOneByOne(form);
if (document.querySelector("[data-pieces-wait]")) lookAgain(FIRST_LOOK);

/* One look at a time, slower each time, until nothing waits any more. */
function lookAgain(pause) {
  clearTimeout(looking);
  looking = setTimeout(async () => {
    let waiting = true;
    try {
      const fresh = (await pageNow()).getElementById("etat-des-pieces");
      waiting = fresh.hasAttribute("data-pieces-wait");
      show(fresh);
    } catch {
      // The line is cut: later.
    }
    if (waiting) lookAgain(Math.min(Math.max(pause * 1.5, FIRST_LOOK), SLOWEST_LOOK));
  }, pause);
}

async function pageNow() {
  const response = await fetch(location.href, { redirect: "error" });
  if (!response.ok) throw new Error(response.status);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function show(fresh) {
  const place = document.getElementById("etat-des-pieces");
  // Somebody who reads or is about to press a link keeps what is under the cursor.
  if (fresh.innerHTML === place.innerHTML) return;
  const pressed = place.contains(document.activeElement) ? document.activeElement : null;
  const status = place.querySelector("[role=status]");
  const newStatus = fresh.querySelector("[role=status]");
  if (status && newStatus) {
    // The region that speaks stays; only its words change, or nothing is said aloud.
    status.replaceChildren(...newStatus.childNodes);
    while (status.nextSibling) status.nextSibling.remove();
    while (newStatus.nextSibling) place.append(newStatus.nextSibling);
  } else {
    place.replaceChildren(...fresh.childNodes);
  }
  if (!pressed || pressed.isConnected) return;
  const address = pressed.getAttribute("href");
  const same = address && place.querySelector(`a[href="${CSS.escape(address)}"]`);
  (same || place.closest("main")).focus();
}

function sendOneByOne(form) {
  const field = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-upload-list]");
  // What is chosen together is one piece: the first file to arrive replaces the piece of before
  // when that is asked, the others join it, and none stands for another that is refused.
  let together = crypto.randomUUID();
  const items = [];
  let sending = false;
  dropZone(form, field);

  form.addEventListener("submit", (event) => {
    // Nothing chosen: the page says so, as it does without this file.
    if (!field.files.length && items.some((item) => item.lost)) {
      event.preventDefault();
      resume();
    }
    if (!field.files.length) return;
    event.preventDefault();
    form.querySelectorAll("[data-said-here]").forEach((each) => each.remove());
    items.push(...[...field.files].map(newItem));
    field.value = "";
    sendAll();
  });
  // The line is back: what was cut leaves again by itself.
  addEventListener("online", resume);

  async function resume() {
    if (sending || !items.some((item) => item.lost)) return;
    await renewToken();
    for (const item of items) item.lost = false;
    sendAll();
  }

  // Whoever had to log in again elsewhere has another one.
  async function renewToken() {
    try {
      const name = "csrfmiddlewaretoken";
      const fresh = (await pageNow()).querySelector(`input[name=${name}]`);
      if (fresh) form.elements[name].value = fresh.value;
    } catch {
      // Not back yet: the sending itself will say so.
    }
  }

  function newItem(file) {
    const line = document.createElement("li");
    line.className = "files__item";
    const name = document.createElement("span");
    name.className = "files__name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.setAttribute("aria-label", file.name);
    const said = document.createElement("span");
    line.append(name, bar, said);
    list.append(line);
    return { file, line, bar, said, id: crypto.randomUUID(), done: false };
  }

  // Files chosen while others travel join the queue.
  async function sendAll() {
    if (sending) return;
    sending = true;
    const next = () => items.find((item) => !item.done && !item.refused && !item.lost);
    for (let item = next(); item; item = next()) {
      // Said before it travels: ten megabytes by telephone are long.
      if (item.file.size > form.dataset.largest) refused(item, [tooLarge(item)]);
      else await send(item);
    }
    sending = false;
    if (!items.some((item) => item.done)) return;
    const wrong = items.find((item) => item.toCorrect)?.toCorrect;
    for (const item of items) delete item.toCorrect;
    if (wrong && sayAtDate(wrong)) lookAgain(0);
    // Something was refused, or is chosen and not sent: it stays; the state is told anew.
    else if (field.files.length || !items.every((item) => item.done)) lookAgain(FIRST_LOOK);
    else {
      location.reload();
      return;
    }
    if (!items.some((item) => item.lost)) startAnotherGo();
  }

  // As a page loaded again: what comes next may stand for what was refused, and joins the rest
  // unless the box is ticked anew.
  function startAnotherGo() {
    together = crypto.randomUUID();
    if (form.elements.replace) form.elements.replace.checked = false;
  }

  function send(item) {
    item.line.querySelector("button")?.remove();
    item.said.textContent = "";
    item.bar.hidden = false;
    const typed = new FormData(form);
    // The one-use token is for the button.
    typed.delete("form_token");
    typed.set("attached", item.file);
    typed.set("upload_id", item.id);
    typed.set("sending_id", together);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", location.pathname + location.search);
      request.setRequestHeader("X-Upload", "1");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        item.bar.value = (100 * event.loaded) / event.total;
        item.said.textContent = form.dataset.sending.replace("%s", Math.round(item.bar.value));
      });
      request.addEventListener("load", () => {
        const answer = answerOf(request);
        if (new URL(request.responseURL).pathname !== location.pathname) loggedOut(item);
        else if (answer === null) lost(item);
        else if (answer.again) lost(item, answer.reasons.join(" "));
        else if (answer.reasons.length && !answer.kept) refused(item, answer.reasons);
        else {
          item.done = true;
          if (answer.reasons.length) item.toCorrect = answer.reasons;
          item.said.textContent = form.dataset.sent;
        }
        resolve();
      });
      for (const end of ["error", "timeout", "abort"]) {
        request.addEventListener(end, () => {
          lost(item);
          resolve();
        });
      }
      request.send(typed);
    });
  }

  function tooLarge(item) {
    return form.dataset.tooLarge.replace("%s", item.file.name);
  }

  function answerOf(request) {
    if (![200, 422, 503].includes(request.status)) return null;
    try {
      return JSON.parse(request.responseText);
    } catch {
      return null;
    }
  }

  function refused(item, reasons) {
    item.refused = true;
    item.bar.hidden = true;
    item.said.textContent = reasons.join(" ");
    item.line.classList.add("files__item--refused");
  }

  // The files are kept: the date alone is asked again, and what was typed stays on the page.
  function sayAtDate(reasons) {
    const date = form.querySelector("[name=dated_on]");
    if (!date) return false;
    const said = document.createElement("p");
    said.className = "govuk-error-message";
    said.id = "date-a-corriger";
    said.dataset.saidHere = "";
    said.textContent = [...reasons, form.dataset.kept].join(" ");
    date.before(said);
    const described = (date.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
    date.setAttribute("aria-describedby", [...new Set([...described, said.id])].join(" "));
    date.setAttribute("aria-invalid", "true");
    date.focus();
    return true;
  }

  function lost(item, why = form.dataset.lost) {
    item.lost = true;
    item.bar.hidden = true;
    item.said.textContent = why;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button--secondary button--small";
    again.textContent = form.dataset.retry;
    again.addEventListener("click", resume);
    item.line.append(again);
  }

  // The file stays chosen here: logging in again happens beside.
  function loggedOut(item) {
    lost(item);
    const entrance = document.createElement("a");
    entrance.href = form.dataset.login;
    entrance.target = "_blank";
    entrance.textContent = form.dataset.loginWords;
    item.said.replaceChildren(form.dataset.loggedOut, " ", entrance);
    for (const other of items) if (!other.done && !other.refused && !other.lost) lost(other);
  }
}

function dropZone(form, field) {
  const zone = field.closest(".govuk-form-group");
  const words = document.createElement("p");
  words.className = "drop__words";
  words.textContent = form.dataset.drop;
  zone.classList.add("drop");
  field.before(words);
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("drop--over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, () => zone.classList.remove("drop--over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    const all = new DataTransfer();
    for (const file of [...field.files, ...event.dataTransfer.files]) all.items.add(file);
    field.files = all.files;
    // There may be a date to give, or a box to tick, before they leave.
    form.querySelector("button[type=submit], button:not([type])").focus();
  });
}
