/* Checking a piece with one hand on the keyboard. A letter counts only while the pages have the
   focus, so that it never takes the place of what somebody types or of a voice command.
   `data-key` names the letter of each control; a field takes the focus, the rest is pressed.
   Nothing is accepted unseen: neither by a key still held since the piece before, nor while the
   first page is on its way (it is said, so that the key is pressed again), nor when a page cannot
   be shown. */

const pages = document.querySelector("[data-checking]");
const controls = new Map(
  [...document.querySelectorAll("[data-key]")].map((control) => [control.dataset.key, control]),
);
const images = [...pages.querySelectorAll("img")];
const waiting = document.querySelector("[data-still-coming]");
const ACCEPT = "a";
let shown = 0;

// The next piece is read at once; an error, or somebody who came by a link to a place, comes first.
if (!location.hash && !document.querySelector(".govuk-error-summary")) {
  pages.focus({ preventScroll: true });
}

for (const image of [...images]) {
  if (image.complete && !isSeen(image)) sayItCannotBeShown(image);
  else image.addEventListener("error", () => sayItCannotBeShown(image), { once: true });
}

pages.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "arrowright") turn(1);
  else if (key === "k" || key === "arrowleft") turn(-1);
  else if (!controls.has(key)) return;
  else if (!event.repeat) press(key);
  event.preventDefault();
});

function press(key) {
  const [first] = images;
  if (key !== ACCEPT || isSeen(first)) use(controls.get(key));
  else if (first) sayItIsComing(first);
}

function sayItIsComing(image) {
  waiting.textContent = waiting.dataset.stillComing;
  image.addEventListener("load", () => waiting.replaceChildren(), { once: true });
}

function isSeen(image) {
  return Boolean(image?.complete && image.naturalWidth);
}

function sayItCannotBeShown(image) {
  const said = document.createElement("p");
  said.className = "checking__missing";
  said.setAttribute("role", "alert");
  said.textContent = pages.dataset.missing.replace("%s", image.alt);
  image.replaceWith(said);
  images.splice(images.indexOf(image), 1);
  if (controls.has(ACCEPT)) controls.get(ACCEPT).disabled = true;
}

function turn(by) {
  shown = Math.min(Math.max(shown + by, 0), images.length - 1);
  images[shown]?.scrollIntoView({ block: "start" });
}

function use(control) {
  if (control.matches("select, input, textarea")) control.focus();
  else control.click();
}
