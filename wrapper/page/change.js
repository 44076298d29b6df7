// The panel: a function, a VM, and a change: shown first, then accepted by name, then read back.
(function () {
'use strict';
var w = pci.words, h = w.h, fill = w.fill, pick = w.pick, button = w.button, name = w.name, into = w.into, opener = null;
var titles = {
  hide: 'Hide from dom0', unhide: 'Give back to dom0', assign: 'Assign to a VM', unassign: 'Take from the VM',
  repair: 'Repair', restore: 'Restore', undo: 'Undo the last change'
};
var labels = {dom0_access: 'state', numa_node: 'NUMA node', path: 'behind', vms: 'VMs that want it'};
var panel = pci.panel = h('aside', {'aria-label': 'Details'});

function openPanel(title, from) {
  var heading = h('h2', {tabindex: '-1'}, title), content = h('div');
  if (from && !panel.contains(from)) choose(from);
  fill(panel, [h('div.bar', [heading, button('Close', closePanel)]), content]);
  document.body.setAttribute('data-open', '');
  heading.focus();
  return content;
}
function closePanel() {
  if (!document.body.hasAttribute('data-open')) return;
  document.body.removeAttribute('data-open');
  if (opener && opener.focus) opener.focus();
  choose(null);
}
document.addEventListener('keydown', function (event) {
  if (event.keyCode === 27) closePanel();
});
// What the panel was opened from: it is marked, and has the focus again when the panel goes.
function choose(node) {
  if (opener) opener.removeAttribute('data-chosen');
  opener = node;
  if (node) node.setAttribute('data-chosen', '');
}

// All that the list knows of a function, and what may be done.
function openDevice(address, from) {
  var device = pick(pci.facts.devices || [], 'address', address)[0];
  if (!device) return;
  var found = pick(pci.facts.findings || [], 'device', address), access = device.dom0_access;
  function all(vm) {
    var others = Array.prototype.map.call(panel.querySelectorAll('fieldset :checked'), function (box) { return box.value; });
    var given = {devices: others.concat(address).sort().join(',')};
    if (vm) given.vm = vm.uuid;
    return given;
  }
  fill(openPanel(name(w.titleOf(device)), from), [
    h('p', [h('code', address), ' · ', w.stateOf(device), ' · ', name(device.driver || 'no driver')]),
    pci.mayChange ? [companions(device), h('p', [/^disable/.test(access) ? null : offer('hide', all, 'main'),
      /^enable/.test(access) ? null : offer('unhide', all, 'main'), offer('assign', all), (device.vms || []).map(function (vm) {
        return offer('unassign', function () { return all(vm); }, 'plain', [' ', name(vm.name)]);
      })])] : h('p', 'Only a pool administrator may change this.'),
    found.length ? w.findings(found) : null,
    h('dl', ['vms'].concat(Object.keys(device).filter(function (key) { return key !== 'vms'; })).map(function (key) {
      var text = {used_by: w.usesOf, vms: w.vmsOf, dom0_access: w.stateOf}[key];
      text = text ? text(device) : [name(w.words(device[key]))];
      return h('div', [h('dt', labels[key] || key.replace(/_/g, ' ')), h('dd', text.length ? text : 'none')]);
    }))]);
  var box = from && from.getBoundingClientRect(), over = box && box.bottom + 20 - panel.getBoundingClientRect().top;
  if (over > 0) window.scrollBy(0, over);
}
// Functions of the same card or isolation group, to go along.
function companions(device) {
  function slot(one) { return one.address.split('.')[0]; }
  var others = pci.facts.devices.filter(function (one) {
    return one !== device && (slot(one) === slot(device) || device.isolation_group && one.isolation_group === device.isolation_group);
  });
  return others.length ? h('fieldset', [h('legend', 'Together with (same card or isolation group)'), others.map(function (one) {
    return h('label', [h('input', {type: 'checkbox', value: one.address}), ' ', h('code', one.address), ' ', name(w.titleOf(one)), ' · ' + w.stateOf(one)]);
  })]) : null;
}

function openVm(vm) {
  var content = openPanel(['VM ', name(vm.name_label)]), start = h('div');
  pci.plugin('assignments', {}, into(content, function (reply) {
    var own = pick(reply.assignments, 'uuid', vm.uuid)[0];
    return [h('p', vm.power_state), own ? [h('ul', own.devices.map(function (one) {
      return h('li', [button(one.address, function () { openDevice(one.address, this); }, 'link'), ' ', name(one.device || ''), ' · ' + w.stateOf(one)]);
    })), offer('unassign', function () { return {vm: vm.uuid}; }, 'plain', ' all')] :
      h('p', 'It has no PCI device. Choose a function to assign one.'), start];
  }));
  pci.plugin('verify', {vm: vm.uuid}, into(start, function (reply) {
    return [h('h2', ['Does it start on ', name(pci.host.name), '?']), w.verdict(reply)];
  }));
}
function chooseVm(given, from) {
  var content = openPanel([titles.assign, ' ', h('code', given.devices)], from);
  pci.xapi('VM.get_all_records_where', ['field "is_a_template"="false"'], function (error, records) {
    var choice = error ? h('input', {id: 'pp-vm', required: true}) : h('select', {id: 'pp-vm'}, pick(pci.allOf(records), 'is_control_domain', false).map(function (vm) {
      return h('option', {value: vm.uuid}, vm.name_label.slice(0, 100) + ' (' + vm.power_state + ')');
    }));
    fill(content, w.form('form', function () {
      given.vm = choice.value;
      change('assign', given, from);
    }, [w.field('pp-vm', error ? 'Name or uuid of the VM' : 'VM', choice), h('button.main', 'See what would happen')]));
    choice.focus();
  });
}

// A button for it, where the plugin has it and the caller may.
function offer(fn, given, kind, more) {
  return pci.help(fn) ? button([titles[fn], more, '…'], function () {
    if (fn === 'assign') chooseVm(given(), this);
    else change(fn, given(), this);
  }, kind) : null;
}
function change(fn, given, from) {
  var content = openPanel([titles[fn], ' ', h('code', given.devices || given.id || '')], from);
  function told(dry, accepted) {
    var all = JSON.parse(JSON.stringify(given));
    if (dry) all['dry-run'] = 'true';
    if (accepted) all.accept = accepted;
    return all;
  }
  function rehearse() {
    fill(content, h('p', 'Nothing is changed yet.'));
    pci.plugin(fn, told(true), function (error, reply) {
      if (error) return fill(content, [w.explained(error), button('Try again', rehearse)]);
      var names = reply.refusals.filter(function (one) { return one.device; }).map(acceptance).join(',');
      if (!names) return show(reply, reply.refusals);
      // Which of them can be accepted from here is the plugin's to say.
      pci.plugin(fn, told(true, names), function (error, lifted) {
        show(reply, error ? reply.refusals : lifted.refusals);
      });
    });
  }
  function show(reply, stay) {
    var final = stay.map(acceptance), typed = [], run = h('button.main', titles[fn] + ' now');
    function look() {
      run.disabled = typed.some(function (one) { return one.value !== one.getAttribute('data-name'); });
    }
    function refusal(one) {
      var key = acceptance(one), id = 'pp-accept-' + typed.length;
      if (final.indexOf(key) >= 0) return w.finding(one, 'refused', h('p', h('strong', 'This cannot be accepted from here.')));
      if (stay.length) return w.finding(one, 'refused');
      typed.push(h('input', {id: id, 'data-name': key, autocomplete: 'off', spellcheck: 'false', input: look}));
      return w.finding(one, 'refused', w.field(id, ['To go ahead in spite of it, type ', h('code', key)], typed[typed.length - 1]));
    }
    var refused = reply.refusals.map(refusal), keys = reply.refusals.map(acceptance), nothing = !reply.plan.length;
    var may = !nothing && !stay.length;
    fill(content, w.form('form', function () {
      if (may && !run.disabled) carryOut(told(false, typed.map(function (one) { return one.value; }).join(',')), reply);
    }, [h('p.verdict', nothing ? 'Already configured; nothing to change.' : reply.refused ? h('span.unsafe', 'refused') : h('span.safe', 'nothing refuses it')),
      refused.length ? h('ul.findings', refused) : null,
      stay.length ? h('p', ['What only root may accept, root accepts at a shell on the host: ', h('code', ['pci-passthrough', fn, given.devices || ''].join(' ')), '.']) : null,
      choices(), may ? run : null, button('Cancel', closePanel), notes(reply),
      nothing ? null : [h('h3', 'What would be done'), reply.plan.map(step)],
      h('h3', 'What else was found'), w.findings(reply.findings.filter(function (one) { return keys.indexOf(acceptance(one)) < 0; }))]));
    look();
    (typed[0] || (may ? run : content.querySelector('button'))).focus();
  }
  // Whatever else the function can be told, in its own words.
  function choices() {
    return pci.help(fn)['arguments'].filter(function (one) {
      return /^(true|all)$/.test(one.value) && !/dry-run|hiderep/.test(fn + one.name);
    }).map(function (one) {
      return h('label.choice', [h('input', {type: 'checkbox', checked: !!given[one.name], change: function () {
        if (this.checked) given[one.name] = one.value;
        else delete given[one.name];
        rehearse();
      }}), ' ', one.summary]);
    });
  }
  function carryOut(all, planned) {
    fill(content, h('p', 'Under way. Leaving does not stop it.'));
    pci.plugin(fn, all, function (error, reply) {
      var now = [h('div'), h('div')], heading = h('h3', {tabindex: '-1'}, !error ? reply.changed ? 'Done' : 'Nothing was changed' :
        /^PCI_(?!.*INTERNAL)/.test(error[0]) ? 'It did not go through' : 'Not known whether it went through');
      fill(content, [heading, error ? w.explained(error) : notes(reply), now,
        error ? button('Try again', rehearse) : null]);
      heading.focus();
      if (!given.vm) pci.plugin('rules', {}, into(now[0], rulesNow));
      if (given.vm || planned.plan.some(function (one) { return one.vm; })) pci.plugin('assignments', {}, into(now[1], entriesNow));
      pci.askHost();
    });
  }
  function rulesNow(reply) {
    if (!reply.devices) return reply.devices_unknown;
    var now = {};
    reply.devices.forEach(function (one) { now[one.address] = one; });
    return [h('h3', 'The host says now'), h('ul', (given.devices ? given.devices.split(',') : Object.keys(now)).map(function (address) {
      return h('li', [h('code', address), ' ', now[address] ? w.stateOf(now[address]) : 'no rule names it']);
    }))];
  }
  function entriesNow(reply) {
    var own = pick(reply.assignments, 'uuid', given.vm).concat(pick(reply.assignments, 'name', given.vm || ''));
    if (!given.vm) own = reply.assignments;
    return [h('h3', 'xapi says now'), own.length ? h('ul', own.map(function (one) {
      return h('li', [name(one.name), ': ', one.devices.map(function (device) { return device.address; }).join(', ') || 'no device']);
    })) : h('p', 'The VM has no device.')];
  }
  rehearse();
}
function acceptance(one) { return one.code + '@' + one.device; }
function notes(reply) {
  return [reply.reboot_required && reply.plan.length ? h('p', 'Takes effect with the next reboot of the host.') : null,
    (reply.notices || []).map(function (one) { return h('p.notice', name(one)); })];
}
function step(one) {
  return [h('p', [one.action + ' ', name(one.path), one.devices ? ': ' + one.devices.join(', ') : '']),
    one.diff ? h('pre', {tabindex: '0'}, one.diff.split('\n').map(function (line) {
      return h({'+': 'ins', '-': 'del'}[line.charAt(0)] || 'span', line + '\n');
    })) : null];
}

pci.facts = {};
pci.closePanel = closePanel;
pci.openDevice = openDevice;
pci.openVm = openVm;
pci.offer = offer;
}());
