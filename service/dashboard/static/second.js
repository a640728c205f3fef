"use strict";

// Single keys for the second look. The form works without them; "comity-keys-off" turns them off, as in the queue.

const form = document.getElementById("answer");
let sent = false;

function toggleLabel(key) {
  const select = form.querySelector(`select[data-key="${key}"]`);
  if (!select || !form.querySelector("details").open) return false;
  select.value = select.value ? "" : select.dataset.given === "1" ? "0" : "1";
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (event.target.closest("input, select, textarea") || localStorage.getItem("comity-keys-off")) return;
  const key = event.key.toLowerCase();
  const button = /^[ars]$/.test(key) && form.querySelector(`button[data-key="${key}"]`);
  if (button) button.click();
  else if (key === "e" || key === "l") form.querySelector("details").toggleAttribute("open");
  else if (!/^[1-9]$/.test(key) || !toggleLabel(key)) return;
  event.preventDefault();
}

if (form) {
  document.addEventListener("keydown", onKey);
  // A second key pressed while the next page loads must not answer twice.
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => (sent = false));
}
