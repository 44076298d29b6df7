// How the page speaks to xapi: JSON-RPC over XMLHttpRequest (wrapper/xencenter/xencenter.js: how its tab does).
// done(error, value) is called once; an error is [CODE, parameters...]. ES5: Internet Explorer 11 runs this too.
var pci = {};
(function () {
'use strict';
var patience = 180000, calls = 0;

// `done`, called once: by the reply, by whoever waits no longer, or by the clock.
function once(done) {
  var clock = setTimeout(function () { end(['NO_ANSWER']); }, patience), over = false;
  function end(error, value) {
    if (over) return;
    over = true;
    clearTimeout(clock);
    done(error, value);
  }
  return end;
}

// xapi's three forms: v2's object, the plain array of v1 and of pool members, null on success.
function readJson(text, end) {
  var reply;
  try { reply = JSON.parse(text); } catch (e) { reply = null; }
  if (!reply || typeof reply !== 'object') return end(['NO_JSON_RPC']);
  var error = reply.error;
  if (!error) return end(null, reply.result);
  end(error instanceof Array ? error : [String(error.message)].concat(error.data || []));
}

function body(method, parameters) {
  return JSON.stringify({jsonrpc: '2.0', id: ++calls, method: method, params: parameters});
}

pci.once = once;
pci.readJson = readJson;
// Returns what ends the waiting.
pci.call = function (method, parameters, done) {
  var request = new XMLHttpRequest(), end = once(done);
  request.onreadystatechange = function () {
    if (request.readyState !== 4) return;
    if (request.status === 200) readJson(request.responseText, end);
    else end(request.status ? [request.status === 404 ? 'NO_JSON_RPC' : 'HTTP_STATUS', String(request.status)] : ['NOT_REACHED']);
  };
  request.open('POST', '/jsonrpc');
  request.setRequestHeader('Content-Type', 'application/json');
  request.send(body(method, parameters));
  return function () {
    end(['LEFT']);
    request.abort();
  };
};

// The page goes: no reply can be waited for.
pci.logOut = function (session) {
  var text = body('session.logout', [session]);
  if (navigator.sendBeacon && navigator.sendBeacon('/jsonrpc', text)) return;
  var request = new XMLHttpRequest();
  request.open('POST', '/jsonrpc', false);
  try { request.send(text); } catch (e) { /* the host ends the session itself after a day */ }
};
}());
