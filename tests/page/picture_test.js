// The picture as a browser draws it: the words of every recorded host lie inside their boxes, at every width.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');
const { launch } = require('./harness.js');

const hosts = path.join(__dirname, '../hosts');
const recorded = [hosts, `${hosts}/sick`].flatMap((folder) => fs.readdirSync(folder).filter((name) => name.endsWith('.host'))
  .map((name) => `${folder}/${name}`));
const boxes = fs.readFileSync(path.join(__dirname, '../picture/boxes.js'), 'utf8');
let browser;

test.before(async () => { browser = await launch(); });
test.after(async () => { if (browser) await browser.close(); });

for (const [width, form] of [[360, 'narrow'], [1280, 'wide'], [1920, 'wide']]) {
  test(`${width} px: every word lies inside its box`, async () => {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    assert.ok(recorded.length >= 10);
    for (const host of recorded) {
      const svg = execFileSync(process.env.PCI_PASSTHROUGH, ['--host', host, 'list', '--svg', '--width', form], { encoding: 'utf8' });
      await page.setContent(`<!DOCTYPE html><body style="margin:0">${svg.replace('<svg ', '<svg style="width:100%;height:auto" ')}`);
      await page.addScriptTag({ content: boxes });
      const wrong = await page.evaluate(() => wordsOutsideTheirBoxes(document.querySelector('svg')));
      assert.deepStrictEqual(wrong, [], host);
    }
    await page.close();
  });
}

test('the check bites', async () => {
  const page = await browser.newPage();
  await page.setContent('<svg viewBox="0 0 100 50"><g><rect class="b" width="20" height="20"/><text x="2" y="12">far too long</text></g></svg>');
  await page.addScriptTag({ content: boxes });
  assert.strictEqual((await page.evaluate(() => wordsOutsideTheirBoxes(document.querySelector('svg')))).length, 1);
  await page.close();
});
