// Draws the document that the page names. A file of its own: the page's policy has no inline scripts.
const root = document.getElementById("docs");
SwaggerUIBundle({
  url: root.dataset.document,
  domNode: root,
  deepLinking: true,
  validatorUrl: null, // by default a service on the internet is asked
});
