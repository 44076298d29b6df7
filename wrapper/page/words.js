// Elements, and what a host says put into them: text nodes only.
(function () {
'use strict';
var sentences = {
  NOT_REACHED: 'The host does not answer. Is it up, and is its certificate accepted in this browser?',
  NO_ANSWER: 'No answer within 3 minutes. The host may still be at work.',
  LEFT: 'Left. What the host has begun goes on there.',
  REPLY_CUT: 'The reply came cut. In XenCenter, open the page in a browser instead.',
  NO_JSON_RPC: 'This host answers no JSON-RPC (XenServer 6 does not). At a shell on it: pci-passthrough list.',
  SESSION_AUTHENTICATION_FAILED: 'The name or the password is wrong.',
  HOST_IS_SLAVE: 'This host is a member of a pool. Log in at its coordinator:',
  SESSION_INVALID: 'The session has ended. Log in again.',
  RBAC_PERMISSION_DENIED: 'Your role may not do this. A pool administrator may.',
  HOST_OFFLINE: 'The host is off, or not reached.',
  CANNOT_CONTACT_HOST: 'The host is not reached.',
  XENAPI_MISSING_PLUGIN: 'This host lacks the plugin. Copy the RPMs and install/*.sh to it, and as root run: ' +
    'sh pci-passthrough/host.sh',
  UNKNOWN_XENAPI_PLUGIN_FUNCTION: 'The plugin on this host is too old for this. Install the same package on every host.'
};
var states = {
  enabled: 'dom0 has it', disabled: 'hidden', disable_on_reboot: 'hides at boot', enable_on_reboot: 'back at boot'
};

function put(node, child) {
  if (child instanceof Array) child.forEach(function (one) { put(node, one); });
  else if (child || child === 0) node.appendChild(child.nodeType ? child : document.createTextNode(child));
  return node;
}
function fill(node, child) {
  while (node.firstChild) node.removeChild(node.firstChild);
  return put(node, child);
}
// h('p.small', child) or h('a', {href: ...}, child): a node, a text, nothing, or an array of them.
function h(name, attributes, child) {
  var parts = name.split('.'), node = document.createElement(parts[0]);
  if (parts[1]) node.className = parts[1];
  if (typeof attributes !== 'object' || attributes === null || attributes instanceof Array || attributes.nodeType) {
    return put(node, attributes);
  }
  Object.keys(attributes).forEach(function (key) {
    var value = attributes[key];
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value !== false) node.setAttribute(key, value === true ? '' : value);
  });
  return put(node, child);
}
function form(name, act, child) {
  return h(name, {submit: function (event) {
    event.preventDefault();
    act();
  }}, child);
}
function button(text, act, kind) { return h('button.' + (kind || 'plain'), {type: 'button', click: act}, text); }
function field(id, label, more) { return [h('label', {'for': id}, label), more]; }
// Those of `all` whose `key` has this value.
function pick(all, key, value) {
  return all.filter(function (one) { return one[key] === value; });
}
// From the host: may be long, and read from right to left.
function name(text) { return h('bdi', text); }

function link(address) {
  var at = 'https://' + (address.indexOf(':') < 0 ? address : '[' + address + ']') + '/pci-passthrough/';
  return h('a', {href: at + location.hash}, at);
}
// xapi's code and our sentence, or the plugin's own.
function explained(error) {
  var code = error[0], more = error.slice(1).filter(Boolean);
  var sentence = sentences.hasOwnProperty(code) ? sentences[code] : more.shift() || 'The host refused.';
  if (code === 'HOST_IS_SLAVE' && /^[\w.:-]+$/.test(more[0])) more = [link(more[0])];
  return h('div', {'class': 'wrong', role: 'alert'}, [h('p', [h('code', code), ' ', name(sentence)]),
    more.length ? h('ul', more.map(function (one) { return h('li', name(one)); })) : null]);
}
// What a call is done with: shown in `node`, or explained there.
function into(node, make) {
  return function (error, reply) { fill(node, error ? explained(error) : make(reply)); };
}

function titleOf(device) {
  return [device.vendor, device.device].filter(Boolean).join(' ') || device['class'] ||
    device.vendor_id + ':' + device.device_id;
}
function stateOf(device) { return states[device.dom0_access] || device.dom0_access || 'unknown'; }
function joined(all, make) {
  return all.map(function (one, i) { return [i ? ', ' : '', make(one)]; });
}
function usesOf(device) {
  return joined(device.used_by || [], function (use) {
    return [use.kind + ' ', name(use.name), use.critical ? h('strong', ' (dom0 needs it)') : ''];
  });
}
function vmsOf(device) {
  return device.vms ? joined(device.vms, function (vm) { return [name(vm.name), ' (' + vm.power_state + ')']; }) :
    'unknown';
}

function finding(one, tag, more) {
  return h('li.' + one.severity, [
    h('p', [h('span.tag', tag || one.severity), ' ', h('code', one.code), one.state === 'unknown' ? ' (unknown)' : '']),
    h('p', name(one.message)), one.remedy ? h('p', ['→ ', name(one.remedy)]) : null,
    more || (one.evidence ? h('p.small', name(one.evidence)) : null)]);
}
function findings(all) {
  return all.length ? h('ul.findings', all.map(function (one) { return finding(one); })) : h('p', 'Nothing found.');
}
function verdict(reply) {
  return [h('p.verdict', h('span.' + reply.verdict, reply.verdict)), findings(reply.findings)];
}

// Any value of a reply, in words.
function words(value) {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  if (value instanceof Array) return value.map(words).join(', ') || 'none';
  return Object.keys(value).map(function (key) { return key.replace(/_/g, ' ') + ' ' + words(value[key]); }).join(', ');
}

function table(label, heads, rows) {
  return h('div', {'class': 'wide', tabindex: '0', role: 'region', 'aria-label': label}, h('table', [
    h('thead', h('tr', heads.map(function (one) { return h('th', {scope: 'col'}, one); }))), rows]));
}

pci.words = {h: h, put: put, fill: fill, pick: pick, form: form, button: button, field: field, name: name,
  explained: explained, into: into, titleOf: titleOf, stateOf: stateOf, usesOf: usesOf, vmsOf: vmsOf, finding: finding,
  findings: findings, verdict: verdict, words: words, table: table};
}());
