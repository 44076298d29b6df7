// What takes longer: a plugin that really takes 40 s, and 4,096 functions.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { Pool, launch, visit, logIn, settled } = require('../page/harness.js');
let pool, browser;

test.before(async () => {
  pool = await Pool.start('xcp-ng-8.3');
  browser = await launch();
});
test.after(async () => {
  if (browser) await browser.close();
  if (pool) await pool.stop();
});

test('a plugin that takes 40 s is waited for', async () => {
  await pool.tell('begin_anew');
  await pool.tell('delay', 'list', 40);
  const page = await visit(browser, pool);
  page.setDefaultTimeout(90000);
  await logIn(page);
  await page.locator('.seconds', { hasText: /3\d s/ }).waitFor();
  await page.locator('[data-address="0000:18:00.0"]').first().waitFor();
  await settled(page);
  assert.deepStrictEqual(page.wrong, []);
});

test('4,096 functions without a stutter', async () => {
  await pool.tell('begin_anew');
  await pool.tell('many', 0, 4096);
  const page = await visit(browser, pool);
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) window.longest = Math.max(window.longest, one.duration);
    }).observe({ entryTypes: ['longtask'] });
  });
  await logIn(page);
  await settled(page);
  await page.locator('summary').click();
  await page.getByLabel('Find').fill('0000:7f:1f.7');
  await page.getByText('1 of 4096').waitFor();
  await page.getByRole('button', { name: '0000:7f:1f.7' }).click();
  await page.locator('aside dl').waitFor();
  // Not a matter of a busy machine: a quadratic page takes minutes.
  assert.ok(await page.evaluate(() => window.longest) < 20000);
  assert.deepStrictEqual(page.wrong, []);
});
