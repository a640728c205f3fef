"use strict";

const reference = document.getElementById("reference");
window.SwaggerUIBundle({
  url: reference.dataset.document,
  domNode: reference,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // its validator runs on a server of its makers
});
