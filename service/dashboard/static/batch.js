"use strict";

// The batch view: bars extend the range with Shift, and a batch under way goes on by itself.

import { sendForm } from "./sending.js";

const byId = (id) => document.getElementById(id);

for (const bar of document.querySelectorAll(".histogram a")) {
  bar.addEventListener("click", (event) => {
    if (!event.shiftKey || !byId("min").value) return;
    event.preventDefault();
    byId("min").value = Math.min(byId("min").value, bar.dataset.min);
    byId("max").value = Math.max(byId("max").value, bar.dataset.max);
    byId("range").requestSubmit();
  });
}

async function goOn(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    for (;;) {
      const told = await sendForm(form.action, new FormData(form));
      for (const name of ["decided", "skipped", "undone"]) byId(name).textContent = told[name].toLocaleString("en");
      byId("progress").value = told.undoing ? told.undone : told.decided + told.skipped;
      if (told.done) break;
    }
    window.location.reload();
  } catch (error) {
    byId("trouble").replaceChildren(Object.assign(document.createElement("p"), { textContent: error.message }));
    byId("trouble").hidden = false;
    button.disabled = false;
  }
}

const under = document.querySelector("form[data-goes-on]");
if (under) goOn(under);
