/* The questions asked before: a search among them, and each forgotten by itself. */
(() => {
  document.addEventListener("input", (event) => {
    if (!event.target.matches(".history input[type=search]")) return;
    const wanted = event.target.value.trim().toLowerCase();
    event.target.closest(".history").querySelectorAll("li").forEach((item) =>
      (item.hidden = !item.firstElementChild.textContent.toLowerCase().includes(wanted)));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-forget-one]");
    if (button) button.dispatchEvent(
      new CustomEvent("forget", {detail: {question: button.dataset.forgetOne}, bubbles: true}));
  });
})();
