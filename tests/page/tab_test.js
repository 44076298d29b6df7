// XenCenter's tab: the page's own files from a folder, with a window.external that behaves as XenCenter's does: it
// posts to /json, drops the line ends of a reply, cuts one of several lines, and calls nobody where xapi fails.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { execFileSync } = require('child_process');
const { Pool, launch, settled } = require('./harness.js');

const SAS = '0000:18:00.0';
let pool, browser, folder;

test.before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pci-passthrough-tab-'));
  const zip = execFileSync('sh', [path.join(__dirname, '../../packaging/build-xencenter'), folder], { encoding: 'utf8' }).trim();
  execFileSync('python3', ['-m', 'zipfile', '-e', zip, folder]);
  pool = await Pool.start('xcp-ng-8.3');
  browser = await launch();
});
test.after(async () => {
  if (browser) await browser.close();
  if (pool) await pool.stop();
  fs.rmSync(folder, { recursive: true });
});

async function open(options = {}) {
  await pool.tell('begin_anew');
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await context.newPage();
  page.wrong = [];
  page.replies = [];
  page.setDefaultTimeout(60000);
  page.on('pageerror', (error) => page.wrong.push(error.stack));
  page.on('console', (message) => message.type() === 'error' && page.wrong.push(message.text()));
  page.on('request', (request) => request.url().startsWith('file:') || page.wrong.push(`asked ${request.url()}`));
  await page.exposeFunction('xenCenterPosts', async (data) => {
    const reply = await fetch(new URL('/json', pool.url), { method: 'POST', body: data }).catch(() => null);
    if (!reply || !reply.ok || page.dead) return null;
    const text = await reply.text();
    page.replies.push(text);
    return text.includes('\n') ? text.split('\n')[0].slice(0, 990) : text;
  });
  await page.addInitScript(({ session, host }) => {
    Object.defineProperty(window, 'external', { value: {
      SessionOpaqueRef: session, SessionUuid: session, SessionUrl: 'https://host', SelectedObjectType: 'host', SelectedObjectRef: host,
      WriteXML: (callback, data) => {
        if (typeof callback !== 'string') throw new Error('the callback is no string');
        window.xenCenterPosts(data).then((text) => {
          const name = /^function(.*)\(/.exec(callback);
          if (text !== null) window.XenCenterXML(name ? name[1].trim() : '', text);
        });
      } } });
  }, { session: options.session || await pool.tell('session'), host: (await pool.tell('host', 0)).ref });
  if (options.before) await options.before(page);
  await page.goto(`file://${folder}/PciPassthrough/PciPassthrough/tab.html`);
  await page.waitForFunction(() => document.querySelector('main').firstChild || document.querySelector('#waiting').firstChild);
  return page;
}
async function end(page) {
  const wrong = page.wrong;
  await page.context().close();
  assert.deepStrictEqual(wrong, []);
}
const box = (page, address) => page.locator(`[data-address="${address}"]`).first();

test('the tab shows the selected host, hides, and reads back', async () => {
  const page = await open();
  await box(page, SAS).waitFor();
  await settled(page);
  assert.match(await page.locator('main').innerText(), /2 changes wait for a reboot/);
  assert.strictEqual(await page.getByRole('button', { name: /Download|Log out|Pool/ }).count(), 0);
  await box(page, SAS).click();
  await page.getByRole('button', { name: 'Hide from dom0…' }).click();
  await settled(page);
  await page.getByRole('button', { name: 'Hide from dom0 now' }).click();
  await settled(page);
  assert.match(await page.locator('aside').innerText(), /The host says now\s+0000:18:00\.0 hides at boot/);
  assert.match(await pool.tell('boot_file', 0), /\(0000:18:00\.0\)/);
  assert.ok(page.replies.every((one) => !one.includes('\n')), 'a reply of several lines was asked for');
  await end(page);
  assert.ok(await pool.tell('sessions') >= 1, 'the tab ended a session that it did not open');
});

test('a VM is chosen from the list, or named where XenCenter cuts the list', async () => {
  for (const cut of [false, true]) {
    const page = await open();
    const uuid = await pool.tell('vm', 'nas', cut ? { name_description: 'two\nlines' } : {});
    await box(page, SAS).click();
    await page.getByRole('button', { name: 'Assign to a VM…' }).click();
    if (cut) await page.getByLabel('Name or uuid of the VM').fill('nas');
    else await page.getByLabel('VM', { exact: true }).selectOption({ label: 'nas (Halted)' });
    await page.getByRole('button', { name: 'See what would happen' }).click();
    // Not hidden yet: that is accepted by name.
    await page.getByLabel('To go ahead').fill(`assigned-not-hidden@${SAS}`);
    await page.getByRole('button', { name: 'Assign to a VM now' }).click();
    await page.getByText('xapi says now').waitFor();
    assert.match(await page.locator('aside').innerText(), /nas: 0000:18:00\.0/);
    assert.strictEqual(await pool.tell('pci_of', uuid), '0/0000:18:00.0');
    await end(page);
  }
});

test('a refusal, and a session that has ended, are sentences', async () => {
  const page = await open();
  await box(page, SAS).waitFor();
  await settled(page);
  await pool.tell('end_sessions');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('SESSION_INVALID The session has ended').waitFor();
  await page.evaluate((session) => { window.external.SessionOpaqueRef = session; window.RefreshPage(); }, await pool.tell('session'));
  await box(page, SAS).waitFor();
  await end(page);
});

test('where XenCenter calls nobody, the tab ends the waiting by itself', async () => {
  const page = await open({ before: (one) => one.clock.install() });
  await box(page, SAS).waitFor();
  await settled(page);
  page.dead = true;
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.locator('#waiting', { hasText: 'list' }).waitFor();
  await page.clock.fastForward(200000);
  await page.getByText('No answer within 3 minutes').first().waitFor();
  await end(page);
});
