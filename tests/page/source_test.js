// The files as Internet Explorer 11's engine must take them, and small enough to be sent as they are.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const acorn = require(path.join(process.env.PAGE_MODULES, 'acorn'));

const top = path.join(__dirname, '../../wrapper');
const page = fs.readdirSync(`${top}/page`).map((name) => `${top}/page/${name}`);
const scripts = page.concat(`${top}/xencenter/xencenter.js`).filter((name) => name.endsWith('.js'));
const read = (name) => fs.readFileSync(name, 'utf8');

// What Internet Explorer 11 lacks: names after a dot, and names that stand alone.
const MEMBERS = ('append prepend before after replaceWith remove closest matches replaceChildren toggleAttribute scrollIntoViewIfNeeded ' +
  'includes startsWith endsWith repeat padStart padEnd trimStart trimEnd find findIndex ' +
  'flat flatMap finally allSettled composedPath isConnected firstElementChild lastElementChild parentElement children classList dataset ' +
  'searchParams innerHTML outerHTML insertAdjacentHTML').split(' ');
const STATIC = { Object: 'assign entries values fromEntries', Array: 'from of', Number: 'isInteger isNaN', String: 'raw', Math: 'trunc sign' };
const NAMES = ('fetch Promise Symbol Proxy Reflect WeakMap WeakSet URLSearchParams AbortController CustomEvent Event structuredClone queueMicrotask ' +
  'requestIdleCallback TextEncoder TextDecoder eval Function localStorage sessionStorage indexedDB').split(' ');
const CSS = [/var\(--/, /--[\w-]+:/, /display:\s*(grid|contents)/, /(?<!column-)gap:/, /:is\(/, /:where\(/, /:has\(/, /:focus-(visible|within)/, /inset:/,
  /aspect-ratio/, /object-fit/, /position:\s*sticky/, /clamp\(|min\(|max\(/, /@supports/, /\brgb\([^,)]*\s\/|rgba?\(\d+ \d/, /#[0-9a-f]{8}\b/i, /margin-inline|padding-inline/];

function* nodes(tree) {
  if (!tree || typeof tree.type !== 'string') return;
  yield tree;
  for (const value of Object.values(tree)) {
    for (const one of Array.isArray(value) ? value : [value]) yield* nodes(one);
  }
}
function lacking(source) {
  const found = [];
  for (const node of nodes(acorn.parse(source, { ecmaVersion: 5 }))) {
    if (node.type === 'MemberExpression' && !node.computed && MEMBERS.includes(node.property.name)) found.push('.' + node.property.name);
    if (node.type === 'MemberExpression' && (STATIC[node.object.name] || '').split(' ').includes(node.property.name)) found.push(node.property.name);
    if (node.type === 'NewExpression' && NAMES.includes(node.callee.name)) found.push(node.callee.name);
    if (node.type === 'CallExpression' && NAMES.includes(node.callee.name)) found.push(node.callee.name);
    if (node.type === 'MemberExpression' && NAMES.includes(node.object.name)) found.push(node.object.name);
  }
  return found;
}

test('every script is ES5, and uses nothing that Internet Explorer 11 lacks', () => {
  assert.ok(scripts.length >= 5);
  for (const name of scripts) assert.deepStrictEqual(lacking(read(name)), [], name);
});

test('the check bites', () => {
  for (const source of ['x.classList.add("y")', 'fetch("/x")', 'new Promise(f)', 'x.innerHTML = y', 'localStorage.session = y', 'eval(x)', 'Object.assign(x, y)']) {
    assert.notDeepStrictEqual(lacking(source), [], source);
  }
  for (const source of ['let x', 'var f = () => 1', 'var x = `y`', 'f(...x)']) assert.throws(() => lacking(source), source);
});

test('the style too', () => {
  const style = read(`${top}/page/page.css`);
  for (const one of CSS) assert.doesNotMatch(style, one);
});

test('a script element in no shell has a text, and X-UA-Compatible comes first', () => {
  for (const name of ['index.html', 'tab.html']) {
    const shell = read(`${top}/page/${name}`);
    assert.match(shell, /<head>\s*<meta http-equiv="X-UA-Compatible" content="IE=edge">/);
    assert.doesNotMatch(shell, /<script[^>]*>[^<]|<style|\son\w+=|\sstyle=|unsafe/);
    const loaded = [...shell.matchAll(/(?:src|href)="(?:\/pci-passthrough\/)?([^":,]+)"/g)].map((one) => one[1]);
    for (const one of loaded) assert.ok(fs.existsSync(`${top}/page/${one}`) || fs.existsSync(`${top}/xencenter/${one}`), one);
  }
});

test('what a host sends of the page is under 40 KiB', () => {
  const sizes = page.filter((name) => !name.endsWith('tab.html')).map((name) => fs.statSync(name).size);
  assert.ok(sizes.reduce((sum, one) => sum + one) < 40960, `${sizes}`);
});
