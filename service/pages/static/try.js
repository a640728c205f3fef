"use strict";

// What people wrote is only ever set as text, never as markup.

const KEY = "comity-key";
const ACTIONS = {
  approve: ["Approve", "It would be published."],
  review: ["Review", "It would be published and shown to a moderator."],
  hold: ["Hold", "It would be withheld until a moderator decides."],
  reject: ["Reject", "A rule of this site would turn it away."],
};
const UNJUDGED = {
  language: "it does not seem to be in a language that this bundle knows",
  no_words: "it has no words to judge",
};
const CANNOT_REACH = "The service does not answer. Is it running?";

const labels = JSON.parse(document.querySelector("main").dataset.labels);
const byId = (id) => document.getElementById(id);
const form = byId("ask");
const keyField = byId("key");

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function words(label) {
  return label.replaceAll("_", " ");
}

function contextOf(fields) {
  const authors = fields.authors.value.split(",").map((name) => name.trim()).filter(Boolean);
  const article = { title: fields.title.value || null, authors };
  const parent = fields.parent.value || null;
  return article.title || authors.length || parent ? { article, parent } : null;
}

function soundKey(key) {
  if (/^[!-~]+$/.test(key)) return key;
  throw Object.assign(new Error("a key has no spaces and no accents"), { status: 401 });
}

async function ask(fields) {
  const headers = { "Content-Type": "application/json" };
  if (keyField) headers.Authorization = `Bearer ${soundKey(keyField.value.trim())}`;
  const comment = { text: fields.text.value, context: contextOf(fields) };
  const body = JSON.stringify({ comments: [comment], spans: true });
  const response = await fetch("/v1/score", { method: "POST", headers, body });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error.message), { status: response.status });
  return answer;
}

function scoreRow({ name, meaning, threshold }, score) {
  const reached = threshold !== null && score >= threshold;
  const row = element("li", reached ? "reached" : "");
  const bar = element("div", "bar");
  bar.setAttribute("aria-hidden", "true");
  const fill = bar.appendChild(element("span", "fill"));
  fill.style.width = `${score * 100}%`;
  let says = meaning;
  if (threshold !== null) {
    bar.appendChild(element("span", "mark")).style.left = `${threshold * 100}%`;
    says = `${reached ? "At or over" : "Under"} the threshold of ${threshold.toFixed(2)}. ${meaning}`;
  }
  row.append(
    element("span", "label", words(name)),
    element("span", "value", score.toFixed(3)),
    bar,
    element("p", "says", says),
  );
  return row;
}

function marked(text, spans) {
  const points = Array.from(text); // offsets count code points, not UTF-16 units
  const quoted = element("blockquote", "quoted");
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.begin - b.begin)) {
    const begin = Math.max(span.begin, at);
    if (span.end <= begin) continue;
    quoted.append(points.slice(at, begin).join(""));
    const mark = element("mark", "", points.slice(begin, span.end).join(""));
    mark.title = words(span.label);
    quoted.append(mark);
    at = span.end;
  }
  quoted.append(points.slice(at).join(""));
  return quoted;
}

function facts(result, model) {
  const list = element("dl", "facts");
  const add = (name, value) => list.append(element("dt", "", name), element("dd", "", value));
  if (result.target) add("Aimed at", `${words(result.target.kind)} (${result.target.score.toFixed(2)})`);
  if (result.language) add("Language", result.language);
  if (result.truncated) add("Length", "too long to read whole; a part was left unread");
  add("Bundle", model);
  return list;
}

function summary(result) {
  if (result.error) return result.error.message;
  if (result.abstained) {
    return `No score: ${UNJUDGED[result.abstained] || words(result.abstained)}.`;
  }
  const given = result.labels.map((name) => `${words(name)} ${result.scores[name].toFixed(2)}`);
  return given.length ? `Labels: ${given.join(", ")}.` : "No label reaches its threshold.";
}

function said(sentence) {
  return element("p", "summary", sentence);
}

function tell(...paragraphs) {
  byId("status").replaceChildren(...paragraphs);
}

function show(result, model, text) {
  const [title, meaning] = ACTIONS[result.action];
  byId("result").dataset.state = result.action;
  tell(element("p", "action", title), element("p", "meaning", meaning), said(summary(result)));
  const parts = [];
  if (result.scores) {
    const list = element("ul", "scores");
    list.append(...labels.map((label) => scoreRow(label, result.scores[label.name])));
    parts.push(list);
  }
  if (result.spans && result.spans.length) parts.push(marked(text, result.spans));
  byId("details").replaceChildren(...parts, facts(result, model));
  const place = byId("result").getBoundingClientRect();
  if (place.top > window.innerHeight / 2) byId("result").scrollIntoView();
}

function fail(error) {
  byId("result").dataset.state = "failed";
  byId("details").replaceChildren();
  const why = error.status ? error.message : CANNOT_REACH;
  tell(element("p", "action", "Not scored"), said(why));
  if (error.status === 401 && keyField) keyField.focus();
}

async function submit(event) {
  event.preventDefault();
  const text = form.elements.text.value;
  byId("score").disabled = true;
  tell(said("Scoring…"));
  try {
    const answer = await ask(form.elements);
    if (keyField) remember(keyField.value.trim());
    show(answer.results[0], answer.model, text);
  } catch (error) {
    fail(error);
  } finally {
    byId("score").disabled = false;
  }
}

function remember(key) {
  if (key) sessionStorage.setItem(KEY, key);
  else sessionStorage.removeItem(KEY);
  byId("forget").hidden = !key;
}

function useKey() {
  keyField.value = sessionStorage.getItem(KEY) || "";
  byId("forget").hidden = !keyField.value;
  byId("forget").addEventListener("click", () => {
    keyField.value = "";
    remember("");
    keyField.focus();
  });
}

form.addEventListener("submit", submit);
form.elements.text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
for (const sample of document.querySelectorAll(".samples button")) {
  sample.addEventListener("click", () => {
    form.elements.text.value = sample.textContent;
    form.requestSubmit();
  });
}
if (keyField) useKey();
