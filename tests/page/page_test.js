// The page in a real browser, against the test xapi with the built plugin behind it.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { Pool, launch, visit, logIn, settled, modules } = require('./harness.js');

const SAS = '0000:18:00.0', VGA = '0000:03:00.0', DOM0_DISK = '0000:88:00.0';
let pool, browser, opened;

test.before(async () => {
  pool = await Pool.start('xcp-ng-8.3', 'xenserver-9');
  browser = await launch();
});
test.after(async () => {
  if (browser) await browser.close();
  if (pool) await pool.stop();
});
test.beforeEach(async () => {
  await pool.tell('begin_anew');
  opened = [];
});
// What a page must never do is looked for after each test.
test.afterEach(async () => {
  for (const page of opened) {
    const violations = page.isClosed() ? [] : await page.evaluate(() => window.violations).catch(() => []);
    const wrong = [...page.wrong, ...violations].filter((one) => !(page.expected || []).some((known) => known.test(one)));
    await page.context().close();
    assert.deepStrictEqual(wrong, []);
  }
});

async function open(hash, options) {
  const page = await visit(browser, pool, hash, options);
  opened.push(page);
  return page;
}
async function opened_at(hash, options, user) {
  const page = await open(hash, options);
  await logIn(page, user);
  await settled(page);
  return page;
}
const box = (page, address) => page.locator(`[data-address="${address}"]`).first();
const press = (page, name) => page.getByRole('button', { name }).first().click();
const panel = (page) => page.locator('aside');
const text = (page) => page.locator('body').innerText();

async function choose(page, address, button) {
  await box(page, address).click();
  await panel(page).getByRole('button', { name: button }).click();
  await settled(page);
}

test('a wrong password is refused, a right one opens the host', async () => {
  const page = await open('');
  await logIn(page, 'admin', 'wrong');
  await page.getByText('The name or the password is wrong.').waitFor();
  assert.match(await text(page), /SESSION_AUTHENTICATION_FAILED/);
  await logIn(page);
  await settled(page);
  assert.match(await text(page), /2 changes wait for a reboot/);
  assert.ok(await box(page, SAS).isVisible());
});

test('the list and the picture are one call each', async () => {
  await opened_at('');
  const calls = await pool.tell('plugin_calls');
  assert.strictEqual(calls.filter(([fn, given]) => fn === 'list' && given.format === 'svg').length, 1);
  assert.strictEqual(calls.filter(([fn, given]) => fn === 'list' && given.format !== 'svg').length, 1);
  assert.deepStrictEqual(calls.map(([fn]) => fn).sort(), ['backups', 'help', 'list', 'list', 'verify']);
});

test('the keyboard alone, from the login to a finished hide', async () => {
  const page = await open('');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await page.keyboard.type('secret');
  await page.keyboard.press('Enter');
  await settled(page);
  const here = () => page.evaluate(() => document.activeElement.getAttribute('data-address'));
  for (let i = 0; i < 80 && await here() !== SAS; i++) await page.keyboard.press('Tab');
  assert.strictEqual(await here(), SAS);
  await page.keyboard.press('Enter');
  const named = () => page.evaluate(() => document.activeElement.textContent);
  for (let i = 0; i < 10 && await named() !== 'Hide from dom0…'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await settled(page);
  assert.strictEqual(await named(), 'Hide from dom0 now');
  assert.doesNotMatch(await pool.tell('boot_file', 0), /18:00\.0/);
  await page.keyboard.press('Enter');
  await settled(page);
  assert.match(await panel(page).innerText(), /Done[^]*The host says now\s+0000:18:00\.0 hides at boot/);
  assert.match(await pool.tell('boot_file', 0), /\(0000:18:00\.0\)/);
  assert.match(await text(page), /3 changes wait for a reboot/);
  const calls = (await pool.tell('plugin_calls')).map(([fn, given]) => fn + (given['dry-run'] || ''));
  assert.ok(calls.indexOf('hidetrue') < calls.indexOf('hide') && calls.indexOf('hide') < calls.indexOf('rules'), calls);
  await page.keyboard.press('Escape');
  assert.ok(await panel(page).isHidden());
});

test('hide, assign, unassign, restore: what stands is what was read back', async () => {
  const nas = await pool.tell('vm', 'nas');
  const page = await opened_at('');
  await choose(page, SAS, 'Hide from dom0…');
  await press(page, 'Hide from dom0 now');
  await settled(page);
  await choose(page, SAS, 'Assign to a VM…');
  await page.getByLabel('VM', { exact: true }).selectOption({ label: 'nas (Halted)' });
  await press(page, 'See what would happen');
  await settled(page);
  assert.match(await panel(page).innerText(), /assigned-not-hidden/);
  await press(page, 'Assign to a VM now');
  await settled(page);
  assert.strictEqual(await pool.tell('pci_of', nas), '0/0000:18:00.0');
  assert.match(await panel(page).innerText(), /xapi says now\s+nas: 0000:18:00\.0/);
  await choose(page, SAS, 'Take from the VM nas…');
  await press(page, 'Take from the VM now');
  await settled(page);
  assert.ok(!await pool.tell('pci_of', nas));
  await press(page, 'Close');
  const changes = page.locator('#changes tbody tr');
  assert.match(await changes.nth(0).innerText(), /^\d{4}-\d\d-\d\dT\S+\s+unassign\s[^]*xapi[^]*VM nas/);
  assert.match(await changes.last().innerText(), /^\d{4}-\d\d-\d\dT\S+\s+hide\s[^]*xapi[^]*grub\.cfg/);
  await changes.last().getByRole('button', { name: 'Restore…' }).click();
  await settled(page);
  await press(page, 'Restore now');
  await settled(page);
  assert.doesNotMatch(await pool.tell('boot_file', 0), /18:00\.0/);
});

test('what refuses is accepted by name, typed', async () => {
  const page = await opened_at('');
  await choose(page, VGA, 'Hide from dom0…');
  const run = page.getByRole('button', { name: 'Hide from dom0 now' });
  assert.match(await panel(page).innerText(), /refused[^]*console-vga-device/);
  assert.ok(await run.isDisabled());
  await page.getByLabel('To go ahead').fill('console-vga-device@0000:03:00.1');
  assert.ok(await run.isDisabled());
  await page.getByLabel('To go ahead').press('Enter');
  await page.getByLabel('To go ahead').fill(`console-vga-device@${VGA}`);
  await run.click();
  await settled(page);
  assert.match(await pool.tell('boot_file', 0), /\(0000:03:00\.0\)/);
  assert.match(await panel(page).innerText(), /0000:03:00\.0 hides at boot/);
});

test('what only a root shell may accept has no button here', async () => {
  const page = await opened_at('');
  const before = await pool.tell('boot_file', 0);
  await choose(page, DOM0_DISK, 'Hide from dom0…');
  const said = await panel(page).innerText();
  assert.match(said, /boot-controller-hidden[^]*This cannot be accepted from here/);
  assert.match(said, /at a shell on the host: pci-passthrough hide 0000:88:00\.0/);
  assert.strictEqual(await page.getByRole('button', { name: /now$/ }).count(), 0);
  assert.strictEqual(await panel(page).locator('input[id^=pp-accept]').count(), 0);
  assert.strictEqual(await pool.tell('boot_file', 0), before);
});

test('the safe entries are a choice, in the words of help', async () => {
  const page = await opened_at('');
  await choose(page, SAS, 'Hide from dom0…');
  await page.getByLabel('edit the safe and fallback entries too').check();
  await settled(page);
  assert.ok(await page.getByLabel('edit the safe and fallback entries too').isChecked());
  await press(page, 'Hide from dom0 now');
  await settled(page);
  assert.match(await pool.tell('boot_file', 0), /Safe Mode[^]*\(0000:18:00\.0\)/);
});

test('a card goes together', async () => {
  const page = await opened_at('');
  await box(page, '0000:89:00.0').click();
  await panel(page).getByLabel('0000:89:00.1').check();
  await panel(page).getByRole('button', { name: 'Hide from dom0…' }).click();
  await settled(page);
  assert.match(await panel(page).innerText(), /0000:89:00\.0,0000:89:00\.1/);
});

test('two browsers at once: one is told that a change is under way, and both end as they said', async () => {
  const [one, other] = [await opened_at(''), await opened_at('')];
  await choose(one, SAS, 'Hide from dom0…');
  await choose(other, '0000:01:00.0', 'Give back to dom0…');
  // Both press at the same moment.
  await Promise.all([press(one, 'Hide from dom0 now'), press(other, 'Give back to dom0 now')]);
  await Promise.all([settled(one), settled(other)]);
  assert.match(await pool.tell('boot_file', 0), /hide=\(0000:3b:00\.0\)\(0000:3b:00\.1\)\(0000:18:00\.0\)/);
  // One that holds the lock for longer than the plugin waits.
  await pool.tell('lock', 0, true);
  await choose(one, SAS, 'Give back to dom0…');
  await press(one, 'Give back to dom0 now');
  await settled(one);
  const said = await panel(one).innerText();
  assert.match(said, /It did not go through\s+PCI_PASSTHROUGH_BUSY another change is under way/);
  assert.match(said, /The host says now\s+0000:18:00\.0 hides at boot/);
  await pool.tell('lock', 0, false);
  await press(one, 'Try again');
  await settled(one);
  await press(one, 'Give back to dom0 now');
  await settled(one);
  assert.match(await panel(one).innerText(), /0000:18:00\.0 no rule names it/);
});

test('a host that is off, without the plugin, with an old one', async () => {
  const second = await pool.tell('host', 1);
  const page = await opened_at('');
  const to = async () => {
    await page.getByLabel('Host', { exact: true }).selectOption(second.uuid);
    await settled(page);
    const said = await page.locator('main').innerText();
    await press(page, 'Refresh');
    await settled(page);
    return said;
  };
  await pool.tell('offline', 1);
  assert.match(await to(), /HOST_OFFLINE The host is off/);
  await page.goBack();
  await settled(page);
  await pool.tell('begin_anew');
  await press(page, 'Refresh');
  await page.getByText('The session has ended').waitFor();
  await pool.tell('without_plugin', 1);
  await logIn(page);
  await settled(page);
  assert.match(await to(), /XENAPI_MISSING_PLUGIN This host lacks the plugin.*sh pci-passthrough\/host\.sh/s);
  await pool.tell('old_plugin', 1);
  await press(page, 'Refresh');
  await settled(page);
  assert.match(await page.locator('main').innerText(), /version 0\.0\.9, draws no picture[^]*Install the same package/);
  await page.locator('#list button').first().click();
  assert.ok(await panel(page).isVisible());
});

test('a session that ends in between leads to the login, and back to the same place', async () => {
  const second = await pool.tell('host', 1);
  const page = await opened_at(`#/host/${second.uuid}`);
  await pool.tell('end_sessions');
  await press(page, 'Refresh');
  await page.getByText('The session has ended').waitFor();
  await logIn(page);
  await settled(page);
  assert.match(await page.locator('h1').innerText(), new RegExp(second.name));
});

test('a plugin that takes long: it is seen to run, and can be left', async () => {
  const page = await open('', { before: (one) => one.clock.install() });
  await pool.tell('delay', 'verify', 3);
  await logIn(page);
  await page.locator('#waiting', { hasText: 'verify' }).waitFor();
  await box(page, SAS).waitFor();
  await page.clock.fastForward(40000);
  await page.locator('.seconds', { hasText: /4\d s/ }).waitFor();
  await press(page, 'Do not wait');
  await page.locator('#verdict', { hasText: 'LEFT' }).waitFor();
});

test('a call that never returns ends in a sentence, and the host is asked', async () => {
  const page = await open('', { before: (one) => one.clock.install() });
  await logIn(page);
  await settled(page);
  await choose(page, SAS, 'Hide from dom0…');
  await pool.tell('delay', 'hide', 4);
  await press(page, 'Hide from dom0 now');
  await page.locator('#waiting', { hasText: 'hide' }).waitFor();
  await page.clock.fastForward(200000);
  await page.getByText('No answer within 3 minutes').waitFor();
  await page.getByText('The host says now').waitFor();
});

test('who may not change sees all, and is told why there are no buttons', async () => {
  await pool.tell('vm_on', 'desktop', 0);
  const page = await opened_at('', {}, 'operator');
  assert.match(await text(page), /You may look, and not change: your role lacks host\.call_plugin/);
  await box(page, SAS).click();
  assert.match(await panel(page).innerText(), /Only a pool administrator may change this/);
  for (const name of ['Hide from dom0…', 'Assign to a VM…', 'Repair…', 'Restore…']) assert.strictEqual(await page.getByRole('button', { name }).count(), 0);
  assert.ok((await pool.tell('http_calls')).some(([, body]) => body.includes('VM.call_host_plugin')));
});
test('who may not even ask is told so', async () => {
  const page = await opened_at('', {}, 'operator');
  assert.match(await text(page), /RBAC_PERMISSION_DENIED Your role may not do this. A pool administrator may/);
});

test('a member leads to its coordinator', async () => {
  await pool.tell('fail', 'session.login_with_password', 'HOST_IS_SLAVE', '192.0.2.7');
  for (const forwarded of [false, true]) {
    await pool.tell('members_errors', forwarded);
    const page = await open('#/pool');
    await logIn(page);
    const link = page.getByRole('link', { name: 'https://192.0.2.7/pci-passthrough/' });
    await link.waitFor();
    assert.strictEqual(await link.getAttribute('href'), 'https://192.0.2.7/pci-passthrough/#/pool');
  }
});

test('a host without JSON-RPC gets a sentence', async () => {
  await pool.tell('no_json', true);
  const page = await open('');
  await logIn(page);
  await page.getByText('NO_JSON_RPC This host answers no JSON-RPC').waitFor();
  await pool.tell('no_json', false);
});

test('v1 replies are read too', async () => {
  const page = await open('', { before: (one) => one.route('**/jsonrpc', async (route) => {
    const call = JSON.parse(route.request().postData());
    delete call.jsonrpc;
    await route.continue({ postData: JSON.stringify(call) });
  }) });
  await logIn(page, 'admin', 'wrong');
  await page.getByText('The name or the password is wrong.').waitFor();
  await logIn(page);
  await settled(page);
  assert.ok(await box(page, SAS).isVisible());
});

test('the session is nowhere but in memory, and ends with the page', async () => {
  const page = await opened_at('');
  assert.strictEqual(await pool.tell('sessions'), 1);
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie, location.href]));
  assert.doesNotMatch(stored, /OpaqueRef/);
  assert.doesNotMatch(await page.content(), /OpaqueRef/);
  await page.goto('about:blank');
  for (let i = 0; i < 50 && await pool.tell('sessions'); i++) await new Promise((done) => setTimeout(done, 50));
  assert.strictEqual(await pool.tell('sessions'), 0);
  await page.goBack();
  await page.getByLabel('Password').waitFor();
});

test('logging out ends the session', async () => {
  const page = await opened_at('');
  await press(page, 'Log out');
  await page.getByLabel('Password').waitFor();
  for (let i = 0; i < 50 && await pool.tell('sessions'); i++) await new Promise((done) => setTimeout(done, 50));
  assert.strictEqual(await pool.tell('sessions'), 0);
});

test('it refuses to run framed', async () => {
  const page = await open('');
  await page.route('**/frame.html', (route) => route.fulfill({ contentType: 'text/html', body: `<iframe src="${pool.url}"></iframe>` }));
  await page.goto(pool.url + '/frame.html');
  const frame = page.frames().find((one) => one.parentFrame()) || await page.waitForEvent('frameattached');
  await frame.getByText('does not run inside another one').waitFor();
  assert.strictEqual(await frame.locator('input').count(), 0);
});

const HOSTILE = {
  script: '<script>window.hit = 1</script><img src=x onerror="window.hit=2">', long: 'x'.repeat(4096),
  rtl: '\u202egnorw \u05e9\u05dc\u05d5\u05dd', emoji: '🖥️🔥', cdata: ']]>&lt;"\'', break: 'two\nlines'
};
test('hostile names, in every place that shows them', async () => {
  const page = await open('');
  const vms = {};
  const wanted = { script: '0/0000:3b:00.0', rtl: `0/${SAS}`, long: '0/0000:01:00.0', cdata: '0/0000:8b:00.0' };
  for (const [kind, name] of Object.entries(HOSTILE)) {
    vms[kind] = await pool.tell('vm_on', name, 0, 'Halted', wanted[kind]);
  }
  await pool.tell('rename_host', 0, HOSTILE.script);
  await pool.tell('rename_host', 1, HOSTILE.long);
  await pool.tell('hostile', 0, Object.values(HOSTILE));
  await logIn(page);
  await settled(page);
  assert.match(await page.locator('#picture').textContent(), /<script>window\.hit = 1/);
  await page.locator('summary').click();
  for (const address of await page.locator('[data-address]').evaluateAll((all) => all.slice(0, 8).map((one) => one.getAttribute('data-address')))) {
    await box(page, address).dispatchEvent('click');
    await page.locator('aside dl').waitFor();
  }
  await box(page, SAS).dispatchEvent('click');
  await press(page, 'Assign to a VM…');
  await settled(page);
  const options = await page.locator('#pp-vm option').allTextContents();
  assert.ok(options.some((one) => one.startsWith(HOSTILE.script)));
  await page.locator('#pp-vm').selectOption(vms.script);
  await press(page, 'See what would happen');
  await settled(page);
  for (const [kind, uuid] of Object.entries(vms)) {
    await page.evaluate((hash) => { location.hash = hash; }, `#/vm/${uuid}`);
    await page.locator('aside h2', { hasText: 'VM' }).waitFor();
    await settled(page);
    if (kind === 'rtl') assert.ok(await page.locator('aside h2 bdi').count());
  }
  await press(page, 'Pool');
  await settled(page);
  assert.match(await text(page), /<script>window\.hit = 1/);
  assert.strictEqual(await page.evaluate(() => window.hit), undefined);
  assert.strictEqual(await page.evaluate(() => document.querySelectorAll('img, iframe, main script').length), 0);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'wider than the window');
});

test('of a picture only what is on the list comes in', async () => {
  await pool.tell('answer', 0, 'list:svg', '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" ' +
    'width="10" height="10" onload="window.hit=1" style="color:red"><script>window.hit=2</script><style>*{color:red}</style>' +
    '<g data-address="0000:18:00.0" onclick="window.hit=3" tabindex="0"><rect width="9" height="9" fill="url(https://192.0.2.1/x)"/>' +
    '<a x:href="javascript:window.hit=4"><text>in a link</text></a><image x:href="https://192.0.2.1/y"/><use x:href="#z"/>' +
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="window.hit=5"/></body></foreignObject></g></svg>');
  const page = await opened_at('');
  page.expected = [/inline/]; // Chromium's parser reports what it never runs
  assert.strictEqual(await page.locator('#picture').innerHTML(), '<svg width="10" height="10"><g data-address="0000:18:00.0" tabindex="0" role="button">' +
    '<rect width="9" height="9"></rect></g></svg>');
  assert.strictEqual(await page.evaluate(() => window.hit), undefined);
});

test('the whole picture comes in', async () => {
  const page = await opened_at('');
  const asked = (await pool.tell('http_calls')).find(([, body]) => /"svg"/.test(body))[1];
  const text = await page.evaluate(async (body) => JSON.parse(await (await fetch('/jsonrpc', { method: 'POST', body })).text()).result, asked);
  const missing = await page.evaluate((source) => {
    const all = (svg) => [...svg.querySelectorAll('*')].map((one) => one.localName + [...one.attributes].map((at) => at.name).sort());
    const own = all(document.querySelector('#picture svg'));
    return all(new DOMParser().parseFromString(source, 'image/svg+xml')).slice(1).filter((one, i) => one !== own[i]);
  }, text);
  assert.deepStrictEqual(missing, []);
});

test('the picture and a masked record can be downloaded', async () => {
  const page = await opened_at('');
  for (const [name, starts] of [['Download the picture', '<svg'], ['Download a record (masked)', 'pci-passthrough recording']]) {
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, name)]);
    assert.ok(fs.readFileSync(await download.path(), 'utf8').startsWith(starts));
  }
});

test('the pool, host by host', async () => {
  await pool.tell('offline', 1);
  const page = await opened_at('#/pool');
  const said = await page.locator('main').innerText();
  assert.match(said, /xcp-ng-8\.3[^]*plugin \d+\.\d+\.\d+[^]*xenserver-9[^]*HOST_OFFLINE/);
  await page.getByRole('link', { name: 'xcp-ng-8.3' }).click();
  await box(page, SAS).waitFor();
});

test('a VM\'s address opens its host and says whether it starts', async () => {
  const uuid = await pool.tell('vm_on', 'nas', 1, 'Halted');
  const page = await opened_at(`#/VM/${uuid}`);
  assert.match(await page.locator('h1').innerText(), /xenserver-9/);
  assert.match(await panel(page).innerText(), /VM nas[^]*It has no PCI device[^]*Does it start on/);
});

test('360 px: a narrow picture, nothing wider than the screen', async () => {
  const page = await opened_at('', { viewport: { width: 360, height: 740 } });
  const calls = await pool.tell('plugin_calls');
  assert.ok(calls.some(([, given]) => given.width === 'narrow'));
  await choose(page, VGA, 'Hide from dom0…');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
});

test('on paper it is the picture', async () => {
  const page = await opened_at('');
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.locator('#picture svg').isVisible());
  for (const gone of ['header', '#verdict', '#list', '#tools']) assert.ok(await page.locator(gone).isHidden(), gone);
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious, ${colorScheme}`, async () => {
    const axe = fs.readFileSync(path.join(modules, 'axe-core/axe.min.js'), 'utf8');
    const page = await open('', { colorScheme });
    const check = async (where) => {
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        // A box of the picture is named with all that it says, not with its fitted text.
        const rules = { 'label-content-name-mismatch': { enabled: false } };
        return (await window.axe.run(document, { resultTypes: ['violations'], rules })).violations
          .filter((one) => ['serious', 'critical'].includes(one.impact))
          .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).slice(0, 3).join(' | ')}`);
      });
      assert.deepStrictEqual(found, [], where);
    };
    await check('login');
    await logIn(page);
    await settled(page);
    await check('host');
    await page.locator('summary').click();
    await check('list');
    await choose(page, VGA, 'Hide from dom0…');
    await check('refusal');
    await press(page, 'Close');
    await press(page, 'Pool');
    await settled(page);
    await check('pool');
  });
}
