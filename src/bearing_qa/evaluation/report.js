// Filters judged questions by fault and by words, in the report and on the page. Without it all of them are shown.
(() => {
  function filter(section) {
    const fault = section.querySelector('.filter button[aria-pressed="true"]').dataset.fault;
    const wanted = section.querySelector(".filter input").value.trim().toLowerCase();
    for (const item of section.querySelectorAll(".questions > details")) {
      const faults = item.dataset.faults.split(" ").filter(Boolean);
      const fits = fault === "" || (fault === "any" ? faults.length > 0 : faults.includes(fault));
      item.hidden = !(fits && (!wanted || item.textContent.toLowerCase().includes(wanted)));
    }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".judged .filter button");
    if (!button) return;
    for (const other of button.parentElement.querySelectorAll("button"))
      other.setAttribute("aria-pressed", String(other === button));
    filter(button.closest(".judged"));
  });
  document.addEventListener("input", (event) => {
    const section = event.target.closest?.(".judged");
    if (section) filter(section);
  });
  window.filterJudged = () => document.querySelectorAll(".judged").forEach(filter);
  window.filterJudged();
})();
