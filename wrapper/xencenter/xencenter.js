// How XenCenter's tab speaks to xapi: XML-RPC through window.external.WriteXML, which posts it with XenCenter's own
// session and certificates, drops the line ends of the reply, and hands it to XenCenterXML.
(function () {
  'use strict';
  var calls = 0, callbacks = {};

  function escaped(text) {
    return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  }

  function xmlValue(value) {
    if (typeof value !== 'object') return '<value>' + escaped(value) + '</value>';
    return '<value><struct>' + Object.keys(value).map(function (key) {
      return '<member><name>' + escaped(key) + '</name>' + xmlValue(value[key]) + '</member>';
    }).join('') + '</struct></value>';
  }

  function elements(node) {
    return Array.prototype.filter.call(node.childNodes, function (child) { return child.nodeType === 1; });
  }

  function readValue(value) {
    var typed = elements(value)[0];
    if (!typed) return value.textContent;
    var name = typed.nodeName;
    if (name === 'struct') {
      return elements(typed).reduce(function (map, member) {
        var pair = elements(member);
        map[pair[0].textContent] = readValue(pair[1]);
        return map;
      }, {});
    }
    if (name === 'array') return elements(elements(typed)[0]).map(readValue);
    return name === 'boolean' ? typed.textContent === '1' : typed.textContent;
  }

  // XenCenter cuts a reply of several lines.
  function readXml(text, end) {
    var reply;
    if (!/<\/methodResponse>\s*$/.test(text)) return end(['REPLY_CUT']);
    try {
      var found = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagName('param')[0];
      reply = readValue(elements(found)[0]);
    } catch (e) { return end(['REPLY_CUT']); }
    if (reply.Status === 'Success') end(null, reply.Value);
    else end(reply.ErrorDescription || ['REPLY_CUT']);
  }

  // XenCenter cuts the callback's name out of this string, and calls nobody where xapi does not answer.
  pci.call = function (method, parameters, done) {
    var name = 'pci' + ++calls, end = pci.once(function (error, value) {
      delete callbacks[name];
      done(error, value);
    });
    callbacks[name] = function (text) { (text.charAt(0) === '{' ? pci.readJson : readXml)(text, end); };
    window.external.WriteXML('function ' + name + '(', '<?xml version="1.0"?><methodCall><methodName>' + method +
      '</methodName><params>' + parameters.map(function (one) {
        return '<param>' + xmlValue(one) + '</param>';
      }).join('') + '</params></methodCall>');
    return function () { end(['LEFT']); };
  };

  window.XenCenterXML = function (name, text) {
    if (callbacks.hasOwnProperty(name)) callbacks[name](text);
  };

  pci.tab = true;
}());
