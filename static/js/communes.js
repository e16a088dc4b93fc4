/* Communes proposed as one types, under the field of a place. Without this file what was typed is
   understood once sent, and the page asks which one where there are several. */

const SEARCH_PAUSE = 250;

for (const place of document.querySelectorAll("[data-commune]")) proposeCommunes(place);

function proposeCommunes(place) {
  const field = place.querySelector("input[type=text]");
  const list = document.createElement("div");
  place.append(list);
  let timer = 0;
  let asked = "";

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, SEARCH_PAUSE);
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    field.value = button.textContent;
    list.replaceChildren();
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  async function search() {
    asked = field.value.trim();
    if (asked.length < 2) return list.replaceChildren();
    const wanted = asked;
    const address = `${place.dataset.commune}?q=${encodeURIComponent(wanted)}`;
    try {
      const response = await fetch(address);
      // A slow answer to what is no longer typed would propose the wrong communes.
      if (response.ok && wanted === asked) list.innerHTML = await response.text();
    } catch {
      list.replaceChildren();
    }
  }
}
