"use strict";

// The cards on the page and which of them is current. A card keeps its place whatever becomes of it.

export const list = document.getElementById("comments");
const live = document.getElementById("live");

export function all() {
  return [...list.querySelectorAll("article.comment")];
}

export function isOpen(card) {
  return !["sent", "decided", "lost"].includes(card.dataset.phase);
}

export function open() {
  return all().filter(isOpen);
}

export function current() {
  return document.activeElement.closest?.("article.comment") || list.querySelector("article.current");
}

export function show(card) {
  for (const other of list.querySelectorAll("article.current")) other.classList.remove("current");
  card.classList.add("current");
}

export function focus(card) {
  if (!card) return;
  show(card);
  card.focus({ preventScroll: true });
  // A card taller than the window is shown from its beginning.
  const tall = card.offsetHeight > window.innerHeight * 0.75;
  card.scrollIntoView({ block: tall ? "start" : "nearest" });
}

export function step(by) {
  const cards = all();
  const at = cards.indexOf(current());
  focus(cards[Math.min(Math.max(at + by, 0), cards.length - 1)]);
}

export function nextOpen(card) {
  const cards = all();
  const at = cards.indexOf(card);
  return cards.slice(at + 1).find(isOpen) || cards.slice(0, at).reverse().find(isOpen);
}

export function say(sentence) {
  live.textContent = sentence;
}

export function seen(cards) {
  const body = new FormData();
  for (const card of cards) body.append("seen", `${card.dataset.number}:${card.dataset.state}:${card.dataset.revision}`);
  return body;
}

// What becomes of a card whose comment is shown anew further down: it stays, and is nobody's any more.
export function retire(card) {
  card.querySelector("h2").id += "-before";
  card.setAttribute("aria-labelledby", card.querySelector("h2").id);
  card.id += "-before";
  card.dataset.number = "";
  card.querySelector(".outcome .undo").hidden = true;
}

// phase: "" open, "sent" on its way, "decided", "failed", "lost" to somebody else
export function setPhase(card, phase, sentence = "") {
  card.dataset.phase = phase;
  const outcome = card.querySelector(".outcome");
  if (!outcome) return;
  outcome.hidden = !phase;
  outcome.querySelector("p").textContent = sentence;
  outcome.querySelector(".undo").hidden = phase !== "decided";
  outcome.querySelector(".again").hidden = phase !== "failed";
  const form = card.querySelector("form.deciding");
  form.inert = phase === "sent" || phase === "decided" || phase === "lost";
}

export function setMark(card, highlighted) {
  const mark = card.querySelector(".mark-set");
  if (mark) mark.hidden = !highlighted;
}

export function chosenIn(card) {
  const form = card.querySelector("form.deciding");
  const reason = form.elements.reason;
  const labels = [...form.querySelectorAll("select[data-key]")].filter((one) => one.value);
  const words = labels.map((one) => `${one.dataset.words}: ${one.value === "1" ? "yes" : "no"}`);
  if (reason.value) words.unshift(reason.selectedOptions[0].textContent);
  return words.join(", ");
}

export function showChosen(card) {
  const words = chosenIn(card);
  card.querySelector("[data-chosen]").textContent = words && ` ${words}`;
}
