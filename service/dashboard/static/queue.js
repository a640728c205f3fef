"use strict";

// The queue and the page of one comment: wiring only. Without this script their forms work by themselves.

import * as cards from "./cards.js";
import { again, decide, undo } from "./deciding.js";
import { hold } from "./holding.js";
import { askReason, listen } from "./keyboard.js";

const { list } = cards;

list.addEventListener("focusin", (event) => {
  const card = event.target.closest("article.comment");
  if (card) cards.show(card);
});
list.addEventListener("click", (event) => {
  const card = event.target.closest("article.comment");
  if (!card) return;
  cards.show(card);
  if (event.target.closest(".undo")) undo(card);
  else if (event.target.closest(".again")) again(card);
});
list.addEventListener("change", (event) => {
  const card = event.target.closest("article.comment");
  if (card && event.target.closest(".corrections")) cards.showChosen(card);
});
list.addEventListener("submit", (event) => {
  const form = event.target.closest("form.deciding");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const card = form.closest("article.comment");
  const action = event.submitter.value;
  if (action === "reject" && !form.elements.reason.value) askReason(card);
  else decide(card, action);
});
document.querySelector("form.undo-last")?.addEventListener("submit", (event) => {
  event.preventDefault();
  undo();
});

listen();
hold();
// The first comment is where the keys begin, without taking the focus from somebody who reads on.
const first = cards.open()[0];
if (first && document.activeElement === document.body) {
  cards.show(first);
  first.focus({ preventScroll: true });
}
