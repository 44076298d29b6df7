// The page, and XenCenter's tab: who asks, which host is shown, and what its plugin says of it.
(function () {
'use strict';
var w = pci.words, h = w.h, fill = w.fill, pick = w.pick, button = w.button, name = w.name, into = w.into, tab = pci.tab;
// Here and nowhere else; never in an address, a log or storage.
var session = null;
var user = 'root', hosts = [], helps = {}, visit = 0, waits = [], parts = {}, narrow, resized;
var top = h('header'), waiting = h('div', {id: 'waiting', role: 'status'}), main = h('main');

function showWaits() {
  fill(waiting, waits.length ? ['Waiting for ', name(waits[0].whom), ': ',
    waits.map(function (one) { return one.what; }).join(', '), ' ', h('span', {'class': 'seconds', 'aria-hidden': 'true'}), ' ',
    button('Do not wait', function () { waits.slice().forEach(function (one) { one.leave(); }); })] : null);
  tick();
}
function tick() {
  var at = waiting.querySelector('.seconds');
  if (at) fill(at, Math.round((Date.now() - waits[0].since) / 1000) + ' s');
}
setInterval(tick, 1000);

function call(method, parameters, done, what, whom) {
  var wait = {what: what || method, whom: whom || location.host || 'the pool', since: Date.now()}, of = visit;
  waits.push(wait);
  wait.leave = pci.call(method, parameters, function (error, value) {
    waits.splice(waits.indexOf(wait), 1);
    showWaits();
    if (of !== visit) return;
    if (error && error[0] === 'SESSION_INVALID') forget(error);
    else done(error, value);
  });
  showWaits();
}
function xapi(method, parameters, done) { call(method, [session].concat(parameters), done); }
// Without this nothing else can be shown.
function need(method, parameters, done) {
  xapi(method, parameters, function (error, value) {
    if (error) fill(main, w.explained(error));
    else done(value);
  });
}
// The plugin of the host that is shown; its reply is JSON where no format is given.
function plugin(fn, given, done) {
  var way = pci.host.way || ['host.call_plugin', pci.host.ref];
  call(way[0], [session, way[1], 'pci-passthrough', fn, given], function (error, value) {
    try {
      if (!error && !given.format) value = JSON.parse(value);
    } catch (e) { error = ['REPLY_CUT']; }
    done(error, value);
  }, fn, pci.host.name);
}
function allOf(records) {
  return Object.keys(records || {}).map(function (ref) {
    records[ref].ref = ref;
    return records[ref];
  }).sort(function (a, b) { return a.name_label < b.name_label ? -1 : 1; });
}

function showLogin(error) {
  var as = h('input', {id: 'pp-user', autocomplete: 'username', required: true, value: user});
  var word = h('input', {id: 'pp-word', type: 'password', autocomplete: 'current-password'});
  fill(top);
  fill(main, w.form('form.login', function () {
    user = as.value;
    visit++;
    call('session.login_with_password', [user, word.value, '1.0', 'pci-passthrough page'], function (error, value) {
      if (error) return showLogin(error);
      session = value;
      begin();
    }, 'login');
  }, [h('h1', 'PCI passthrough'), h('p', ['Log in at ', name(location.host), ' as in XenCenter.']), error ? w.explained(error) : null,
    w.field('pp-user', 'User', as), w.field('pp-word', 'Password', word), h('button.main', 'Log in'),
    h('p.small', 'Changes take a pool administrator. The session ends with this page.')]));
  (main.querySelector('.wrong a') || word).focus();
}
function forget(error) {
  visit++;
  session = null;
  pci.closePanel();
  if (tab) fill(main, error && w.explained(error));
  else showLogin(error);
}
// XenCenter's session is not ours to end.
function logOut() {
  if (session && !tab) pci.logOut(session);
  forget();
}
window.addEventListener('pagehide', logOut);

function begin() {
  visit++;
  helps = {};
  fill(main);
  need('session.get_is_local_superuser', [session], function (root) {
    need('session.get_rbac_permissions', [session], function (all) {
      pci.mayChange = root || all.indexOf('host.call_plugin') >= 0;
      learnHosts();
    });
  });
}
function learnHosts() {
  var ref = tab && window.external.SelectedObjectRef;
  // No records in the tab: one with a line's end in it would be cut.
  if (tab) return need('host.get_name_label', [ref], function (label) {
    hosts = [{ref: ref, name: label}];
    follow();
  });
  need('host.get_all_records', [], function (records) {
    need('pool.get_all_records', [], function (pools) {
      hosts = allOf(records).map(function (one) {
        return {ref: one.ref, uuid: one.uuid, name: one.name_label, coordinator: one.ref === allOf(pools)[0].master};
      });
      follow();
    });
  });
}

// Where the address says: #/host/UUID, #/vm/UUID, #/pool.

function follow() {
  var where = location.hash.toLowerCase().split('/'), uuid = where[2];
  var first = pick(hosts, 'coordinator', true)[0] || hosts[0];
  if (where[1] === 'pool') return showPool(first);
  if (where[1] !== 'vm') return showHost(pick(hosts, 'uuid', uuid)[0] || first);
  visit++;
  need('VM.get_by_uuid', [uuid], function (ref) {
    need('VM.get_record', [ref], function (vm) {
      showHost(pick(hosts, 'ref', vm.resident_on)[0] || pick(hosts, 'ref', vm.affinity)[0] || first, vm);
    });
  });
}
window.addEventListener('hashchange', function () {
  if (session) follow();
});
function show(host) {
  visit++;
  pci.host = host;
  pci.facts = {};
  pci.closePanel();
  fill(top, [h('strong', 'PCI passthrough'), h('select', {'aria-label': 'Host', change: function () {
    location.hash = '#/host/' + this.value;
  }}, hosts.map(function (one) {
    return h('option', {value: one.uuid, selected: one === host}, one.name + (one.coordinator ? ' (coordinator)' : ''));
  })), tab ? null : button('Pool', function () { location.hash = '#/pool'; }), button('Refresh', follow),
  tab ? null : [name(user), ' ', button('Log out', logOut)]]);
}

function showHost(host, vm) {
  show(host);
  parts = {};
  fill(main, [h('h1.unseen', ['PCI functions of ', host.name]), ['note', 'due', 'picture', 'list', 'verdict', 'changes', 'tools'].map(function (part) {
    return (parts[part] = h('section', {id: part}));
  })]);
  function ask() {
    if (helps[host.ref]) return askHost(vm);
    plugin('help', {}, function (error, reply) {
      if (error) return fill(parts.picture, w.explained(error));
      var known = helps[host.ref] = {};
      reply.functions.forEach(function (fn) { known[fn.name] = fn; });
      askHost(vm);
    });
  }
  if (pci.mayChange) return ask();
  fill(parts.note, h('p.notice', 'You may look, and not change: your role lacks host.call_plugin, which a pool ' +
    'administrator holds. So there are no buttons for changes.'));
  // Who may not call the plugin may do so through a VM that runs there.
  xapi('VM.get_all_records_where', ['field "resident_on"="' + host.ref + '"'], function (error, records) {
    var vm = pick(pick(allOf(records), 'is_control_domain', false), 'power_state', 'Running')[0];
    host.way = vm && ['VM.call_host_plugin', vm.ref];
    ask();
  });
}
function help(fn) { return pci.mayChange && helps[pci.host.ref][fn]; }

// `vm`: whose panel opens.
function askHost(vm) {
  plugin('list', {}, function (error, reply) {
    if (error) return fill(parts.picture, w.explained(error));
    pci.facts.devices = reply.devices;
    showDue();
    showList();
    showTools();
    if (vm) pci.openVm(vm);
  });
  askPicture();
  plugin('verify', {}, function (error, reply) {
    pci.facts.findings = error ? [] : reply.findings;
    fill(parts.verdict, [h('h2', 'Is all well?'), error ? w.explained(error) : w.verdict(reply)]);
  });
  plugin('backups', {}, into(parts.changes, changes));
}
function showDue() {
  var due = pci.facts.devices.filter(function (one) { return /_on_reboot$/.test(one.dom0_access); }).length;
  fill(parts.due, due ? h('p.due', [h('strong', due === 1 ? '1 change waits for a reboot.' : due + ' changes wait for a reboot.'),
    ' This page reboots nothing. Put the host into maintenance mode in XenCenter or Xen Orchestra, which moves its VMs away, ' +
    'and reboot it there; or let the pool do so host by host (rolling reboot).']) : null);
}

function isNarrow() { return document.documentElement.clientWidth < 720; }
function askPicture() {
  narrow = isNarrow();
  plugin('list', {format: 'svg', style: 'none', width: narrow ? 'narrow' : 'wide'}, function (error, text) {
    var svg = error ? null : pci.picture(text);
    if (svg) {
      svg.addEventListener('click', openBox);
      svg.addEventListener('keydown', openBox);
      Array.prototype.forEach.call(svg.querySelectorAll('[data-address]'), function (box) { box.setAttribute('role', 'button'); });
      fill(parts.picture, svg);
    } else if (error && error[0] !== 'PCI_PASSTHROUGH_INVALID_ARGUMENT') {
      fill(parts.picture, w.explained(error));
    } else {
      plugin('version', {}, function (error, reply) {
        fill(parts.picture, h('p.notice', ['The plugin on ', name(pci.host.name), error ? '' : [', version ', name(reply.version), ','],
          ' draws no picture. Install the same package on every host. The list says the same.']));
        pci.facts.plain = true;
        if (parts.list.firstChild) parts.list.firstChild.open = true;
      });
    }
  });
}
function openBox(event) {
  var box = event.target;
  if (event.type === 'keydown' && event.keyCode !== 13 && event.keyCode !== 32) return;
  while (box && box.getAttribute && !box.getAttribute('data-address')) box = box.parentNode;
  if (!box || !box.getAttribute) return;
  event.preventDefault();
  pci.openDevice(box.getAttribute('data-address'), box);
}
window.addEventListener('resize', function () {
  clearTimeout(resized);
  resized = setTimeout(function () {
    if (session && main.querySelector('svg') && narrow !== isNarrow()) askPicture();
  }, 300);
});

// All that the picture shows and folds.
function showList() {
  var rows = h('tbody'), count = h('span', {role: 'status'}), all = pci.facts.devices;
  var sought = h('input', {id: 'pp-find', type: 'search', input: draw});
  function draw() {
    var shown = all.filter(function (one) { return JSON.stringify(one).toLowerCase().indexOf(sought.value.toLowerCase()) >= 0; });
    fill(count, shown.length + ' of ' + all.length);
    fill(rows, shown.map(function (one) {
      return h('tr', [h('th', {scope: 'row'}, button(one.address, function () { pci.openDevice(one.address, this); }, 'link')),
        [name(w.titleOf(one)), name(one.driver || ''), w.stateOf(one), w.usesOf(one), w.vmsOf(one)].map(function (cell) { return h('td', cell); })]);
    }));
  }
  draw();
  var before = parts.list.firstChild;
  fill(parts.list, h('details', {open: before ? before.open : !!pci.facts.plain}, [h('summary', 'All ' + all.length + ' functions as a list'),
    h('p', [w.field('pp-find', 'Find ', sought), ' ', count]),
    w.table('Functions', ['Address', 'Device', 'Driver', 'State', 'Used by', 'VMs'], rows)]));
}
function changes(reply) {
  var last = reply.backups.slice(-10).reverse();
  return [h('h2', 'Last changes'), last.length ? w.table('Last changes', ['When', 'What', 'Who', 'Of', 'Way back'], h('tbody', last.map(function (one) {
    return h('tr', [one.time, one['function'], one.caller, one.vm_name ? 'VM ' + one.vm_name : one.path].map(function (cell) { return h('td', name(cell)); }).concat(
      h('td', pci.offer('restore', function () { return {id: one.id}; }))));
  }))) : h('p', 'None yet.')];
}
function showTools() {
  fill(parts.tools, [h('h2', 'More'), ['repair', 'undo'].map(function (fn) {
    return pci.offer(fn, function () { return {}; });
  }), tab ? null : [
    button('Download the picture', function () { plugin('list', {format: 'svg'}, save('svg', 'image/svg+xml')); }),
    button('Download a record (masked)', function () { plugin('record', {mask: 'true'}, save('host', 'text/plain')); })]]);
}
function save(ending, type) {
  return function (error, reply) {
    if (error) return fill(parts.note, w.explained(error));
    var blob = new Blob([reply.recording || reply], {type: type}), file = 'pci-passthrough.' + ending;
    if (navigator.msSaveOrOpenBlob) return navigator.msSaveOrOpenBlob(blob, file);
    var link = w.put(document.body, h('a', {href: URL.createObjectURL(blob), download: file})).lastChild;
    link.click();
    document.body.removeChild(link);
  };
}

function showPool(first) {
  show(first);
  var body = h('section');
  fill(main, [h('h1', 'The pool'), body]);
  plugin('verify', {scope: 'pool'}, into(body, function (reply) {
    return [w.verdict(reply), reply.hosts.map(function (one) {
      return [h('h2', h('a', {href: '#/host/' + one.uuid}, name(one.name))),
        one.plugin_version ? h('p.small', ['plugin ', name(one.plugin_version)]) : null,
        one.error ? w.explained(one.error) : w.verdict(one)];
    })];
  }));
}

pci.xapi = xapi;
pci.plugin = plugin;
pci.allOf = allOf;
pci.help = help;
pci.askHost = askHost;
window.RefreshPage = function () {
  session = window.external.SessionOpaqueRef;
  begin();
};

if (window.top !== window.self) {
  fill(document.body, h('p.wrong', 'This page does not run inside another one. Open it in a window of its own.'));
  return;
}
w.put(document.body, [top, waiting, main, pci.panel]);
if (tab) window.RefreshPage();
else showLogin();
}());
