// The plugin's picture, built anew out of elements and attributes from a short list: nothing else of a host's
// reply becomes part of the page. Internet Explorer knows no CSP here: this list is its only guard.
(function () {
'use strict';
var svg = 'http://www.w3.org/2000/svg';
function set(words) {
  return words.split(' ').reduce(function (map, word) { map[word] = true; return map; }, {});
}
var elements = set('svg g defs marker rect circle ellipse line path polygon polyline text tspan title desc');
var attributes = set('aria-label aria-labelledby aria-describedby class color cx cy d data-address data-vm dominant-baseline ' +
  'dx dy fill fill-opacity focusable font-family font-size font-style font-weight height id letter-spacing ' +
  'marker-end marker-mid marker-start markerHeight markerUnits markerWidth opacity orient points ' +
  'preserveAspectRatio r refX refY role rx ry stroke stroke-dasharray stroke-linecap stroke-linejoin ' +
  'stroke-opacity stroke-width tabindex text-anchor transform viewBox width x x1 x2 y y1 y2');

function isSafe(value) {
  return !/url\s*\(/i.test(value) || /^url\(#[\w-]+\)$/.test(value);
}

function copy(from, depth) {
  if (from.nodeType === 3) return document.createTextNode(from.nodeValue);
  if (from.nodeType !== 1 || from.namespaceURI !== svg || !elements.hasOwnProperty(from.localName) || depth > 20) return null;
  var to = document.createElementNS(svg, from.localName), i, one;
  for (i = 0; i < from.attributes.length; i++) {
    one = from.attributes[i];
    if (attributes.hasOwnProperty(one.name) && isSafe(one.value)) to.setAttribute(one.name, one.value);
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
