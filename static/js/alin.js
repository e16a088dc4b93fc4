/* Makes pages smoother; none needs it. The behaviours are govuk-frontend's, whose address (hashed
   in production) is given by the tag that loads this file. */

const tag = document.querySelector("script[data-govuk]");

document.documentElement.classList.add("js");
document.body.classList.add("js-enabled", "govuk-frontend-supported");

const { initAll } = await import(tag.dataset.govuk);
initAll();

// A fragment that htmx has just put in place has its own behaviours to start.
document.body.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) initAll({ scope: event.target });
});

// Filters stand open where there is room for them; on a phone they wait to be asked.
const narrow = window.matchMedia("(max-width: 55.99rem)");
for (const panel of document.querySelectorAll("details.filters[data-fold]")) {
  // A filter to correct is never folded away.
  if (narrow.matches && !panel.querySelector("[aria-invalid]")) panel.removeAttribute("open");
  panel.removeAttribute("data-fold");
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
