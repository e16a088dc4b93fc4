/* Checking a piece with one hand on the keyboard. A letter counts only while the pages have the
   focus, so that it never takes the place of what somebody types or of a voice command.
   `data-key` names the letter of each control; a field takes the focus, the rest is pressed. */

const pages = document.querySelector("[data-checking]");
const controls = new Map(
  [...document.querySelectorAll("[data-key]")].map((control) => [control.dataset.key, control]),
);
const images = [...pages.querySelectorAll("img")];
let shown = 0;

// The next piece is read at once; an error, or somebody who came by a link to a place, comes first.
if (!location.hash && !document.querySelector(".govuk-error-summary")) {
  pages.focus({ preventScroll: true });
}

pages.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "arrowright") turn(1);
  else if (key === "k" || key === "arrowleft") turn(-1);
  else if (controls.has(key)) use(controls.get(key));
  else return;
  event.preventDefault();
});

function turn(by) {
  shown = Math.min(Math.max(shown + by, 0), images.length - 1);
  images[shown]?.scrollIntoView({ block: "start" });
}

function use(control) {
  if (control.matches("select, input, textarea")) control.focus();
  else control.click();
}
