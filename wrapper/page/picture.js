// The plugin's picture, built anew out of elements and attributes from a short list: nothing else of a host's
// reply becomes part of the page. Internet Explorer knows no CSP here: this list is its only guard.
(function () {
'use strict';
var svg = 'http://www.w3.org/2000/svg';
function set(words) {
  return words.split(' ').reduce(function (map, word) { map[word] = true; return map; }, {});
}
var elements = set('svg g rect circle path text tspan title desc');
var attributes = set('aria-label class color cx cy d data-address fill focusable font-family font-size font-weight height ' +
  'lengthAdjust r role rx stroke stroke-dasharray stroke-width tabindex text-anchor textLength transform viewBox width x y');

function copy(from, depth) {
  if (from.nodeType === 3) return document.createTextNode(from.nodeValue);
  if (from.nodeType !== 1 || from.namespaceURI !== svg || !elements.hasOwnProperty(from.localName) || depth > 20) return null;
  var to = document.createElementNS(svg, from.localName), i, one;
  for (i = 0; i < from.attributes.length; i++) {
    one = from.attributes[i];
    if (attributes.hasOwnProperty(one.name) && !/url\s*\(/i.test(one.value)) to.setAttribute(one.name, one.value);
  }
  for (i = 0; i < from.childNodes.length; i++) {
    one = copy(from.childNodes[i], depth + 1);
    if (one) to.appendChild(one);
  }
  return to;
}

// An svg element of this document, or null where the text is no picture.
pci.picture = function (text) {
  var root;
  try {
    root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  } catch (e) { return null; }
  return root.localName === 'svg' && !root.getElementsByTagName('parsererror').length ? copy(root, 0) : null;
};
}());
