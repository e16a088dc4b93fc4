/* Pieces: each file sent by itself, with its progress and a second try; the state of the checks
   comes by itself. Without this file the form sends them together, and a reload tells the state. */

const FIRST_LOOK = 2000;
const SLOWEST_LOOK = 20000;

for (const form of document.querySelectorAll("form[data-upload]")) sendOneByOne(form);
if (document.querySelector("[data-pieces-wait]")) lookAgain(FIRST_LOOK);

function lookAgain(pause) {
  setTimeout(async () => {
    const place = document.getElementById("etat-des-pieces");
    try {
      const response = await fetch(location.href, { redirect: "error" });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("etat-des-pieces");
      // Somebody who reads or is about to press a link keeps what is under the cursor.
      if (fresh && fresh.innerHTML !== place.innerHTML) {
        place.replaceChildren(...fresh.childNodes);
        if (!fresh.hasAttribute("data-pieces-wait")) return;
      }
    } catch {
      // The line is cut: later.
    }
    lookAgain(Math.min(pause * 1.5, SLOWEST_LOOK));
  }, pause);
}

function sendOneByOne(form) {
  const field = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-upload-list]");
  dropZone(form, field);
  let sending = false;

  form.addEventListener("submit", (event) => {
    // Nothing chosen: the page says so, as it does without this file.
    if (!field.files.length) return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    const together = crypto.randomUUID();
    const items = [...field.files].map((file) => newItem(file, together));
    field.value = "";
    sendAll(items);
    // The line is back: what was cut leaves again by itself.
    addEventListener("online", () => resume(items));
  });

  function resume(items) {
    if (sending || items.every((item) => item.done || item.refused)) return;
    sending = true;
    sendAll(items);
  }

  function newItem(file, together) {
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
    return { file, line, bar, said, together, id: crypto.randomUUID(), done: false };
  }

  async function sendAll(items) {
    for (const item of items) {
      if (item.done || item.refused) continue;
      // Said before it travels: ten megabytes by telephone are long.
      if (item.file.size > form.dataset.largest) refused(item, [tooLarge(item)]);
      else await send(item, items);
    }
    sending = false;
    if (items.every((item) => item.done)) location.reload();
    // One was refused, others came in: the reason stays to be read, the list is told anew.
    else if (items.some((item) => item.done)) lookAgain(0);
  }

  function send(item, items) {
    item.line.querySelector("button")?.remove();
    item.said.textContent = "";
    item.bar.hidden = false;
    const typed = new FormData(form);
    // The one-use token is for the button.
    typed.delete("form_token");
    typed.set("attached", item.file);
    typed.set("upload_id", item.id);
    // Chosen together, kept together: the first one to arrive replaces, the others join it.
    typed.set("sending_id", item.together);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", location.pathname);
      request.setRequestHeader("X-Upload", "1");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        item.bar.value = (100 * event.loaded) / event.total;
        item.said.textContent = form.dataset.sending.replace("%s", Math.round(item.bar.value));
      });
      request.addEventListener("load", () => {
        if (new URL(request.responseURL).pathname !== location.pathname) return location.reload();
        const reasons = reasonsOf(request);
        if (reasons === null) lost(item, items);
        else if (reasons.length) refused(item, reasons);
        else {
          item.done = true;
          item.said.textContent = form.dataset.sent;
        }
        resolve();
      });
      for (const end of ["error", "timeout", "abort"]) {
        request.addEventListener(end, () => {
          lost(item, items);
          resolve();
        });
      }
      request.send(typed);
    });
  }

  function tooLarge(item) {
    return form.dataset.tooLarge.replace("%s", item.file.name);
  }

  function reasonsOf(request) {
    if (request.status !== 200 && request.status !== 422) return null;
    try {
      return JSON.parse(request.responseText).reasons;
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

  function lost(item, items) {
    item.bar.hidden = true;
    item.said.textContent = form.dataset.lost;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button--secondary button--small";
    again.textContent = form.dataset.retry;
    again.addEventListener("click", () => resume(items));
    item.line.append(again);
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
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });

}
