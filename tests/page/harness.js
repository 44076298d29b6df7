// What the page's tests stand on: the test xapi with the built plugin behind it (pool_server.py), and Debian's
// chromium. Whatever the page does that it must not is noted, and fails the test that did it.
'use strict';
const { spawn } = require('child_process');
const path = require('path');
const readline = require('readline');
const modules = process.env.PAGE_MODULES;
const { chromium } = require(path.join(modules, 'playwright-core'));

class Pool {
  static async start(...recordings) {
    const pool = new Pool();
    pool.child = spawn('python3', [path.join(__dirname, 'pool_server.py'), ...recordings], { stdio: ['pipe', 'pipe', 'inherit'] });
    pool.lines = readline.createInterface({ input: pool.child.stdout })[Symbol.asyncIterator]();
    pool.url = JSON.parse((await pool.lines.next()).value);
    pool.turn = Promise.resolve();
    return pool;
  }
  // A method of pool_server.py's Driver.
  tell(...command) {
    return (this.turn = this.turn.then(async () => {
      this.child.stdin.write(JSON.stringify(command) + '\n');
      return JSON.parse((await this.lines.next()).value);
    }));
  }
  async stop() {
    const gone = new Promise((done) => this.child.on('exit', done));
    this.child.stdin.end();
    await gone;
  }
}

function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync']
  });
}

// A page of a browser of its own, and what it did that it must not: CSP violations, errors, requests to elsewhere.
async function visit(browser, pool, hash = '', options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.setDefaultTimeout(60000);
  page.on('pageerror', (error) => page.wrong.push(`error: ${error.stack}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.wrong.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(new URL(pool.url).origin + '/') && !/^(data|blob):/.test(url)) page.wrong.push(`asked ${url}`);
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  if (options.before) await options.before(page);
  await page.goto(pool.url + hash);
  return page;
}

async function logIn(page, user = 'admin', password = 'secret') {
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
async function settled(page) {
  await page.waitForFunction(() => document.querySelector('#waiting') && !document.querySelector('#waiting').firstChild);
}

module.exports = { Pool, launch, visit, logIn, settled, modules };
