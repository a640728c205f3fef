"use strict";

// Single keys. They are left alone in fields and dialogs, with modifiers, and where somebody turned them off.

import * as cards from "./cards.js";
import { decide, undo } from "./deciding.js";

const OFF = "comity-keys-off";
const help = document.getElementById("help");
const reasons = document.getElementById("reasons");
const decides = cards.list.dataset.decides === "1";
const single = cards.list.dataset.single === "1";
const ACTIONS = { a: "approve", d: "defer", h: "highlight" };

let rejecting = null;

export function askReason(card) {
  if (!card || !cards.isOpen(card)) return;
  rejecting = card;
  reasons.showModal();
}

// Not left to the dialog's own close event: that comes later than the next key of a quick hand.
function answerReason(reason) {
  const card = rejecting;
  rejecting = null;
  reasons.close();
  if (reason === "cancel") cards.focus(card);
  else decide(card, "reject", reason || undefined);
}

function follow(id) {
  document.getElementById(id)?.click();
}

function move(by) {
  if (single) follow(by > 0 ? "after" : "before");
  else cards.step(by);
}

function openComment() {
  const link = cards.current()?.querySelector("a.open");
  if (link) window.location.assign(link.href);
}

function toggleLabels() {
  const card = cards.current();
  if (!card || !cards.isOpen(card)) return;
  const more = card.querySelector("details.more");
  more.open = !more.open;
  card.scrollIntoView({ block: "nearest" });
  if (more.open) cards.say("Labels: 1 to 5 correct one, then decide.");
}

function toggleLabel(key) {
  const card = cards.current();
  if (!card || !cards.isOpen(card)) return;
  const select = card.querySelector(`select[data-key="${key}"]`);
  if (!select || !card.querySelector("details.more").open) return;
  select.value = select.value ? "" : select.dataset.given === "1" ? "0" : "1";
  cards.showChosen(card);
  cards.say(`${select.dataset.words}: ${select.selectedOptions[0].textContent}`);
}

function focusFilter() {
  const filters = document.querySelector("details.filters");
  if (!filters) return;
  filters.open = true;
  document.getElementById("section").focus();
}

function escape(event) {
  const filters = document.querySelector("details.filters");
  if (filters?.open && filters.contains(event.target)) filters.open = false;
  const card = cards.current() || cards.open()[0];
  if (card) card.querySelector("details.more")?.removeAttribute("open");
  cards.focus(card);
}

const KEYS = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  o: openComment,
  "/": focusFilter,
};
const DECIDING = {
  r: () => askReason(cards.current()),
  u: () => undo(),
  e: toggleLabels,
  l: toggleLabels,
  "?": () => help.showModal(),
};

function inField(target) {
  return target.closest("input, select, textarea");
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return escape(event);
  if (inField(event.target) || localStorage.getItem(OFF)) return;
  if (event.repeat && !(event.key in KEYS)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // On a page of one comment the arrows scroll.
  if (single && key.startsWith("Arrow")) return;
  const does = KEYS[key] || (decides && (DECIDING[key] || (ACTIONS[key] && (() => decide(cards.current(), ACTIONS[key]))) || (/^[1-9]$/.test(key) && (() => toggleLabel(key)))));
  if (!does) return;
  event.preventDefault();
  does();
}

function onReasonKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // The key that opened the dialog is also the key of a reason; held down, it must not answer.
  if (event.repeat) {
    if (event.key !== "Tab") event.preventDefault();
    return;
  }
  const button = event.key.length === 1 && reasons.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  answerReason(button.value);
}

export function listen() {
  document.addEventListener("keydown", onKey);
  if (!decides) return;
  reasons.addEventListener("keydown", onReasonKey);
  reasons.addEventListener("submit", (event) => {
    event.preventDefault();
    answerReason(event.submitter ? event.submitter.value : "");
  });
  reasons.addEventListener("cancel", (event) => {
    event.preventDefault();
    answerReason("cancel");
  });
  const button = document.getElementById("show-help");
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  const on = document.getElementById("keys-on");
  on.checked = !localStorage.getItem(OFF);
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
