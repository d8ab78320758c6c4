// Filters the questions by fault and by words. Without it the page shows them all.
const items = [...document.querySelectorAll(".questions > details")];
const buttons = [...document.querySelectorAll(".filter button")];
const words = document.querySelector(".filter input");
function show() {
  const fault = buttons.find((b) => b.getAttribute("aria-pressed") === "true").dataset.fault;
  const wanted = words.value.trim().toLowerCase();
  for (const item of items) {
    const faults = item.dataset.faults.split(" ").filter(Boolean);
    const fits = fault === "" || (fault === "any" ? faults.length > 0 : faults.includes(fault));
    item.hidden = !(fits && (!wanted || item.textContent.toLowerCase().includes(wanted)));
  }
}
for (const button of buttons) {
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    show();
  });
}
words.addEventListener("input", show);
show();
